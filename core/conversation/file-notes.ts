import type { AttachmentId } from "../ids.ts";
import type { Attachment } from "./attachment.ts";
import { pictureLimits } from "./picture-limits.ts";
import { replyTexts } from "./reply-texts.ts";
import type { TurnWork } from "./turn-store.ts";
import type { TurnIdentity } from "./turn.ts";

/**
 * A line for each of the question's own files that no answer could rest on. `seen`: the pictures that were looked at, or
 * null where no model sees. Only English has the words of each fault.
 */
export function fileNotes(
  { id: turn, language }: Pick<TurnIdentity, "id" | "language">,
  files: readonly Attachment[],
  seen: readonly AttachmentId[] | null,
): readonly string[] {
  const texts = replyTexts[language];
  return files
    .filter(({ turnId }) => turnId === turn)
    .flatMap((file) => {
      const { id, state, failure } = file;
      const name = plain(file.name);
      if (state === "image" && seen === null) return [texts.picture(name)];
      if (state === "image") return seen?.includes(id) === true ? [] : [notLookedAt(file, language)];
      if (state !== "unreadable") return [];
      const why = language === "en" && failure ? [failure.message, failure.remedy ?? ""] : [];
      return [[texts.unreadable(name), ...why].filter((part) => part !== "").join(" ")];
    });
}

function notLookedAt({ name, sizeBytes }: Attachment, language: TurnIdentity["language"]): string {
  const texts = replyTexts[language];
  const largest = pictureLimits.bytes / 1_048_576;
  return sizeBytes > pictureLimits.bytes
    ? texts.pictureTooLarge(plain(name), largest)
    : texts.pictureMissed(plain(name));
}

/** What the model saw in the question's pictures, told apart from what documents say. */
export const sightNotes = (
  { language }: Pick<TurnIdentity, "language">,
  { draft }: Pick<TurnWork, "draft">,
): readonly string[] =>
  draft?.sight === undefined || draft.sight === "" ? [] : [replyTexts[language].sight(draft.sight)];

/** A name that cannot restyle the reply or pass for a citation. */
const plain = (name: string): string => name.replaceAll(/[\\`*[\]<>|\n]/g, " ").trim();
