import { Alert, Button, Text, Typography } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";
import type { PassageView } from "../../../bots/http/contract/knowledge.ts";
import { languageOf } from "../locales/language.ts";
import { highlightQuote } from "./highlight-quote.ts";
import { markdownParts } from "./markdown-parts.tsx";
import classes from "./source-panel.module.css";

/** Passages drawn before and after the cited one, and added by each press of a button. */
const step = 12;

interface PassageReaderProps {
  readonly passages: readonly PassageView[];
  readonly title: string;
  readonly citedId: string | null;
  readonly quote: string | null;
  /** Moves the keyboard to the cited passage as well. */
  readonly focusCited?: boolean;
}

/** The passages in reading order, opened at the cited one. */
export function PassageReader({ passages, title, citedId, quote, focusCited = false }: PassageReaderProps) {
  const { t } = useTranslation();
  const cited = passages.findIndex(({ id }) => id === citedId);
  const middle = Math.max(cited, 0);
  const [from, setFrom] = useState(Math.max(0, middle - step));
  const [to, setTo] = useState(middle + step + 1);
  const place = useRef<HTMLElement | null>(null);
  useEffect(() => {
    // The panel slides in; what is scrolled to before it has a place would be lost.
    const frame = requestAnimationFrame(() => {
      const quoted = place.current?.querySelector("mark") ?? place.current;
      // A passage higher than the window is read from its beginning.
      const fits = (quoted?.clientHeight ?? 0) < window.innerHeight / 2;
      quoted?.scrollIntoView({ block: fits ? "center" : "start" });
      if (focusCited) place.current?.focus({ preventScroll: true });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [focusCited]);

  if (passages.length === 0) return <Text>{t("source.empty")}</Text>;
  return (
    <div className={classes["passages"]}>
      {citedId !== null && cited === -1 && (
        <Alert color="yellow" variant="outline" mb="sm">
          {t("source.gone")}
        </Alert>
      )}
      {from > 0 && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setFrom(Math.max(0, from - step));
          }}
        >
          {t("source.earlier")}
        </Button>
      )}
      {passages.slice(from, to).map((passage, index, shown) => (
        <Passage
          key={passage.id}
          passage={passage}
          title={title}
          previous={shown[index - 1]}
          quote={passage.id === citedId ? quote : null}
          cited={passage.id === citedId ? place : null}
        />
      ))}
      {to < passages.length && (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setTo(to + step);
          }}
        >
          {t("source.later")}
        </Button>
      )}
    </div>
  );
}

interface PassageProps {
  readonly passage: PassageView;
  readonly title: string;
  readonly previous: PassageView | undefined;
  readonly quote: string | null;
  readonly cited: React.RefObject<HTMLElement | null> | null;
}

function Passage({ passage, title, previous, quote, cited }: PassageProps) {
  const { t } = useTranslation();
  const path = passage.headingPath.filter((heading) => heading !== title).join(" › ");
  const before = previous?.headingPath.filter((heading) => heading !== title).join(" › ");
  const newPage = passage.page !== null && passage.page !== previous?.page;
  const showPath = path !== "" && path !== before;
  return (
    <>
      {(showPath || newPage) && (
        <h3 className={classes["heading"]}>
          {showPath && path}
          {showPath && newPage && " · "}
          {newPage && passage.page !== null && (
            <span className={classes["page"]}>{t("source.page", { page: passage.page })}</span>
          )}
        </h3>
      )}
      <section
        ref={cited}
        tabIndex={cited === null ? undefined : -1}
        className={classes["passage"]}
        data-cited={cited === null ? undefined : true}
        data-testid={cited === null ? undefined : "cited-passage"}
        lang={languageOf(passage.text)}
        aria-label={cited === null ? undefined : t("source.cited")}
      >
        {cited !== null && <span className={classes["cited"]}>{t("source.cited")}</span>}
        <Typography fz="inherit" lh="inherit">
          <Markdown
            remarkPlugins={[remarkGfm]}
            rehypePlugins={quote === null ? [] : [[highlightQuote, { quote }]]}
            components={markdownParts}
            skipHtml
          >
            {passage.text}
          </Markdown>
        </Typography>
      </section>
    </>
  );
}
