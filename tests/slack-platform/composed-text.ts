import type { Json } from "./platform-state.ts";
import { newSecret } from "./platform-state.ts";

/** What a client makes of typed text: one rich_text block, with mentions and links as elements of their own. */
export function richTextOf(text: string): Json[] {
  const parts = partsOf(text);
  if (parts.length === 0) return [];
  return [
    {
      type: "rich_text",
      block_id: newSecret(3),
      elements: [{ type: "rich_text_section", elements: parts.map(element) }],
    },
  ];
}

function element(part: string): Json {
  const user = /^<@([^|>]+)/.exec(part)?.[1];
  if (user !== undefined) return { type: "user", user_id: user };
  const channel = /^<#([^|>]+)/.exec(part)?.[1];
  if (channel !== undefined) return { type: "channel", channel_id: channel };
  const range = /^<!(here|channel|everyone)/.exec(part)?.[1];
  if (range !== undefined) return { type: "broadcast", range };
  const link = /^<(https?:[^|>]+)(?:\|([^>]*))?>$/.exec(part);
  if (link) return { type: "link", url: link[1], ...(link[2] !== undefined && { text: link[2] }) };
  return { type: "text", text: unescaped(part) };
}

const partsOf = (text: string): string[] =>
  text.split(/(<[@#!][^<>]+>|<https?:[^<>]+>)/).filter((part) => part !== "");

/** `text` as Slack stores it: `&`, `<` and `>` escaped outside of mentions and links. */
export const storedText = (typed: string): string =>
  partsOf(typed)
    .map((part) => (/^<[@#!h]/.test(part) && part.endsWith(">") ? part : escaped(part)))
    .join("");

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
const unescaped = (text: string): string =>
  text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
