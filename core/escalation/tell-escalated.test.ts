import { beforeEach, describe, expect, it } from "@jest/globals";
import { both, type OutsideBench, outsideBench } from "../../tests/support/outside-bench.ts";
import type { Approval } from "../approvals/approval.ts";
import { withdrawAnswer } from "../approvals/act.ts";
import { carryOut } from "../approvals/carry-out.ts";
import { actOnEscalation } from "./act.ts";
import { applyChange } from "./apply-change.ts";
import type { Escalation } from "./escalation.ts";

const ada = { name: "Ada Admin", email: "ada@small.example" };

describe("what an escalation is told of its question's approval", () => {
  let bench: OutsideBench;
  let approval: Approval;
  let escalation: Escalation;
  const raised = async (policy: Parameters<typeof outsideBench>[0] = both) => {
    bench = await outsideBench(policy, { required_for: "all" });
    approval = await bench.asked({ channel: "slack" });
    const made = await bench.raise({ turnId: approval.turnId, approvalId: approval.id });
    if (!made) throw new Error("nothing was raised");
    await bench.work();
    escalation = await bench.now(made.id);
  };
  beforeEach(() => raised());

  const now = () => bench.now(escalation.id);
  const incident = () => bench.pager.incidents.at(-1);
  const comments = () => bench.theTicket().comments.map(({ text }) => text);
  const news = () =>
    bench.news(escalation).filter(({ what }) => what !== "paged" && what !== "ticket_created");
  const decide = async (decision: Parameters<typeof bench.decide>[2]) => {
    await bench.decide(approval.id, "ada", decision);
    await bench.work();
  };
  const withdraw = async () => {
    const identity = await bench.identity("ada");
    await withdrawAnswer(bench.ports, { identity, approvalId: approval.id });
    await bench.work();
  };
  const calls = () => bench.calls().map(({ body: { kind } }) => kind);

  it("resolves it, its ticket and its incident with the answer, once", async () => {
    await decide({ kind: "correct", text: "Turn the red key." });
    expect(await now()).toMatchObject({ state: "resolved", resolved: { by: "Ada Admin" } });
    expect(comments()).toEqual([
      "**Ada Admin:**\n\nThe question was answered in The Expert:\n\nTurn the red key.",
    ]);
    expect(bench.theTicket().status).toBe("Done");
    expect(incident()?.state).toBe("resolved");
    expect(news()).toEqual([{ what: "resolved", by: "Ada Admin", where: "here", resolution: null }]);
    const before = calls();
    await carryOut(bench.ports, bench.company.tenantId, await bench.find(approval.id));
    await bench.look(escalation, "ticket");
    await bench.look(escalation, "page");
    await bench.work();
    expect(calls()).toEqual(before);
    expect(news()).toHaveLength(1);
    expect(bench.notes().filter(({ kind }) => kind === "answer_wanted")).toEqual([]);
    expect(await now()).toMatchObject({ state: "resolved", resolved: { by: "Ada Admin" } });
  });

  it("names the sources of an answer that was approved as it stood", async () => {
    await decide({ kind: "approve" });
    const [comment] = comments();
    expect(comment).toContain(approval.answer?.text);
    expect(comment).toMatch(/Sources:\n\n\[1\] \S/);
  });

  it("says only that it was answered where the answer may not leave", async () => {
    await raised({ ...both, share_up_to: "public" });
    const row = bench.database.tables(bench.company.tenantId).escalations.get(escalation.id);
    if (row) row.label = "confidential";
    await decide({ kind: "correct", text: "The code is 4711." });
    const [comment] = comments();
    expect(comment).toContain("**Ada Admin:**\n\nThe question was answered in The Expert.");
    expect(comment).not.toContain("4711");
    expect(bench.theTicket().status).toBe("Done");
  });

  it("does not tell a ticket the answer that came from it", async () => {
    const ticket = bench.theTicket();
    bench.tickets.write(ticket.externalId, { by: ada, text: "Replace the seal." });
    bench.tickets.move(ticket.externalId, "Done", ada);
    await bench.look(escalation, "ticket");
    await bench.work();
    await bench.look(escalation, "page");
    expect(await bench.ofTurn(approval.turnId)).toMatchObject({
      state: "corrected",
      answer: { text: "Replace the seal." },
    });
    // Also where whoever took the answer died, and another carries it out.
    await carryOut(bench.ports, bench.company.tenantId, await bench.find(approval.id));
    await bench.work();
    expect(comments()).toEqual(["Replace the seal."]);
    expect(news().filter(({ what }) => what === "resolved")).toHaveLength(1);
    expect(calls().filter((kind) => kind === "page_resolve")).toHaveLength(1);
  });

  it("is told once where the answer of a ticket is carried out before its end is kept", async () => {
    const ticket = bench.theTicket();
    bench.tickets.write(ticket.externalId, { by: ada, text: "Replace the seal." });
    bench.tickets.move(ticket.externalId, "Done", ada);
    const before = await now();
    const change = await bench.tickets.read(ticket.externalId, "last_comment", null);
    if (!change) throw new Error("there is no ticket");
    const { database } = bench.outside;
    const dies: typeof bench.outside = {
      ...bench.outside,
      database: {
        withTenant: (tenant, work) =>
          database.withTenant(tenant, (stores) =>
            work({
              ...stores,
              escalations: {
                ...stores.escalations,
                change: () => Promise.reject(new Error("killed")),
              },
            }),
          ),
      },
    };
    const link = bench.link(before, "ticket");
    await expect(applyChange(dies, bench.company.tenantId, link, change, "webhook")).rejects.toThrow(
      "killed",
    );
    await carryOut(bench.ports, bench.company.tenantId, await bench.find(approval.id));
    await bench.look(escalation, "ticket");
    await bench.work();
    expect(news().filter(({ what }) => what === "resolved")).toHaveLength(1);
    expect(calls().filter((kind) => kind === "page_resolve")).toHaveLength(1);
    expect(comments()).toEqual(["Replace the seal."]);
    expect(await now()).toMatchObject({ state: "resolved" });
  });

  it("opens it again where the answer is taken back, whatever its vendors still say of its end", async () => {
    await decide({ kind: "correct", text: "Turn the red key." });
    await withdraw();
    expect(await now()).toMatchObject({ state: "open", resolved: null });
    expect(comments().at(-1)).toBe(
      "**Ada Admin:**\n\nThe answer was taken back in The Expert. The question is open again.",
    );
    expect(news().at(-1)).toEqual({ what: "reopened", by: "Ada Admin" });
    const told = news().length;
    await bench.look(escalation, "ticket");
    await bench.look(escalation, "page");
    await carryOut(bench.ports, bench.company.tenantId, await bench.find(approval.id));
    await bench.work();
    expect(await now()).toMatchObject({ state: "open" });
    expect(news()).toHaveLength(told);
    expect(bench.notes().filter(({ kind }) => kind === "answer_wanted")).toEqual([]);
    expect(comments()).toHaveLength(2);
  });

  it("tells a ticket no answer that was taken back before it could be written", async () => {
    await bench.decide(approval.id, "ada", { kind: "correct", text: "Turn the red key." });
    await withdraw();
    expect(comments()).toEqual([
      "**Ada Admin:**\n\nThe answer was taken back in The Expert. The question is open again.",
    ]);
    expect(bench.theTicket().status).toBe("New");
    expect(await now()).toMatchObject({ state: "open" });
  });

  it("tells a ticket the answer that came after it was settled", async () => {
    const identity = await bench.identity("ada");
    await actOnEscalation(bench.outside, { identity, escalationId: escalation.id, act: { kind: "resolve" } });
    await bench.work();
    await decide({ kind: "correct", text: "Turn the red key." });
    expect(comments()).toHaveLength(1);
    expect(calls().filter((kind) => kind === "ticket_transition")).toHaveLength(1);
    expect(news()).toHaveLength(1);
  });

  it("has it in hand who takes the thread over", async () => {
    await decide({ kind: "take_over" });
    expect(await now()).toMatchObject({ state: "acknowledged", acknowledged: { by: "Ada Admin" } });
    expect(comments()).toEqual(["**Ada Admin:**\n\nA human has taken the thread over, and answers in it."]);
    expect(bench.theTicket().status).toBe("Working");
    expect(incident()).toMatchObject({ state: "acknowledged" });
    expect(incident()?.comments).toHaveLength(1);
    expect(news()).toEqual([{ what: "acknowledged", by: "Ada Admin", where: "here" }]);
  });

  it("settles those that waited for the same answer, each its own", async () => {
    const other = await bench.asked({ channel: "slack" });
    expect(other.sameAs).toBe(approval.id);
    const made = await bench.raise({ turnId: other.turnId, approvalId: other.id });
    await bench.work();
    await decide({ kind: "correct", text: "Turn the red key." });
    expect(await bench.raisedOf(other.turnId)).toMatchObject({ id: made?.id, state: "resolved" });
    expect(bench.tickets.all.map(({ comments: all, status }) => [all.length, status])).toEqual([
      [1, "Done"],
      [1, "Done"],
    ]);
  });

  it("leaves what was never escalated alone", async () => {
    bench = await outsideBench(both, { required_for: "all" });
    const { id } = await bench.asked({ channel: "slack" });
    await bench.decide(id, "ada", { kind: "correct", text: "Turn the red key." });
    expect(calls()).toEqual([]);
  });
});
