import { describe, expect, it } from "@jest/globals";

import { shorten, splitCode, textEnd } from "./cut-text.ts";

describe("textEnd and shorten", () => {
  it.each([
    ["One two. Three four five", 12, "One two. "],
    ["alpha beta gamma delta", 16, "alpha beta gamma"],
    ["short", 10, "short"],
  ])("%j within %i", (text, size, head) => {
    expect(text.slice(0, textEnd(text, size))).toBe(head);
  });

  it("marks what is missing", () => {
    expect(shorten("alpha beta gamma delta", 17)).toBe("alpha beta gamma…");
    expect(shorten("alpha", 17)).toBe("alpha");
  });
});

describe("splitCode", () => {
  it("cuts between lines, and within a line that is too long", () => {
    expect(splitCode("aa\nbb\ncc\ndddddddd", 5)).toEqual(["aa\nbb", "cc", "ddddd", "ddd"]);
    expect(splitCode("\n\nx", 5)).toEqual(["\n\nx"]);
  });
});
