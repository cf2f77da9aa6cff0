import { beforeEach, describe, expect, it } from "@jest/globals";
import {
  type EscalationBench,
  escalationBench,
  ticketsAndPages,
} from "../../tests/support/escalation-bench.ts";
import type { personOf } from "../../tests/support/sample-work.ts";
import type { TurnId } from "../ids.ts";
import { changeEscalationPolicy } from "./change-policy.ts";
import { noEscalation } from "./policy.ts";
import { previewEscalation } from "./preview-policy.ts";

const both = { on: { asked_for: "both" }, ...ticketsAndPages } as const;

describe("a department's escalation policy", () => {
  let bench: EscalationBench;
  beforeEach(async () => {
    bench = await escalationBench();
  });
  type Name = Parameters<typeof personOf>[1];
  const change = async (written: unknown, name: Name = "ada", slug = "operations") =>
    changeEscalationPolicy(
      { database: bench.database, people: { forget: () => undefined } },
      await bench.identity(name),
      slug,
      written,
    );
  const kept = async () => {
    const departments = await bench.database.withTenant(bench.company.tenantId, ({ members }) =>
      members.departments(),
    );
    return departments.find(({ slug }) => slug === "operations")?.escalation;
  };

  it("is kept as it is read, and audited with what stood before", async () => {
    const policy = await change(both);
    expect(policy).toMatchObject({ ...both, share_up_to: "confidential" });
    expect(await kept()).toEqual(policy);
    const [event] = bench.database
      .tables(bench.company.tenantId)
      .audit.flatMap(({ event: one }) => (one.event === "escalation.policy_changed" ? [one] : []));
    expect(event?.metadata).toEqual({ department: "operations", before: noEscalation, after: policy });
  });

  it.each([
    ["a field that there is not", { paging: true }, "policy"],
    ["a ticket without a place", { on: { overdue: "ticket" } }, "ticket"],
    [
      "a connection that there is not",
      { ...both, ticket: { ...both.ticket, connection: "X" } },
      "ticket.connection",
    ],
    ["a pager for tickets", { ...both, ticket: { connection: "Pages" } }, "ticket.connection"],
    ["tickets for a pager", { ...both, page: { connection: "Tickets" } }, "page.connection"],
    ["Jira without a project", { ticket: { connection: "Tickets", issue_type: "Task" } }, "ticket.project"],
    ["Jira without an issue type", { ticket: { connection: "Tickets", project: "O" } }, "ticket.issue_type"],
    ["a severity that PagerDuty does not know", { severity: { wrong: "high" } }, "severity.wrong"],
  ])("refuses %s", async (_what, written, field) => {
    await expect(change(written)).rejects.toMatchObject({
      code: "invalid_input",
      facts: { [field]: expect.any(String) as unknown },
    });
    expect(await kept()).toEqual(noEscalation);
  });

  it("is for the department's leads and admins", async () => {
    await expect(change(both, "sam")).rejects.toMatchObject({ code: "forbidden" });
    await expect(change(both, "ada", "nowhere")).rejects.toMatchObject({ code: "department_unknown" });
  });

  describe("before it is kept", () => {
    const preview = async (written: unknown, name: Name = "ada") =>
      previewEscalation(bench, await bench.identity(name), "operations", written);
    const asked = async (question: string): Promise<TurnId> => {
      const { id, payload } = await bench.receive({ question });
      const department = (await bench.identity("ada")).departments.find(({ slug }) => slug === "operations");
      Object.assign(payload, { departmentId: department?.id ?? null });
      await bench.run(id);
      return id;
    };

    it("tells what it would have done with the questions that there are, and changes nothing", async () => {
      const calm = await asked("How do I start the pump?");
      const burning = await asked("There is a fire at the pump, how do I stop it?");
      const wrong = await asked("Where do I start the pump?");
      const { member } = await bench.identity("sam");
      await bench.database.withTenant(bench.company.tenantId, ({ threads }) =>
        threads.setFeedback(member.id, wrong, { verdict: "down", reason: null }, []),
      );
      const found = await preview({
        ...both,
        on: { critical: "both", wrong: "ticket" },
        page: { connection: "Not yet", from_severity: "critical" },
      });
      expect(found).toMatchObject({
        questions: 3,
        tickets: 2,
        pages: 1,
        byTrigger: { critical: 1, wrong: 1, overdue: 0, rejected: 0, asked_for: 0 },
      });
      expect(found.items).toMatchObject([
        { turnId: wrong, triggers: ["wrong"], word: null, severity: "warning", ticket: true, page: false },
        {
          turnId: burning,
          triggers: ["critical"],
          word: "fire",
          severity: "critical",
          ticket: true,
          page: true,
        },
      ]);
      expect(found.items.map(({ turnId }) => turnId)).not.toContain(calm);
      expect(await kept()).toEqual(noEscalation);
      expect(bench.calls()).toEqual([]);
    });

    it("refuses what is no policy, and people who may not change it", async () => {
      await expect(preview({ on: [] })).rejects.toMatchObject({ code: "invalid_input" });
      await expect(preview({}, "vic")).rejects.toMatchObject({ code: "forbidden" });
    });
  });
});
