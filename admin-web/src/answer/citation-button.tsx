import { UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CitationView } from "../../../bots/http/contract/conversation.ts";
import { useOpenSource } from "../citations/source-address.ts";
import classes from "./citation-button.module.css";

interface CitationButtonProps {
  readonly number: number;
  /** Absent while the answer streams. */
  readonly citation: CitationView | undefined;
}

/** `[n]` in the text. */
export function CitationButton({ number, citation }: CitationButtonProps) {
  const { t } = useTranslation();
  const openSource = useOpenSource();
  if (citation === undefined) {
    return (
      <span className={classes["mark"]} aria-label={t("answer.citationUnknown", { number })} role="img">
        {number}
      </span>
    );
  }
  const { documentId, passageId, quote, title } = citation;
  return (
    <UnstyledButton
      component="button"
      type="button"
      className={classes["mark"]}
      aria-label={t("answer.citation", { number, title })}
      title={title}
      onClick={() => {
        openSource({ documentId, passageId, quote });
      }}
    >
      {number}
    </UnstyledButton>
  );
}
