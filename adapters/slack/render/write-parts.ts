import type { Part } from "../../../core/escalation/escalation-words.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { plainStyle } from "../../../core/markdown/inline-runs.ts";
import type { Language } from "../../../core/text/language.ts";
import { slackDate } from "./slack-date.ts";
import { writeMrkdwn } from "./write-mrkdwn.ts";

/** Stands for a moment in words that are still to be escaped; nobody writes it. */
const mark = "\ue012";

/** Words as mrkdwn that shows them as they are, their moments as how long ago they were. */
export function writeParts(parts: readonly Part[], language: Language): string {
  const moments: string[] = [];
  const runs = parts.map((part) => {
    if (typeof part === "string") return { ...plainStyle, text: part.replaceAll(mark, "") };
    if ("moment" in part) {
      moments.push(part.moment);
      return { ...plainStyle, text: mark };
    }
    return { ...plainStyle, text: part.text, url: part.url === null ? null : linkAddress(part.url) };
  });
  return writeMrkdwn(runs).replaceAll(mark, () => slackDate(moments.shift() ?? "", language, "{ago}"));
}
