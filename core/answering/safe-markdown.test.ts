import { describe, expect, it } from "@jest/globals";
import { safeMarkdown } from "./safe-markdown.ts";

describe("safe markdown", () => {
  it.each([
    ["See [the form](https://x.test/f) now.", "See [the form](https://x.test/f) now."],
    ["See [leave](#annual) and [x](javascript:alert(1)).", "See leave and x)."],
    ['Use <a href="https://x.test">this</a>.', "Use [this](https://x.test)."],
    ['Use <a href="javascript:x">this</a>.', "Use this."],
    ["a ![beacon](https://evil.test/x.png) b", "a beacon b"],
    ["a <script>alert(1)</script> b", "a   b"],
    ["a <img src=x onerror=alert(1)> b", "a  b"],
    ["ssh <your-host> and <!channel>", "ssh \\<your-host> and \\<!channel>"],
    ["In 1066.[12] And[^3]", "In 1066.(12) And(3)"],
    ["## Title", "Title"],
    ["> quoted", "quoted"],
    ["run `a[1] <b>` then\n```\nx[2]\n```", "run `a[1] <b>` then\n```\nx[2]\n```"],
    ["```\nrm -rf x", "```\nrm -rf x\n```"],
    ["wrapped\nlines run\n  on", "wrapped lines run on"],
    ["- item\n  goes on\n- next\n\nNew", "- item goes on\n- next\n\nNew"],
    ["1. step:\n   ```\n   ls\n   ```\n2. next", "1. step:\n   ```\n   ls\n   ```\n2. next"],
    ["**bold** and 1 < 2", "**bold** and 1 < 2"],
  ])("%j", (text, safe) => {
    expect(safeMarkdown(text)).toBe(safe);
  });
});
