import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { EscalationPolicyText } from "../../core/escalation/policy.ts";
import { type ConnectionId, type EscalationId, newId } from "../../core/ids.ts";
import type { ApiClient } from "../../tests/support/api-client.ts";
import { httpBench, type HttpBench } from "../../tests/support/http-bench.ts";
import { sampleConnection, sampleRaise } from "../../tests/support/sample-raise.ts";
import { departmentOf, sampleQuestion } from "../../tests/support/sample-work.ts";
import type { ApiError } from "./contract/error.ts";
import { dispatchListSchema } from "./contract/dispatch.ts";
import {
  type EscalationDetail,
  escalationListSchema,
  escalationSchema,
  type TurnEscalation,
} from "./contract/escalation.ts";
import { escalationPolicySchema, escalationPreviewSchema } from "./contract/escalation-policy.ts";

interface Failed {
  readonly error: ApiError;
}
const policy = {
  on: { critical: "both", asked_for: "ticket" },
  ticket: { connection: "Tickets", project: "OPS", issue_type: "Task" },
  page: { connection: "Pages" },
} satisfies EscalationPolicyText;

describe("escalations at the API", () => {
  let bench: HttpBench;
  let ada: ApiClient;
  let sam: ApiClient;
  let fay: ApiClient;
  let tickets: ConnectionId;
  let pages: ConnectionId;
  beforeEach(async () => {
    bench = await httpBench();
    [ada, sam, fay] = await Promise.all([bench.signIn("ada"), bench.signIn("sam"), bench.signIn("fay")]);
    tickets = await connect("jira", "Tickets");
    pages = await connect("pagerduty", "Pages");
  });
  afterEach(() => bench.close());

  async function connect(kind: "jira" | "pagerduty", name: string): Promise<ConnectionId> {
    const connection = sampleConnection({ kind, name });
    await bench.database.withTenant(bench.company.tenantId, ({ connections }) =>
      connections.add(connection, []),
    );
    return connection.id;
  }

  /** A question of Sam's about operations that was raised, as a ticket and a page, and where it was asked. */
  async function raised() {
    const { company, database } = bench;
    const question = sampleQuestion(company);
    await database.inbox.receive(question);
    const sample = sampleRaise(company, question.id, { ticket: tickets, page: pages });
    await database.withTenant(company.tenantId, async ({ turns, escalations }) => {
      await turns.take(question.id, 10_000);
      await escalations.raise(sample.escalation, sample.dispatches, []);
    });
    return {
      id: sample.escalation.id,
      turnId: question.id,
      conversationId: question.payload.conversationId,
      dispatches: sample.dispatches,
    };
  }
  const act = async (client: ApiClient, id: EscalationId, body: unknown) =>
    await client.request<EscalationDetail & Failed>("POST", `/escalations/${id}/acts`, body);

  it("shows those of a department to its leads and approvers, and the asker their own", async () => {
    const { id } = await raised();
    const listed = escalationListSchema.parse((await ada.request("GET", "/escalations?state=open")).body);
    expect(listed.items).toMatchObject([
      {
        escalationId: id,
        department: "Operations",
        askedBy: "Sam Staff",
        triggers: ["overdue"],
        links: [
          { kind: "ticket", system: "jira", state: "pending" },
          { kind: "page", system: "pagerduty", state: "pending" },
        ],
      },
    ]);
    expect((await ada.request("GET", "/escalations?state=resolved")).body).toMatchObject({ items: [] });
    expect((await ada.request("GET", "/escalations?department=finance")).body).toMatchObject({ items: [] });
    expect((await ada.request("GET", "/escalations?department=none")).status).toBe(404);
    // An approver of another department, and the asker, who looks after none.
    for (const client of [fay, sam])
      expect((await client.request("GET", "/escalations")).body).toEqual({ items: [], nextCursor: null });
    const seen = escalationSchema.parse((await ada.request("GET", `/escalations/${id}`)).body);
    expect(seen).toMatchObject({ undelivered: 2, conversationId: null });
    expect(seen.actions).toEqual(["acknowledge", "resolve", "comment", "answer"]);
    const own = escalationSchema.parse((await sam.request("GET", `/escalations/${id}`)).body);
    expect(own.actions).toEqual(["comment"]);
    expect(own.conversationId).not.toBeNull();
    const refused = await fay.request<Failed>("GET", `/escalations/${id}`);
    expect([refused.status, refused.body.error.facts["reason"]]).toEqual([403, "escalation_not_yours"]);
    expect((await ada.request("GET", `/escalations/${newId<EscalationId>()}`)).status).toBe(404);
  });

  it("acknowledges, comments and resolves for those who may", async () => {
    const { id } = await raised();
    const refused = await act(sam, id, { kind: "resolve" });
    expect([refused.status, refused.body.error.facts["reason"]]).toEqual([403, "escalation_not_yours"]);
    expect(await act(ada, id, { kind: "acknowledge" })).toMatchObject({
      status: 200,
      body: { state: "acknowledged", acknowledged: { by: "Ada Admin" } },
    });
    expect((await act(sam, id, { kind: "comment", text: "It is still leaking." })).status).toBe(200);
    expect((await act(sam, id, { kind: "comment", text: "  " })).status).toBe(400);
    expect((await act(ada, id, { kind: "close" })).status).toBe(400);
    expect(await act(ada, id, { kind: "resolve" })).toMatchObject({
      status: 200,
      body: { state: "resolved", resolved: { by: "Ada Admin" }, actions: ["comment", "answer"] },
    });
    expect(bench.audited()).toEqual(
      expect.arrayContaining(["escalation.acknowledged success", "escalation.resolved success"]),
    );
  });

  it("tells the asker in their conversation how it stands", async () => {
    const { id, turnId, conversationId } = await raised();
    await act(ada, id, { kind: "acknowledge" });
    const turn = await sam.request<{ escalation: TurnEscalation }>("GET", `/turns/${turnId}`);
    expect(turn.body.escalation).toMatchObject({
      escalationId: id,
      state: "acknowledged",
      acknowledged: { by: "Ada Admin" },
      links: [{ kind: "ticket" }, { kind: "page" }],
    });
    expect((await sam.request("GET", `/conversations/${conversationId}`)).body).toMatchObject({
      turns: [{ escalation: { escalationId: id } }],
    });
  });

  it("lets leads and admins change a policy, and look at what it would have done", async () => {
    const path = "/departments/operations/escalation-policy";
    expect((await ada.request("GET", "/escalation-policies")).body).toMatchObject({
      items: [
        { slug: "finance", escalates: false },
        { slug: "operations", escalates: false },
      ],
    });
    expect((await sam.request("GET", path)).status).toBe(403);
    expect((await sam.request("PUT", path, { policy })).status).toBe(403);
    expect((await sam.request("POST", `${path}/preview`, { policy })).status).toBe(403);
    const kept = await ada.request("PUT", path, { policy });
    expect(kept.status).toBe(200);
    const view = escalationPolicySchema.parse(kept.body);
    expect(view.policy.on).toMatchObject({ critical: "both", overdue: "none" });
    expect(view.connections.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
      { name: "Pages", kind: "pagerduty" },
      { name: "Tickets", kind: "jira" },
    ]);
    expect((await ada.request("GET", path)).body).toEqual(kept.body);
    const faulty = await ada.request<Failed>("PUT", path, {
      yaml: "on: { overdue: page }\npage: { connection: Nobody }",
    });
    expect([faulty.status, Object.keys(faulty.body.error.facts)]).toEqual([400, ["page.connection"]]);
    const noYaml = await ada.request<Failed>("POST", `${path}/preview`, { yaml: "on: [" });
    expect([noYaml.status, Object.keys(noYaml.body.error.facts)]).toEqual([400, ["yaml"]]);

    const { company, database } = bench;
    for (const text of ["There is a fire at the pump!", "How do I start the pump?"]) {
      const question = sampleQuestion(company);
      const payload = { ...question.payload, question: text };
      await database.inbox.receive({ ...question, payload });
      await database.withTenant(company.tenantId, ({ turns }) => turns.take(question.id, 10_000));
      const row = database.tables(company.tenantId).turns.get(question.id);
      if (row) row.departmentId = departmentOf(company, "operations");
    }
    const preview = await ada.request("POST", `${path}/preview`, { policy });
    expect(escalationPreviewSchema.parse(preview.body)).toMatchObject({
      questions: 2,
      tickets: 1,
      pages: 1,
      items: [{ question: "There is a fire at the pump!", word: "fire", severity: "critical" }],
    });
  });

  it("lists what was given up to admins, and has it tried again", async () => {
    const [written] = (await raised()).dispatches;
    if (!written) throw new Error("nothing was written");
    const { id: first, subject } = written;
    expect(
      dispatchListSchema.parse((await ada.request("GET", "/dispatches?state=pending")).body).items,
    ).toHaveLength(2);
    await bench.database.withTenant(bench.company.tenantId, async ({ dispatches }) => {
      const taken = await dispatches.take(subject, 10_000, 1_000);
      if (!taken) throw new Error("it was not there to be taken");
      const failure = { error: "channel_unavailable: Jira did not answer.", retryMs: null, undone: true };
      await dispatches.failed(taken.id, taken.attempt, failure, []);
    });
    const dead = dispatchListSchema.parse((await ada.request("GET", "/dispatches")).body);
    expect(dead.items).toMatchObject([
      {
        id: first,
        connection: { id: tickets, name: "Tickets" },
        kind: "ticket_create",
        event: null,
        state: "dead",
        attempts: 1,
        lastError: "Jira did not answer.",
      },
    ]);
    expect((await ada.request("GET", `/dispatches?connection=${pages}`)).body).toMatchObject({ items: [] });
    for (const client of [sam, fay]) {
      expect((await client.request("GET", "/dispatches")).status).toBe(403);
      expect((await client.request("POST", `/dispatches/${first}/redeliver`)).status).toBe(403);
      expect((await client.request("POST", `/connections/${tickets}/redeliver`)).status).toBe(403);
    }
    expect((await ada.request("POST", `/dispatches/${first}/redeliver`)).body).toEqual({ redelivered: 1 });
    expect((await ada.request("POST", `/dispatches/${first}/redeliver`)).status).toBe(409);
    expect((await ada.request("POST", `/connections/${tickets}/redeliver`)).body).toEqual({ redelivered: 0 });
    expect(bench.audited().filter((event) => event === "dispatch.redelivered success")).toHaveLength(1);
  });
});
