import { describe, expect, it } from "@jest/globals";
import { departmentOf, personOf, sampleReply } from "../../tests/support/sample-work.ts";
import { escalationBench, ticketsAndPages } from "../../tests/support/escalation-bench.ts";
import { newId, type TurnId } from "../ids.ts";

/** A day of the week that is neither today nor tomorrow, anywhere. */
const later =
  (["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const)[(new Date().getUTCDay() + 3) % 7] ?? "mon";

const both = { on: { asked_for: "both" }, ...ticketsAndPages } as const;

describe("raising an escalation", () => {
  it("makes a ticket and a page, once, and shows it in the thread", async () => {
    const bench = await escalationBench(both);
    const turnId = await bench.answered({ channel: "slack" });
    const raised = await bench.raise({ turnId, by: personOf(bench.company, "sam") });
    expect(raised).toMatchObject({
      turnId,
      state: "open",
      severity: "info",
      departmentId: departmentOf(bench.company, "operations"),
      label: "public",
      readers: null,
      raised: [{ trigger: "asked_for", by: personOf(bench.company, "sam") }],
      links: [
        { kind: "ticket", state: "pending" },
        { kind: "page", state: "pending" },
      ],
    });
    const again = await bench.raise({ turnId });
    expect(again).toEqual(raised);
    expect(bench.calls().map(({ body: { kind } }) => kind)).toEqual(["ticket_create", "page_trigger"]);
    expect(bench.notes(raised?.threadKey)).toEqual([{ kind: "escalation_status", escalationId: raised?.id }]);
    expect(bench.woken.filter((key) => key.startsWith("dispatch-"))).toHaveLength(4);
    const audited = bench.database
      .tables(bench.company.tenantId)
      .audit.filter(({ event }) => event.event === "escalation.raised");
    expect(audited).toMatchObject([
      {
        event: {
          status: "success",
          resourceId: raised?.id,
          metadata: { turn: turnId, trigger: "asked_for", ticket: "Tickets", page: "Pages" },
        },
      },
    ]);
  });

  it("wants nothing of what the policy does not name, and of what is too mild for a page", async () => {
    const bench = await escalationBench({
      ...ticketsAndPages,
      on: { overdue: "ticket", asked_for: "page" },
      page: { connection: "Pages", from_severity: "error" },
    });
    const turnId = await bench.answered();
    expect(await bench.raise({ turnId, trigger: "rejected" })).toBeNull();
    expect(await bench.raise({ turnId, trigger: "asked_for" })).toBeNull();
    expect(await bench.raise({ turnId: newId<TurnId>() })).toBeNull();
    expect(bench.notes()).toEqual([]);
    expect(await bench.raise({ turnId, trigger: "overdue" })).toMatchObject({ links: [{ kind: "ticket" }] });
  });

  it("adds what a second trigger wants, tells those who have the ticket, and keeps the strictest severity", async () => {
    const bench = await escalationBench({
      ...ticketsAndPages,
      on: { asked_for: "ticket", wrong: "both" },
      severity: { asked_for: "error", wrong: "warning" },
    });
    const turnId = await bench.answered();
    await bench.raise({ turnId });
    const raised = await bench.raise({ turnId, trigger: "wrong" });
    expect(raised).toMatchObject({ severity: "error", links: [{ kind: "ticket" }, { kind: "page" }] });
    await bench.raise({ turnId, trigger: "wrong" });
    expect(bench.calls().map(({ body: { kind } }) => kind)).toEqual([
      "ticket_create",
      "ticket_comment",
      "page_trigger",
    ]);
    expect(bench.callsOf("ticket_comment")).toMatchObject([
      { by: "The Expert", text: "The answer that was sent was called wrong." },
    ]);
  });

  it("is wrong only where an answer was sent", async () => {
    const bench = await escalationBench({ ...ticketsAndPages, on: { wrong: "ticket" } });
    const turnId = await bench.answered();
    const { confidence, language } = sampleReply(turnId);
    const reply = {
      kind: "not_found",
      turnId,
      language,
      text: "I found nothing.",
      nearest: [],
      confidence,
    } as const;
    bench.row(turnId).reply = reply;
    expect(await bench.raise({ turnId, trigger: "wrong" })).toBeNull();
    bench.row(turnId).reply = sampleReply(turnId);
    expect(await bench.raise({ turnId, trigger: "wrong" })).not.toBeNull();
  });

  it("pages within working hours, and asks others to join", async () => {
    const bench = await escalationBench({
      on: { asked_for: "page", critical: "page" },
      page: { connection: "Pages", responders: ["ada@small.example"] },
      working_hours: { days: [later], from: "08:00", to: "08:01", time_zone: "Asia/Bangkok" },
    });
    await bench.raise({ turnId: await bench.answered() });
    const [trigger, responders] = bench.calls();
    expect(trigger?.notBefore?.getTime()).toBeGreaterThan(Date.now());
    expect(responders).toMatchObject({
      body: { kind: "page_responders", emails: ["ada@small.example"] },
      notBefore: trigger?.notBefore,
    });
    await bench.raise({ turnId: await bench.answered(), trigger: "critical" });
    expect(bench.calls()[2]).toMatchObject({ body: { kind: "page_trigger" }, notBefore: null });
  });

  it("says of a connection that there is not, and of one that is off, what could not be made", async () => {
    const bench = await escalationBench({ ...both, ticket: { ...both.ticket, connection: "Nowhere" } });
    const { database, company } = bench;
    const [pages] = await database.withTenant(company.tenantId, ({ connections }) => connections.list());
    if (pages) {
      await database.withTenant(company.tenantId, ({ connections }) =>
        connections.change(pages.id, { state: "off" }, []),
      );
    }
    const turnId = await bench.answered();
    const raised = await bench.raise({ turnId });
    expect(raised?.links).toMatchObject([{ kind: "page", state: "failed" }]);
    expect(raised?.links[0]?.error).toContain("“Pages” is switched off");
    // It is made once the connection is on again.
    expect(bench.calls().map(({ body: { kind } }) => kind)).toEqual(["page_trigger"]);
    const faults = database
      .tables(company.tenantId)
      .audit.flatMap(({ event }) => (event.status === "error" ? [event.metadata] : []));
    expect(faults).toMatchObject([
      { connection: "Nowhere", fault: "unknown" },
      { connection: "Pages", fault: "off" },
    ]);
  });

  it("opens what was resolved again, and says so", async () => {
    const bench = await escalationBench({ ...ticketsAndPages, on: { asked_for: "ticket", wrong: "ticket" } });
    const turnId = await bench.answered();
    const raised = await bench.raise({ turnId });
    if (!raised) throw new Error("nothing was raised");
    const by = { userId: personOf(bench.company, "ada"), name: "Ada Admin" };
    await bench.database.withTenant(bench.company.tenantId, ({ escalations }) =>
      escalations.setState(raised.id, "resolved", by, [], []),
    );
    expect(await bench.raise({ turnId })).toMatchObject({ state: "resolved" });
    expect(await bench.raise({ turnId, trigger: "wrong" })).toMatchObject({ state: "open" });
    expect(bench.notes(raised.threadKey)).toContainEqual({
      kind: "escalation_news",
      escalationId: raised.id,
      news: { what: "reopened", by: null },
    });
  });
});
