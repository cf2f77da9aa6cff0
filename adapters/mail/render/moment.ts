import type { Language } from "../../../core/text/language.ts";

const formats: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }),
  th: new Intl.DateTimeFormat("th-TH", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" }),
};

/** A moment (ISO 8601) in words. Nobody knows where its reader is: it names its zone. */
export const writeMoment = (moment: string, language: Language): string =>
  `${formats[language].format(new Date(moment))} UTC`;
