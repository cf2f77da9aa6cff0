import { z } from "zod";
import type { ZodOpenApiPathsObject } from "zod-openapi";
import * as budget from "./contract/budget.ts";
import { failure, operation } from "./openapi-operation.ts";

/** Budgets and how much is used. */
export const budgetPaths: ZodOpenApiPathsObject = {
  "/v1/budgets": {
    get: operation({
      summary: "Budgets and how they stand: all for admins, of their departments for leads",
      answer: budget.budgetListSchema,
    }),
    put: operation({
      summary: "Set or remove a budget, for admins; within 10 seconds it holds everywhere",
      body: budget.changeBudgetSchema,
      answer: budget.budgetSchema,
    }),
  },
  "/v1/budgets/people": {
    get: operation({
      summary: "People by name or address, for a budget of their own; for admins",
      query: budget.budgetPeopleQuerySchema,
      answer: budget.budgetPeopleSchema,
    }),
  },
  "/v1/usage": {
    get: operation({
      summary: "How much of models was used: by everyone for admins, by their departments for leads",
      query: budget.usageQuerySchema,
      answer: budget.usageSchema,
    }),
  },
  "/v1/usage.csv": {
    get: {
      summary: "The same as a table for spreadsheets",
      requestParams: { query: budget.usageQuerySchema },
      responses: {
        "200": { description: "The table, in UTF-8", content: { "text/csv": { schema: z.string() } } },
        default: failure,
      },
    },
  },
};
