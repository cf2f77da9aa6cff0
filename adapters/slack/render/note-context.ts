import type { Language } from "../../../core/text/language.ts";
import type { SourceUrl } from "./sources.ts";

export interface NoteContext {
  readonly language: Language;
  readonly sourceUrl: SourceUrl;
  /** Where the thread of a handoff is opened; null where that is not known. */
  readonly threadUrl: string | null;
  /** Where an approval is decided in the console; null where its address is not known. */
  readonly approvalUrl: (id: string) => string | null;
  /** Whether clicks are heard here. */
  readonly interactive: boolean;
}
