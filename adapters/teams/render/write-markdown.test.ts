import { describe, expect, it } from "@jest/globals";
import { Lexer, Marked, type MarkedToken } from "marked";

import { inlineRuns, plainStyle, type Run } from "../../../core/markdown/inline-runs.ts";
import { type Reader, writePlain, writeRuns } from "./write-markdown.ts";

const run = (text: string, style: Partial<Run> = {}): Run => ({ ...plainStyle, text, ...style });

/** Repeatable chance: a linear congruential generator (Numerical Recipes' constants). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}
const pick = <T>(roll: (sides: number) => number, from: readonly T[]): T => {
  const one = from[roll(from.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
};

/** Cards know no HTML. */
const cardLexer = new Marked({ tokenizer: { html: () => undefined, tag: () => undefined } });

/** What a reader of Markdown makes of it: one paragraph's runs, or null where it is anything else. */
function readBack(markdown: string, reader: Reader = "message"): readonly Run[] | null {
  const tokens = (
    reader === "card" ? cardLexer.lexer(markdown) : new Lexer({ gfm: true }).lex(markdown)
  ) as MarkedToken[];
  const [token] = tokens;
  return tokens.length === 1 && token?.type === "paragraph" ? inlineRuns(token.tokens, () => null) : null;
}

const shown = (runs: readonly Run[] | null): string | null =>
  runs
    ?.map(({ text }) => text)
    .join("")
    .replaceAll(/\s+/g, " ")
    .trim() ?? null;

describe("writeRuns", () => {
  const hardPieces = [
    ..."*_~`<>&|:@#![]()\\.-+=",
    "**",
    "```",
    "1.",
    " ",
    " ",
    "a",
    "word",
    "9",
    "คำ",
    "ที่",
    "é",
    "👩‍👩‍👧",
    "&amp;",
    "<at>Ada</at>",
    "<script>",
    "[1]",
    "(x)",
  ];

  it.each<Reader>(["message", "card"])("shows every text of a %s as it is written", (reader) => {
    const roll = dice(reader.length);
    for (let round = 0; round < 4_000; round++) {
      const text = Array.from({ length: 1 + roll(12) }, () => pick(roll, hardPieces))
        .join("")
        .replaceAll(/\s+/g, " ")
        .trim();
      if (text === "") continue;
      const markdown = writePlain(text, null, reader);
      expect({ text, markdown, back: shown(readBack(markdown, reader)) }).toEqual({
        text,
        markdown,
        back: text,
      });
    }
  });

  it("keeps styles, whatever stands beside what", () => {
    const roll = dice(3);
    const words = ["word", "คำ", "a b", "(x)", "“q”", "é", "5%", "snake_case", "*", "[1]", "a", ")", "<b>"];
    const styles: readonly Partial<Run>[] = [
      {},
      {},
      { bold: true },
      { italic: true },
      { strike: true },
      { bold: true, italic: true },
      { code: true },
      { url: "https://x.y/z_(a)?b=1&c=2" },
      { bold: true, url: "https://x.y/" },
    ];
    for (let round = 0; round < 4_000; round++) {
      const runs = Array.from({ length: 1 + roll(5) }, () => run(pick(roll, words), pick(roll, styles)));
      const markdown = writeRuns(runs);
      const plain = (some: readonly Run[] | null) => shown(some)?.replaceAll(/\s/g, "");
      expect({ runs, markdown, back: plain(readBack(markdown)) }).toEqual({
        runs,
        markdown,
        back: plain(runs),
      });
      const styled = (some: readonly Run[], style: "bold" | "italic" | "strike" | "code"): string =>
        some
          .map((one) => (one[style] || one.text.trim() === "" ? one.text.replaceAll(/\s/g, "") : "|"))
          .join("")
          .replaceAll(/\|+/g, "|");
      const back = readBack(markdown) ?? [];
      const withoutCode = runs.map((one) => (one.code ? run(one.text, { code: true }) : one));
      for (const style of ["bold", "italic", "strike", "code"] as const)
        expect({ markdown, style, text: styled(back, style).replaceAll(/^\||\|$/g, "") }).toEqual({
          markdown,
          style,
          text: styled(withoutCode, style).replaceAll(/^\||\|$/g, ""),
        });
    }
  });

  it("leaves the citations that Teams links, and links nothing else", () => {
    expect(writePlain("Open it [1][2]. See [a](b) and [3](x) and [4]: y")).toBe(
      "Open it [1][2]. See \\[a](b) and [3]\\(x) and [4]\\: y",
    );
  });

  it("writes HTML in a message as references, and in a card as it is", () => {
    expect(writePlain("<at>Ada</at> & <b>")).toBe("&lt;at&gt;Ada&lt;/at&gt; &amp; &lt;b&gt;");
    expect(writePlain("<at>Ada</at> & <b> &amp;", null, "card")).toBe("<at>Ada</at> & <b> &amp;amp;");
  });

  it("ends a line within a paragraph by two spaces, as Teams wants it", () => {
    expect(writePlain("one\n  two\n# three")).toBe("one  \ntwo  \n\\# three");
  });
});
