import { type BudgetGuard, createBudgetGuard } from "../../core/budgets/budget-guard.ts";
import { createBudgetedGateway } from "../../core/budgets/budgeted-gateway.ts";
import { createUsageLog } from "../../core/budgets/usage-log.ts";
import type { Clock } from "../../core/clock.ts";
import type { Closer } from "../../core/close-in-order.ts";
import type { Database } from "../../core/database.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import type { Logger } from "../../core/logger.ts";

export interface BudgetParts {
  readonly model: ModelGateway;
  readonly budgets: BudgetGuard;
}

interface BudgetPorts {
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The same gateway within each company's budgets. What is left to be written is written before the database is closed. */
export function connectBudgets(
  gateway: ModelGateway,
  { database, clock, logger }: BudgetPorts,
  closers: Closer[],
): BudgetParts {
  const budgets = createBudgetGuard({ database, clock, logger });
  const usage = createUsageLog({ database, logger });
  closers.push(
    () => usage.close(),
    () => budgets.close(),
  );
  return { model: createBudgetedGateway({ gateway, budgets, usage, clock }), budgets };
}
