import type { Run } from "../../../core/markdown/inline-runs.ts";
import type { Table } from "../../../core/markdown/text-table.ts";
import type { Block } from "./blocks.ts";

/** A node of the Atlassian Document Format (https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/). */
export interface DocumentNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, string | number>>;
  readonly text?: string;
  readonly marks?: readonly { readonly type: string; readonly attrs?: Readonly<Record<string, string>> }[];
  readonly content?: readonly DocumentNode[];
}

export interface AtlassianDocument extends DocumentNode {
  readonly type: "doc";
  readonly version: 1;
  readonly content: readonly DocumentNode[];
}

/** Blocks as a document. Text is only ever text in it: no mention, macro or card comes from what somebody wrote. */
export const writeDocument = (blocks: readonly Block[]): AtlassianDocument => ({
  type: "doc",
  version: 1,
  content: blocks.flatMap((block) => nodesOf(block, "document")),
});

/** Where a node stands: quotes, items and cells take only some kinds. */
type Place = "document" | "quote" | "item" | "cell";

function nodesOf(block: Block, place: Place): readonly DocumentNode[] {
  switch (block.kind) {
    case "paragraph":
      return [node("paragraph", inlineNodes(block.runs))];
    case "heading":
      return place === "document" || place === "cell"
        ? [{ ...node("heading", inlineNodes(block.runs)), attrs: { level: block.level } }]
        : [node("paragraph", inlineNodes(block.runs.map((run) => ({ ...run, bold: true }))))];
    case "code":
      return [
        {
          ...node("codeBlock", block.text === "" ? [] : [{ type: "text", text: block.text }]),
          ...(block.language === null ? {} : { attrs: { language: block.language } }),
        },
      ];
    case "quote": {
      const inner = block.blocks.flatMap((one) => nodesOf(one, place === "document" ? "quote" : place));
      return place === "document" && inner.length > 0 ? [node("blockquote", inner)] : inner;
    }
    case "list": {
      const items = block.items.map((item) => node("listItem", itemNodes(item)));
      return block.start === null
        ? [node("bulletList", items)]
        : [{ ...node("orderedList", items), attrs: { order: block.start } }];
    }
    case "table":
      return place === "document" ? [tableNode(block.table)] : rowsAsList(block.table);
    case "rule":
      return place === "document" ? [{ type: "rule" }] : [];
  }
}

const node = (type: string, content: readonly DocumentNode[]): DocumentNode => ({ type, content });

/** An item begins with a paragraph or code. */
function itemNodes(item: readonly Block[]): readonly DocumentNode[] {
  const nodes = item.flatMap((block) => nodesOf(block, "item"));
  const first = nodes[0]?.type;
  return first === "paragraph" || first === "codeBlock" ? nodes : [node("paragraph", []), ...nodes];
}

const tableNode = ({ header, rows }: Table): DocumentNode =>
  node("table", [
    node(
      "tableRow",
      header.map((cell) => node("tableHeader", [node("paragraph", inlineNodes(cell))])),
    ),
    ...rows.map((row) =>
      node(
        "tableRow",
        row.map((cell) => node("tableCell", [node("paragraph", inlineNodes(cell))])),
      ),
    ),
  ]);

/** Where no table may stand: its rows as lines, cells between bars. */
const rowsAsList = ({ header, rows }: Table): readonly DocumentNode[] => [
  node(
    "bulletList",
    [header, ...rows].map((row) =>
      node("listItem", [
        node(
          "paragraph",
          inlineNodes(
            row.flatMap((cell, at) =>
              at === 0
                ? cell
                : [
                    { text: " | ", bold: false, italic: false, strike: false, code: false, url: null },
                    ...cell,
                  ],
            ),
          ),
        ),
      ]),
    ),
  ),
];

const inlineNodes = (runs: readonly Run[]): readonly DocumentNode[] =>
  runs.flatMap((run) =>
    run.text.split("\n").flatMap((text, at): readonly DocumentNode[] => {
      const marks = marksOf(run);
      const piece: readonly DocumentNode[] =
        text === "" ? [] : [{ type: "text", text, ...(marks.length === 0 ? {} : { marks }) }];
      return at === 0 ? piece : [{ type: "hardBreak" }, ...piece];
    }),
  );

function marksOf({ bold, italic, strike, code, url }: Run): NonNullable<DocumentNode["marks"]> {
  const link = url === null ? [] : [{ type: "link", attrs: { href: url } }];
  // Code takes no other mark but a link.
  if (code) return [{ type: "code" }, ...link];
  return [
    ...(bold ? [{ type: "strong" }] : []),
    ...(italic ? [{ type: "em" }] : []),
    ...(strike ? [{ type: "strike" }] : []),
    ...link,
  ];
}
