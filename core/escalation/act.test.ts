import { beforeEach, describe, expect, it } from "@jest/globals";
import {
  type EscalationBench,
  escalationBench,
  ticketsAndPages,
} from "../../tests/support/escalation-bench.ts";
import type { personOf } from "../../tests/support/sample-work.ts";
import { type EscalationId, newId, type UserId } from "../ids.ts";
import { type ActOnEscalation, actOnEscalation } from "./act.ts";
import type { Escalation } from "./escalation.ts";
import { mayAct } from "./may-act.ts";
import { escalationFor, presentEscalation, presentEscalationNote } from "./present-escalation.ts";

const both = {
  on: { asked_for: "both" },
  ...ticketsAndPages,
  ticket: { ...ticketsAndPages.ticket, transitions: { acknowledge: "Start", resolve: "Done" } },
} as const;

describe("acting on an escalation", () => {
  let bench: EscalationBench;
  let raised: Escalation;
  beforeEach(async () => {
    bench = await escalationBench(both);
    const escalation = await bench.raise({ turnId: await bench.answered({ channel: "slack" }) });
    if (!escalation) throw new Error("nothing was raised");
    raised = escalation;
  });
  const act = async (
    name: Parameters<typeof personOf>[1],
    what: ActOnEscalation["act"],
    escalationId: EscalationId = raised.id,
  ) => actOnEscalation(bench.escalations, { identity: await bench.identity(name), escalationId, act: what });
  const standing = async (): Promise<Escalation> => {
    const found = await bench.raisedOf(raised.turnId);
    if (!found) throw new Error("it is gone");
    return found;
  };
  const news = () =>
    bench.notes(raised.threadKey).flatMap((note) => (note.kind === "escalation_news" ? [note.news] : []));
  const begun = ["ticket_create", "page_trigger"];
  const kinds = () => bench.calls().map(({ body: { kind } }) => kind);

  it("acknowledges it here, in the ticket and at the pager, once, and tells the thread", async () => {
    expect(await act("ada", { kind: "acknowledge" })).toMatchObject({
      state: "acknowledged",
      acknowledged: { by: "Ada Admin" },
    });
    await act("ada", { kind: "acknowledge" });
    expect(kinds()).toEqual([...begun, "ticket_transition", "page_acknowledge"]);
    expect(bench.callsOf("ticket_transition")).toMatchObject([{ to: "acknowledge" }]);
    expect(news()).toEqual([{ what: "acknowledged", by: "Ada Admin", where: "here" }]);
    const cards = bench.database
      .tables(bench.company.tenantId)
      .outbox.filter(
        ({ delivery: { message } }) => message.kind === "note" && message.note.kind === "escalation_status",
      )
      .map(({ delivery: { id, message } }) => ({
        id,
        replaces: message.kind === "note" && message.replaces,
      }));
    expect(cards).toHaveLength(2);
    expect(cards[1]?.replaces).toBe(cards[0]?.id);
  });

  it("resolves it everywhere, and acknowledges nothing any more", async () => {
    await act("ada", { kind: "resolve" });
    expect(kinds()).toEqual([...begun, "ticket_transition", "page_resolve"]);
    expect(news()).toMatchObject([{ what: "resolved", by: "Ada Admin", where: "here" }]);
    await expect(act("ada", { kind: "acknowledge" })).rejects.toMatchObject({
      code: "conflict",
      facts: { reason: "escalation_resolved", name: "Ada Admin" },
    });
    const events = bench.database.tables(bench.company.tenantId).audit.map(({ event }) => event.event);
    expect(events.filter((event) => event.startsWith("escalation."))).toEqual([
      "escalation.raised",
      "escalation.resolved",
    ]);
  });

  it("moves a ticket only where the policy names a transition", async () => {
    const quiet = await escalationBench({ on: { asked_for: "ticket" }, ticket: ticketsAndPages.ticket });
    const escalation = await quiet.raise({ turnId: await quiet.answered() });
    await actOnEscalation(quiet.escalations, {
      identity: await quiet.identity("ada"),
      escalationId: escalation?.id ?? raised.id,
      act: { kind: "acknowledge" },
    });
    expect(quiet.calls().map(({ body: { kind } }) => kind)).toEqual(["ticket_create"]);
  });

  it("adds a comment to the ticket and the incident, the same words once", async () => {
    await act("ada", { kind: "comment", text: "  Valve 3 is stuck. " });
    await act("ada", { kind: "comment", text: "Valve 3 is stuck." });
    expect(bench.callsOf("ticket_comment")).toMatchObject([{ by: "Ada Admin", text: "Valve 3 is stuck." }]);
    expect(bench.callsOf("page_note")).toHaveLength(1);
    const refused = (text: string, kind: "comment" | "answer") =>
      act("ada", { kind, text }).then(String, (error: unknown) => error);
    const why = (reason: string) => ({ code: "invalid_input", facts: { reason } });
    expect(await refused("  ", "comment")).toMatchObject(why("comment_empty"));
    expect(await refused("x".repeat(8_001), "comment")).toMatchObject(why("comment_too_long"));
    expect(await refused("  ", "answer")).toMatchObject(why("answer_empty"));
    expect(await refused("x".repeat(12_001), "answer")).toMatchObject(why("answer_too_long"));
  });

  it("takes no comment where nothing stands elsewhere", async () => {
    for (const { id } of raised.links) {
      await bench.database.withTenant(bench.company.tenantId, ({ escalations }) =>
        escalations.linkFailed(id, "Refused."),
      );
    }
    await expect(act("ada", { kind: "comment", text: "Hello?" })).rejects.toMatchObject({
      code: "conflict",
      facts: { reason: "escalation_no_link" },
    });
  });

  it("puts an answer before those who decide", async () => {
    await act("ada", { kind: "answer", text: "Replace the green key." });
    const approval = await bench.ofTurn(raised.turnId);
    expect(approval).toMatchObject({ why: "resolved", answer: { text: "Replace the green key." } });
  });

  it("is for the department and admins; whoever asked may comment", async () => {
    await act("sam", { kind: "comment", text: "It still drips." });
    for (const kind of ["acknowledge", "resolve"] as const) {
      await expect(act("sam", { kind })).rejects.toMatchObject({
        code: "forbidden",
        facts: { reason: "escalation_not_yours" },
      });
    }
    await expect(act("fay", { kind: "resolve" })).rejects.toMatchObject({ code: "forbidden" });
    await expect(act("vic", { kind: "comment", text: "Me too." })).rejects.toMatchObject({
      code: "forbidden",
    });
    await expect(act("ada", { kind: "resolve" }, newId<EscalationId>())).rejects.toMatchObject({
      code: "not_found",
      facts: { reason: "escalation_gone" },
    });
    expect(await standing()).toMatchObject({ state: "open" });
    const { member } = await bench.identity("vic");
    expect(mayAct(member, { ...raised, answerWantedFrom: member.id }, "answer")).toBe(true);
    expect(mayAct(member, { ...raised, departmentId: null }, "resolve")).toBe(false);
    const fay = (await bench.identity("fay")).member;
    expect(mayAct(fay, { ...raised, departmentId: null }, "resolve")).toBe(true);
    expect(mayAct(fay, { ...raised, askedBy: "" as UserId }, "comment")).toBe(false);
  });

  describe("how it is shown", () => {
    it("is filled in right before its card is posted", async () => {
      const present = presentEscalationNote(bench.escalations, async (_tenant, note) => note);
      const note = { kind: "escalation_status", escalationId: raised.id } as const;
      expect(await present(bench.company.tenantId, note)).toMatchObject({
        kind: "escalation_status",
        view: {
          state: "open",
          question: "How do I start the pump?",
          department: "Operations",
          askedBy: "Sam Staff",
          triggers: ["asked_for"],
          links: [
            { kind: "ticket", system: "jira", state: "pending", name: null, assignees: [] },
            { kind: "page", system: "pagerduty", state: "pending" },
          ],
          actions: ["acknowledge", "resolve", "comment"],
        },
      });
      const gone = { kind: "escalation_status", escalationId: newId<EscalationId>() } as const;
      expect(await present(bench.company.tenantId, gone)).toBeNull();
    });

    it("names nobody to readers who may not know", async () => {
      await act("ada", { kind: "resolve" });
      const row = bench.database.tables(bench.company.tenantId).escalations.get(raised.id);
      if (row) row.named = false;
      expect(await presentEscalation(bench.escalations, bench.company.tenantId, raised.id)).toMatchObject({
        askedBy: null,
        resolved: { by: null },
        links: [{ assignees: null }, { assignees: null }],
        actions: ["comment"],
      });
      const identity = await bench.identity("ada");
      expect(await escalationFor(bench.escalations, identity, await standing())).toMatchObject({
        askedBy: "Sam Staff",
        resolved: { by: "Ada Admin" },
      });
    });

    it("offers a person what they may do", async () => {
      const offered = async (name: Parameters<typeof personOf>[1]) =>
        (await escalationFor(bench.escalations, await bench.identity(name), raised)).actions;
      expect(await offered("ada")).toEqual(["acknowledge", "resolve", "comment", "answer"]);
      expect(await offered("sam")).toEqual(["comment"]);
      expect(await offered("vic")).toEqual([]);
    });

    it("shows what no connection could make", async () => {
      const other = await escalationBench({ ...both, ticket: { ...both.ticket, connection: "Nowhere" } });
      const escalation = await other.raise({ turnId: await other.answered() });
      if (!escalation) throw new Error("nothing was raised");
      const view = await presentEscalation(other.escalations, other.company.tenantId, escalation.id);
      expect(view?.links).toMatchObject([
        { kind: "ticket", system: "jira", state: "failed" },
        { kind: "page", state: "pending" },
      ]);
      expect(view?.links[0]?.error).toContain("no connection “Nowhere”");
    });
  });
});
