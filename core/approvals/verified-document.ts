import { unmarkedText } from "./unmarked-text.ts";
import type { Approval, ProposedAnswer } from "./approval.ts";

/** A verified answer as the document that makes it findable: its question as the heading, its words below. */
export const verifiedDocument = ({
  question,
  answer,
}: Pick<Approval, "question"> & { readonly answer: ProposedAnswer }): string =>
  `# ${question.replaceAll(/\s+/g, " ").trim()}\n\n${unmarkedText(answer.text)}\n`;
