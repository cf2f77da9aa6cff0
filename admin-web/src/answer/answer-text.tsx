import { Typography } from "@mantine/core";
import { useMemo } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import type { CitationView } from "../../../bots/http/contract/conversation.ts";
import { markdownParts } from "../citations/markdown-parts.tsx";
import classes from "./answer-text.module.css";
import { CitationButton } from "./citation-button.tsx";
import { citationMarks } from "./citation-marks.ts";

interface AnswerTextProps {
  /** Markdown with `[n]` marks. */
  readonly text: string;
  /** What the marks name; while an answer streams they are not known yet. */
  readonly citations: readonly CitationView[];
  readonly lang?: string;
}

export default function AnswerText({ text, citations, lang }: AnswerTextProps) {
  const components = useMemo<Components>(
    () => ({
      ...markdownParts,
      button: ({ node }) => {
        const number = Number(node?.properties["dataCitation"]);
        return (
          <CitationButton
            number={number}
            citation={citations.find((citation) => citation.number === number)}
          />
        );
      },
    }),
    [citations],
  );
  return (
    <Typography className={classes["answer"]} lang={lang}>
      <Markdown remarkPlugins={[remarkGfm]} rehypePlugins={[citationMarks]} components={components} skipHtml>
        {text}
      </Markdown>
    </Typography>
  );
}
