import type { Block } from "./text-extractor.ts";

export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly page: number | null;
}

/** A heading with what stands under it before the next heading, and the sections below it. */
export interface Section {
  /** The headings above and its own, outermost first; empty for the document itself. */
  readonly headings: readonly Heading[];
  readonly content: readonly Exclude<Block, { kind: "heading" }>[];
  readonly sections: readonly Section[];
}

interface OpenSection extends Section {
  readonly level: number;
  readonly content: Exclude<Block, { kind: "heading" }>[];
  readonly sections: OpenSection[];
}

/** The document as a tree of its headings. Levels may be skipped: a heading belongs to the last one above it of a lower level. */
export function sectionsOf(blocks: readonly Block[]): Section {
  const root: OpenSection = { level: 0, headings: [], content: [], sections: [] };
  let open: OpenSection[] = [root];
  for (const block of blocks) {
    if (block.kind !== "heading") {
      open.at(-1)?.content.push(block);
      continue;
    }
    open = open.filter((section) => section.level < block.level || section === root);
    const parent = open.at(-1) ?? root;
    const section: OpenSection = {
      level: block.level,
      headings: [...parent.headings, block],
      content: [],
      sections: [],
    };
    parent.sections.push(section);
    open.push(section);
  }
  return root;
}
