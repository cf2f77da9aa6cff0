import { Table } from "@mantine/core";
import type { Components } from "react-markdown";
import { createElement, type ReactNode } from "react";

const lowered = (level: number) =>
  function LoweredHeading({ children }: { readonly children?: ReactNode }) {
    return createElement(`h${String(level)}`, null, children);
  };

/** How Markdown of answers and documents is drawn: headings below the page's own, no pictures, links apart. */
export const markdownParts: Components = {
  h1: lowered(3),
  h2: lowered(4),
  h3: lowered(5),
  h4: lowered(6),
  h5: lowered(6),
  h6: lowered(6),
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  ),
  img: ({ alt }) => <em>{alt}</em>,
  // What scrolls sideways must be reachable by keyboard.
  pre: ({ children }) => <pre tabIndex={0}>{children}</pre>,
  table: ({ children }) => (
    <Table.ScrollContainer minWidth={360} type="native" tabIndex={0}>
      <table>{children}</table>
    </Table.ScrollContainer>
  ),
};
