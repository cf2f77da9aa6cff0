import type { Language } from "../../../core/text/language.ts";
import { escapeEntities } from "./entities.ts";

/**
 * A moment as everybody reads it in their own time zone and language; what cannot format it shows UTC.
 * @param moment ISO 8601
 * @param format of https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function slackDate(moment: string, language: Language, format = "{date_short_pretty} {time}"): string {
  const date = new Date(moment);
  const seconds = Math.floor(date.getTime() / 1_000);
  const withTime = format.includes("{time}") || format.includes("{ago}");
  const plain = new Intl.DateTimeFormat(language === "th" ? "th-TH-u-ca-gregory" : "en-GB", {
    dateStyle: "medium",
    ...(withTime ? { timeStyle: "short" } : {}),
    timeZone: "UTC",
  }).format(date);
  return `<!date^${String(seconds)}^${format}|${escapeEntities(withTime ? `${plain} UTC` : plain)}>`;
}
