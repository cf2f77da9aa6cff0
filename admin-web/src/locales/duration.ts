import type { Language } from "./language.ts";

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

const moment: Readonly<Record<Language, string>> = { en: "less than a minute", th: "ไม่ถึง 1 นาที" };

/** How long it has been since then, in its largest unit, such as `3 hours`. */
export function elapsed(iso: string, language: Language, now: Date = new Date()): string {
  const ms = now.getTime() - new Date(iso).getTime();
  const found = units.find(([, length]) => ms >= length);
  if (found === undefined) return moment[language];
  const [unit, unitMs] = found;
  return new Intl.NumberFormat(language === "th" ? "th-TH-u-nu-latn" : "en-GB", {
    style: "unit",
    unit,
    unitDisplay: "long",
  }).format(Math.floor(ms / unitMs));
}
