import { describe, expect, it } from "@jest/globals";
import { rankWords, zipfText } from "./zipf-text.ts";

describe("zipfText", () => {
  it("gives the same text for the same seed and place, and other text elsewhere", () => {
    const text = zipfText(1, ["pump", "valve"]);
    expect(text.passage(3)).toBe(zipfText(1, ["pump", "valve"]).passage(3));
    expect(text.passage(3)).not.toBe(text.passage(4));
    expect(text.passage(3)).not.toBe(zipfText(2, ["pump", "valve"]).passage(3));
  });

  it("uses frequent words often, and asks in words of the passage", () => {
    const text = zipfText(1, ["pump", "valve"]);
    const all = Array.from({ length: 100 }, (_, place) => text.passage(place)).join(" ");
    expect(rankWords([all]).slice(0, 2)).toEqual(["pump", "valve"]);
    const said = new Set(text.passage(5).replaceAll(".", "").split(" "));
    const asked = text.question(5).split(" ");
    expect(asked.slice(0, -1).every((word) => said.has(word))).toBe(true);
  });
});
