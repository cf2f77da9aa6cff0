import { json, type Request, Router } from "express";
import type { WantedScope } from "../../../core/budgets/budget-owners.ts";
import {
  type BudgetPorts,
  findPeople,
  listBudgets,
  setBudget,
} from "../../../core/budgets/manage-budgets.ts";
import { averageCost, reportUsage } from "../../../core/budgets/report-usage.ts";
import { canManageBudgets } from "../../../core/identity/policy.ts";
import type { UserId } from "../../../core/ids.ts";
import { identityOf } from "../authenticate.ts";
import {
  type BudgetListView,
  budgetPeopleQuerySchema,
  type ChangeBudget,
  changeBudgetBody,
  usageQuerySchema,
  type UsageView,
} from "../contract/budget.ts";
import { parseInput } from "../http-errors.ts";
import { presentBudget, presentNamed, presentUsage } from "../present-budget.ts";
import { usageCsv } from "../usage-csv.ts";

/** How much of models may be used, for admins, and how much is, for leads too. */
export function budgetRoutes(ports: BudgetPorts): Router {
  const router = Router();

  router.get("/budgets", async (request, response) => {
    const identity = identityOf(request);
    const [budgets, questionCost] = await Promise.all([
      listBudgets(ports, identity),
      averageCost(ports, identity),
    ]);
    response.json({
      items: budgets.map((budget) => presentBudget(budget, questionCost)),
      canChange: canManageBudgets(identity.member),
      questionCost: questionCost && { questions: questionCost.questions, tokens: questionCost.tokens },
    } satisfies BudgetListView);
  });

  router.put("/budgets", json(), async (request, response) => {
    const { scope, limits } = parseInput(changeBudgetBody, request.body);
    const identity = identityOf(request);
    const budget = await setBudget(ports, identity, wantedScope(scope), limits);
    response.json(presentBudget(budget, await averageCost(ports, identity)));
  });

  router.get("/budgets/people", async (request, response) => {
    const { query } = parseInput(budgetPeopleQuerySchema, request.query);
    const people = await findPeople(ports, identityOf(request), query);
    response.json({ items: people.map(presentNamed) });
  });

  async function report(request: Request): Promise<UsageView> {
    const wish = parseInput(usageQuerySchema, request.query);
    return presentUsage(wish.by, await reportUsage(ports, identityOf(request), wish));
  }

  router.get("/usage", async (request, response) => {
    response.json(await report(request));
  });

  router.get("/usage.csv", async (request, response) => {
    const usage = await report(request);
    const name = `usage-by-${usage.by}-${usage.firstDay}-to-${usage.lastDay}.csv`;
    response.attachment(name).type("text/csv").send(usageCsv(usage));
  });
  return router;
}

const wantedScope = (scope: ChangeBudget["scope"]): WantedScope =>
  scope.kind === "person" ? { kind: "person", userId: scope.id as UserId | null } : scope;
