import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { searchSamples } from "../../tests/support/sample-hits.ts";
import { buildPrompt, promptHits, promptLimits } from "../answering/prompt.ts";
import { countTokens } from "../knowledge/split-tokens.ts";
import { mostPromptTokens } from "./most-tokens.ts";
import { scantLimits, tokensForQuestion } from "./scant-limits.ts";

const demo = "deploy/demo-company";
const thai = readdirSync(demo, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith("-th.md"))
  .map((name) => readFileSync(join(demo, name), "utf8"))
  .join("\n\n");
const question = "ต้องแจ้งลาป่วยล่วงหน้ากี่วัน และต้องใช้ใบรับรองแพทย์เมื่อใด";

/** As many as a prompt holds, each as full as passages are made. */
function fullPassages(): readonly { readonly title: string; readonly text: string }[] {
  let rest = thai;
  return Array.from({ length: promptLimits.passages }, (_, at) => {
    let length = 2_000;
    while (countTokens(rest.slice(0, length)) > 512) length -= 20;
    const text = rest.slice(0, length);
    rest = rest.slice(length);
    return { title: `การลา ${String(at)}`, text };
  });
}

describe("limits that are too small for a question", () => {
  it("are those below a full prompt in Thai and the longest answer", () => {
    const { hits } = searchSamples(question, fullPassages());
    const messages = buildPrompt(
      {
        question,
        standaloneQuestion: question,
        history: [],
        language: "th",
        department: { name: "ฝ่ายบุคคล", instructions: "ตอบสั้น ๆ และสุภาพ" },
      },
      promptHits(hits),
      "passages-00000000-0000-0000-0000-000000000000",
    );
    expect(hits).toHaveLength(promptLimits.passages);
    const most = mostPromptTokens({ messages }) + 900;
    expect(most).toBeLessThanOrEqual(tokensForQuestion);
    expect(most).toBeGreaterThan(0.8 * tokensForQuestion);
  });

  it("are named with what is needed, which is more where questions have cost more", () => {
    const limits = { tokensPerMinute: tokensForQuestion - 1, tokensPerDay: tokensForQuestion };
    const needed = tokensForQuestion;
    expect(scantLimits(limits, { tokens: 900 })).toEqual([{ field: "tokensPerMinute", needed }]);
    expect(scantLimits(limits, { tokens: 20_000 })).toEqual([
      { field: "tokensPerMinute", needed: 20_000 },
      { field: "tokensPerDay", needed: 20_000 },
    ]);
    expect(scantLimits({ tokensPerMinute: null, tokensPerDay: null }, null)).toEqual([]);
    expect(scantLimits(null, null)).toEqual([]);
  });
});
