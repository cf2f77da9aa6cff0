import { describe, expect, it } from "@jest/globals";
import { splitMarkdown } from "../render/split-markdown.ts";
import { settledText } from "./settled-text.ts";

describe("settledText", () => {
  it.each([
    ["Two years and", "Two years"],
    ["Two **ye", "Two"],
    ["Two **years** and", "Two **years**"],
    ["See [the list](https://a.ex", "See"],
    ["See [1] and", "See [1]"],
    ["One.\n\n| a | b |\n|---|", "One."],
    ["One.\n\n```js\nlet a", "One."],
    ["One\n---", ""],
    ["", ""],
    ["One", ""],
  ])("of %j is %j", (written, settled) => {
    expect(settledText(written)).toBe(settled);
  });

  const texts = {
    prose:
      "A hose is *warranted* for **two years**, see [the terms](https://a.example/x_y) and `code`. [1][2]\n\nIt is _so_.",
    list: "Do this:\n\n- open the **valve** first\n- then wait\n  - a while\n\n1. one\n2. two\n\nDone.",
    table: "Prices:\n\n| hose | price |\n|---|---|\n| short | 3 |\n| long | 5 |\n\nAll of them [1].",
    code: "Run:\n\n```sh\nls -l | grep *\n```\n\nand **look**.",
    heading: "# Hoses\n\nTwo years.\n\n## Pumps\n\nThree years. 2 * 3 = 6 and a_b_c < d.",
    thai: "สายยาง **รับประกัน** สองปี [1] และ ปั๊มน้ำ สามปี",
  };

  it.each(Object.entries(texts))("only grows, and stands in the whole of it: %s", (_name, text) => {
    const [whole = ""] = splitMarkdown(text);
    let before = "";
    let changes = 0;
    for (let length = 0; length <= text.length; length += 1) {
      const settled = settledText(text.slice(0, length));
      if (settled.startsWith(before) && settled !== before) {
        changes += 1;
        before = settled;
        expect(whole.startsWith(settled) ? "" : settled).toBe("");
      }
    }
    expect(changes).toBeGreaterThan(2);
  });
});
