import { ExpertError } from "../../../core/errors.ts";
import { isId } from "../../../core/ids.ts";
import type { Page } from "../../../core/conversation/conversation-store.ts";

/** Where a page ends: the sort time and the id of its last row. */
export interface Cursor {
  readonly at: Date;
  readonly id: string;
}

/** The opaque text of a cursor. `at` is exact to the millisecond, and so are the columns that are paged by. */
export const encodeCursor = ({ at, id }: Cursor): string =>
  Buffer.from(`${at.toISOString()} ${id}`).toString("base64url");

const unknownPage = (): ExpertError =>
  new ExpertError("invalid_input", "The page that was asked for does not exist.", {
    remedy: "Load the list again from its beginning.",
  });

/** Reads an opaque cursor; `invalid_input` where it is not one of ours. */
export function decodeCursor(cursor: string | null): Cursor | null {
  if (cursor === null) return null;
  const [time = "", id = ""] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  const at = new Date(time);
  if (Number.isNaN(at.getTime()) || !isId(id)) throw unknownPage();
  return { at, id };
}

/** The opaque text of a row's number. */
export const encodePosition = (position: string): string => Buffer.from(position).toString("base64url");

/** Reads an opaque number; `invalid_input` where it is not one of ours. */
export function decodePosition(cursor: string | null): string | null {
  if (cursor === null) return null;
  const position = Buffer.from(cursor, "base64url").toString("utf8");
  if (!/^\d{1,18}$/.test(position)) throw unknownPage();
  return position;
}

/** Words to look for as they stand: Prisma passes the wildcards of LIKE through. */
export const literally = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

/** One page of rows that were read with one more than `limit`, newest first. */
export function toPage<Row, T>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  present: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  };
}
