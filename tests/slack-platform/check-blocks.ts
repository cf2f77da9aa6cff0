import type { z } from "zod";
import { messageBlock } from "./blocks.ts";
import type { Json } from "./platform-state.ts";
import { refusalWithMessages, SlackRefusal } from "./refusal.ts";

export const BLOCKS_PER_MESSAGE = 50;
/** All markdown blocks of a message together. */
export const MARKDOWN_CHARACTERS = 12_000;
/** Undocumented: github.com/slackapi/bolt-js/issues/2509 measured 13,172 to 13,297 characters over all blocks. */
export const BLOCK_CHARACTERS = 13_200;
/** All cells of all tables of a message together. */
export const TABLE_CHARACTERS = 10_000;

/**
 * Refuses what Slack refuses in a message's blocks.
 * @throws SlackRefusal `invalid_blocks`, `invalid_blocks_format` or `msg_blocks_too_long`.
 */
export function checkBlocks(blocks: unknown): asserts blocks is Json[] {
  if (!Array.isArray(blocks)) throw new SlackRefusal("invalid_blocks_format", "The blocks are not an array.");
  if (blocks.length > BLOCKS_PER_MESSAGE)
    throw refusalWithMessages("invalid_blocks", [
      `[ERROR] no more than 50 items allowed [json-pointer:/blocks]`,
    ]);
  const faults = blocks.flatMap((block, index) => blockFaults(messageBlock, block, `/blocks/${index}`));
  faults.push(...repeated(blocks as Json[]), ...tables(blocks as Json[]));
  if (faults.length > 0) throw refusalWithMessages("invalid_blocks", faults);
  const markdown = (blocks as Json[])
    .filter((block) => block["type"] === "markdown")
    .reduce((sum, block) => sum + String(block["text"]).length, 0);
  if (markdown > MARKDOWN_CHARACTERS)
    throw refusalWithMessages("invalid_blocks", [`[ERROR] markdown blocks hold ${markdown} characters`]);
  const characters = textLength(blocks);
  if (characters > BLOCK_CHARACTERS)
    throw new SlackRefusal("msg_blocks_too_long", `The blocks hold ${characters} characters.`);
}

/** What a schema finds in one block, in Slack's words. */
export function blockFaults(schema: z.ZodType, block: unknown, pointer: string): string[] {
  const result = schema.safeParse(block);
  if (result.success) return [];
  return result.error.issues.map((issue) => {
    const unknown = issue.code === "unrecognized_keys" ? `unknown property ${issue.keys.join(", ")}: ` : "";
    return `[ERROR] ${unknown}${issue.message} [json-pointer:${[pointer, ...issue.path.map(String)].join("/")}]`;
  });
}

/**
 * block_ids that occur twice, and action_ids that do in one block: Slack wants them "unique among all other action_ids
 * in the containing block" (https://docs.slack.dev/reference/block-kit/block-elements/button-element).
 */
export function repeated(blocks: readonly Json[]): string[] {
  const twice = (ids: readonly string[], what: string) =>
    [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map(
      (id) => `[ERROR] ${what} ${id} already exists [json-pointer:/blocks]`,
    );
  return [
    ...twice(
      blocks.flatMap((block) => (typeof block["block_id"] === "string" ? [block["block_id"]] : [])),
      "block_id",
    ),
    ...blocks.flatMap((block) =>
      twice(
        interactive([block]).flatMap(({ element }) =>
          typeof element["action_id"] === "string" ? [element["action_id"]] : [],
        ),
        "action_id",
      ),
    ),
  ];
}

/** The elements of blocks that a person can use, with the block that holds each. */
export function interactive(blocks: readonly Json[]): { block: Json; element: Json }[] {
  return blocks.flatMap((block) => {
    const inner = [block["accessory"], block["element"], block["elements"], block["actions"]].flat();
    return inner
      .filter((element): element is Json => element !== null && typeof element === "object")
      .filter((element) => "action_id" in element || element["type"] === "button")
      .map((element) => ({ block, element }));
  });
}

const tables = (blocks: readonly Json[]): string[] => {
  const found = blocks.filter((block) => block["type"] === "table");
  const faults = found.length > 1 ? ["[ERROR] only_one_table_allowed [json-pointer:/blocks]"] : [];
  const characters = textLength(found.map((block) => block["rows"]));
  if (characters > TABLE_CHARACTERS) faults.push(`[ERROR] the table holds ${characters} characters`);
  return faults;
};

/** All that is shown as text: the values of `text`, at any depth. */
function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (value === null || typeof value !== "object") return 0;
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + (key === "text" && typeof item === "string" ? item.length : textLength(item)),
    0,
  );
}
