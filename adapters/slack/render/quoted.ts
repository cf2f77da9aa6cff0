import { shorten } from "../../../core/text/cut-text.ts";
import { plainFromMrkdwn } from "./from-mrkdwn.ts";
import { toMrkdwn } from "./to-mrkdwn.ts";
import { writePlain } from "./write-mrkdwn.ts";

/** Of a section's text, what a quote may take, with the characters that are written as several. */
const quoteRoom = 2_800;

/** What somebody wrote in Markdown as a quote, as far as `longest` and a section hold: its words alone, which mention nobody. */
export function quoted(markdown: string, longest: number): string {
  const words = plainFromMrkdwn(toMrkdwn(markdown));
  for (let size = longest; ; size = Math.floor(size * 0.7)) {
    const text = writePlain(shorten(words, size))
      .replaceAll(/^\u00ad?/gm, "> ")
      .replaceAll(/ $/gm, "");
    if (text.length <= quoteRoom || size < 50) return text;
  }
}
