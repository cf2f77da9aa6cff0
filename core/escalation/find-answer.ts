import { answerLengthLimit } from "../approvals/write-answer.ts";
import { shorten } from "../text/cut-text.ts";
import type { ExternalPerson } from "./escalation.ts";
import type { ExternalChange } from "./external-change.ts";

/**
 * The answer that came with the end of a ticket: what stands in the policy's field, or else the last public comment of
 * whoever resolved it, where it is not told who did, of anybody. Null where there is none; longer than an answer may be, it is cut.
 * @param answerFrom the policy's
 */
export function answerOf(
  { answer, comments, by }: Pick<ExternalChange, "answer" | "comments" | "by">,
  answerFrom: string,
): { readonly text: string; readonly by: ExternalPerson | null } | null {
  const own = comments.findLast(
    (comment) =>
      comment.isPublic &&
      !comment.isOurs &&
      comment.text.trim() !== "" &&
      (by === null || isSame(comment.by, by)),
  );
  const written = answer ?? (answerFrom === "last_comment" ? (own?.text ?? null) : null);
  if (written === null || written.trim() === "") return null;
  const author = by ?? (answer === null ? (own?.by ?? null) : null);
  return { text: fitting(written), by: author };
}

/** What somebody wrote elsewhere, as long as an answer may be. */
export const fitting = (written: string): string => shorten(written.trim(), answerLengthLimit - marksSpared);

/** Room for what is put before marks of sources. */
const marksSpared = 500;

/** By their address where both tell it, else by name. */
export const isSame = (one: ExternalPerson, other: ExternalPerson): boolean =>
  one.email !== null && other.email !== null
    ? one.email.toLowerCase() === other.email.toLowerCase()
    : one.name === other.name;
