import { Table } from "@mantine/core";
import type { Components } from "react-markdown";
import type { ReactNode } from "react";

/** One level for all: the page's own headings are above, and a text may begin at any depth. */
function Heading({ children }: { readonly children?: ReactNode }) {
  return <h3>{children}</h3>;
}

/** How Markdown of answers and documents is drawn: headings below the page's own, no pictures, links apart. */
export const markdownParts: Components = {
  h1: Heading,
  h2: Heading,
  h3: Heading,
  h4: Heading,
  h5: Heading,
  h6: Heading,
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
