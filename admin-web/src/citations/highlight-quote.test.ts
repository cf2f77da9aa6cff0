import { describe, expect, it } from "@jest/globals";
import type { TreeElement, TreeNode, TreeRoot } from "./markdown-tree.ts";
import { highlightQuote } from "./highlight-quote.ts";
import { quoteInWords } from "./quote-in-words.ts";

const element = (tagName: string, ...children: (TreeElement | string)[]): TreeElement => ({
  type: "element",
  tagName,
  properties: {},
  children: children.map((child) => (typeof child === "string" ? { type: "text", value: child } : child)),
});
const show = (node: TreeRoot | TreeNode): string =>
  node.type === "text"
    ? node.value
    : node.type === "element" && node.tagName === "mark"
      ? `«${node.children.map(show).join("")}»`
      : "children" in node
        ? node.children.map(show).join("")
        : "";
function highlighted(quote: string, ...children: TreeElement[]): string {
  const tree: TreeRoot = { type: "root", children };
  highlightQuote({ quote })(tree);
  return show(tree);
}

describe("highlightQuote", () => {
  it("finds a quote across markup and line breaks", () => {
    const paragraph = element(
      "p",
      "First open the ",
      element("strong", "red valve"),
      ", then wait\n10 minutes. Done.",
    );
    expect(highlighted("open the **red valve**, then\nwait 10 minutes.", paragraph)).toBe(
      "First «open the »«red valve»«, then wait\n10 minutes.» Done.",
    );
  });

  it("ignores the addresses of links", () => {
    const paragraph = element("p", "See the ", element("a", "handbook"), " for details.");
    expect(highlighted("See the [handbook](https://a.test/x)", paragraph)).toBe(
      "«See the »«handbook» for details.",
    );
  });

  it("finds the sentences of a quote that leaves something out", () => {
    const paragraph = element("p", "Switch off the pump. Ignore this part. Close the inlet valve.");
    expect(highlighted("Switch off the pump. … Close the inlet valve.", paragraph)).toBe(
      "«Switch off the pump.» Ignore this part. «Close the inlet valve.»",
    );
  });

  it("marks nothing where the words are not there", () => {
    expect(highlighted("Entirely different words", element("p", "Nothing of it"))).toBe("Nothing of it");
    expect(highlighted("", element("p", "Nothing of it"))).toBe("Nothing of it");
  });

  it("works in Thai", () => {
    expect(highlighted("ปิดวาล์วก่อน", element("p", "ให้ปิดวาล์วก่อนเสมอ"))).toBe("ให้«ปิดวาล์วก่อน»เสมอ");
  });
});

describe("quoteInWords", () => {
  it.each([
    ["- **Stop** the `pump`\n- [Call](https://a.test) us", "Stop the pump Call us"],
    ["| Step | Time |\n|---|---|\n| One | 5 min |", "Step Time One 5 min"],
    ["snake_case stays", "snake_case stays"],
  ])("%j", (quote, expected) => {
    expect(quoteInWords(quote)).toBe(expected);
  });
});
