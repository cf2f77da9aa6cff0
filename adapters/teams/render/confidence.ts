import type { Confidence } from "../../../core/answering/confidence.ts";
import { byHuman, extractive } from "../../../core/answering/draft.ts";
import { tellingReasons } from "../../../core/answering/telling-reasons.ts";
import type { CardElement } from "./card.ts";
import type { Texts } from "./card-texts.ts";

/** `High confidence`, what speaks for it or against it, and who wrote the answer. */
export function confidenceLine(confidence: Confidence, answeredBy: string, words: Texts): CardElement {
  const author =
    answeredBy === extractive
      ? words.quoting
      : answeredBy === byHuman
        ? words.byHuman
        : words.model(answeredBy);
  const parts = [...tellingReasons(confidence).map(({ code }) => words.reason[code]), author];
  const look = { size: "small" } as const;
  return {
    type: "RichTextBlock",
    inlines: [
      { type: "TextRun", text: words.confidence[confidence.level], ...look, weight: "bolder" },
      { type: "TextRun", text: ` · ${parts.join(" · ")}`, ...look, isSubtle: true },
    ],
  };
}
