import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import { languages, type Language } from "./language.ts";
import type { Translation } from "./en.ts";
import { addFailureTexts } from "./failure-texts.ts";
import { addFaultTexts } from "./fault-text.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: Translation };
  }
}

/** Each language in its own name. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", th: "ไทย" };

const storageKey = "the-expert.language";
const isLanguage = (value: string | null): value is Language => languages.some((known) => known === value);

/** The remembered choice, else the first of the browser's languages that the page speaks, else English. */
export function chooseLanguage(remembered: string | null, preferred: readonly string[]): Language {
  if (isLanguage(remembered)) return remembered;
  for (const tag of preferred) {
    const language = tag.toLowerCase().split("-")[0] ?? "";
    if (isLanguage(language)) return language;
  }
  return "en";
}

const load: Readonly<Record<Language, () => Promise<Translation>>> = {
  en: async () => (await import("./en.ts")).en,
  th: async () => {
    const [{ th }, { thaiFailures }, { thaiFaults }] = await Promise.all([
      import("./th.ts"),
      import("./th-failures.ts"),
      import("./th-faults.ts"),
    ]);
    addFailureTexts("th", thaiFailures);
    addFaultTexts("th", thaiFaults);
    return th;
  },
};

export async function startLanguages(): Promise<i18n> {
  const language = chooseLanguage(localStorage.getItem(storageKey), navigator.languages);
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    resources: { [language]: { translation: await load[language]() } },
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = language;
  return i18next;
}

export async function changeLanguage(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, "translation")) {
    i18next.addResourceBundle(language, "translation", await load[language]());
  }
  localStorage.setItem(storageKey, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

export const asLanguage = (value: string): Language => (isLanguage(value) ? value : "en");
