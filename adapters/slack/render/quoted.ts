import { shorten } from "../../../core/text/cut-text.ts";
import { plainFromMrkdwn } from "./from-mrkdwn.ts";
import { toMrkdwn } from "./to-mrkdwn.ts";
import { writePlain } from "./write-mrkdwn.ts";

/** What somebody wrote in Markdown as a quote, as far as `longest`: its words alone, which mention nobody. */
export const quoted = (markdown: string, longest: number): string =>
  writePlain(shorten(plainFromMrkdwn(toMrkdwn(markdown)), longest))
    .replaceAll(/^\u00ad?/gm, "> ")
    .replaceAll(/ $/gm, "");
