import type { Confidence } from "../../core/answering/confidence.ts";
import type { Citation } from "../../core/answering/citation.ts";
import type { Reply } from "../../core/conversation/reply.ts";
import { type DocumentId, newId, type PassageId, type TurnId } from "../../core/ids.ts";

export const sampleConfidence: Confidence = {
  value: 0.8,
  level: "high",
  reasons: [
    { code: "sources_agree", effect: "for", facts: {} },
    { code: "fully_supported", effect: "for", facts: {} },
    { code: "words_missing", effect: "against", facts: {} },
  ],
};

export const sampleCitation = (number: number, more: Partial<Citation> = {}): Citation => ({
  number,
  passageId: newId<PassageId>(),
  documentId: newId<DocumentId>(),
  title: `Boiler handbook ${number}`,
  headingPath: [`Boiler handbook ${number}`, "Starting up", "Before the first fire"],
  page: number,
  quote: "Close the **drain valve**, then open the steam valve by a quarter turn. ".repeat(6),
  ...more,
});

export const sampleAnswer = (
  text: string,
  more: Partial<Extract<Reply, { kind: "answer" }>> = {},
): Extract<Reply, { kind: "answer" }> => ({
  kind: "answer",
  turnId: newId<TurnId>(),
  language: "en",
  text,
  citations: [sampleCitation(1)],
  confidence: sampleConfidence,
  answeredBy: "extractive",
  ...more,
});

export const sampleNotFound = (
  more: Partial<Extract<Reply, { kind: "not_found" }>> = {},
): Extract<Reply, { kind: "not_found" }> => ({
  kind: "not_found",
  turnId: newId<TurnId>(),
  language: "en",
  text: "I found no answer to this in the documents that you may read here.\n\nThe documents below came nearest; they may still help.",
  nearest: [1, 2, 3].map((number) => ({
    documentId: newId<DocumentId>(),
    passageId: newId<PassageId>(),
    title: `Manual ${number} & <more>`,
    headingPath: ["Safety"],
  })),
  confidence: {
    value: 0.1,
    level: "low",
    reasons: [{ code: "nothing_found", effect: "against", facts: {} }],
  },
  ...more,
});

const numbered = (count: number, line: (n: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index + 1)).join("\n");
const table = (rows: number, columns: number, cell = "cell"): string => {
  const row = (text: (column: number) => string): string =>
    `| ${Array.from({ length: columns }, (_, column) => text(column)).join(" | ")} |`;
  return [
    row((column) => `Head ${column}`),
    row(() => "---"),
    numbered(rows, (n) => row((column) => `${cell} ${n}.${column}`)),
  ].join("\n");
};
const manyCitations = (count: number): readonly Citation[] =>
  Array.from({ length: count }, (_, index) => sampleCitation(index + 1));

/** Answers that try every limit. */
export const hardAnswers: Readonly<Record<string, Reply>> = {
  short: sampleAnswer("Open the valve **slowly** [1]."),
  "long prose": sampleAnswer("The valve is opened slowly & with care [1]. ".repeat(900)),
  "long Thai": sampleAnswer("ค่อย ๆ เปิดวาล์ว**อย่างระมัดระวัง**ก่อนเดินเครื่อง[1]".repeat(500), { language: "th" }),
  "one long word": sampleAnswer("x".repeat(20_000)),
  "only escapes": sampleAnswer("&<>".repeat(5_000)),
  "stars that must not format": sampleAnswer("\\*a\\* \\_b\\_ :c: ".repeat(800)),
  "long code": sampleAnswer(
    `Run this:\n\n\`\`\`sh\n${numbered(900, (n) => `echo "${n} & <done>" | tee ${n}.log`)}\n\`\`\`\n\nDone [1].`,
  ),
  "one long line of code": sampleAnswer(`\`\`\`\n${"a<".repeat(9_000)}\n\`\`\``),
  "long list": sampleAnswer(
    numbered(400, (n) => `${n}. Step ${n}: close the valve, then **wait** [1]\n   - and look`),
  ),
  "a list item that is too long": sampleAnswer(
    `- short\n- ${"A very long item. ".repeat(400)}\n  - nested\n\n  \`\`\`\n${numbered(300, (n) => `line ${n} <`)}\n  \`\`\`\n- end`,
  ),
  "long quote": sampleAnswer(numbered(300, (n) => `> quoted line ${n} & more  `)),
  "code in a quote": sampleAnswer(`> \`\`\`\n${numbered(200, (n) => `> ${"<".repeat(40)} ${n}`)}\n> \`\`\``),
  "many headings": sampleAnswer(numbered(120, (n) => `## Heading ${n}\n\n${"Text below. ".repeat(20)}\n`)),
  "many rules and codes": sampleAnswer(numbered(80, (n) => `---\n\n\`\`\`\n${n}\n\`\`\`\n`)),
  "one table": sampleAnswer(`Before [1]\n\n${table(12, 4)}\n\nAfter`),
  "two tables": sampleAnswer(`${table(12, 4, "a longer text")}\n\nthen\n\n${table(5, 5, "a longer text")}`),
  "long table": sampleAnswer(table(350, 6)),
  "table of long cells": sampleAnswer(table(30, 3, "word ".repeat(60))),
  "table with a cell that is too long": sampleAnswer(table(2, 2, "word ".repeat(1_500))),
  "wide table": sampleAnswer(table(40, 25)),
  "table with links, gaps and Thai": sampleAnswer(
    "| a | ข |\n|---|:-:|\n| **b** [1] | |\n| `c<d>` | ที่นี่ |\n| [l](https://x.y/?a&b) | ~~s~~ |",
  ),
  "table in a list": sampleAnswer(`- item\n\n  ${table(90, 8).replaceAll("\n", "\n  ")}`),
  "twenty citations": sampleAnswer(
    numbered(20, (n) => `- Fact ${n} [${n}]`),
    { citations: manyCitations(20) },
  ),
  "long text and twenty citations": sampleAnswer("Some text [1]. ".repeat(700), {
    citations: manyCitations(20),
  }),
  "two hundred citations": sampleAnswer("Text [1].", { citations: manyCitations(200) }),
  "no citation": sampleAnswer("Hello.", { citations: [] }),
  "hostile names": sampleAnswer("<!channel> [1]", {
    answeredBy: "<!here> `m` *o*",
    citations: [
      sampleCitation(1, {
        title: "<!channel> & *stars* | :smile:".repeat(20),
        headingPath: ["<@U1>"],
        quote: "| <!channel> | b |\n```\n@here\n```\n# x",
      }),
    ],
  }),
  "empty text": sampleAnswer(""),
  "not found": sampleNotFound(),
  "not found, nothing near": sampleNotFound({ nearest: [], language: "th", text: "ไม่พบคำตอบ" }),
};
