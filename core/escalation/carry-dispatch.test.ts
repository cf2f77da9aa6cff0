import { beforeEach, describe, expect, it } from "@jest/globals";
import { both, type OutsideBench, outsideBench } from "../../tests/support/outside-bench.ts";
import { personOf } from "../../tests/support/sample-work.ts";
import { hashOf } from "../../tests/support/knowledge-bench.ts";
import { ExpertError } from "../errors.ts";
import { type AttachmentId, type DispatchId, newId } from "../ids.ts";
import type { DispatchBody } from "../dispatch/dispatch.ts";
import { subjectOf } from "./choose-links.ts";
import type { Escalation, LinkKind } from "./escalation.ts";

const away = (facts = {}): ExpertError => new ExpertError("channel_unavailable", "No answer.", { facts });

describe("what an escalation asks of outside systems", () => {
  let bench: OutsideBench;
  beforeEach(async () => {
    bench = await outsideBench();
  });
  const audited = (event: string) =>
    bench.database.tables(bench.company.tenantId).audit.filter((row) => row.event.event === event);
  const dispatches = () => bench.database.tables(bench.company.tenantId).dispatches;
  /** A further call for one of its links. */
  const ask = async (
    escalation: Escalation,
    kind: LinkKind,
    body: (linkId: Escalation["links"][number]["id"]) => DispatchBody,
  ): Promise<DispatchId> => {
    const link = bench.link(escalation, kind);
    const id = newId<DispatchId>();
    const { connectionId } = link;
    await bench.database.withTenant(bench.company.tenantId, (stores) =>
      stores.dispatches.write([
        { id, connectionId, subject: subjectOf(link), body: body(link.id), notBefore: null },
      ]),
    );
    return id;
  };

  it("makes a ticket and a page, tells the thread of both, and records them", async () => {
    const escalation = await bench.made();
    expect(bench.theTicket().key).toBe(bench.link(escalation, "ticket").key);
    expect(bench.pager.incidents).toHaveLength(1);
    expect(bench.link(escalation, "ticket")).toMatchObject({
      state: "open",
      externalId: bench.theTicket().externalId,
      externalKey: bench.theTicket().externalKey,
      url: bench.theTicket().url,
    });
    expect(bench.link(escalation, "page")).toMatchObject({ state: "open", assignees: [{ name: "Ana" }] });
    expect(bench.news(escalation)).toEqual([
      { what: "ticket_created", name: bench.theTicket().externalKey, url: bench.theTicket().url },
      { what: "paged", who: ["Ana"], at: bench.link(escalation, "page").createdAt?.toISOString() },
    ]);
    expect(audited("escalation.ticket_created")).toHaveLength(1);
    expect(audited("escalation.paged")).toHaveLength(1);
  });

  it("attaches the question's own files that were kept, and no file that is too large", async () => {
    const escalation = await bench.escalated();
    const { tenantId } = bench.company;
    const [fits, large] = ["a picture", "a film ".repeat(300_000)];
    for (const content of [fits, large])
      await bench.blobs.put(tenantId, hashOf(content), Buffer.from(content));
    const file = (name: string, contentHash: string | null, turnId = escalation.turnId) => ({
      id: newId<AttachmentId>(),
      turnId,
      conversationId: escalation.conversationId,
      name,
      mediaType: "image/png",
      sizeBytes: 10,
      link: null,
      state: "image" as const,
      contentHash,
      failure: null,
      passages: [],
    });
    await bench.database.withTenant(tenantId, ({ attachments }) =>
      attachments.add([
        file("pump.png", hashOf(fits)),
        file("film.png", hashOf(large)),
        file("gone.png", hashOf("gone")),
        file("unkept.txt", null),
      ]),
    );
    await bench.work();
    expect(bench.theTicket().files.map(({ name }) => name)).toEqual(["pump.png"]);
    expect(dispatches().every(({ state }) => state === "done")).toBe(true);
  });

  it("adopts the ticket of an attempt of which nobody knows what became", async () => {
    const { id } = await bench.escalated();
    bench.tickets.fail({ error: away(), effect: "done" });
    await bench.work();
    expect(bench.link(await bench.now(id), "ticket").state).toBe("pending");
    for (const row of dispatches()) row.nextAttemptAt = 0;
    await bench.work();
    expect(bench.link(await bench.now(id), "ticket")).toMatchObject({
      state: "open",
      externalId: bench.theTicket().externalId,
    });
    // Looked for once more after everything has settled.
    expect(dispatches().filter(({ call }) => call.body.kind === "ticket_create")).toHaveLength(2);
  });

  it("waits for such a ticket before it makes another", async () => {
    await bench.escalated();
    bench.tickets.fail({ error: away() });
    await bench.work();
    bench.pass(100_000);
    for (const row of dispatches()) row.nextAttemptAt = 0;
    await bench.work();
    expect(bench.tickets.all).toHaveLength(0);
    bench.pass(100_000);
    for (const row of dispatches()) row.nextAttemptAt = 0;
    await bench.work();
    expect(bench.tickets.all).toHaveLength(1);
  });

  it("makes another at once where the first attempt surely did nothing", async () => {
    await bench.escalated();
    bench.tickets.fail({ error: away({ reached: false }) });
    await bench.work();
    for (const row of dispatches()) row.nextAttemptAt = 0;
    await bench.work();
    expect(bench.tickets.all).toHaveLength(1);
  });

  it("gives up what is refused, and tells the thread and the card; made again, it stands", async () => {
    const { id } = await bench.escalated();
    bench.tickets.fail({ error: new ExpertError("channel_refused", "There is no project OPS.") });
    await bench.work();
    const failed = await bench.now(id);
    expect(bench.link(failed, "ticket")).toMatchObject({
      state: "failed",
      error: "There is no project OPS.",
    });
    expect(bench.news(failed)).toContainEqual({
      what: "failed",
      system: "jira",
      error: "There is no project OPS.",
    });
    expect(audited("dispatch.given_up")).toHaveLength(1);
    const dead = dispatches().find(({ state }) => state === "dead");
    if (!dead) throw new Error("nothing was given up");
    await bench.database.withTenant(bench.company.tenantId, (stores) =>
      stores.dispatches.redeliver(dead.call.id, []),
    );
    await bench.work();
    expect(bench.link(await bench.now(id), "ticket")).toMatchObject({ state: "open", error: null });
  });

  it("comments once by the call's own name, moves by the policy's words, and does neither without a ticket", async () => {
    const escalation = await bench.made();
    const id = await ask(escalation, "ticket", (linkId) => ({
      kind: "ticket_comment",
      linkId,
      by: "Sam Staff",
      text: "It leaks.",
    }));
    await bench.work();
    const row = dispatches().find(({ call }) => call.id === id);
    if (row) Object.assign(row, { state: "pending" });
    await bench.work();
    expect(bench.theTicket().comments.map(({ text }) => text)).toEqual(["**Sam Staff:**\n\nIt leaks."]);
    await ask(escalation, "ticket", (linkId) => ({ kind: "ticket_transition", linkId, to: "acknowledge" }));
    await bench.work();
    expect(bench.theTicket().status).toBe("Working");
    await ask(escalation, "ticket", (linkId) => ({ kind: "ticket_transition", linkId, to: "resolve" }));
    await bench.work();
    expect(bench.theTicket().status).toBe("Done");
  });

  it("tells the thread what was given up of a ticket that stands, once for each day that it was tried", async () => {
    const escalation = await bench.made();
    await ask(escalation, "ticket", (linkId) => ({
      kind: "ticket_comment",
      linkId,
      by: "Sam",
      text: "It leaks.",
    }));
    bench.tickets.fail({ error: new ExpertError("channel_refused", "The issue is gone.") });
    await bench.work();
    expect(bench.news(escalation).at(-1)).toEqual({
      what: "not_done",
      system: "jira",
      wanted: "comment",
      error: "The issue is gone.",
    });
    expect(bench.link(await bench.now(escalation.id), "ticket").state).toBe("open");
  });

  it("acknowledges, notes, asks people to join and resolves the incident", async () => {
    bench.pager.people.push({ name: "Ben", email: "ben@small.example" });
    const escalation = await bench.made();
    const [incident] = bench.pager.incidents;
    await ask(escalation, "page", (linkId) => ({ kind: "page_acknowledge", linkId }));
    await ask(escalation, "page", (linkId) => ({ kind: "page_note", linkId, by: "Sam", text: "On my way." }));
    await ask(escalation, "page", (linkId) => ({
      kind: "page_responders",
      linkId,
      emails: ["ben@small.example", "nobody@small.example"],
    }));
    await bench.work();
    expect(incident).toMatchObject({ state: "acknowledged", responders: ["ben@small.example"] });
    expect(incident?.comments.map(({ text }) => text)).toEqual(["On my way."]);
    await ask(escalation, "page", (linkId) => ({ kind: "page_resolve", linkId }));
    await bench.work();
    expect(incident?.state).toBe("resolved");
    expect(dispatches().every(({ state }) => state === "done")).toBe(true);
  });

  it("pages without knowing who is on call where the connection may not ask", async () => {
    const { id } = await bench.escalated();
    const pager = bench.pager.withoutRest();
    Object.assign(bench.outside.systems, { pager: () => pager });
    await bench.work();
    const now = await bench.now(id);
    expect(bench.link(now, "page")).toMatchObject({ state: "open", externalId: null });
    expect(bench.news(now)).toContainEqual(expect.objectContaining({ what: "paged", who: null }));
    await ask(now, "page", (linkId) => ({ kind: "page_note", linkId, by: "Sam", text: "Hm." }));
    await bench.work();
    expect(dispatches().at(-1)?.state).toBe("pending");
    bench.pass(150_000);
    for (const row of dispatches()) row.nextAttemptAt = 0;
    await bench.work();
    expect(dispatches().at(-1)?.state).toBe("done");
  });

  it("wakes nobody for what was settled before", async () => {
    const { id } = await bench.escalated();
    const by = { userId: personOf(bench.company, "ada"), name: "Ada Admin" };
    await bench.database.withTenant(bench.company.tenantId, ({ escalations }) =>
      escalations.setState(id, "resolved", by, [], []),
    );
    await bench.work();
    expect(bench.pager.incidents).toHaveLength(0);
    expect(bench.link(await bench.now(id), "page").state).toBe("failed");
  });

  it("names nobody in a thread whose readers may not know names", async () => {
    bench = await outsideBench({ ...both });
    const turnId = await bench.answered();
    const raised = await bench.raise({ turnId, named: false });
    if (!raised) throw new Error("nothing was escalated");
    await bench.work();
    expect(bench.news(raised)).toContainEqual(expect.objectContaining({ what: "paged", who: null }));
  });
});
