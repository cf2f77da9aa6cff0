import type { Language } from "../../../core/text/language.ts";
import type { PersonToWriteTo } from "./mention-person.ts";
import type { SourceUrl } from "./sources.ts";

/** What a note needs to know of where it is shown. */
export interface NoteContext {
  readonly language: Language;
  readonly sourceUrl: SourceUrl;
  /** Where the thread of a handoff is opened; null where that is not known. */
  readonly threadUrl: string | null;
  /** Of the reply that is shared: see `ReplyContext`. */
  readonly asker: string | null;
  /** Ids in Teams of those who see a card to an expert. */
  readonly viewers: readonly string[];
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
  /** Whom the reader is told to write to; absent or null where Teams does not tell of them. */
  readonly person?: PersonToWriteTo | null;
}
