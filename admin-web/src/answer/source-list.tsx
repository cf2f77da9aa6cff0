import { UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CitationView } from "../../../bots/http/contract/conversation.ts";
import { useOpenSource } from "../citations/source-address.ts";
import { quoteInWords } from "../citations/quote-in-words.ts";
import classes from "./source-list.module.css";

interface SourceListProps {
  readonly turnId: string;
  readonly citations: readonly CitationView[];
}

export function SourceList({ turnId, citations }: SourceListProps) {
  const { t } = useTranslation();
  const openSource = useOpenSource();
  if (citations.length === 0) return null;
  const heading = `sources-${turnId}`;
  return (
    <section className={classes["sources"]} aria-labelledby={heading}>
      <h3 className={classes["heading"]} id={heading}>
        {t("answer.sources", { count: citations.length })}
      </h3>
      <ol className={classes["list"]}>
        {citations.map(({ number, documentId, passageId, title, headingPath, page, quote }) => (
          <li key={number}>
            <UnstyledButton
              className={classes["source"]}
              aria-label={t("answer.openSource", { number, title })}
              onClick={() => {
                openSource({ documentId, passageId, quote });
              }}
            >
              <span className={classes["number"]} aria-hidden>
                {number}
              </span>
              <span className={classes["words"]}>
                <span className={classes["title"]}>{title}</span>
                <Place headingPath={headingPath} title={title} page={page} />
                <span className={classes["quote"]}>{quoteInWords(quote)}</span>
              </span>
            </UnstyledButton>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface PlaceProps {
  readonly headingPath: readonly string[];
  readonly title: string;
  readonly page?: number | null;
}

/** Where a passage stands, without repeating the document's title. */
export function Place({ headingPath, title, page = null }: PlaceProps) {
  const { t } = useTranslation();
  const steps = headingPath.filter((heading) => heading.trim().toLowerCase() !== title.trim().toLowerCase());
  const place = [
    ...(steps.length === 0 ? [] : [steps.join(" › ")]),
    ...(page === null ? [] : [t("answer.page", { page })]),
  ];
  if (place.length === 0) return null;
  return <span className={classes["place"]}>{place.join(" · ")}</span>;
}
