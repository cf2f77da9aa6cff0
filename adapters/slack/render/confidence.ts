import type { ContextBlock } from "@slack/types";

import type { Confidence, ConfidenceReason } from "../../../core/answering/confidence.ts";
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
  const parts = [...reasonsOf(confidence).map(({ code }) => words.reason[code]), author];
  return context(
    `*${words.confidence[confidence.level]}* · ${parts.map((part) => writePlain(part)).join(" · ")}`,
  );
}

/** Two at most: for a high confidence what speaks for it, for a low one what speaks against it, else one of each. */
function reasonsOf({ level, reasons }: Confidence): readonly ConfidenceReason[] {
  const speaking = (effect: ConfidenceReason["effect"]): readonly ConfidenceReason[] =>
    reasons.filter((reason) => reason.effect === effect);
  const [good, bad] = [speaking("for"), speaking("against")];
  if (level === "high") return good.slice(0, 2);
  if (level === "low") return bad.length === 0 ? good.slice(0, 1) : bad.slice(0, 2);
  return [...bad.slice(0, 1), ...good.slice(0, 1)];
}
