import { describe, expect, it } from "@jest/globals";

import { documentTitle } from "./document-title.ts";
import { splitPassages } from "./split-passages.ts";
import { countTokens, estimateTokens } from "./split-tokens.ts";
import type { Block } from "./text-extractor.ts";

const heading = (level: number, text: string, page: number | null = null): Block => ({
  kind: "heading",
  level,
  text,
  page,
});
const paragraph = (text: string, page: number | null = null): Block => ({ kind: "paragraph", text, page });
const list = (text: string): Block => ({ kind: "list", text, page: null });
const code = (text: string): Block => ({ kind: "code", text, page: null });
const table = (header: string, rows: readonly string[]): Block => ({
  kind: "table",
  header,
  rows,
  page: null,
});
const prose = (topic: string, sentences: number): string =>
  Array.from(
    { length: sentences },
    (_, index) => `Sentence ${index} says something about the ${topic}.`,
  ).join(" ");

const split = (
  blocks: readonly Block[],
  targetTokens = 100,
  overlapTokens = 0,
): ReturnType<typeof splitPassages> => splitPassages({ blocks }, { targetTokens, overlapTokens });

describe("sections", () => {
  it("keeps a short document in one passage under its title, with the headings below written in it", () => {
    const passages = split([
      heading(1, "Pump"),
      paragraph("It pumps."),
      heading(2, "Start"),
      paragraph("Press start."),
      heading(2, "Stop"),
      paragraph("Press stop."),
    ]);
    expect(passages).toEqual([
      {
        position: 0,
        headingPath: ["Pump"],
        page: null,
        text: "It pumps.\n\n## Start\n\nPress start.\n\n## Stop\n\nPress stop.",
        tokens: expect.any(Number),
      },
    ]);
  });

  it("gives each large section its own passages with its path", () => {
    const passages = split([
      heading(1, "Pump"),
      heading(2, "Start"),
      paragraph(prose("start", 7)),
      heading(2, "Stop"),
      heading(3, "By hand"),
      paragraph(prose("stop", 7)),
    ]);
    expect(passages.map((passage) => passage.headingPath)).toEqual([
      ["Pump", "Start"],
      ["Pump", "Stop", "By hand"],
    ]);
    expect(passages.map((passage) => passage.position)).toEqual([0, 1]);
  });

  it("never joins two large top-level sections, though they would fit", () => {
    const blocks = [
      heading(1, "Holidays"),
      paragraph(prose("beach", 20)),
      heading(1, "Salary"),
      paragraph(prose("money", 20)),
    ];
    expect(split(blocks, 512).map((passage) => passage.headingPath)).toEqual([["Holidays"], ["Salary"]]);
  });

  it("joins small neighbours below the top level up to the size", () => {
    const blocks = [
      heading(1, "Errors"),
      heading(2, "Pump"),
      ...["A", "B", "C", "D"].flatMap((name) => [heading(3, name), paragraph(prose(name, 4))]),
      heading(2, "Valve"),
      paragraph(prose("valve", 9)),
    ];
    const passages = split(blocks, 120);
    expect(passages.map((passage) => passage.headingPath)).toEqual([
      ["Errors", "Pump"],
      ["Errors", "Pump", "D"],
      ["Errors", "Valve"],
    ]);
    expect(passages[0]?.text).toMatch(/^### A\n\nSentence 0 .*\n\n### B\n\n/s);
  });

  it("keeps headings without text out, and text before any heading in", () => {
    const passages = split([
      paragraph("Before."),
      heading(1, "Empty"),
      heading(1, "Full"),
      paragraph("After."),
    ]);
    expect(passages.map(({ headingPath, text }) => ({ headingPath, text }))).toEqual([
      { headingPath: [], text: "Before.\n\n# Full\n\nAfter." },
    ]);
  });

  it("names the page on which a passage starts", () => {
    const passages = split([
      paragraph(prose("one", 8), 1),
      paragraph(prose("two", 8), 2),
      paragraph(prose("three", 8), 3),
    ]);
    expect(passages.map((passage) => passage.page)).toEqual([1, 2, 3]);
  });
});

describe("what is never cut", () => {
  it("list items", () => {
    const items = Array.from(
      { length: 12 },
      (_, index) => `- Item ${index} of the list\n  - with a part below it that has words`,
    );
    const passages = split([list(items.join("\n"))]);
    expect(passages.length).toBeGreaterThan(2);
    expect(passages.map((passage) => passage.text).join("\n")).toBe(items.join("\n"));
    for (const { text } of passages) expect(text).toMatch(/^- Item \d+ .*\n.*below it that has words$/s);
  });

  it("a code block that fits, whatever stands around it", () => {
    const block =
      "```sh\n" +
      Array.from({ length: 8 }, (_, index) => `systemctl restart unit-${index}`).join("\n") +
      "\n```";
    const passages = split([paragraph(prose("service", 5)), code(block), paragraph(prose("service", 5))]);
    expect(passages.filter((passage) => passage.text.includes(block))).toHaveLength(1);
  });

  it("a table row; the header stands above each part", () => {
    const header = "| Code | Meaning |\n| --- | --- |";
    const rows = Array.from(
      { length: 40 },
      (_, index) => `| E${index} | Fault number ${index} of the drive |`,
    );
    const passages = split([table(header, rows)]);
    expect(passages.length).toBeGreaterThan(3);
    for (const { text } of passages) expect(text.startsWith(`${header}\n| E`)).toBe(true);
    expect(passages.flatMap(({ text }) => text.split("\n").slice(2))).toEqual(rows);
  });

  it("a line that leads in from what it leads to", () => {
    const passages = split([
      paragraph(prose("valve", 8)),
      paragraph("To close it:"),
      list("- Turn the handle\n- Wait for the click of the lock\n- Report to the control room on the radio"),
    ]);
    expect(passages.at(-1)?.text).toMatch(/^To close it:\n\n- Turn/);
  });
});

describe("what alone exceeds the size", () => {
  it("code is cut at lines, each part fenced", () => {
    const lines = Array.from({ length: 60 }, (_, index) => `echo "line ${index}"`);
    const passages = split([code(`\`\`\`sh\n${lines.join("\n")}\n\`\`\``)]);
    for (const { text } of passages) expect(text).toMatch(/^```sh\n[^`]+\n```$/);
    expect(passages.flatMap(({ text }) => text.split("\n").slice(1, -1))).toEqual(lines);
  });

  it("prose is cut at sentences, and the overlap repeats whole sentences", () => {
    const text = prose("reactor", 40);
    const plain = split([paragraph(text)]);
    expect(plain.map((passage) => passage.text).join(" ")).toBe(text);
    const overlapping = split([paragraph(text)], 100, 25);
    for (const [index, passage] of overlapping.entries()) {
      expect(text).toContain(passage.text);
      const first = /^Sentence \d+ /.exec(passage.text)?.[0] ?? "";
      expect(first).not.toBe("");
      if (index > 0) expect(overlapping[index - 1]?.text).toContain(first);
    }
  });

  it.each([
    ["Thai without spaces", "กรุณาตรวจสอบสวิตช์ไฟก่อนเริ่มงานซ่อมบำรุงทุกครั้ง".repeat(60)],
    ["one endless word", "x".repeat(20_000)],
    ["emoji", "🔧🧑‍🔧".repeat(800)],
    ["a line of brackets", "[".repeat(5000)],
  ])("%s is cut between characters, and nothing is lost", (_what, text) => {
    const passages = split([paragraph(text)]);
    expect(passages.length).toBeGreaterThan(3);
    expect(passages.map((passage) => passage.text).join("")).toBe(text);
    for (const passage of passages) {
      expect(passage.text.isWellFormed()).toBe(true);
      expect(passage.tokens).toBeLessThanOrEqual(125);
    }
  });

  it("Thai is cut between words", () => {
    const word = "ตรวจสอบ";
    const passages = split([paragraph(word.repeat(400))]);
    for (const { text } of passages) expect(text.length % word.length).toBe(0);
  });
});

describe("every passage", () => {
  const blocks: readonly Block[] = [
    heading(1, "Manual"),
    ...Array.from({ length: 30 }, (_, index) => [
      heading(2 + (index % 3), `Part ${index}`),
      paragraph(prose(`part ${index}`, 1 + ((index * 7) % 23))),
      list(`- ${index} one\n- ${index} two`),
    ]).flat(),
  ];

  it("is the same each time", () => {
    expect(splitPassages({ blocks })).toEqual(splitPassages({ blocks }));
  });

  it("holds at most a tenth more than the size, and together they hold everything in order", () => {
    for (const target of [64, 128, 512]) {
      const passages = split(blocks, target);
      for (const passage of passages) {
        expect(passage.tokens).toBeLessThanOrEqual(target * 1.1);
        expect(passage.tokens).toBe(countTokens(passage.text));
        expect(passage.text.trim()).toBe(passage.text);
      }
      const all = passages
        .map((passage) => passage.text)
        .join("\n")
        .replace(/^#+ .*$/gm, "")
        .replace(/\s+/g, " ")
        .trim();
      const wanted = blocks
        .flatMap((block) => (block.kind === "heading" || block.kind === "table" ? [] : [block.text]))
        .join(" ")
        .replace(/\s+/g, " ");
      expect(all).toBe(wanted);
    }
  });

  it("is made in bounded time from a line of a million characters", () => {
    const started = performance.now();
    expect(split([paragraph("a".repeat(1_000_000))], 512).length).toBeGreaterThan(100);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});

it("counts special tokens as words", () => {
  expect(countTokens("<|endoftext|>")).toBeGreaterThan(1);
});

it.each([
  prose("turbine", 30),
  "กรุณาตรวจสอบสวิตช์ไฟก่อนเริ่มงานซ่อมบำรุงทุกครั้ง ".repeat(10),
  "请在开始工作之前检查电源开关。".repeat(10),
])("estimates on the high side, by no more than a factor of three: %#", (text) => {
  expect(estimateTokens(text) / countTokens(text)).toBeGreaterThanOrEqual(1);
  expect(estimateTokens(text) / countTokens(text)).toBeLessThan(3);
});

describe("the document's title", () => {
  it.each([
    ["its own", { title: " Pump\nmanual ", blocks: [heading(1, "Other")] }, "a.pdf", "Pump manual"],
    [
      "the first heading of the highest level",
      { title: null, blocks: [heading(2, "Sub"), heading(1, "Main"), heading(1, "Next")] },
      "a.md",
      "Main",
    ],
    [
      "the file's name made readable",
      { title: null, blocks: [paragraph("x")] },
      "plant/power-cycle_MTM2.cabinet.md",
      "Power cycle MTM2 cabinet",
    ],
    [
      "the file's name for a workbook, not its sheet's",
      { title: null, blocks: [heading(1, "Sheet1")] },
      "risk-tracker.xlsx",
      "Risk tracker",
    ],
  ] as const)("is %s", (_what, extracted, name, title) => {
    expect(documentTitle(extracted, name)).toBe(title);
  });
});
