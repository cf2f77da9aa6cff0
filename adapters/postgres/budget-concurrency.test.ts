import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import pg from "pg";
import type { Reservation } from "../../core/budgets/budget-store.ts";
import type { BudgetLimits, BudgetScope, BudgetStanding } from "../../core/budgets/budget.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { departmentOf, personOf, until } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

jest.setTimeout(180_000);

const people = ["ada", "sam", "vic", "fay"] as const;
const departments = ["operations", "finance"] as const;
const noon = new Date("2026-11-20T05:00:30Z");

/** Numbers in [0, 1) that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("budgets of many who ask at once", () => {
  let server: TestDatabase;
  let pool: pg.Pool;
  let owner: pg.Client;
  let database: ReturnType<typeof createDatabase>;
  let company: ProvisionedCompany;
  let companies = 0;

  beforeAll(async () => {
    server = await testDatabase();
    pool = createPool(server.appUrl, 16, silentLogger, amplyMs);
    database = createDatabase(pool);
    owner = new pg.Client({ connectionString: server.ownerUrl });
    await owner.connect();
  });
  beforeEach(async () => {
    companies += 1;
    company = await provisionCompany(server.ownerUrl, smallCompany(`budgets-${String(companies)}`), {
      localAccounts: true,
    });
  });
  afterAll(async () => {
    await owner.end();
    await database.close();
    await pool.end();
    await server.close();
  });

  const set = (scope: BudgetScope, limits: Partial<BudgetLimits>) =>
    database.withTenant(company.tenantId, ({ budgets }) =>
      budgets.set(
        scope,
        {
          requestsPerMinute: null,
          requestsPerDay: null,
          tokensPerMinute: null,
          tokensPerDay: null,
          ...limits,
        },
        { event: "budget.changed", status: "success", userId: null },
      ),
    );
  const by = (place: number, change: Partial<Reservation> = {}): Reservation => ({
    spender: {
      tenantId: company.tenantId,
      userId: personOf(company, people[place % 4] ?? "sam"),
      departmentId: departmentOf(company, departments[place % 2] ?? "operations"),
    },
    requests: 1,
    tokens: 400,
    at: noon,
    ...change,
  });
  const reserve = (reservation: Reservation): Promise<BudgetStanding | null> =>
    database.withTenant(company.tenantId, ({ budgets }) => budgets.reserve(reservation));
  const settle = (reservation: Reservation, tokens: number): Promise<void> =>
    database.withTenant(company.tenantId, ({ budgets }) => budgets.settle(reservation, tokens));

  interface Spent {
    readonly scope: string;
    readonly span: string;
    readonly requests: number;
    readonly tokens: number;
  }
  const spent = async (): Promise<readonly Spent[]> => {
    const { rows } = await owner.query<Spent>(
      `select scope, span, requests::integer, tokens::integer from budget_windows
       where tenant_id = $1 order by scope, subject, span`,
      [company.tenantId],
    );
    return rows;
  };
  /** Looks at what is committed again and again while the work goes on. */
  async function watching(work: Promise<unknown>, look: (rows: readonly Spent[]) => void): Promise<number> {
    let going = true;
    const ended = work.finally(() => {
      going = false;
    });
    let looks = 0;
    while (going) {
      look(await spent());
      looks += 1;
    }
    await ended;
    return looks;
  }

  it("lets exactly as many of a thousand through as there are requests, and never one more", async () => {
    await set({ kind: "tenant" }, { requestsPerDay: 100, tokensPerDay: 50_000 });
    const outcomes: (BudgetStanding | null)[] = [];
    let seen = 0;
    // Somebody looks while they are let through, however slow the looks are.
    const asking = Array.from({ length: 1_000 }, async (_, place) => {
      await until("it was looked at", async () => seen > Math.min(3, place / 25));
      outcomes.push(await reserve(by(place)));
    });
    const looks = await watching(Promise.all(asking), (rows) => {
      seen += 1;
      for (const { requests, tokens } of rows)
        expect([requests <= 100, tokens <= 50_000]).toEqual([true, true]);
    });
    expect(looks).toBeGreaterThan(3);
    expect(outcomes.filter((inTheWay) => inTheWay === null)).toHaveLength(100);
    for (const inTheWay of outcomes)
      if (inTheWay) expect(inTheWay).toMatchObject({ metric: "requests", limit: 100, remaining: 0 });
    expect(await spent()).toEqual([{ scope: "tenant", span: "day", requests: 100, tokens: 40_000 }]);
  });

  it("lets exactly as many through as there are tokens for", async () => {
    await set({ kind: "tenant" }, { requestsPerDay: 200, tokensPerDay: 50_000 });
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, (_, place) => reserve(by(place))));
    // 125 times 400.
    expect(outcomes.filter((inTheWay) => inTheWay === null)).toHaveLength(125);
    expect(await spent()).toEqual([{ scope: "tenant", span: "day", requests: 125, tokens: 50_000 }]);
  });

  it("gives back what was not used, and keeps what a crash has never settled", async () => {
    await set({ kind: "tenant" }, { requestsPerDay: 1_000, tokensPerDay: 50_000 });
    let [served, crashed] = [0, 0];
    const ask = async (place: number): Promise<void> => {
      const reservation = by(place);
      if ((await reserve(reservation)) !== null) return;
      // Every tenth process ends between the two.
      if (place % 10 === Math.floor(place / 50) % 10) crashed += 1;
      else {
        await settle(reservation, 100);
        served += 1;
      }
    };
    const asking = Array.from({ length: 50 }, async (_, place) => {
      for (let turn = 0; turn < 20; turn += 1) await ask(place + turn * 50);
    });
    await watching(Promise.all(asking), (rows) => {
      for (const { tokens } of rows) expect(tokens).toBeLessThanOrEqual(50_000);
    });
    expect(served).toBeGreaterThan(125);
    expect(await spent()).toEqual([
      { scope: "tenant", span: "day", requests: served + crashed, tokens: served * 100 + crashed * 400 },
    ]);
    const tomorrow = by(0, { at: new Date("2026-11-20T17:00:00Z"), tokens: 50_000 });
    expect(await reserve(tomorrow)).toBeNull();
  });

  it.each([1, 2, 3])(
    "holds every limit of every scope, in any order, without a deadlock: %d",
    async (seed) => {
      const random = seeded(seed);
      const upTo = (most: number): number => 1 + Math.floor(random() * most);
      const limits = (scale: number) => ({
        requestsPerMinute: upTo(40 * scale),
        requestsPerDay: upTo(80 * scale),
        tokensPerMinute: upTo(16_000 * scale),
        tokensPerDay: upTo(32_000 * scale),
      });
      const ofTenant = limits(4);
      const ofPerson = limits(1);
      const ofOperations = limits(2);
      await set({ kind: "tenant" }, ofTenant);
      await set({ kind: "person", userId: null }, ofPerson);
      await set({ kind: "department", departmentId: departmentOf(company, "operations") }, ofOperations);
      const held: Readonly<Record<string, BudgetLimits>> = {
        tenant: ofTenant,
        person: ofPerson,
        department: ofOperations,
      };
      let [requests, tokens] = [0, 0];
      const ask = async (): Promise<void> => {
        const at = new Date(noon.getTime() + upTo(3) * 30_000);
        const reservation = by(upTo(8), { at, tokens: upTo(800), requests: random() < 0.2 ? 0 : 1 });
        const cost = upTo(reservation.tokens);
        const crashes = random() < 0.1;
        if ((await reserve(reservation)) !== null) return;
        requests += reservation.requests;
        tokens += crashes ? reservation.tokens : cost;
        if (!crashes) await settle(reservation, cost);
      };
      const asking = Array.from({ length: 500 }, ask);
      await watching(Promise.all(asking), (rows) => {
        for (const row of rows) {
          const limit = held[row.scope];
          const [most, mostTokens] =
            row.span === "day"
              ? [limit?.requestsPerDay, limit?.tokensPerDay]
              : [limit?.requestsPerMinute, limit?.tokensPerMinute];
          expect(row.requests).toBeLessThanOrEqual(most ?? -1);
          expect(row.tokens).toBeLessThanOrEqual(mostTokens ?? -1);
        }
      });
      const day = (await spent()).filter(({ scope, span }) => scope === "tenant" && span === "day");
      expect(day).toEqual([{ scope: "tenant", span: "day", requests, tokens }]);
      expect(requests).toBeGreaterThan(0);
    },
  );

  it("removes windows that are long over as new ones come", async () => {
    await set({ kind: "tenant" }, { requestsPerMinute: 5 });
    for (let minute = 0; minute < 90; minute += 1)
      await reserve(by(0, { at: new Date(noon.getTime() + minute * 60_000) }));
    expect((await spent()).length).toBeLessThanOrEqual(63);
  });
});
