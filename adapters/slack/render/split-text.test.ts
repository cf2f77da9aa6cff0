import { describe, expect, it } from "@jest/globals";

import { plainFromMrkdwn } from "./from-mrkdwn.ts";
import { plainStyle, type Run } from "../../../core/markdown/inline-runs.ts";
import { splitRuns } from "./split-text.ts";

const run = (text: string, style: Partial<Run> = {}): Run => ({ ...plainStyle, text, ...style });

describe("splitRuns", () => {
  it("cuts after sentences, loses nothing and opens the formatting again", () => {
    const sentence = "The valve is closed slowly. ";
    const parts = splitRuns([run(sentence.repeat(20), { bold: true }), run(sentence.repeat(20))], 200);
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(200);
    expect(parts.map(plainFromMrkdwn).join(" ")).toBe(sentence.repeat(40).trim());
    expect(parts.every((part) => plainFromMrkdwn(part).endsWith("."))).toBe(true);
    expect(parts.filter((part) => part.startsWith("*")).every((part) => /^\*[^*]+\*/.test(part))).toBe(true);
  });

  it("cuts Thai between words", () => {
    const text = "พนักงานต้องปิดวาล์วก่อนเปิดเครื่อง".repeat(20);
    const parts = splitRuns([run(text)], 100);
    expect(parts.join("")).toBe(text);
    expect(parts.every((part) => /^[\u0e01-\u0e2e\u0e40-\u0e44]/.test(part))).toBe(true);
  });

  it("counts what escaping and links add, and cuts a link into two links", () => {
    const parts = splitRuns(
      [run("&".repeat(100)), run("long label ".repeat(20), { url: "https://x.y" })],
      120,
    );
    expect(Math.max(...parts.map(({ length }) => length))).toBeLessThanOrEqual(120);
    expect(parts.join("").match(/&amp;/g)).toHaveLength(100);
    expect(parts.slice(-2).every((part) => /^<https:\/\/x\.y\|[^<>]*>$/.test(part))).toBe(true);
  });

  it("does not cut a character in two", () => {
    const parts = splitRuns([run("👍".repeat(100))], 31);
    expect(parts.join("")).toBe("👍".repeat(100));
    expect(parts.every((part) => part.isWellFormed())).toBe(true);
  });
});
