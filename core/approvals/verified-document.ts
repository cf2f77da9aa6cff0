import { shorten } from "../text/cut-text.ts";
import type { Language } from "../text/language.ts";
import type { Approval, ProposedAnswer } from "./approval.ts";
import { unmarkedText } from "./unmarked-text.ts";

const heading: Readonly<Record<Language, string>> = { en: "Verified answer", th: "คำตอบที่ตรวจสอบแล้ว" };

const longestHeading = 300;

/** A verified answer as the document that makes it findable: its question as the heading, its words below. */
export const verifiedDocument = ({
  language,
  question,
  answer,
}: Pick<Approval, "language" | "question"> & { readonly answer: ProposedAnswer }): string =>
  `# ${heading[language]}: ${shorten(question.replaceAll(/\s+/g, " ").trim(), longestHeading)}\n\n${unmarkedText(answer.text)}\n`;

/** Whether a document's title may be that of a verified answer: people may call a file of theirs the same. */
export const mayBeVerified = (title: string): boolean =>
  Object.values(heading).some((words) => title.normalize("NFKC").startsWith(`${words}: `.normalize("NFKC")));
