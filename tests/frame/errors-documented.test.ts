import { readFile } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { statusOf } from "../../bots/http/http-errors.ts";
import { errorCodes } from "../../core/errors.ts";

const page = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");
const sections = page
  .split(/^## /m)
  .slice(1)
  .map((section) => ({
    code: section.slice(0, section.indexOf("\n")).trim(),
    text: section.slice(section.indexOf("\n")),
  }));

describe("docs/errors.md", () => {
  it("has one section per code, in the order of core/errors.ts, and nothing else", () => {
    expect(sections.map(({ code }) => code)).toEqual([...errorCodes]);
  });

  it.each(sections)("$code says what happened, what it means, what to do and where it shows", ({ text }) => {
    const told = [...text.matchAll(/^- \*\*(.+?)\*\* (.*)$/gm)];
    expect(told.map(([, label]) => label)).toEqual([
      "What happened:",
      "What it means:",
      "What to do:",
      "Where:",
    ]);
    for (const [, , sentence] of told) expect(sentence?.length).toBeGreaterThan(20);
  });

  it.each(errorCodes)("%s is said to be the HTTP status that the API sends", (code) => {
    const text = sections.find((section) => section.code === code)?.text ?? "";
    for (const [, status] of text.matchAll(/HTTP (\d{3})/g)) expect(Number(status)).toBe(statusOf(code));
  });
});
