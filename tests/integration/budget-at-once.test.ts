import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import pg from "pg";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createPool } from "../../adapters/postgres/pool.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { createBudgetGuard } from "../../core/budgets/budget-guard.ts";
import { createBudgetedGateway } from "../../core/budgets/budgeted-gateway.ts";
import { createUsageLog } from "../../core/budgets/usage-log.ts";
import { systemClock } from "../../core/clock.ts";
import { ExpertError, isExpertError } from "../../core/errors.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { departmentOf, pause, personOf, until } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { amplyMs } from "../support/time-limits.ts";

const requests = 400;
const tokens = 30_000;
const promptTokens = 20;
/** What each call puts aside is about six times of what it costs. */
const maxTokens = 400;

describe("one budget under a thousand calls at once, from the gateway to the rows", () => {
  let server: TestDatabase;
  let pool: pg.Pool;
  let owner: pg.Client;
  let company: ProvisionedCompany;
  let database: ReturnType<typeof createDatabase>;
  beforeAll(async () => {
    server = await testDatabase();
    pool = createPool(server.appUrl, 16, silentLogger, amplyMs);
    database = createDatabase(pool);
    company = await provisionCompany(server.ownerUrl, smallCompany("at-once"), { localAccounts: true });
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner.end();
    await database.close();
    await pool.end();
    await server.close();
  });

  const windows = async (): Promise<readonly { requests: number; tokens: number }[]> =>
    (
      await owner.query<{ requests: number; tokens: number }>(
        "select requests::integer, tokens::integer from budget_windows where span = 'day'",
      )
    ).rows;

  it("never exceeds it, gives back what was not used, and records each call once", async () => {
    await database.withTenant(company.tenantId, ({ budgets }) =>
      budgets.set(
        { kind: "tenant" },
        { requestsPerMinute: null, requestsPerDay: requests, tokensPerMinute: null, tokensPerDay: tokens },
        { event: "budget.changed", status: "success", userId: null },
      ),
    );
    let spent = 0;
    let looks = 0;
    let most = 0;
    let running = 0;
    let calls = 0;
    const model: ModelGateway = {
      chatModel: "counted",
      embeddingModel: null,
      visionModel: null,
      async *generate() {
        running += 1;
        most = Math.max(most, running);
        // The first wait until many run at once, and until it was looked how much is put aside meanwhile.
        await until("many run at once", async () => most > 10 && looks > 3);
        // In another order than they came.
        await pause(Math.random() * 40);
        running -= 1;
        calls += 1;
        spent += promptTokens + 50;
        if (calls % 7 === 0) {
          // Nothing was said: nothing is charged.
          spent -= promptTokens + 50;
          throw new ExpertError("model_unavailable", "The server has gone.");
        }
        yield { kind: "text", text: "It is primed. " };
        yield { kind: "done", finish: "stop", promptTokens, completionTokens: 50 };
      },
      embed: () => Promise.reject(new Error("nobody embeds here")),
    };
    const ports = { database, clock: systemClock, logger: silentLogger };
    const budgets = createBudgetGuard(ports);
    const usage = createUsageLog(ports);
    const gateway = createBudgetedGateway({ gateway: model, budgets, usage, clock: systemClock });
    const people = (["ada", "sam", "vic", "fay"] as const).map((name) => personOf(company, name));
    const outcomes = { answered: 0, failed: 0, refused: 0 };
    const call = async (place: number): Promise<void> => {
      const asked = gateway.generate({
        messages: [{ role: "user", content: "How is the pump primed?" }],
        maxTokens,
        temperature: 0,
        call: {
          tenantId: company.tenantId,
          userId: people[place % 4] ?? null,
          departmentId: departmentOf(company, place % 2 === 0 ? "operations" : "finance"),
          urgency: "interactive",
        },
      });
      try {
        for await (const event of asked) if (event.kind === "done") outcomes.answered += 1;
      } catch (error) {
        if (isExpertError(error, "budget_exhausted")) outcomes.refused += 1;
        else if (isExpertError(error, "model_unavailable")) outcomes.failed += 1;
        else throw error;
      }
    };
    let asking = true;
    const all = Promise.all(Array.from({ length: 1_000 }, (_, place) => call(place))).finally(() => {
      asking = false;
    });
    while (asking) {
      for (const window of await windows())
        expect({ ...window, over: window.requests > requests || window.tokens > tokens }).toEqual({
          ...window,
          over: false,
        });
      looks += 1;
    }
    await all;
    await budgets.close();
    await usage.close();
    const { answered, failed, refused } = outcomes;
    expect(answered + failed + refused).toBe(1_000);
    // Both happened: some were let through and some were not.
    expect(Math.min(answered, failed, refused)).toBeGreaterThan(0);
    expect(await windows()).toEqual([{ requests: answered + failed, tokens: spent }]);
    expect(spent).toBeLessThanOrEqual(tokens);
    const { rows } = await owner.query(
      `select sum(requests)::integer as requests, sum(refused)::integer as refused,
         sum(prompt_tokens + completion_tokens)::integer as tokens from usage_by_day`,
    );
    expect(rows).toEqual([{ requests: 1_000, refused, tokens: spent }]);
  }, 180_000);
});
