import type { Language } from "./language.ts";

const tags: Readonly<Record<Language, string>> = { en: "en-GB", th: "th-TH" };

/** A day and time in words for a list, such as `20 Nov, 14:05`; with the year where it is not this one. */
export function shortDate(iso: string, language: Language, now: Date = new Date()): string {
  const date = new Date(iso);
  return new Intl.DateTimeFormat(tags[language], {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
  }).format(date);
}

/** A day as YYYY-MM-DD in words, such as `Fri, 20 Nov`. */
export const dayName = (day: string, language: Language): string =>
  new Intl.DateTimeFormat(tags[language], {
    weekday: "short",
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  }).format(new Date(`${day}T00:00:00Z`));
