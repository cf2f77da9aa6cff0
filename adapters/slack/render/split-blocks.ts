import type { ContextBlock, KnownBlock, RichTextBlock, SectionBlock } from "@slack/types";

import type { CitationUrl } from "../../../core/markdown/inline-runs.ts";
import { slackLimits } from "./limits.ts";
import { markdownPieces, type Piece } from "./markdown-pieces.ts";
import { splitCode } from "../../../core/text/cut-text.ts";
import { textTableWidth } from "../../../core/markdown/text-table.ts";
import { splitTable, tableBlock, tableLength, writeTextTable } from "./table.ts";

/** Blocks that stay together, and what they take of a message. */
interface Group {
  readonly blocks: readonly KnownBlock[];
  readonly cost: number;
  /** A heading: it must not end a message. */
  readonly leads: boolean;
  readonly tables: number;
}

export const section = (text: string): SectionBlock => ({
  type: "section",
  // Verbatim: what is not written as a link or mention does not become one.
  text: { type: "mrkdwn", text, verbatim: true },
  expand: true,
});

export const context = (text: string): ContextBlock => ({
  type: "context",
  elements: [{ type: "mrkdwn", text, verbatim: true }],
});

const preformatted = (text: string): RichTextBlock => ({
  type: "rich_text",
  elements: [{ type: "rich_text_preformatted", elements: [{ type: "text", text }] }],
});

/**
 * Markdown as the blocks of one or more messages, each within Slack's limits. `ending` is put on the last message and
 * stays together; it makes a message of its own where there is no room.
 */
export function splitBlocks(
  markdown: string,
  citationUrl: CitationUrl,
  ending: readonly KnownBlock[] = [],
): readonly (readonly KnownBlock[])[] {
  const pieces = markdownPieces(markdown, { citationUrl, limit: slackLimits.sectionText });
  const groups = [...groupsOf(pieces), ...endingGroups(ending)];
  const messages: Group[][] = [[]];
  for (const group of groups) {
    const last = messages.at(-1) ?? [];
    if (fits(last, group)) {
      last.push(group);
      continue;
    }
    const carried: Group[] = [];
    while (last.length > 1 && last.at(-1)?.leads === true) carried.unshift(...last.splice(-1));
    messages.push([...carried, group]);
  }
  return messages
    .map((message) => message.flatMap(({ blocks }) => blocks))
    .filter((blocks) => blocks.length > 0);
}

function fits(message: readonly Group[], group: Group): boolean {
  const all = [...message, group];
  const sum = (count: (one: Group) => number): number => all.reduce((total, one) => total + count(one), 0);
  return (
    message.length === 0 ||
    (sum(({ blocks }) => blocks.length) <= slackLimits.blocksPerMessage &&
      sum(({ cost }) => cost) <= slackLimits.messageBlocks &&
      sum(({ tables }) => tables) <= slackLimits.tablesPerMessage)
  );
}

/** All that ends a reply, in one group where one message can hold it. */
function endingGroups(blocks: readonly KnownBlock[]): readonly Group[] {
  const single = blocks.map((block) => groupOf(block));
  const cost = single.reduce((sum, group) => sum + group.cost, 0);
  return cost <= slackLimits.messageBlocks ? [{ blocks, cost, leads: false, tables: 0 }] : single;
}

const groupOf = (block: KnownBlock, leads = false): Group => ({
  blocks: [block],
  // The whole JSON, because Slack counts more than the text.
  cost: JSON.stringify(block).length,
  leads,
  tables: 0,
});

function groupsOf(pieces: readonly Piece[]): readonly Group[] {
  const groups: Group[] = [];
  let texts: Extract<Piece, { kind: "text" }>[] = [];
  let tables = 0;
  const flush = (): void => {
    const body = [...texts];
    const headings: typeof texts = [];
    while (body.at(-1)?.heading === true) headings.unshift(...body.splice(-1));
    if (body.length > 0) groups.push(groupOf(section(joined(body))));
    if (headings.length > 0) groups.push(groupOf(section(joined(headings)), true));
    texts = [];
  };
  for (const piece of pieces) {
    switch (piece.kind) {
      case "text": {
        if (joined([...texts, piece]).length > slackLimits.sectionText) {
          const headings: typeof texts = [];
          while (texts.length > 1 && texts.at(-1)?.heading === true) headings.unshift(...texts.splice(-1));
          flush();
          if (joined([...headings, piece]).length <= slackLimits.sectionText) texts = headings;
          else if (headings.length > 0) groups.push(groupOf(section(joined(headings)), true));
        }
        texts.push(piece);
        break;
      }
      case "rule":
        flush();
        groups.push(groupOf({ type: "divider" }));
        break;
      case "code":
        flush();
        groups.push(...codeGroups(piece.code));
        break;
      case "table": {
        flush();
        const parts = splitTable(piece.table);
        // A second table needs a second message, which a narrow one is not worth.
        const asText = parts === null || (tables > 0 && textTableWidth(piece.table) <= phoneWidth);
        if (asText) groups.push(...writeTextTable(piece.table).flatMap(codeGroups));
        else groups.push(...parts.map((table) => tableGroup(tableBlock(table), tableLength(table))));
        if (!asText) tables += 1;
      }
    }
  }
  flush();
  return groups;
}

/** Monospaced characters that a phone shows in a line. */
const phoneWidth = 40;

const tableGroup = (block: KnownBlock, length: number): Group => ({
  blocks: [block],
  // A table has limits of its own for what its cells hold; their JSON is not counted.
  cost: length + slackLimits.blockOverhead,
  leads: false,
  tables: 1,
});

/** Room for what JSON adds to a code block's text. */
const codeRoom = 200;

const codeGroups = (code: string): readonly Group[] =>
  splitCode(code, slackLimits.sectionText - codeRoom)
    .filter((part) => part !== "")
    .map((part) => groupOf(preformatted(part)));

const joined = (texts: readonly Extract<Piece, { kind: "text" }>[]): string =>
  texts.reduce((text, piece) => `${text}${text === "" ? "" : piece.goesOn ? "\n" : "\n\n"}${piece.text}`, "");
