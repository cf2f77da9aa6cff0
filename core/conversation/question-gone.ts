import { ExpertError } from "../errors.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";

/** What acts on a question throws where its conversation was deleted. */
export const questionGone = (): ExpertError =>
  new ExpertError("not_found", "This question does not exist any more.", {
    remedy: "Ask it again.",
    facts: { reason: "question_gone" satisfies RefusalReason },
  });
