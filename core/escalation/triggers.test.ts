import { describe, expect, it } from "@jest/globals";
import {
  type EscalationBench,
  escalationBench,
  ticketsAndPages,
} from "../../tests/support/escalation-bench.ts";
import { departmentOf } from "../../tests/support/sample-work.ts";
import { escalateApproval } from "../approvals/act.ts";
import type { ApprovalPolicyText } from "../approvals/policy.ts";
import { giveFeedback } from "../conversation/give-feedback.ts";
import { ExpertError } from "../errors.ts";
import { askHuman } from "../handoff/ask-human.ts";
import type { ApprovalId, TurnId } from "../ids.ts";
import { createTurnEscalations } from "./escalate-critical.ts";
import type { EscalationPolicyText } from "./policy.ts";

const everything = {
  ...ticketsAndPages,
  on: { overdue: "both", rejected: "ticket", asked_for: "ticket", critical: "both", wrong: "ticket" },
} as const satisfies EscalationPolicyText;
const approveAll = {
  required_for: "all",
  levels: [{ remind_after: "1h", next_after: "2h" }],
} as const satisfies ApprovalPolicyText;
const hourMs = 3_600_000;

const triggers = async (bench: EscalationBench, turnId: TurnId): Promise<readonly string[]> =>
  (await bench.raisedOf(turnId))?.raised.map(({ trigger }) => trigger) ?? [];

describe("what escalates", () => {
  describe("approvals", () => {
    const overdue = async (bench: EscalationBench): Promise<{ turnId: TurnId; id: ApprovalId }> => {
      await bench.seen("ada");
      const { id, turnId } = await bench.asked();
      for (let hours = 0; hours < 3; hours += 1) {
        bench.pass(hourMs);
        await bench.step(id);
      }
      expect(await bench.find(id)).toMatchObject({ state: "escalated" });
      return { turnId, id };
    };

    it("escalates what nobody decided in time, once", async () => {
      const bench = await escalationBench(everything, approveAll);
      const { turnId, id } = await overdue(bench);
      expect(await bench.raisedOf(turnId)).toMatchObject({
        approvalId: id,
        named: true,
        severity: "warning",
        raised: [{ trigger: "overdue", by: null }],
        links: [{ kind: "ticket" }, { kind: "page" }],
      });
      await bench.step(id);
      expect(bench.calls()).toHaveLength(2);
    });

    it("leaves it where the policy only tells the asker, unless somebody escalates it by hand", async () => {
      const bench = await escalationBench(everything, { ...approveAll, on_time_out: "tell" });
      const { turnId, id } = await overdue(bench);
      expect(await bench.raisedOf(turnId)).toBeNull();
      const identity = await bench.identity("ada");
      await escalateApproval(bench.ports, { identity, approvalId: id });
      expect(await bench.raisedOf(turnId)).toMatchObject({
        raised: [{ trigger: "overdue", by: identity.member.id }],
      });
    });

    it("escalates what is rejected, and not what is corrected", async () => {
      const bench = await escalationBench(everything, approveAll);
      const rejected = await bench.asked();
      await bench.decide(rejected.id, "ada", { kind: "reject", reason: "It is not so." });
      expect(await triggers(bench, rejected.turnId)).toEqual(["rejected"]);
      const corrected = await bench.asked();
      await bench.decide(corrected.id, "ada", { kind: "correct", text: "Behind the boiler." });
      expect(await triggers(bench, corrected.turnId)).toEqual([]);
    });
  });

  it("escalates that somebody asked for a human", async () => {
    const bench = await escalationBench(everything);
    const turnId = await bench.answered({ channel: "slack" });
    const experts = { reach: async () => null, lookUp: async () => null };
    const ask = async () =>
      askHuman(
        { ...bench.ports, approvals: bench.ports, experts },
        { identity: await bench.identity("sam"), turnId, outside: false },
      );
    const { handoff } = await ask();
    await ask();
    expect(await bench.raisedOf(turnId)).toMatchObject({
      handoffId: handoff.id,
      named: true,
      raised: [{ trigger: "asked_for" }],
    });
    expect(bench.calls()).toHaveLength(1);
  });

  it("escalates an answer that somebody called wrong, and not one that they liked", async () => {
    const bench = await escalationBench(everything);
    const turnId = await bench.answered();
    const { member } = await bench.identity("sam");
    const rate = (verdict: "up" | "down") =>
      giveFeedback(
        { ...bench.ports, approvals: bench.ports },
        { member, turnId, feedback: { verdict, reason: null } },
      );
    await rate("up");
    expect(await triggers(bench, turnId)).toEqual([]);
    await rate("down");
    await rate("down");
    expect(await triggers(bench, turnId)).toEqual(["wrong"]);
    expect(bench.calls()).toHaveLength(1);
  });

  describe("critical questions", () => {
    const question = "How do I start the pump?";
    const ownWord = { ...everything, critical_words: ["start the pump"] };

    it("keeps it before the turn ends, and shows it after the answer", async () => {
      const bench = await escalationBench(ownWord);
      const { id } = await bench.receive({ question, channel: "slack" });
      await bench.run(id);
      await new Promise((resolve) => setImmediate(resolve));
      expect(await bench.raisedOf(id)).toMatchObject({
        severity: "critical",
        named: true,
        departmentId: departmentOf(bench.company, "operations"),
        raised: [{ trigger: "critical", by: null }],
        links: [{ kind: "ticket" }, { kind: "page" }],
      });
      const written = bench.database
        .tables(bench.company.tenantId)
        .outbox.map(({ delivery: { message } }) =>
          message.kind === "note" ? message.note.kind : message.kind,
        );
      expect(written).toEqual(["reply", "escalation_status"]);
    });

    it("asks the database nothing more where a question is not critical", async () => {
      const bench = await escalationBench(everything);
      const kept: unknown[] = [];
      const { id } = await bench.receive({ question });
      await bench.run(id, {
        escalations: {
          keep: async (_tenant, request) => {
            kept.push(request);
            return null;
          },
          tell: () => undefined,
        },
      });
      expect(bench.row(id).state).toBe("answered");
      expect(kept).toEqual([]);
    });

    it("answers all the same where it cannot be escalated", async () => {
      const bench = await escalationBench(ownWord);
      const { id } = await bench.receive({ question });
      await bench.run(id, {
        escalations: {
          keep: () => Promise.reject(new ExpertError("internal", "broken")),
          tell: () => undefined,
        },
      });
      expect(bench.row(id).state).toBe("answered");
    });

    it("escalates also what could not be answered", async () => {
      const bench = await escalationBench(ownWord);
      const { id } = await bench.receive({ question });
      await bench.run(id, { quoting: () => Promise.reject(new Error("broken")) });
      expect(bench.row(id).state).toBe("failed");
      expect(await triggers(bench, id)).toEqual(["critical"]);
    });

    it("escalates also what nothing was found for, in no department's name", async () => {
      const bench = await escalationBench({ ...everything, critical_words: ["zorblax"] });
      const { id } = await bench.receive({ question: "Zorblax!" });
      await bench.run(id);
      expect(bench.row(id).state).toBe("not_found");
      expect(await bench.raisedOf(id)).toMatchObject({
        departmentId: departmentOf(bench.company, "operations"),
        raised: [{ trigger: "critical" }],
      });
    });

    it("goes on after a crash between the two as if there had been none", async () => {
      const bench = await escalationBench(ownWord);
      const { id } = await bench.receive({ question });
      const turns = createTurnEscalations(bench.escalations);
      await bench
        .run(id, {
          escalations: {
            async keep(tenant, request) {
              await turns.keep(tenant, request);
              throw new ExpertError("database_unavailable", "gone");
            },
            tell: turns.tell,
          },
        })
        .catch(() => undefined);
      expect(bench.row(id).state).toBe("checked");
      await new Promise((resolve) => setTimeout(resolve, 80));
      await bench.run(id);
      expect(bench.row(id).state).toBe("answered");
      expect(await triggers(bench, id)).toEqual(["critical"]);
      expect(bench.calls()).toHaveLength(2);
    });
  });
});
