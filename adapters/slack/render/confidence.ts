import type { ContextBlock } from "@slack/types";

import type { Confidence } from "../../../core/answering/confidence.ts";
import { tellingReasons } from "../../../core/answering/telling-reasons.ts";
import type { Language } from "../../../core/text/language.ts";
import { context } from "./split-blocks.ts";
import { texts } from "./texts.ts";
import { writePlain } from "./write-mrkdwn.ts";

/** `High confidence`, what speaks for it or against it, and who wrote the answer. */
export function confidenceBlock(
  confidence: Confidence,
  answeredBy: string,
  language: Language,
): ContextBlock {
  const words = texts[language];
  const author = answeredBy === "extractive" ? words.quoting : words.model(answeredBy);
  const parts = [...tellingReasons(confidence).map(({ code }) => words.reason[code]), author];
  return context(
    `*${words.confidence[confidence.level]}* · ${parts.map((part) => writePlain(part)).join(" · ")}`,
  );
}
