import { useTranslation } from "react-i18next";
import type { Language } from "./language.ts";
import { asLanguage } from "./languages.ts";

/** The page's language; re-renders when it changes. */
export function useLanguage(): Language {
  return asLanguage(useTranslation().i18n.language);
}
