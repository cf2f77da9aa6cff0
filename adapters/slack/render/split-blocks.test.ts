import { describe, expect, it } from "@jest/globals";
import type { KnownBlock } from "@slack/types";

import { plainFromMrkdwn } from "./from-mrkdwn.ts";
import { slackLimits } from "./limits.ts";
import { context, splitBlocks } from "./split-blocks.ts";

const split = (markdown: string, ending: readonly KnownBlock[] = []) =>
  splitBlocks(markdown, () => null, ending);
const textOf = (block: KnownBlock): string => (block.type === "section" ? (block.text?.text ?? "") : "");
const codeOf = (block: KnownBlock): string =>
  block.type === "rich_text" ? JSON.stringify(block.elements).replace(/.*"text":"(.*?)"}.*/, "$1") : "";
const lines = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index + 1)).join("\n");

describe("splitBlocks", () => {
  it("keeps a short answer in one section", () => {
    expect(split("# Title\n\nText **bold**.\n\n- a\n- b")).toEqual([
      [
        {
          type: "section",
          text: { type: "mrkdwn", text: "*Title*\n\nText *bold*.\n\n• a\n• b", verbatim: true },
          expand: true,
        },
      ],
    ]);
  });

  it("goes on counting where a list is split, and never splits an item", () => {
    const blocks = split(
      lines(300, (n) => `${n}. Step number ${n} of the procedure\n     - with a detail`),
    ).flat();
    const items = blocks.flatMap((block) => textOf(block).split("\n"));
    expect(items).toEqual(
      lines(300, (n) => `${n}. Step number ${n} of the procedure\n    ◦ with a detail`).split("\n"),
    );
    for (const block of blocks) expect(textOf(block)).toMatch(/^\d+\. [^]*detail$/);
    expect(blocks.length).toBeGreaterThan(1);
  });

  it("splits an item only where it is too long by itself", () => {
    const blocks = split(`1. short\n2. ${"word ".repeat(900)}\n3. end`).flat();
    expect(
      blocks
        .map(textOf)
        .join("\n")
        .match(/^\d\. /gm),
    ).toEqual(["1. ", "2. ", "3. "]);
    expect(blocks.map(textOf).join(" ").match(/word/g)).toHaveLength(900);
  });

  it("splits code between lines into blocks of code, and loses none", () => {
    const blocks = split(`Run:\n\n\`\`\`sh\n${lines(600, (n) => `echo ${n} line`)}\n\`\`\``).flat();
    const code = blocks.filter(({ type }) => type === "rich_text").map(codeOf);
    expect(code.length).toBeGreaterThan(1);
    expect(code.join("\\n")).toBe(lines(600, (n) => `echo ${n} line`).replaceAll("\n", "\\n"));
  });

  it("closes and opens the fence where code within a list is split", () => {
    const blocks = split(`- run\n\n  \`\`\`\n${lines(400, (n) => `  echo ${n} <line>`)}\n  \`\`\``).flat();
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect((textOf(block).match(/```/g) ?? []).length % 2).toBe(0);
    expect(
      blocks
        .map(textOf)
        .join("")
        .match(/echo \d+ &lt;line&gt;/g),
    ).toHaveLength(400);
  });

  it("ends neither a section nor a message with a heading", () => {
    const messages = split(lines(60, (n) => `## Heading ${n}\n\n${"Some text that follows. ".repeat(25)}\n`));
    expect(messages.length).toBeGreaterThan(1);
    for (const block of messages.flat()) expect(textOf(block)).not.toMatch(/\*Heading \d+\*$/);
    const headed = split(`${"x ".repeat(5_700)}\n\n# Code\n\n\`\`\`\n${"y".repeat(2_000)}\n\`\`\``);
    expect(headed.at(-1)?.map(({ type }) => type)).toEqual(["section", "rich_text"]);
    expect(textOf(headed.at(-1)?.[0] ?? { type: "divider" })).toBe("*Code*");
  });

  it("puts the ending on the last message, together, on one of its own where there is no room", () => {
    const ending = [context("a".repeat(2_900)), context("b".repeat(2_900))];
    expect(split("short", ending)).toEqual([[expect.objectContaining({ type: "section" }), ...ending]]);
    expect(split("x ".repeat(5_000), ending).at(-1)).toEqual(ending);
  });

  it("loses no word of a long answer", () => {
    const text = lines(500, (n) => `Paragraph ${n} says **this** and that.\n`);
    const messages = split(text);
    const words = messages
      .flat()
      .map((block) => plainFromMrkdwn(textOf(block)))
      .join(" ");
    expect(words.match(/Paragraph \d+ says this and that\./g)).toHaveLength(500);
    for (const message of messages)
      expect(JSON.stringify(message).length).toBeLessThanOrEqual(slackLimits.messageBlocks + 200);
  });
});

describe("tables", () => {
  const table = (rows: number, columns: number, cell = "cell"): string =>
    [
      `|${" head |".repeat(columns)}`,
      `|${"---|".repeat(columns)}`,
      lines(rows, (n) => `|${` ${cell} ${n} |`.repeat(columns)}`),
    ].join("\n");

  it("are Slack's own, with aligned columns, links and formatting", () => {
    const [blocks] = splitBlocks(
      "| a | b |\n|:-:|--:|\n| x [1] | **y** |\n| | 1 |",
      () => "https://s.example/1",
    );
    expect(blocks).toEqual([
      {
        type: "table",
        column_settings: [
          { align: "center", is_wrapped: true },
          { align: "right", is_wrapped: true },
        ],
        rows: [
          [
            { type: "raw_text", text: "a" },
            { type: "raw_text", text: "b" },
          ],
          [
            {
              type: "rich_text",
              elements: [
                {
                  type: "rich_text_section",
                  elements: [
                    { type: "text", text: "x " },
                    { type: "link", url: "https://s.example/1", text: "[1]" },
                  ],
                },
              ],
            },
            {
              type: "rich_text",
              elements: [
                {
                  type: "rich_text_section",
                  elements: [{ type: "text", text: "y", style: { bold: true } }],
                },
              ],
            },
          ],
          [
            { type: "raw_text", text: " " },
            { type: "raw_text", text: "1" },
          ],
        ],
      },
    ]);
  });

  it("of more than 100 rows are split, each part with the header, one to a message", () => {
    const messages = split(table(250, 3));
    expect(messages).toHaveLength(3);
    for (const [block] of messages) {
      if (block?.type !== "table") throw new Error("no table");
      expect(block.rows.length).toBeLessThanOrEqual(slackLimits.tableRows);
      expect(block.rows[0]).toEqual(Array(3).fill({ type: "raw_text", text: "head" }));
    }
  });

  it("that are too wide are monospaced text, each part with the header", () => {
    const blocks = split(table(60, 21)).flat();
    expect(blocks.length).toBeGreaterThan(1);
    for (const block of blocks) expect(codeOf(block)).toMatch(/^head +head/);
  });

  it("begin a new message where one holds a table already, unless they are narrow", () => {
    const wide = table(3, 6, "a cell");
    expect(split(`${wide}\n\n${wide}`).map((message) => message.map(({ type }) => type))).toEqual([
      ["table"],
      ["table"],
    ]);
    expect(split(`${wide}\n\n${table(3, 2)}`).map((message) => message.map(({ type }) => type))).toEqual([
      ["table", "rich_text"],
    ]);
  });
});
