import { describe, expect, it } from "@jest/globals";
import { Lexer, type MarkedToken, type Token } from "marked";

import { hardAnswers } from "../../../tests/support/sample-replies.ts";
import { plainWords } from "./plain-words.ts";
import { splitMarkdown } from "./split-markdown.ts";

const written = (markdown: string): string => splitMarkdown(markdown).join("\n<next>\n");

describe("Teams' Markdown", () => {
  it("shows headings in bold, rules as a line, and leaves code and citations alone", () => {
    expect(written("# Start & stop\n\nOpen *it* **slowly** [1].\n\n---\n\n```sh\na <b> && c\n```")).toBe(
      "**Start &amp; stop**\n\nOpen _it_ **slowly** [1].\n\n──────────\n\n```\na <b> && c\n```",
    );
  });

  it("keeps lists within lists, with code and numbers, four spaces further in", () => {
    expect(
      written(
        "3. first\n   - nested\n     1. deep\n        ```\n        x\n        ```\n\n   after\n4. [x] task",
      ),
    ).toBe(
      "3. first\n    - nested\n        1. deep\n            ```\n            x\n            ```\n\n    after\n4. ✓ task",
    );
  });

  it("writes a narrow table in letters of one width, and a wide one as a list of its rows", () => {
    expect(written("| Code | Remedy |\n|---|---|\n| 868 | Check the <cable> |")).toBe(
      "```\nCode  Remedy\n────  ─────────────────\n868   Check the <cable>\n```",
    );
    const long = "a remedy that is longer than a phone is wide, and then some more";
    expect(written(`| Code | Remedy | |\n|---|---|---|\n| 868 | ${long} [1] | x |\n| 9 | | |`)).toBe(
      `- **Code: 868**  \n    Remedy: ${long} [1]  \n    x\n- **Code: 9**`,
    );
  });

  it("keeps quotes, also of lists and code", () => {
    expect(written("> one\n> - a\n>\n> ```\n> c\n> ```")).toBe("> one\n>\n> - a\n>\n> ```\n> c\n> ```");
  });

  it("lets nobody be mentioned and no HTML be more than text", () => {
    const hostile =
      "<at>Ada</at> <img src=x onerror=y> &lt;at&gt; <https://x.y> ![p](https://x.y/p.png)\n\n<div>\n<b>z</b>\n</div>";
    expect(written(hostile)).toBe(
      "&lt;at&gt;Ada&lt;/at&gt; &lt;img src=x onerror=y&gt; &lt;at&gt; [https://x.y](https://x.y) [p](https://x.y/p.png)\n\n&lt;div&gt;  \n&lt;b&gt;z&lt;/b&gt;  \n&lt;/div&gt;",
    );
  });
});

/** What a reader of Markdown makes of it, as the words of each block of code and of all else. */
function read(markdown: string): { readonly code: string; readonly words: string } {
  const code: string[] = [];
  const collect = (tokens: readonly Token[]): void => {
    for (const token of tokens as readonly MarkedToken[]) {
      if (token.type === "code") code.push(token.text);
      if (token.type === "list")
        token.items.forEach((item) => {
          collect(item.tokens);
        });
      if (token.type === "blockquote") collect(token.tokens);
    }
  };
  collect(new Lexer({ gfm: true }).lex(markdown));
  const letters = (text: string): string => text.replaceAll(/[^\p{L}\p{M}\p{N}<>&*_]/gu, "");
  return { code: letters(code.join("")), words: letters(plainWords(markdown)) };
}

describe("splitMarkdown", () => {
  const untold = ["wide table", "long table", "table", "two tables", "one table"];
  const samples = Object.entries(hardAnswers).filter(([name]) => !untold.some((one) => name.includes(one)));

  it.each(samples)("loses nothing and breaks no code in parts of 1,500 characters: %s", (_, { text }) => {
    const parts = splitMarkdown(text, 1_500);
    expect(Math.max(0, ...parts.map(({ length }) => length))).toBeLessThanOrEqual(1_500);
    const whole = read(text);
    const shown = parts.map(read);
    expect(shown.map(({ code }) => code).join("")).toBe(whole.code);
    expect(shown.map(({ words }) => words).join("")).toBe(whole.words);
  });

  it("keeps a heading with what it heads, and breaks a list between its items", () => {
    const list = Array.from(
      { length: 60 },
      (_, n) => `${String(n + 1)}. Step ${String(n + 1)}: close the valve`,
    );
    const parts = splitMarkdown(`${"Some text. ".repeat(30)}\n\n## Steps\n\n${list.join("\n")}`, 400);
    expect(parts.every((part) => !part.endsWith("**Steps**"))).toBe(true);
    expect(parts.slice(1).every((part) => /^(?:\*\*Steps\*\*|\d+\. Step \d+)/.test(part))).toBe(true);
    expect(parts.every((part) => part.endsWith("close the valve") || part.endsWith("."))).toBe(true);
  });
});
