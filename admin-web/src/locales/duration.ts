import type { Language } from "./language.ts";

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** How long it has been since then, in its largest unit, such as `3 hours`; at least a minute. */
export function elapsed(iso: string, language: Language, now: Date = new Date()): string {
  const ms = Math.max(60_000, now.getTime() - new Date(iso).getTime());
  const [unit, unitMs] = units.find(([, length]) => ms >= length) ?? units[2];
  return new Intl.NumberFormat(language === "th" ? "th-TH-u-nu-latn" : "en-GB", {
    style: "unit",
    unit,
    unitDisplay: "long",
  }).format(Math.floor(ms / unitMs));
}
