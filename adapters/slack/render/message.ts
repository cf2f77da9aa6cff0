import type { Button, KnownBlock } from "@slack/types";

import { escapeEntities } from "./entities.ts";
import { plainFromMrkdwn } from "./from-mrkdwn.ts";
import { slackLimits } from "./limits.ts";
import { shorten } from "../../../core/text/cut-text.ts";

/** A message as `chat.postMessage` and its relatives take it. */
export interface SlackMessage {
  /** What notifications show and screen readers read, escaped; also where blocks cannot be shown. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** A message of these blocks, its `text` read from them. */
export const messageOf = (blocks: readonly KnownBlock[]): SlackMessage => ({
  text: fallbackText(blocks.map(blockText).filter(Boolean).join("\n\n")),
  blocks: [...blocks],
});

export const button = (action: string, value: string, label: string, more: Partial<Button> = {}): Button => ({
  type: "button",
  action_id: action,
  value,
  text: { type: "plain_text", text: label },
  ...more,
});

/** Escaped, and with no word left that a careless setting would turn into a call to everybody. */
function fallbackText(plain: string): string {
  const quiet = plain.replaceAll(/@(?=(?:here|channel|everyone|group)\b)/gi, "@\u200b");
  for (let size: number = slackLimits.fallbackText; ; size = Math.floor(size * 0.9)) {
    const text = escapeEntities(shorten(quiet, size));
    if (text.length <= slackLimits.fallbackText) return text;
  }
}

function blockText(block: KnownBlock): string {
  switch (block.type) {
    case "section":
      return plainFromMrkdwn(block.text?.text ?? "");
    case "context":
      return block.elements
        .map((element) => ("text" in element ? plainFromMrkdwn(element.text) : ""))
        .join(" ");
    case "rich_text":
      return innerText(block.elements);
    case "table":
      return block.rows.map((row) => row.map(innerText).join(", ")).join("\n");
    default:
      return "";
  }
}

/** All `text` below, in order. */
function innerText(value: unknown): string {
  if (Array.isArray(value)) return value.map(innerText).join("");
  if (value === null || typeof value !== "object") return "";
  if ("text" in value && typeof value.text === "string") return value.text;
  return "elements" in value ? innerText(value.elements) : "";
}
