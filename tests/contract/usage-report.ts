import { beforeAll, describe, expect, it } from "@jest/globals";
import type { UsageRecord, UsageReportRequest } from "../../core/budgets/usage.ts";
import { newId } from "../../core/ids.ts";
import { departmentOf, personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** When a day begins in Bangkok. */
const day = (date: string): Date => new Date(`${date}T00:00:00+07:00`);

/** What calls of models have come to. */
export function usageReportContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`usage: ${name}`, () => {
    let tenant: TenantUnderTest;
    const used = (change: Partial<UsageRecord> = {}): UsageRecord => ({
      id: newId(),
      at: new Date("2026-11-20T10:00:00Z"),
      departmentId: departmentOf(tenant.company, "operations"),
      userId: personOf(tenant.company, "sam"),
      urgency: "interactive",
      kind: "chat",
      model: "small",
      outcome: "done",
      promptTokens: 100,
      completionTokens: 20,
      counted: true,
      ...change,
    });
    const report = (change: Partial<UsageReportRequest> = {}) =>
      tenant.stores(({ budgets }) =>
        budgets.report({
          from: day("2026-11-20"),
          to: day("2026-11-22"),
          by: "day",
          departments: null,
          calls: "all",
          ...change,
        }),
      );
    const line = (key: string | null, requests: number, promptTokens: number, completionTokens: number) => ({
      key,
      requests,
      promptTokens,
      completionTokens,
      refused: 0,
      estimated: 0,
    });

    beforeAll(async () => {
      tenant = await open().tenant();
      const other = await open().tenant();
      await other.stores(({ budgets }) => budgets.record([used({ model: "theirs" })]));
      const refused = { outcome: "refused", promptTokens: 0, completionTokens: 0 } as const;
      const first = [
        used(),
        used({ counted: false, outcome: "stopped" }),
        used(refused),
        used({
          at: new Date("2026-11-21T23:59:59+07:00"),
          model: "large",
          userId: personOf(tenant.company, "vic"),
        }),
        used({ at: new Date("2026-11-22T00:00:00+07:00"), promptTokens: 5_000 }),
        used({
          kind: "embedding",
          model: "embed",
          urgency: "batch",
          departmentId: null,
          userId: null,
          promptTokens: 200,
        }),
      ];
      await tenant.stores(async ({ budgets }) => {
        await budgets.record(first);
        // Told again, as after an answer that was lost on its way.
        await budgets.record([
          ...first.slice(0, 3),
          used({ departmentId: departmentOf(tenant.company, "finance") }),
        ]);
        await budgets.record([]);
      });
    });

    it("adds up the company's days, each call once, with what was refused and what was estimated", async () => {
      expect(await report()).toEqual({
        lines: [
          { ...line("2026-11-20", 4, 500, 80), refused: 1, estimated: 1 },
          line("2026-11-21", 1, 100, 20),
        ],
        total: { requests: 5, promptTokens: 600, completionTokens: 100, refused: 1, estimated: 1 },
      });
    });

    it("tells departments, people and models apart, most tokens first", async () => {
      const { lines } = await report({ by: "department" });
      expect(lines.map(({ key, requests }) => [key, requests])).toEqual(
        expect.arrayContaining([
          [departmentOf(tenant.company, "operations"), 4],
          [departmentOf(tenant.company, "finance"), 1],
          [null, 0],
        ]),
      );
      expect(lines[0]?.key).toBe(departmentOf(tenant.company, "operations"));
      const people = (await report({ by: "person" })).lines.map(({ key }) => key);
      expect(people).toHaveLength(3);
      expect(people[0]).toBe(personOf(tenant.company, "sam"));
      const models = await report({ by: "model" });
      expect(models.lines.map(({ key, requests }) => [key, requests])).toEqual([
        ["small", 4],
        ["embed", 0],
        ["large", 1],
      ]);
    });

    it("leaves out other departments' calls, and what nobody has asked", async () => {
      const finance = [departmentOf(tenant.company, "finance")];
      expect((await report({ departments: finance })).total).toMatchObject({
        requests: 1,
        promptTokens: 100,
      });
      expect((await report({ departments: [] })).total).toMatchObject({ requests: 0, promptTokens: 0 });
      expect((await report({ calls: "questions" })).total).toMatchObject({ requests: 5, promptTokens: 400 });
    });

    it("has nothing of days that it was not asked for", async () => {
      const nothing = { requests: 0, promptTokens: 0, completionTokens: 0, refused: 0, estimated: 0 };
      const empty = await report({ from: day("2026-11-01"), to: day("2026-11-02") });
      expect(empty).toEqual({ lines: [], total: nothing });
    });
  });
}
