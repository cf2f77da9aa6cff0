/** A page of a list; `cursor` is null on the last one. */
export interface SlackPage<T> {
  readonly items: readonly T[];
  readonly cursor: string | null;
}

/** Slack writes the end of a list as an empty cursor, or as none. */
export const nextCursor = (metadata: { readonly next_cursor?: string } | undefined): string | null =>
  metadata?.next_cursor === undefined || metadata.next_cursor === "" ? null : metadata.next_cursor;
