import { describe, expect, it } from "@jest/globals";
import { beginningOf, createStreamEscape } from "./escape-streamed.ts";

const streamed = (pieces: readonly string[]): string => {
  const escape = createStreamEscape();
  return pieces.map((piece) => escape(piece)).join("");
};
const cutsOf = (text: string): readonly (readonly string[])[] =>
  Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]);

/** Ends in a space, since what may go on is held back. */
const marks: readonly (readonly [string, string])[] = [
  ["<!channel> ", "&lt;!channel> "],
  ["<!here|here> ", "&lt;!here|here> "],
  ["<!subteam^S012> ", "&lt;!subteam^S012> "],
  ["<@U012AB3CD> ", "&lt;@U012AB3CD> "],
  ["<#C012AB3CD|general> ", "&lt;#C012AB3CD|general> "],
  ["<https://evil.example|https://good.example> ", "&lt;https://evil.example|https://good.example> "],
  ["Tell @here now ", "Tell @\u200bhere now "],
  ["@channel, @everyone. ", "@\u200bchannel, @\u200beveryone. "],
  ["@HERE @Group! ", "@\u200bHERE @\u200bGroup! "],
  ["&lt;!here&gt; ", "&lt;!here&gt; "],
  ["ann@heritage.example ", "ann@heritage.example "],
  [
    "> a quote, a & b, [a link](https://a.example/?x=1&y=2) ",
    "> a quote, a & b, [a link](https://a.example/?x=1&y=2) ",
  ],
  ["**bold** `code` ไทย 🙂 ", "**bold** `code` ไทย 🙂 "],
];

describe("createStreamEscape", () => {
  it.each(marks)("lets nothing in %j call anybody, wherever it is cut", (text, expected) => {
    for (const pieces of cutsOf(text)) expect(streamed(pieces)).toBe(expected);
    expect(streamed([...text].map(String))).toBe(expected);
  });

  it("holds back the end that may become a broadcast, and no other", () => {
    const escape = createStreamEscape();
    expect(escape("Ask @he")).toBe("Ask ");
    expect(escape("len")).toBe("@helen");
    expect(escape(" or @here")).toBe(" or ");
    expect(escape("")).toBe("");
    expect(escape(" or")).toBe("@\u200bhere or");
  });
});

describe("beginningOf", () => {
  it.each([
    ["whole", 9, "whole"],
    ["in two", 3, "in "],
    ["ab&lt;c", 3, "ab"],
    ["ab&lt;c", 5, "ab"],
    ["ab&lt;c", 6, "ab&lt;"],
    ["a🙂b", 2, "a"],
  ])("cuts %j at %d", (text, limit, expected) => {
    expect(beginningOf(text, limit)).toBe(expected);
  });
});
