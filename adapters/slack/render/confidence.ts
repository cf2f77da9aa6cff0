import type { ContextBlock } from "@slack/types";

import type { Confidence } from "../../../core/answering/confidence.ts";
import { byHuman, extractive } from "../../../core/answering/draft.ts";
import { tellingReasons } from "../../../core/answering/telling-reasons.ts";
import type { Language } from "../../../core/text/language.ts";
import { context } from "./split-blocks.ts";
import { texts } from "./texts.ts";
import { writePlain } from "./write-mrkdwn.ts";

/** What is said to the asker, as whoever decides on their answer reads it. */
const asOfOthers: Readonly<Record<Language, readonly [string, string]>> = {
  en: ["your question", "the question"],
  th: ["คำถามของคุณ", "คำถาม"],
};

/** `High confidence`, what speaks for it or against it, and who wrote the answer. */
export function confidenceBlock(
  confidence: Confidence,
  answeredBy: string,
  language: Language,
  question: "the reader's" | "of others" = "the reader's",
): ContextBlock {
  const words = texts[language];
  const author =
    answeredBy === extractive
      ? words.quoting
      : answeredBy === byHuman
        ? words.byHuman
        : words.model(answeredBy);
  const asRead = (reason: string): string =>
    question === "of others" ? reason.replace(...asOfOthers[language]) : reason;
  const parts = [...tellingReasons(confidence).map(({ code }) => asRead(words.reason[code])), author];
  return context(
    `*${words.confidence[confidence.level]}* · ${parts.map((part) => writePlain(part)).join(" · ")}`,
  );
}
