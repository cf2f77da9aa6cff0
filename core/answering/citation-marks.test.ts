import { describe, expect, it } from "@jest/globals";
import { createMarkRewriter } from "./citation-marks.ts";

function rewrite(text: string, passages = 3, pieceLength = text.length) {
  const rewriter = createMarkRewriter({
    passages,
    allowLink: (url) => url.startsWith("https://known.test/"),
  });
  let out = "";
  for (let at = 0; at < text.length; at += pieceLength)
    out += rewriter.push(text.slice(at, at + pieceLength));
  out += rewriter.end();
  return { text: out, cited: rewriter.cited };
}

describe("citation marks", () => {
  it.each([
    ["renumbers in order of use", "A [3]. B [1]. C [3].", "A [1]. B [2]. C [1].", [3, 1]],
    ["splits lists of numbers", "A [2, 3].", "A [1][2].", [2, 3]],
    ["drops passages that were not given", "A [9]. B [0] [2].", "A . B  [1].", [2]],
    ["leaves code alone", "Use `a[1]` and\n```\nb[2]\n```\n[2]", "Use `a[1]` and\n```\nb[2]\n```\n[1]", [2]],
    ["survives a lone tick", "It`s so [2]\nand [1]", "It`s so [2]\nand [1]", [1]],
    ["keeps known links", "[page](https://known.test/a) [1]", "[page](https://known.test/a) [1]", [1]],
    ["unlinks unknown ones", "[page](https://evil.test/?q=secret) [1]", "page [1]", [1]],
    ["never shows pictures", "![x](https://known.test/a.png)[1]", "x[1]", [1]],
    ["keeps other brackets", "a [sic] b [", "a [sic] b [", []],
    ["knows the wide brackets", "A 【2】.", "A [1].", [2]],
  ])("%s", (_name, text, expected, cited) => {
    for (const pieceLength of [text.length, 5, 1]) {
      expect(rewrite(text, 3, pieceLength)).toEqual({ text: expected, cited });
    }
  });

  it("holds back nothing but open brackets", () => {
    const rewriter = createMarkRewriter({ passages: 2, allowLink: () => true });
    expect(rewriter.push("Plain text, ")).toBe("Plain text, ");
    expect(rewriter.push("cited [")).toBe("cited ");
    expect(rewriter.push("2")).toBe("");
    expect(rewriter.push("] and")).toBe("[1] and");
  });
});
