import type { Citation } from "../answering/citation.ts";
import { ExpertError } from "../errors.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import type { ProposedAnswer } from "./approval.ts";

/** Longest text that a person writes as an answer, in characters; what a Teams card or a Slack form takes is shorter. */
export const answerLengthLimit = 12_000;
/** Longest reason, in characters. */
export const reasonLengthLimit = 2_000;

/**
 * The words of a person in place of the draft's, with those of its sources that they still name: numbered 1, 2, 3 … in
 * their order. Throws `invalid_input` where there are no words, too many, or a source is named that the draft does not have.
 */
export function writeAnswer(text: string, draft: ProposedAnswer | null, author: string): ProposedAnswer {
  const written = text.trim();
  if (written === "")
    throw new ExpertError("invalid_input", "The answer has no text.", {
      remedy: "Write the answer.",
      facts: { reason: "answer_empty" satisfies RefusalReason },
    });
  if (written.length > answerLengthLimit) {
    throw new ExpertError("invalid_input", "The answer is too long.", {
      remedy: `Shorten it to ${String(answerLengthLimit)} characters.`,
      facts: { reason: "answer_too_long" satisfies RefusalReason, limit: answerLengthLimit },
    });
  }
  const known = new Map(draft?.citations.map((citation) => [citation.number, citation]));
  const cited: Citation[] = [];
  const numbered = written.replaceAll(sourceMark, (mark, digits: string) => {
    const citation = known.get(Number(digits));
    if (!citation) {
      throw new ExpertError("invalid_input", `There is no source ${mark}.`, {
        remedy: "Name only sources of the draft, or leave the number out.",
        facts: { source: Number(digits) },
      });
    }
    if (!cited.includes(citation)) cited.push(citation);
    return `[${String(cited.indexOf(citation) + 1)}]`;
  });
  return {
    text: numbered,
    citations: cited.map((citation, index) => ({ ...citation, number: index + 1 })),
    answeredBy: author,
  };
}

const sourceMark = /\[(\d{1,3})\](?!\()/g;

/** A reason as it is kept; null where none was given. Throws `invalid_input` where it is too long. */
export function writeReason(text: string | null): string | null {
  const written = text?.trim() ?? "";
  if (written.length > reasonLengthLimit) {
    throw new ExpertError("invalid_input", "The reason is too long.", {
      remedy: `Shorten it to ${String(reasonLengthLimit)} characters.`,
      facts: { limit: reasonLengthLimit },
    });
  }
  return written === "" ? null : written;
}
