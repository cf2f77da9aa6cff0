import { readFileSync } from "node:fs";
import { z } from "zod";
import type { GpuFigures } from "../gpu-server/gpu-figures.ts";
import type { Bounds } from "./gpus-needed.ts";
import { plannedGpu } from "./planned-gpu.ts";

/** Assumed, until a company counts its own. */
const plannedDemand = { questionsPerDay: 4, busiestHourShare: 0.2, answerTokens: 250 };
const plannedBounds: Bounds = { firstTokenMs: 2_000, tokensPerSecond: 15 };
const plannedPeople: readonly number[] = [50, 500, 5_000, 50_000];

const above0 = z.number().positive();
const count = z.int().min(1);

const figuresFile = z.strictObject({
  people: z
    .array(count)
    .min(1)
    .default([...plannedPeople]),
  questionsPerDay: above0.default(plannedDemand.questionsPerDay),
  busiestHourShare: above0.max(1).default(plannedDemand.busiestHourShare),
  answerTokens: count.max(900).default(plannedDemand.answerTokens),
  /** Tokens of prompts; absent: those of the demonstration company. */
  promptTokens: z.array(count).min(1).optional(),
  bounds: z.strictObject({ firstTokenMs: above0, tokensPerSecond: above0 }).partial().default({}),
  gpu: z
    .strictObject({
      stepMs: above0,
      perSequenceMs: z.number().min(0),
      prefillPerSecond: above0,
      prefillPerStep: count,
      batch: count,
      kvTokens: count,
    })
    .partial()
    .default({}),
});

export interface PlanningFigures {
  readonly people: readonly number[];
  readonly demand: typeof plannedDemand;
  readonly promptTokens: readonly number[] | null;
  readonly bounds: Bounds;
  readonly gpu: GpuFigures;
}

const defined = <Value extends object>(value: Value): { [Key in keyof Value]?: NonNullable<Value[Key]> } =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as never;

/** Figures of one's own (JSON), those that are left out as they stand here. Throws TypeError, naming each fault. */
export function planningFigures(json: string): PlanningFigures {
  const parsed = figuresFile.safeParse(JSON.parse(json));
  if (!parsed.success)
    throw new TypeError(
      parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"),
    );
  const { people, questionsPerDay, busiestHourShare, answerTokens, promptTokens, bounds, gpu } = parsed.data;
  return {
    people,
    demand: { questionsPerDay, busiestHourShare, answerTokens },
    promptTokens: promptTokens ?? null,
    bounds: { ...plannedBounds, ...defined(bounds) },
    gpu: { ...plannedGpu, ...defined(gpu) },
  };
}

export const readPlanningFigures = (path: string | null): PlanningFigures =>
  planningFigures(path === null ? "{}" : readFileSync(path, "utf8"));
