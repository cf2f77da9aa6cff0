import { beforeEach, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { BudgetStore, Reservation } from "../../core/budgets/budget-store.ts";
import type { BudgetLimits, BudgetScope } from "../../core/budgets/budget.ts";
import { type DepartmentId, newId, type UserId } from "../../core/ids.ts";
import { departmentOf, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

const none: BudgetLimits = {
  requestsPerMinute: null,
  requestsPerDay: null,
  tokensPerMinute: null,
  tokensPerDay: null,
};
const audit: AuditEvent = { event: "budget.changed", status: "success", userId: null };
const company: BudgetScope = { kind: "tenant" };
const everyone: BudgetScope = { kind: "person", userId: null };
/** 23:30:20 in Bangkok, whose day ends at 17:00 UTC. */
const evening = new Date("2026-11-20T16:30:20Z");
const later = (ms: number): Date => new Date(evening.getTime() + ms);

/** What may be spent, and what was. */
export function budgetStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`budgets: ${name}`, () => {
    let tenant: TenantUnderTest;
    const budgets = <T>(work: (store: BudgetStore) => Promise<T>, of = tenant): Promise<T> =>
      of.stores((stores) => work(stores.budgets));
    const set = (scope: BudgetScope, limits: Partial<BudgetLimits> | null) =>
      budgets((store) => store.set(scope, limits && { ...none, ...limits }, audit));
    const asking = (
      change: Partial<Omit<Reservation, "spender">> & { who?: "sam" | "vic" } = {},
    ): Reservation => {
      const { who = "sam", ...rest } = change;
      const { tenantId } = tenant.company;
      const [userId, departmentId] = [
        personOf(tenant.company, who),
        departmentOf(tenant.company, "operations"),
      ];
      return { spender: { tenantId, userId, departmentId }, requests: 1, tokens: 100, at: evening, ...rest };
    };
    const reserve = (reservation: Reservation) => budgets((store) => store.reserve(reservation));
    const left = async (change?: Parameters<typeof asking>[0]) => {
      const { spender, at } = asking(change);
      const standings = await budgets((store) => store.standings(spender, at));
      return standings.map(
        ({ scope, metric, window, remaining }) => `${scope} ${metric}/${window} ${String(remaining)}`,
      );
    };
    beforeEach(async () => {
      tenant = await open().tenant();
    });

    it("keeps a budget for each scope, and tells the audit trail of every change", async () => {
      const finance: BudgetScope = {
        kind: "department",
        departmentId: departmentOf(tenant.company, "finance"),
      };
      const sam: BudgetScope = { kind: "person", userId: personOf(tenant.company, "sam") };
      for (const scope of [sam, everyone, finance, company]) await set(scope, { requestsPerDay: 1 });
      await set(company, { requestsPerDay: 5_000_000_000, tokensPerMinute: 7 });
      await set(finance, null);
      await set(finance, null);
      const kept = await budgets((store) => store.list());
      expect(kept).toHaveLength(3);
      expect(kept).toEqual(
        expect.arrayContaining([
          { scope: company, limits: { ...none, requestsPerDay: 5_000_000_000, tokensPerMinute: 7 } },
          { scope: everyone, limits: { ...none, requestsPerDay: 1 } },
          { scope: sam, limits: { ...none, requestsPerDay: 1 } },
        ]),
      );
      const told = await tenant.stores((stores) => stores.audit.list({ cursor: null, limit: 50 }));
      expect(told.items.filter(({ event }) => event === "budget.changed")).toHaveLength(6);
    });

    it("has none of another company's departments and people", async () => {
      const other = await open().tenant();
      const theirs: readonly BudgetScope[] = [
        { kind: "department", departmentId: departmentOf(other.company, "finance") },
        { kind: "person", userId: personOf(other.company, "sam") },
        { kind: "department", departmentId: newId<DepartmentId>() },
        { kind: "person", userId: newId<UserId>() },
      ];
      for (const scope of theirs)
        await expect(set(scope, { requestsPerDay: 1 })).rejects.toMatchObject({ code: "not_found" });
      await budgets((store) => store.set(company, { ...none, requestsPerDay: 0 }, audit), other);
      expect(await budgets((store) => store.list())).toEqual([]);
      expect(await reserve(asking())).toBeNull();
    });

    it("limits nobody where there is no budget", async () => {
      expect(await reserve(asking({ tokens: 1_000_000_000 }))).toBeNull();
      expect(await left()).toEqual([]);
      await budgets((store) => store.settle(asking(), 5));
    });

    it("puts aside in every limit or in none, and says which is exhausted the longest", async () => {
      const operations = departmentOf(tenant.company, "operations");
      await set(company, { tokensPerDay: 1_000 });
      await set({ kind: "department", departmentId: operations }, { requestsPerMinute: 2 });
      await set(everyone, { requestsPerDay: 20 });
      expect(await reserve(asking())).toBeNull();
      expect(await reserve(asking())).toBeNull();
      const inTheWay = { scope: "department", metric: "requests", window: "minute", limit: 2, remaining: 0 };
      expect(await reserve(asking())).toEqual({ ...inTheWay, resetsAt: new Date("2026-11-20T16:31:00Z") });
      const both = { scope: "tenant", metric: "tokens", window: "day", limit: 1_000, remaining: 800 };
      const midnight = new Date("2026-11-20T17:00:00Z");
      expect(await reserve(asking({ tokens: 801 }))).toEqual({ ...both, resetsAt: midnight });
      // What was refused was put aside nowhere.
      expect(await left()).toEqual([
        "department requests/minute 0",
        "tenant tokens/day 800",
        "person requests/day 18",
      ]);
      const elsewhere = asking({ tokens: 800 });
      const spender = { ...elsewhere.spender, departmentId: null };
      expect(await reserve({ ...elsewhere, spender })).toBeNull();
      expect(await reserve({ ...elsewhere, spender, tokens: 1 })).toMatchObject({ scope: "tenant" });
    });

    it("counts each person apart, whose own budget stands in place of everyone's", async () => {
      await set(everyone, { requestsPerMinute: 1, tokensPerDay: 500 });
      await set({ kind: "person", userId: personOf(tenant.company, "vic") }, { requestsPerMinute: 2 });
      expect(await reserve(asking())).toBeNull();
      expect(await reserve(asking())).toMatchObject({ scope: "person", metric: "requests" });
      for (let time = 0; time < 2; time += 1)
        expect(await reserve(asking({ who: "vic", tokens: 900 }))).toBeNull();
      expect(await reserve(asking({ who: "vic" }))).toMatchObject({ scope: "person", limit: 2 });
      const nobody = { ...asking().spender, userId: null };
      expect(await reserve({ ...asking({ tokens: 9_999 }), spender: nobody })).toBeNull();
    });

    it("counts tokens alone where it is no request", async () => {
      await set(company, { requestsPerMinute: 1, tokensPerMinute: 100 });
      expect(await reserve(asking({ tokens: 0 }))).toBeNull();
      expect(await reserve(asking({ requests: 0, tokens: 90 }))).toBeNull();
      expect(await reserve(asking({ requests: 0, tokens: 11 }))).toMatchObject({
        metric: "tokens",
        remaining: 10,
      });
    });

    it("charges what it has cost in place of what was put aside, in the same windows", async () => {
      await set(company, { tokensPerMinute: 1_000, tokensPerDay: 2_000 });
      const first = asking({ tokens: 900 });
      await reserve(first);
      await budgets((store) => store.settle(first, 100));
      expect(await left()).toEqual(["tenant tokens/minute 900", "tenant tokens/day 1900"]);
      const second = asking({ tokens: 100 });
      await reserve(second);
      await budgets((store) => store.settle(second, 1_500));
      expect(await left()).toEqual(["tenant tokens/minute 0", "tenant tokens/day 400"]);
      // Its minute is over by the time that it is settled.
      const third = asking({ at: later(60_000) });
      await reserve(third);
      expect(await left({ at: later(60_000) })).toEqual([
        "tenant tokens/day 300",
        "tenant tokens/minute 900",
      ]);
      await budgets((store) => store.settle(second, 0));
      expect(await left({ at: later(60_000) })).toEqual([
        "tenant tokens/day 400",
        "tenant tokens/minute 900",
      ]);
    });

    it("begins anew each minute, and each day at the company's midnight", async () => {
      await set(company, { requestsPerMinute: 1, requestsPerDay: 2 });
      expect(await reserve(asking())).toBeNull();
      expect(await reserve(asking({ at: later(39_999) }))).toMatchObject({ window: "minute" });
      expect(await reserve(asking({ at: later(40_000) }))).toBeNull();
      expect(await reserve(asking({ at: later(100_000) }))).toMatchObject({ window: "day" });
      const beforeMidnight = new Date("2026-11-20T16:59:59.999Z");
      expect(await reserve(asking({ at: beforeMidnight }))).toMatchObject({ window: "day" });
      expect(await reserve(asking({ at: new Date("2026-11-20T17:00:00Z") }))).toBeNull();
    });

    it("holds a budget that was lowered below what was spent", async () => {
      await set(company, { tokensPerDay: 1_000 });
      await reserve(asking({ tokens: 600 }));
      await set(company, { tokensPerDay: 500 });
      expect(await left()).toEqual(["tenant tokens/day 0"]);
      expect(await reserve(asking({ tokens: 1 }))).toMatchObject({ limit: 500, remaining: 0 });
      await set(company, null);
      expect(await reserve(asking({ tokens: 1 }))).toBeNull();
    });

    it("takes nothing from what was spent before by what was put aside while the limit was lifted", async () => {
      await set(company, { tokensPerDay: 1_000 });
      await reserve(asking({ tokens: 600 }));
      await set(company, { tokensPerMinute: 5_000 });
      const meanwhile = asking({ tokens: 500 });
      await reserve(meanwhile);
      await budgets((store) => store.settle(meanwhile, 0));
      await set(company, { tokensPerDay: 1_000 });
      expect(await left()).toEqual(["tenant tokens/day 400"]);
    });

    it("never lets more through than there is, however many ask at once", async () => {
      await set(company, { requestsPerDay: 10, tokensPerMinute: 2_000 });
      await set(everyone, { requestsPerMinute: 6 });
      const asked = Array.from({ length: 40 }, (_, place) =>
        asking({ who: place % 2 === 0 ? "sam" : "vic" }),
      );
      const outcomes = await Promise.all(asked.map(reserve));
      expect(outcomes.filter((inTheWay) => inTheWay === null)).toHaveLength(10);
      expect(await left()).toContain("tenant requests/day 0");
      expect(await left()).toContain("tenant tokens/minute 1000");
    });
  });
}
