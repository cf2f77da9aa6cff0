import type { SettingsOf } from "../../core/connections/connection-settings.ts";
import { shorten } from "../../core/text/cut-text.ts";
import { type Block, markdownBlocks, paragraph, plainRun } from "./render/blocks.ts";
import { fitTicket, textLimit } from "./render/fit-ticket.ts";
import { writeDocument } from "./render/write-document.ts";
import { writeWiki } from "./render/write-wiki.ts";
import { readDocument } from "./read/read-document.ts";
import { readWiki } from "./read/read-wiki.ts";
import type { TicketDraft } from "../../core/escalation/ticket-system.ts";

/** How an edition writes and reads texts. */
export interface TicketText {
  description(draft: TicketDraft): unknown;
  /** Who wrote it, the text, and the marker as the last line. */
  comment(comment: { readonly by: string | null; readonly text: string; readonly marker: string }): unknown;
  /** Markdown. */
  read(text: unknown): string;
}

/** Characters of a comment at first; halved until the whole is within Jira's limit. */
const commentLength = 20_000;

export function ticketText(edition: SettingsOf<"jira">["edition"]): TicketText {
  const cloud = edition === "cloud";
  const write = (blocks: readonly Block[]): unknown => (cloud ? writeDocument(blocks) : writeWiki(blocks));
  const lengthOf = (written: unknown): number =>
    typeof written === "string" ? written.length : JSON.stringify(written).length;
  return {
    description: (draft) => fitTicket(draft, write, lengthOf),
    comment({ by, text, marker }) {
      for (let length = commentLength; ; length = Math.floor(length / 2)) {
        const written = write([
          ...(by === null ? [] : [paragraph(plainRun(`${shorten(by, 200)}:`, { bold: true }))]),
          ...markdownBlocks(shorten(text, length)),
          paragraph(plainRun(marker, { italic: true })),
        ]);
        if (lengthOf(written) <= textLimit || length < 100) return written;
      }
    },
    read: (text) => (typeof text === "string" ? readWiki(text) : readDocument(text)),
  };
}
