import { describe, expect, it } from "@jest/globals";
import { passageBlocks } from "./passage-blocks.ts";

const read = (text: string) =>
  passageBlocks(text).map(({ kind, ordered, start, end, parts }) => ({
    kind,
    ordered,
    text: text.slice(start, end),
    parts: parts.map((part) => text.slice(part.start, part.end)),
  }));

describe("passage blocks", () => {
  it("keeps lists with what belongs to their items", () => {
    const text =
      "Do this:\n\n1. One\n   goes on\n   - nested\n\n2. Two\n   ```\n   1. code\n   ```\n\nAfter.";
    expect(read(text)).toEqual([
      { kind: "paragraph", ordered: false, text: "Do this:", parts: [] },
      {
        kind: "list",
        ordered: true,
        text: "1. One\n   goes on\n   - nested\n\n2. Two\n   ```\n   1. code\n   ```",
        parts: ["1. One\n   goes on\n   - nested", "2. Two\n   ```\n   1. code\n   ```"],
      },
      { kind: "paragraph", ordered: false, text: "After.", parts: [] },
    ]);
  });

  it("tells code, tables, headings and wrapped paragraphs apart", () => {
    const text = "## Title\nTwo\nlines\n\n```sh\n# no heading\n\nls\n```\n| a | b |\n|---|---|\n| 1 | 2 |";
    expect(read(text).map(({ kind, text: inside }) => [kind, inside])).toEqual([
      ["heading", "## Title"],
      ["paragraph", "Two\nlines"],
      ["code", "```sh\n# no heading\n\nls\n```"],
      ["table", "| a | b |\n|---|---|\n| 1 | 2 |"],
    ]);
    expect(read(text).at(-1)?.parts).toEqual(["| a | b |", "| 1 | 2 |"]);
  });

  it("survives code that is never closed, and nothing at all", () => {
    expect(read("```\nls").map(({ kind }) => kind)).toEqual(["code"]);
    expect(read("")).toEqual([]);
  });
});
