import { describe, expect, it } from "@jest/globals";

import type { Block } from "../../core/knowledge/text-extractor.ts";
import { extractDocument } from "./extract-document.ts";
import { sniffDelimiter } from "./formats/csv.ts";
import { joinLines, pdfBlocks } from "./formats/pdf-blocks.ts";
import type { Line } from "./formats/pdf-lines.ts";
import { withoutRunningLines } from "./formats/pdf-running-lines.ts";

const read = (name: string, text: string): ReturnType<typeof extractDocument> =>
  extractDocument({ name, content: new TextEncoder().encode(text) });
const blocksOf = async (name: string, text: string): Promise<readonly unknown[]> =>
  (await read(name, text)).blocks.map((block: Block) =>
    block.kind === "table" ? [block.kind, block.header, ...block.rows] : [block.kind, block.text],
  );

describe("Markdown", () => {
  it("takes the title from the front matter and headings as plain words", async () => {
    const { title, blocks } = await read(
      "a.md",
      `---\ntitle: "Power: how to"\nowner: x\n---\n# The *big* [switch](a.md) \`A\` {#id}\n\nText.`,
    );
    expect(title).toBe("Power: how to");
    expect(blocks[0]).toEqual({ kind: "heading", level: 1, text: "The big switch A", page: null });
  });

  it("keeps text, lists and code as written, and drops comments and pictures carried in the text", async () => {
    const list = "1. One\n\n   ```sh\n   ls\n   ```\n2. Two";
    expect(
      await blocksOf(
        "a.md",
        `**Bold** [x](http://y)\n\n${list}\n\n~~~py\na\n~~~\n\n<!-- hidden -->\n\n![p](data:image/png;base64,AAAA)\n\n> quote`,
      ),
    ).toEqual([
      ["paragraph", "**Bold** [x](http://y)"],
      ["list", list],
      ["code", "~~~py\na\n~~~"],
      ["paragraph", "![p]()"],
      ["paragraph", "> quote"],
    ]);
  });

  it("does not take a rule for front matter", async () => {
    expect(await blocksOf("a.md", "---\n\nText.\n\n---\n\nMore.")).toEqual([
      ["paragraph", "Text."],
      ["paragraph", "More."],
    ]);
  });
});

describe("HTML", () => {
  it("keeps headings, nested lists, code and tables and drops the rest", async () => {
    const html = `<!doctype html><html><head><title>T</title><style>x</style></head><body><nav>Menu</nav><h2>Start</h2>
      <p>One<br>two <b>three</b>&nbsp;&amp;<script>no()</script></p><ol start="3"><li>a<ul><li>b</li></ul></li><li><p>c</p><pre>ls -l
  x</pre></li></ol>
      <table><tr><th>K</th><th>V</th></tr><tr><td>a|b</td><td>1
      2</td></tr></table><p hidden>no</p><div>End</div></body></html>`;
    expect(await blocksOf("a.html", html)).toEqual([
      ["heading", "Start"],
      ["paragraph", "One\ntwo three &"],
      ["list", "3. a\n   - b\n4. c\n   ```\n   ls -l\n     x\n   ```"],
      ["table", "| K | V |\n| --- | --- |", "| a\\|b | 1 2 |"],
      ["paragraph", "End"],
    ]);
  });

  it("reads a table that arranges the page as a page", async () => {
    const html = "<html><table><tr><td><h1>Left</h1>Text</td><td>Right</td></tr></table></html>";
    expect(await blocksOf("a.html", html)).toEqual([
      ["heading", "Left"],
      ["paragraph", "Text"],
      ["paragraph", "Right"],
    ]);
  });
});

describe("CSV", () => {
  it.each([
    [",", 'a,b\n"x,1",2\n'],
    [";", "a;b\n1,5;2\n3,5;4\n"],
    ["\t", "a\tb\n1\t2\n"],
    ["|", "a|b\n1|2\n"],
  ])("finds the delimiter %j", (delimiter, text) => {
    expect(sniffDelimiter(text)).toBe(delimiter);
  });

  it("is a table with its title rows above", async () => {
    expect(await blocksOf("a.csv", 'Prices,,\n,,\nName,Price,\n"Bolt, long",2,\nNut,1,\n')).toEqual([
      ["paragraph", "Prices"],
      ["table", "| Name | Price |\n| --- | --- |", "| Bolt, long | 2 |", "| Nut | 1 |"],
    ]);
  });
});

describe("plain text and code", () => {
  it("finds underlined headings and lists", async () => {
    expect(await blocksOf("a.txt", "Title\n=====\nText\nmore\n\n- a\n- b\n\nEnd")).toEqual([
      ["heading", "Title"],
      ["paragraph", "Text\nmore"],
      ["list", "- a\n- b"],
      ["paragraph", "End"],
    ]);
  });

  it("fences code by its language", async () => {
    expect(await blocksOf("a.yaml", "a: 1\n\nb: 2\n")).toEqual([["code", "```yaml\na: 1\n\nb: 2\n```"]]);
  });
});

describe("PDF lines", () => {
  const line = (text: string, up: number, more: Partial<Line> = {}): Line => ({
    text,
    page: 1,
    size: 10,
    angle: 0,
    start: 50,
    end: 300,
    up,
    ...more,
  });

  it("become headings by size, lists by bullet, paragraphs by distance", () => {
    const lines = [
      line("Safety", 700, { size: 18 }),
      line("Keep the guard closed while the spin-", 670),
      line("dle turns.", 658),
      line("Second paragraph.", 630),
      line("• one", 600),
      line("and more", 588),
      line("• two", 576),
    ];
    expect(pdfBlocks([lines]).map((block) => [block.kind, "text" in block ? block.text : ""])).toEqual([
      ["heading", "Safety"],
      ["paragraph", "Keep the guard closed while the spindle turns."],
      ["paragraph", "Second paragraph."],
      ["list", "- one and more\n- two"],
    ]);
  });

  it("join words at soft hyphens and keep real ones", () => {
    expect(joinLines([{ text: "main\u00AD" }, { text: "tenance" }])).toBe("maintenance");
    expect(joinLines([{ text: "the A-" }, { text: "B switch" }])).toBe("the A- B switch");
  });

  it("lose running headers and page numbers, but not the first header", () => {
    const pages = [1, 2, 3, 4].map((page) => [
      line("ACME manual", 800, { page }),
      line(`Body ${"abcd"[page - 1]}`, 500, { page }),
      line(`Point ${"wxyz"[page - 1]}`, 400, { page }),
      line(`Page ${page} of 4`, 20, { page }),
    ]);
    expect(withoutRunningLines(pages).map((lines) => lines.map((one) => one.text))).toEqual([
      ["ACME manual", "Body a", "Point w", "Page 1 of 4"],
      ["Body b", "Point x"],
      ["Body c", "Point y"],
      ["Body d", "Point z"],
    ]);
  });
});
