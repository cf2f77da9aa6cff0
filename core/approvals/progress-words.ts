import type { Note } from "../delivery/channel.ts";
import type { Language } from "../text/language.ts";
import { progressTexts } from "./progress-texts.ts";

type ProgressNote = Extract<Note, { kind: "answer_withdrawn" | "approval_progress" | "approval_rejected" }>;

/** What a note about an approval says, in plain words; a reason in the words of whoever gave it, on lines of its own. */
export function progressWords(note: ProgressNote, language: Language): string {
  const words = progressTexts[language];
  switch (note.kind) {
    case "answer_withdrawn":
      return words.withdrawn(note.by);
    case "approval_rejected":
      return [words.rejected(note.by), ...(note.reason === null ? [] : [note.reason])].join("\n\n");
    case "approval_progress": {
      const names = note.names === null || note.names.length === 0 ? null : note.names.join(", ");
      switch (note.step) {
        case "asked_others":
          return words.askedOthers(names);
        case "escalated":
          return words.escalated;
        case "nobody_decided":
          return words.nobodyDecided;
        case "taken_over":
          return words.takenOver(names);
      }
    }
  }
}
