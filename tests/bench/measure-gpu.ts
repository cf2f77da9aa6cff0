import { randomUUID } from "node:crypto";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { median, rounded } from "./percentiles.ts";

/** So that every answer is as long as it may be: a model stops where it has nothing more to say. */
const endless =
  "Count from one to one thousand in words, one number after the other, and write nothing else.";
const answerTokens = 100;
const rounds = 3;
const several = 16;
const wordsShort = 50;
const wordsLong = 3_000;

interface Timed {
  readonly firstMs: number;
  /** Between two tokens after the first. */
  readonly tokenMs: number;
  readonly promptTokens: number;
}

/**
 * The figures of a GPU that planning needs (docs/planning.md), measured from outside: a step's time and what a sequence adds to it, from
 * the time between tokens of one caller and of 16 at once, in milliseconds; and prompt tokens read in a second, from the first token of a
 * short and a long prompt that nobody asked before. What else the server does meanwhile spoils them: measure it alone.
 */
export async function measureGpu(
  gateway: Pick<ModelGateway, "generate">,
  say: (line: string) => void,
  now: () => number = () => performance.now(),
): Promise<Record<"stepMs" | "perSequenceMs" | "prefillTokensPerSecond" | "tokensPerAnswerSecond", number>> {
  const paces = async (callers: number): Promise<number> => {
    say(`the time between tokens, of ${callers} at once`);
    const all: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const calls = Array.from({ length: callers }, () => timed(gateway, endless, answerTokens, now));
      all.push(...(await Promise.all(calls)).map(({ tokenMs }) => tokenMs));
    }
    return median(all);
  };
  const one = await paces(1);
  const many = await paces(several);
  const perSequenceMs = Math.max(0, (many - one) / (several - 1));

  say("the first token of short and of long prompts");
  const prompts = async (words: number): Promise<{ firstMs: number; tokens: number }> => {
    const calls: Timed[] = [];
    for (let round = 0; round < rounds + 2; round += 1)
      calls.push(await timed(gateway, unknownText(words), 2, now));
    return {
      firstMs: median(calls.map(({ firstMs }) => firstMs)),
      tokens: median(calls.map(({ promptTokens }) => promptTokens)),
    };
  };
  const short = await prompts(wordsShort);
  const long = await prompts(wordsLong);
  return {
    stepMs: rounded(one - perSequenceMs, 2),
    perSequenceMs: rounded(perSequenceMs, 3),
    prefillTokensPerSecond: rounded(
      (1_000 * (long.tokens - short.tokens)) / (long.firstMs - short.firstMs),
      0,
    ),
    tokensPerAnswerSecond: rounded(1_000 / one),
  };
}

async function timed(
  gateway: Pick<ModelGateway, "generate">,
  content: string,
  maxTokens: number,
  now: () => number,
): Promise<Timed> {
  const begun = now();
  let firstMs: number | null = null;
  let lastMs = 0;
  let pieces = 0;
  let counted: number | null = null;
  let promptTokens: number | null = null;
  for await (const event of gateway.generate({
    messages: [{ role: "user", content }],
    maxTokens,
    temperature: 0,
  })) {
    if (event.kind === "done") {
      counted = event.completionTokens;
      promptTokens = event.promptTokens;
      continue;
    }
    lastMs = now() - begun;
    firstMs ??= lastMs;
    pieces += 1;
  }
  if (firstMs === null) throw new Error("The model answered nothing, so nothing can be measured.");
  return {
    firstMs,
    tokenMs: (lastMs - firstMs) / Math.max(1, (counted ?? pieces) - 1),
    // Where the server does not tell: about four characters each.
    promptTokens: promptTokens ?? content.length / 4,
  };
}

/** Begins otherwise each time, so that no server has its beginning still in memory. */
const unknownText = (words: number): string =>
  `${randomUUID()} ${Array.from({ length: words }, (_, n) => `part${String(n % 97)}`).join(" ")}\nName one of these parts.`;
