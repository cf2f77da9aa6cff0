import type { OutgoingMessage } from "../../../core/delivery/channel.ts";
import type { Language } from "../../../core/text/language.ts";
import type { PersonToWriteTo } from "./mention-person.ts";
import { renderNote } from "./render-note.ts";
import { renderFailure } from "./render-notices.ts";
import { renderReply } from "./render-reply.ts";
import type { SourceUrl } from "./sources.ts";
import type { TeamsMessage } from "./teams-message.ts";

export interface OutgoingContext {
  /** Of the person who asked. */
  readonly language: Language;
  readonly sourceUrl: SourceUrl;
  /** Where the thread that a note speaks of is opened; null where that is not known. */
  readonly threadUrl: string | null;
  /** The asker's own id in Teams (`29:…`), where others see the message too; null in the asker's own chat. */
  readonly asker: string | null;
  /** Ids in Teams of those who see a card to an expert, at most 60 of whom see it up to date. */
  readonly viewers: readonly string[];
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
  /** Whom a note tells its reader to write to; absent or null where Teams does not tell of them. */
  readonly person?: PersonToWriteTo | null;
}

/**
 * The messages that an outgoing one becomes, in order. Of a reply and a failure the first are texts; cards come by
 * themselves behind them.
 */
export function renderOutgoing(message: OutgoingMessage, context: OutgoingContext): TeamsMessage[] {
  switch (message.kind) {
    case "reply":
      return renderReply(message.reply, context);
    case "failure":
      return renderFailure(message, context.language);
    case "note":
      return renderNote(message.note, { ...context, language: message.language });
  }
}
