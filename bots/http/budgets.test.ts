import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { UsageRecord } from "../../core/budgets/usage.ts";
import type { DepartmentId, UserId } from "../../core/ids.ts";
import { newId } from "../../core/ids.ts";
import type { ApiClient } from "../../tests/support/api-client.ts";
import { httpBench, type HttpBench } from "../../tests/support/http-bench.ts";
import { departmentOf, personOf } from "../../tests/support/sample-work.ts";
import {
  budgetListSchema,
  budgetPeopleSchema,
  budgetSchema,
  type BudgetView,
  usageSchema,
} from "./contract/budget.ts";
import type { ApiError } from "./contract/error.ts";

interface Failed {
  readonly error: ApiError;
}
const none = { requestsPerMinute: null, requestsPerDay: null, tokensPerMinute: null, tokensPerDay: null };
const company = { kind: "tenant" };
/** In the middle of a minute, and of a day in Bangkok: none begins meanwhile. */
const now = new Date("2026-11-20T05:48:30.500Z");

describe("budgets at the API", () => {
  let bench: HttpBench;
  let ada: ApiClient;
  let sam: ApiClient;
  beforeEach(async () => {
    bench = await httpBench({ change: { clock: { now: () => now } } });
    [ada, sam] = await Promise.all([bench.signIn("ada"), bench.signIn("sam")]);
  });
  afterEach(() => bench.close());

  const set = (scope: unknown, limits: unknown, as = ada) =>
    as.request<BudgetView & Failed>("PUT", "/budgets", { scope, limits });
  const list = async (as = ada) => budgetListSchema.parse((await as.request("GET", "/budgets")).body);
  const reserve = (departmentId: DepartmentId | null, userId: UserId | null, tokens: number) =>
    bench.database.withTenant(bench.company.tenantId, ({ budgets }) =>
      budgets.reserve({
        spender: { tenantId: bench.company.tenantId, departmentId, userId },
        requests: 1,
        tokens,
        at: now,
      }),
    );

  it("have a row for the company, each department and each person, before any is set", async () => {
    const { items, canChange, questionCost } = await list();
    expect(items.map(({ scope }) => scope)).toEqual([
      { kind: "tenant" },
      { kind: "department", department: { slug: "finance", name: { en: "Finance", th: "การเงิน" } } },
      { kind: "department", department: { slug: "operations", name: { en: "Operations", th: "ปฏิบัติการ" } } },
      { kind: "person", person: null },
    ]);
    expect(items.every(({ limits, standings }) => limits === null && standings.length === 0)).toBe(true);
    expect([canChange, questionCost]).toEqual([true, null]);
  });

  it("are kept and warned of where one question may need more tokens", async () => {
    const { body } = await set(company, { ...none, tokensPerMinute: 9_000, tokensPerDay: 50_000 });
    const warning = {
      field: "tokensPerMinute",
      needed: 12_000,
      message: "One question may need 12000 tokens at once: with fewer it may be refused.",
    };
    expect([body.limits?.tokensPerMinute, body.warnings]).toEqual([9_000, [warning]]);
    const { items } = await list();
    expect(items.map(({ warnings }) => warnings.length)).toEqual([1, 0, 0, 0]);
  });

  it("are set from now on, show what is used of each alone, and are removed", async () => {
    const [samId, operations] = [personOf(bench.company, "sam"), departmentOf(bench.company, "operations")];
    const person = { kind: "person", id: samId };
    expect((await set(company, { ...none, tokensPerDay: 1_000, requestsPerMinute: 60 })).status).toBe(200);
    await set({ kind: "department", slug: "operations" }, { ...none, requestsPerDay: 10 });
    await set(person, { ...none, tokensPerDay: 500 });
    expect(await reserve(operations, samId, 200)).toBeNull();
    expect(await reserve(null, null, 100)).toBeNull();
    const { items } = await list();
    const standing = (at: number) =>
      items[at]?.standings
        .map(
          ({ metric, window, limit, remaining }) =>
            `${metric}/${window} ${String(remaining)}/${String(limit)}`,
        )
        .toSorted();
    expect(standing(0)).toEqual(["requests/minute 58/60", "tokens/day 700/1000"]);
    expect(standing(2)).toEqual(["requests/day 9/10"]);
    expect(items[4]?.scope).toEqual({
      kind: "person",
      person: { id: samId, name: "Sam Staff", email: "sam@small.example" },
    });
    expect(standing(4)).toEqual(["tokens/day 300/500"]);
    expect((await set(person, null)).body.limits).toBeNull();
    expect((await list()).items).toHaveLength(4);
    const changes = bench.database
      .tables(bench.company.tenantId)
      .audit.flatMap(({ event }) => (event.event === "budget.changed" ? [event.metadata] : []));
    expect(changes.at(-1)).toEqual({ before: { ...none, tokensPerDay: 500 }, after: null });
    expect(changes).toHaveLength(4);
  });

  it("are none without a limit, but for a person who is to be free of what each person gets", async () => {
    expect((await set(company, none)).body.limits).toBeNull();
    const freed = await set({ kind: "person", id: personOf(bench.company, "vic") }, none);
    expect(budgetSchema.parse(freed.body).limits).toEqual(none);
    expect((await list()).items).toHaveLength(5);
  });

  it("name each faulty field, and whom there is not", async () => {
    const faulty = await set(company, {
      requestsPerMinute: 0,
      requestsPerDay: 1.5,
      tokensPerMinute: 20,
      tokensPerDay: "10",
    });
    expect(faulty.status).toBe(400);
    expect(faulty.body.error.facts).toMatchObject({
      requestsPerMinute: "must be at least 1; leave it empty for no limit",
      requestsPerDay: "must be a whole number",
      tokensPerDay: expect.any(String) as unknown,
    });
    const swapped = await set(company, { ...none, tokensPerMinute: 20, tokensPerDay: 10 });
    expect(swapped.body.error.facts).toEqual({ tokensPerMinute: "must not be above the limit per day" });
    expect((await set(company, {})).status).toBe(400);
    expect((await set({ kind: "department", slug: "none" }, none)).status).toBe(404);
    expect((await set({ kind: "person", id: newId() }, none)).status).toBe(404);
    expect((await set({ kind: "person", id: "sam" }, none)).status).toBe(400);
  });

  it("are set by admins alone, seen by leads of their departments, and by nobody else", async () => {
    await set({ kind: "department", slug: "operations" }, { ...none, requestsPerDay: 10 });
    for (const path of ["/budgets", "/budgets/people?query=a", "/usage", "/usage.csv"])
      expect([path, (await sam.request("GET", path)).status]).toEqual([path, 403]);
    expect((await set(company, none, sam)).status).toBe(403);
    expect(bench.audited()).toContain("policy.denied denied");
    const { members } = bench.database.tables(bench.company.tenantId);
    const samId = personOf(bench.company, "sam");
    const member = members.get(samId);
    if (!member) throw new Error("there is no Sam");
    const operations = departmentOf(bench.company, "operations");
    members.set(samId, { ...member, departments: new Map([[operations, "lead"]]) });
    bench.ports.people.forget(bench.company.tenantId);
    const { items, canChange } = await list(sam);
    expect(items.map(({ scope }) => scope.kind)).toEqual(["department"]);
    expect(canChange).toBe(false);
    expect((await set(company, none, sam)).status).toBe(403);
    expect((await sam.request("GET", "/budgets/people?query=a")).status).toBe(403);
    const usage = usageSchema.parse((await sam.request("GET", "/usage")).body);
    expect(usage.departments).toMatchObject([{ slug: "operations" }]);
  });

  it("find people for a budget of their own", async () => {
    const found = budgetPeopleSchema.parse((await ada.request("GET", "/budgets/people?query=STAFF")).body);
    expect(found.items).toMatchObject([{ name: "Sam Staff", email: "sam@small.example" }]);
    expect((await ada.request("GET", "/budgets/people?query=")).status).toBe(400);
  });

  describe("and what is used", () => {
    const record = (records: readonly Partial<UsageRecord>[]) =>
      bench.database.withTenant(bench.company.tenantId, ({ budgets }) =>
        budgets.record(
          records.map((one) => ({
            id: newId(),
            at: now,
            departmentId: departmentOf(bench.company, "operations"),
            userId: personOf(bench.company, "sam"),
            urgency: "interactive",
            kind: "chat",
            model: "small",
            outcome: "done",
            promptTokens: 800,
            completionTokens: 200,
            counted: true,
            ...one,
          })),
        ),
      );
    const usage = async (query: string, as = ada) =>
      usageSchema.parse((await as.request("GET", `/usage?${query}`)).body);

    it("is nothing before anybody has asked", async () => {
      const { lines, total, timeZone } = await usage("days=7&by=day");
      expect(total).toEqual({ requests: 0, promptTokens: 0, completionTokens: 0, refused: 0, estimated: 0 });
      expect([lines.length, timeZone]).toEqual([7, "Asia/Bangkok"]);
      expect((await usage("days=7&by=person")).lines).toEqual([]);
    });

    it("is told by day, department, person and model, with names and what is estimated", async () => {
      const finance = departmentOf(bench.company, "finance");
      await record([
        {},
        { counted: false, model: "large" },
        { outcome: "refused", promptTokens: 0, completionTokens: 0 },
        { departmentId: finance, userId: null, promptTokens: 5_000, urgency: "batch" },
      ]);
      const days = await usage("days=1");
      expect(days.lines).toEqual([
        {
          key: days.lastDay,
          department: null,
          person: null,
          requests: 4,
          promptTokens: 6_600,
          completionTokens: 600,
          refused: 1,
          estimated: 1,
        },
      ]);
      const departments = await usage("days=30&by=department");
      expect(departments.lines.map(({ department, requests }) => [department?.slug, requests])).toEqual([
        ["finance", 1],
        ["operations", 3],
      ]);
      const people = await usage("days=7&by=person&calls=questions");
      expect(people.lines.map(({ person, requests }) => [person?.name, requests])).toEqual([
        ["Sam Staff", 3],
      ]);
      const models = await usage("days=7&by=model");
      expect(models.lines.map(({ key }) => key)).toEqual(["small", "large"]);
      expect((await list()).questionCost).toEqual({ questions: 2, tokens: 1_000 });
      expect((await ada.request("GET", "/usage?days=0")).status).toBe(400);
      expect((await ada.request("GET", "/usage?by=colour")).status).toBe(400);
    });

    it("is downloaded as a table", async () => {
      await record([{}]);
      const response = await fetch(`${bench.url}/v1/usage.csv?by=person&days=1`, {
        headers: { cookie: ada.cookie },
      });
      expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
      expect(response.headers.get("content-disposition")).toMatch(
        /^attachment; filename=usage-by-person-\d{4}-\d\d-\d\d-to-\d{4}-\d\d-\d\d\.csv$/,
      );
      expect(await response.text()).toContain(",Sam Staff,sam@small.example,1,800,200,0,0\r\n");
    });
  });
});
