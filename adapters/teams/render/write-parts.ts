import type { Part } from "../../../core/escalation/escalation-words.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { plainStyle } from "../../../core/markdown/inline-runs.ts";
import type { CardElement } from "./card.ts";
import { writeRuns } from "./write-markdown.ts";

/** Stands for a moment in words that are still to be written as Markdown; nobody writes it. */
const mark = "\ue012";

interface PartsLook {
  /** Stands before it, bold. */
  readonly title?: string;
  /** How its moments are written. */
  readonly when: (moment: string) => string;
}

/** A line that shows words as they are, with their links and moments. */
export function partsLine(parts: readonly Part[], { title, when }: PartsLook): CardElement {
  const moments: string[] = [];
  const runs = parts.map((part) => {
    if (typeof part === "string")
      return { ...plainStyle, text: part.replaceAll(mark, "").replaceAll("{{", "{ {") };
    if ("moment" in part) {
      moments.push(part.moment);
      return { ...plainStyle, text: mark };
    }
    return { ...plainStyle, text: part.text, url: part.url === null ? null : linkAddress(part.url) };
  });
  const before =
    title === undefined
      ? []
      : [
          { ...plainStyle, bold: true, text: title },
          { ...plainStyle, text: " " },
        ];
  return {
    type: "TextBlock",
    text: writeRuns([...before, ...runs], "card").replaceAll(mark, () => when(moments.shift() ?? "")),
    wrap: true,
    spacing: "small",
  };
}
