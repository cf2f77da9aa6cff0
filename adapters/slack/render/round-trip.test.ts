import { describe, expect, it } from "@jest/globals";

import { fromMrkdwn, plainFromMrkdwn } from "./from-mrkdwn.ts";
import { toMrkdwn } from "./to-mrkdwn.ts";

/** Repeatable chance: a linear congruential generator (Numerical Recipes' constants). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}
const rounds = 3_000;
const pick = <T>(roll: (sides: number) => number, from: readonly T[]): T => {
  const one = from[roll(from.length)];
  if (one === undefined) throw new Error("nothing to pick from");
  return one;
};
const flat = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const hardPieces = [
  ..."*_~`<>&|:@#![]()\\.-+",
  "**",
  "```",
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
  "<!channel>",
  "<@U1>",
  ":smile:",
  "@here",
  "https://x.y",
  "[1]",
];
const hardText = (roll: (sides: number) => number): string =>
  Array.from({ length: 1 + roll(12) }, () => pick(roll, hardPieces)).join("");

describe("round trips on hard text", () => {
  it("shows every text as it is written, however it is mixed", () => {
    const roll = dice(1);
    for (let round = 0; round < rounds; round++) {
      const text = flat(hardText(roll));
      const markdown = text.replaceAll(/[!-/:-@[-`{-~]/g, "\\$&");
      const mrkdwn = toMrkdwn(markdown);
      expect({ text, shown: flat(plainFromMrkdwn(mrkdwn)) }).toEqual({ text, shown: text });
      expect(mrkdwn).not.toMatch(/<[@#]|<!(?!date\^00000000\^)/);
    }
  });

  it("keeps styles through Slack and back", () => {
    const roll = dice(2);
    const words = ["word", "คำ", "a b", "(x)", "“q”", "é", "5%", "snake_case"];
    const styles = [
      (inner: string) => `**${inner}**`,
      (inner: string) => `_${inner}_`,
      (inner: string) => `~~${inner}~~`,
      (inner: string) => `**_${inner}_**`,
      (inner: string) => `\`${inner}\``,
      (inner: string) => `[${inner}](https://x.y/z)`,
      (inner: string) => inner,
    ];
    for (let round = 0; round < rounds; round++) {
      const markdown = Array.from({ length: 1 + roll(5) }, () => pick(roll, styles)(pick(roll, words))).join(
        " ",
      );
      // Neighbours of one style may become one.
      const merged = (text: string): string =>
        text.replaceAll(/\*\* \*\*|_ _|~~ ~~/g, " ").replaceAll(/_?\*\* \*\*_?/g, " ");
      const back = fromMrkdwn(toMrkdwn(markdown));
      expect({ markdown, back: merged(back) }).toEqual({ markdown, back: merged(markdown) });
    }
  });

  it("reads whatever people write into what shows the same", () => {
    const roll = dice(3);
    const written = [
      "*b*",
      "_i_",
      "~s~",
      "`c`",
      "•",
      "1.",
      "<https://x.y|l>",
      "<@U1>",
      "&lt;",
      "&amp;",
      "คำ",
      "w",
      "\n",
    ];
    for (let round = 0; round < rounds; round++) {
      const message = Array.from({ length: 1 + roll(10) }, () => pick(roll, written)).join(" ");
      const again = toMrkdwn(fromMrkdwn(message));
      expect({ message, words: lettersOf(again) }).toEqual({ message, words: lettersOf(message) });
    }
  });
});

const lettersOf = (mrkdwn: string): string => plainFromMrkdwn(mrkdwn).replaceAll(/[^\p{L}\p{M}<&]/gu, "");
