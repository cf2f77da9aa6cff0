import type { TurnId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { Attachment } from "./attachment.ts";
import { replyTexts } from "./reply-texts.ts";

/** A line for each of the question's own files that no answer could rest on. Only English has the words of each fault. */
export function fileNotes(
  { id: turn, language }: { readonly id: TurnId; readonly language: Language },
  files: readonly Attachment[],
): readonly string[] {
  const texts = replyTexts[language];
  return files
    .filter(({ turnId }) => turnId === turn)
    .flatMap(({ name, state, failure }) => {
      if (state === "image") return [texts.picture(plain(name))];
      if (state !== "unreadable") return [];
      const why = language === "en" && failure ? [failure.message, failure.remedy ?? ""] : [];
      return [[texts.unreadable(plain(name)), ...why].filter((part) => part !== "").join(" ")];
    });
}

/** A name that cannot restyle the reply or pass for a citation. */
const plain = (name: string): string => name.replaceAll(/[\\`*[\]<>|\n]/g, " ").trim();
