import { SegmentedControl } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { languages } from "./language.ts";
import { asLanguage, changeLanguage, languageNames } from "./languages.ts";
import { useLanguage } from "./use-language.ts";

export function LanguageSwitch() {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="sm"
      aria-label={t("person.language")}
      value={useLanguage()}
      onChange={(value) => void changeLanguage(asLanguage(value))}
      data={languages.map((language) => ({
        value: language,
        label: <span lang={language}>{languageNames[language]}</span>,
      }))}
    />
  );
}
