import { SlackRefusal } from "./refusal.ts";

/**
 * One page of a list, with Slack's cursors: base64 of where the next begins.
 * @throws SlackRefusal `invalid_limit` or `invalid_cursor`.
 */
export function paged<Item>(
  items: readonly Item[],
  { cursor, limit }: { cursor?: string | undefined; limit?: number | undefined },
  usual: number,
  most: number,
): { page: readonly Item[]; more: boolean; response_metadata: { next_cursor: string } } {
  const size = limit ?? usual;
  if (size < 1 || size > most)
    throw new SlackRefusal("invalid_limit", `The limit ${size} is not within 1 to ${most}.`);
  const start =
    cursor === undefined || cursor === ""
      ? 0
      : Number(Buffer.from(cursor, "base64").toString("utf8").replace("next:", ""));
  if (!Number.isInteger(start)) throw new SlackRefusal("invalid_cursor", cursor ?? "");
  const end = start + size;
  const more = end < items.length;
  return {
    page: items.slice(start, end),
    more,
    response_metadata: { next_cursor: more ? Buffer.from(`next:${end}`).toString("base64") : "" },
  };
}
