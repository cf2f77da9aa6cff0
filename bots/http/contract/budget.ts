import { z } from "zod";
import { budgetLimits } from "../../../core/budgets/budget-limits.ts";

const person = z.object({ id: z.uuid(), name: z.string(), email: z.string() });
const department = z.object({ slug: z.string(), name: z.object({ en: z.string(), th: z.string() }) });

const limit = z.number().nullable().describe("Null: without limit");
const limits = z.object({
  requestsPerMinute: limit,
  requestsPerDay: limit,
  tokensPerMinute: limit,
  tokensPerDay: limit,
});
export type BudgetLimitsView = z.infer<typeof limits>;

export const budgetSchema = z
  .object({
    scope: z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("tenant") }),
      z.object({ kind: z.literal("department"), department }),
      z.object({
        kind: z.literal("person"),
        person: person.nullable().describe("Null: each person who has no budget of their own"),
      }),
    ]),
    limits: limits.nullable().describe("Null where no budget is set"),
    warnings: z
      .array(
        z.object({
          field: z.enum(["tokensPerMinute", "tokensPerDay"]),
          needed: z.int().describe("Tokens that one question may need at once"),
          message: z.string(),
        }),
      )
      .describe("Limits that are kept, though a single question may need more"),
    standings: z.array(
      z.object({
        metric: z.enum(["requests", "tokens"]),
        window: z.enum(["minute", "day"]),
        limit: z.number(),
        remaining: z.number().describe("Not below 0"),
        resetsAt: z.iso.datetime().describe("When the limit is whole again"),
      }),
    ),
  })
  .meta({ id: "Budget" });
export type BudgetView = z.infer<typeof budgetSchema>;

export const budgetListSchema = z.object({
  items: z.array(budgetSchema),
  canChange: z.boolean().describe("Whether this person sets budgets"),
  questionCost: z
    .object({ questions: z.int(), tokens: z.int() })
    .nullable()
    .describe("What a question has cost on average over the last 7 days; null where nobody asked a model"),
});
export type BudgetListView = z.infer<typeof budgetListSchema>;

const wantedScope = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("tenant") }),
  z.strictObject({ kind: z.literal("department"), slug: z.string().max(100) }),
  z.strictObject({
    kind: z.literal("person"),
    id: z.uuid().nullable().describe("Null: each person who has no budget of their own"),
  }),
]);

export const changeBudgetSchema = z
  .strictObject({
    scope: wantedScope,
    limits: budgetLimits.nullable().describe("All four, as they are to be; null removes the budget"),
  })
  .meta({ id: "ChangeBudget" });

/** As it arrives: the limits themselves are read by the rule that names each faulty field. */
export const changeBudgetBody = z.strictObject({
  scope: wantedScope,
  limits: z.record(z.string(), z.unknown()).nullable(),
});
export type ChangeBudget = z.infer<typeof changeBudgetBody>;

export const budgetPeopleQuerySchema = z.object({
  query: z.string().trim().min(1).max(200).describe("Part of a name or an e-mail address"),
});
export const budgetPeopleSchema = z.object({ items: z.array(person) });

export const usageKinds = ["day", "department", "person", "model"] as const;

export const usageQuerySchema = z.object({
  days: z.coerce.number().int().min(1).max(366).default(7).describe("So many days, today included"),
  by: z.enum(usageKinds).default("day"),
  calls: z
    .enum(["all", "questions"])
    .default("all")
    .describe("`questions`: without what nobody waits for, such as taking in documents"),
});

const used = {
  requests: z.number().describe("Answers asked of a model"),
  promptTokens: z.number(),
  completionTokens: z.number(),
  refused: z.number().describe("Of the requests, those that a budget refused"),
  estimated: z.number().describe("Of the requests, those whose tokens are estimated"),
};

export const usageSchema = z
  .object({
    by: z.enum(usageKinds),
    firstDay: z.iso.date(),
    lastDay: z.iso.date().describe("Today"),
    timeZone: z.string().describe("In which days begin, such as `Asia/Bangkok`"),
    departments: z
      .array(department)
      .nullable()
      .describe("Only of these departments; null: of the whole company"),
    lines: z.array(
      z.object({
        key: z
          .string()
          .nullable()
          .describe("The day as YYYY-MM-DD, the id or the model's name; null: in nobody's name"),
        department: department.nullable(),
        person: person.nullable().describe("Null also where the person is gone"),
        ...used,
      }),
    ),
    total: z.object(used),
  })
  .meta({ id: "Usage" });
export type UsageView = z.infer<typeof usageSchema>;
export type UsageLineView = UsageView["lines"][number];
