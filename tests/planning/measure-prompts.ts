import { readFileSync } from "node:fs";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { readCompanyPlan } from "../../adapters/filesystem/company-folder.ts";
import { buildPrompt, promptHits } from "../../core/answering/prompt.ts";
import { detectLanguage } from "../../core/text/language.ts";
import { askableFolder } from "../demo-company/ask-company.ts";
import { createPrefixCache } from "../gpu-server/prefix-cache.ts";

export interface MeasuredPrompts {
  /** Of each question's prompt, in the order of the questions, in tokens of the encoding o200k. */
  readonly tokens: readonly number[];
  /** Of all those tokens, the share that a server with prefix caching need not read, 0 to 1. */
  readonly heldShare: number;
}

interface DemoQuestion {
  readonly question: string;
  readonly department: string;
}

/**
 * The prompts of the demonstration company's questions, built as the product builds them: the passages of its own search, in the picked
 * department, by somebody who reads what is public, as a thread's first question, without
 * instructions of the department, with a fence of their own each.
 */
export async function measurePrompts(root: string): Promise<MeasuredPrompts> {
  const folder = `${root}deploy/demo-company`;
  const questions = JSON.parse(
    readFileSync(`${root}tests/demo-company/questions.json`, "utf8"),
  ) as readonly DemoQuestion[];
  const { departments } = await readCompanyPlan(folder);
  const company = await askableFolder(folder);
  const held = createPrefixCache(1e6);
  const tokens: number[] = [];
  let characters = 0;
  let heldCharacters = 0;
  try {
    for (const [place, { question, department }] of questions.entries()) {
      const { result } = await company.ask(question, department);
      const plan = departments.find(({ slug }) => slug === department);
      const messages = buildPrompt(
        {
          question,
          standaloneQuestion: question,
          history: [],
          language: detectLanguage(question),
          department: { name: plan?.name.en ?? department, instructions: null },
        },
        promptHits(result.hits),
        fenceOf(place),
      );
      const prompt = messages.map(({ content }) => content).join("\n");
      tokens.push(countTokens(prompt));
      characters += prompt.length;
      heldCharacters += 4 * held.read(prompt);
    }
  } finally {
    await company.close();
  }
  return { tokens, heldShare: heldCharacters / characters };
}

/** As long as the product's, and the same in every run: a UUID that nobody else has. */
const fenceOf = (place: number): string =>
  `passages-${String(place * 7_919).padStart(8, "0")}-9d3f-4c6a-8e21-5b7a90c4d1e6`;
