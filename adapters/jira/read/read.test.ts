import { describe, expect, it } from "@jest/globals";
import { markdownBlocks } from "../render/blocks.ts";
import { writeDocument } from "../render/write-document.ts";
import { writeWiki } from "../render/write-wiki.ts";
import { readDocument } from "./read-document.ts";
import { readWiki } from "./read-wiki.ts";

const doc = (...content: object[]): object => ({ type: "doc", version: 1, content });
const paragraph = (...content: object[]): object => ({ type: "paragraph", content });
const text = (words: string, ...marks: object[]): object => ({ type: "text", text: words, marks });

describe("a document as Markdown", () => {
  it("keeps formatting, lists, code and tables", () => {
    const document = doc(
      { type: "heading", attrs: { level: 2 }, content: [text("Cards")] },
      paragraph(
        text("Ask "),
        text("today ", { type: "strong" }),
        text("or"),
        { type: "hardBreak" },
        text("later"),
      ),
      {
        type: "orderedList",
        attrs: { order: 3 },
        content: [
          {
            type: "listItem",
            content: [
              paragraph(text("three")),
              { type: "bulletList", content: [{ type: "listItem", content: [paragraph(text("under"))] }] },
            ],
          },
          { type: "listItem", content: [paragraph(text("four"))] },
        ],
      },
      { type: "codeBlock", content: [text("a ``` b")] },
      { type: "panel", attrs: { panelType: "info" }, content: [paragraph(text("note"))] },
    );
    expect(readDocument(document)).toBe(
      [
        "## Cards",
        "Ask **today** or  \nlater",
        "3. three\n   - under\n4. four",
        "````\na ``` b\n````",
        "> note",
      ].join("\n\n"),
    );
  });

  it("calls nobody and leads nowhere else", () => {
    const document = doc(
      paragraph(
        { type: "mention", attrs: { id: "1", text: "@Ben <!channel>" } },
        text(" <@U123> "),
        text("click", { type: "link", attrs: { href: "javascript:alert(1)" } }),
        text(" here", { type: "link", attrs: { href: "https://x.example/(a)" } }),
        { type: "inlineCard", attrs: { url: "https://y.example/" } },
        { type: "emoji", attrs: { shortName: ":smile:", text: "😄" } },
      ),
    );
    expect(readDocument(document)).toBe(
      "@Ben \\<!channel\\> \\<@U123\\> click [here](https://x.example/%28a%29)[https://y.example/](https://y.example/)😄",
    );
  });

  it.each([null, "text", {}, { type: "doc", content: "no" }, []])("is empty where it is none: %j", (odd) => {
    expect(readDocument(odd)).toBe("");
  });

  it("shows what stands in nodes that it does not know", () => {
    expect(readDocument(doc({ type: "expand", attrs: {}, content: [paragraph(text("inside"))] }))).toBe(
      "inside",
    );
  });
});

describe("wiki markup as Markdown", () => {
  it.each([
    ["h2. Cards", "## Cards"],
    ["*bold* _slanted_ -gone- {{code}}", "**bold** *slanted* ~~gone~~ `code`"],
    ["ไทย{*}หนา{*}ไทย", "ไทย**หนา**ไทย"],
    ["* one\n** under\n# first", "- one\n   - under\n1. first"],
    ["{code:sh}\nls *\n{code}", "```\nls *\n```"],
    ["{quote}\nso\n{quote}", "> so"],
    ["[site|https://x.example/a]", "[site](https://x.example/a)"],
    ["[https://x.example/a]", "[https://x.example/a](https://x.example/a)"],
    ["[x|javascript:alert(1)]", "\\[x\\|javascript:alert(1)\\]"],
    ["[~ben] {color:red}look{color}", "@ben look"],
    ["first\nsecond", "first  \nsecond"],
    ["||a||b||\n|1|2|", "| a | b |\n| --- | --- |\n| 1 | 2 |"],
    ["2 * 3 * 4 and a-b-c", "2 \\* 3 \\* 4 and a-b-c"],
    ["\\*no\\* &#92; &amp;", "\\*no\\* \\\\ &"],
    ["<!channel> `x`", "\\<!channel\\> \\`x\\`"],
  ])("%j", (markup, markdown) => {
    expect(readWiki(markup)).toBe(markdown);
  });

  it("is quick with whatever somebody writes", () => {
    for (const piece of ["{code:a}", "*a", "[a", "{{", "!a", "[~", "{*}a", "|", "\\", "_-*", "{quote}"]) {
      const before = performance.now();
      readWiki(piece.repeat(20_000));
      expect(performance.now() - before).toBeLessThan(20_000);
    }
  });
});

describe("there and back", () => {
  const written = [
    "A **bold** and *slanted* word, `code` and a [link](https://x.example/a).",
    "1. one\n2. two",
    "> quoted",
    "```\nls {code}\n```",
    "Odd: \\* \\_ \\[~a\\] {b} | \\\\ & \\<c\\> ก่อน 😀 h1. -- :)",
  ];
  it.each(written)("%j through a document", (markdown) => {
    const blocks = markdownBlocks(markdown);
    expect(markdownBlocks(readDocument(writeDocument(blocks)))).toEqual(blocks);
  });
  it.each(written)("%j through wiki markup", (markdown) => {
    const blocks = markdownBlocks(markdown);
    const back = markdownBlocks(readWiki(writeWiki(blocks)).replaceAll("\u200b", ""));
    expect(back).toEqual(blocks);
  });
});
