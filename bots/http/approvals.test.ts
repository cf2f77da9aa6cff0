import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { ApiError } from "./contract/error.ts";
import { approvalListSchema, approvalSchema, type ApprovalDetail } from "./contract/approval.ts";
import { takeApprovalStep } from "../../core/approvals/take-step.ts";
import type { ApprovalId } from "../../core/ids.ts";
import type { ApiClient } from "../../tests/support/api-client.ts";
import { httpBench, type HttpBench } from "../../tests/support/http-bench.ts";
import {
  personOf,
  sampleApproval,
  sampleQuestion,
  sampleWait,
  until,
} from "../../tests/support/sample-work.ts";

interface Failed {
  readonly error: ApiError;
}

describe("approvals at the API", () => {
  let bench: HttpBench;
  let ada: ApiClient;
  let sam: ApiClient;
  let vic: ApiClient;
  beforeEach(async () => {
    bench = await httpBench();
    [ada, sam, vic] = await Promise.all([bench.signIn("ada"), bench.signIn("sam"), bench.signIn("vic")]);
  });
  afterEach(() => bench.close());

  /** A question of Sam's about operations that waits for Ada, its lead. */
  async function waiting(change: Parameters<typeof sampleApproval>[1] = {}): Promise<ApprovalId> {
    const { company, database } = bench;
    const question = sampleQuestion(company);
    const approval = sampleApproval(company, change);
    await database.inbox.receive(question);
    await database.withTenant(company.tenantId, async ({ turns }) => {
      await turns.take(question.id, 10_000);
      await turns.end(question.id, sampleWait(question.id, approval));
    });
    await takeApprovalStep(bench.ports.approvals, company.tenantId, approval.id);
    return approval.id;
  }
  const read = async (client: ApiClient, id: string) =>
    await client.request<ApprovalDetail & Failed>("GET", `/approvals/${id}`);

  it("lists and counts what waits for whoever decides, and for nobody else", async () => {
    const id = await waiting();
    const listed = await ada.request("GET", "/approvals");
    expect(approvalListSchema.parse(listed.body).items.map(({ approvalId }) => approvalId)).toEqual([id]);
    expect((await ada.request("GET", "/approvals/count")).body).toEqual({ waiting: 1 });
    for (const other of [sam, vic]) {
      expect((await other.request("GET", "/approvals")).body).toEqual({ items: [], nextCursor: null });
      const refused = await read(other, id);
      expect(refused.status).toBe(403);
      expect(refused.body.error.facts["reason"]).toBe(
        other === sam ? "approval_own_question" : "approval_not_approver",
      );
    }
    expect(approvalSchema.parse((await read(ada, id)).body).actions).toContain("approve");
    expect(bench.audited()).toContain("policy.denied denied");
  });

  it("takes one decision, tells who was first, and takes it back", async () => {
    const id = await waiting();
    const { revision } = (await read(ada, id)).body;
    const path = `/approvals/${id}/decisions`;
    const edited = await ada.request<ApprovalDetail>("POST", path, {
      kind: "edit",
      revision,
      text: "Open valve A slowly.",
    });
    expect(edited).toMatchObject({
      status: 200,
      body: { state: "approved", answer: { text: "Open valve A slowly." }, actions: ["undo"] },
    });
    const late = await ada.request("POST", path, { kind: "reject", revision, reason: null });
    expect(late).toMatchObject({
      status: 409,
      body: { error: { facts: { reason: "approval_late", name: "Ada Admin" } } },
    });
    const decided = await ada.request("GET", "/approvals?decided=true");
    expect(approvalListSchema.parse(decided.body).items).toMatchObject([
      { approvalId: id, decided: { kind: "edited", by: "Ada Admin" } },
    ]);
    expect(await ada.request("POST", `/approvals/${id}/undo`)).toMatchObject({
      status: 200,
      body: { state: "withdrawn", actions: [] },
    });
  });

  it("tells the asker how far it is, and who has taken over", async () => {
    const id = await waiting();
    const { turnId, revision } = (await read(ada, id)).body;
    const progress = async () =>
      (await sam.request<{ progress: unknown }>("GET", `/turns/${turnId}`)).body.progress;
    expect(await progress()).toEqual({ step: "asked", by: null });
    const escalated = await ada.request("POST", `/approvals/${id}/escalate`);
    expect(escalated).toMatchObject({ status: 200, body: { state: "escalated" } });
    expect(await progress()).toEqual({ step: "escalated", by: null });
    await ada.request("POST", `/approvals/${id}/decisions`, { kind: "take_over", revision });
    expect(await progress()).toEqual({ step: "taken_over", by: "Ada Admin" });
  });

  it("refuses what is no decision, what comes from another site, and who is not signed in", async () => {
    const id = await waiting();
    const path = `/approvals/${id}/decisions`;
    expect((await ada.request("POST", path, { kind: "edit", revision: 1 })).status).toBe(400);
    expect((await ada.request("POST", path, { kind: "approve", revision: 1, text: "x" })).status).toBe(400);
    const origin = { origin: "https://evil.example" };
    const approve = { kind: "approve", revision: 1 };
    expect((await ada.request("POST", path, approve, origin)).status).toBe(403);
    const stranger = await fetch(`${bench.url}/v1${path}`, { method: "POST" });
    expect(stranger.status).toBe(401);
    expect((await read(ada, id)).body.state).toBe("pending");
  });

  it("streams the count, changes to those who decide, and the turn to its asker", async () => {
    const id = await waiting();
    const [toAda, toSam] = await Promise.all([ada, sam].map((client) => stream(bench.url, client)));
    if (!toAda || !toSam) throw new Error("no stream");
    try {
      await until("the count arrives", async () => toAda.events.includes('count {"waiting":1}'));
      await ada.request("POST", `/approvals/${id}/decisions`, { kind: "approve", revision: 1 });
      await until(
        "the change arrives",
        async () => toAda.events.includes('count {"waiting":0}') && toSam.events.includes("turn "),
      );
      expect(toAda.events).toContain(`changed {"approvalId":"${id}"}`);
      expect(toSam.events).not.toContain(id);
    } finally {
      toAda.close();
      toSam.close();
    }
  });

  it("counts what came between the first count and the first reading of what changes", async () => {
    const { database } = bench;
    const withTenant = database.withTenant.bind(database);
    let read = (): void => undefined;
    const mayRead = new Promise<void>((resolve) => (read = resolve));
    const slowly: typeof withTenant = (tenant, work) =>
      withTenant(tenant, (stores) =>
        work({
          ...stores,
          approvals: {
            ...stores.approvals,
            changing: async () => {
              await mayRead;
              return await stores.approvals.changing();
            },
          },
        }),
      );
    Object.assign(database, { withTenant: slowly });
    const toAda = await stream(bench.url, ada);
    try {
      await until("nothing is counted", async () => toAda.events.includes('count {"waiting":0}'));
      await waiting();
      read();
      await until("it is counted", async () => toAda.events.includes('count {"waiting":1}'));
    } finally {
      toAda.close();
    }
  });

  it("opens so many streams for one person, and no more", async () => {
    const streams = await Promise.all(Array.from({ length: 8 }, () => stream(bench.url, ada)));
    try {
      const [one] = streams;
      await until("the streams are open", async () => one?.events.includes("count") ?? false);
      expect((await ada.request("GET", "/approvals/stream")).status).toBe(429);
    } finally {
      for (const { close } of streams) close();
    }
  });

  it("keeps an absence with a delegate who may read the same, and ends it", async () => {
    const soon = new Date(Date.now() + 86_400_000).toISOString();
    const put = (until_: string, delegate: string | null) =>
      ada.request<Failed>("PUT", "/me/absence", { until: until_, delegate });
    expect(await put(soon, "sam@small.example")).toMatchObject({
      status: 200,
      body: { away: { until: soon, delegate: { name: "Sam Staff" } } },
    });
    for (const [when, delegate, field] of [
      [new Date(0).toISOString(), null, "until"],
      [soon, "eve@small.example", "delegate"],
      [soon, "ada@small.example", "delegate"],
    ] as const) {
      const refused = await put(when, delegate);
      expect(refused.status).toBe(400);
      expect(Object.keys(refused.body.error.facts)).toEqual([field]);
    }
    expect((await ada.request("DELETE", "/me/absence")).status).toBe(204);
    expect((await ada.request("GET", "/me/absence")).body).toMatchObject({ away: null });
    expect(bench.audited()).toContain("approval.away success");
  });

  it("keeps where a person gets approvals", async () => {
    expect((await ada.request("GET", "/me/approval-channel")).body).toEqual({ channel: null });
    expect((await ada.request("PUT", "/me/approval-channel", { channel: "teams" })).status).toBe(200);
    expect((await ada.request("GET", "/me/approval-channel")).body).toEqual({ channel: "teams" });
    expect((await ada.request("PUT", "/me/approval-channel", { channel: "fax" })).status).toBe(400);
  });

  it("lets leads and admins change a policy, as JSON and as YAML, and names each fault", async () => {
    const path = "/departments/operations/approval-policy";
    expect((await ada.request("GET", "/approval-policies")).body).toMatchObject({
      items: [{ slug: "finance" }, { slug: "operations" }],
    });
    expect((await sam.request("GET", "/approval-policies")).body).toEqual({ items: [] });
    expect((await sam.request("GET", path)).status).toBe(403);
    expect((await sam.request("PUT", path, { policy: {} })).status).toBe(403);
    expect((await ada.request("PUT", "/departments/none/approval-policy", { policy: {} })).status).toBe(404);
    const kept = await ada.request("PUT", path, { yaml: "required_for: all\nlevels: [{ required: 2 }]" });
    expect(kept).toMatchObject({
      status: 200,
      body: { policy: { required_for: "all", levels: [{ required: 2 }] } },
    });
    expect((await ada.request("GET", path)).body).toEqual(kept.body);
    const faulty = await ada.request<Failed>("PUT", path, {
      policy: { required_for: "some", levels: [{ remind_after: "soon" }], more: 1 },
    });
    expect(faulty.status).toBe(400);
    expect(Object.keys(faulty.body.error.facts).toSorted()).toEqual([
      "levels.0.remind_after",
      "policy",
      "required_for",
    ]);
    const noYaml = await ada.request<Failed>("PUT", path, { yaml: "levels: [" });
    expect([noYaml.status, Object.keys(noYaml.body.error.facts)]).toEqual([400, ["yaml"]]);
    expect(bench.audited().filter((event) => event === "approval.policy_changed success")).toHaveLength(1);
  });

  it("wants a recent sign-in where the policy does, and takes one", async () => {
    const id = await waiting();
    const { database, company } = bench;
    const row = database.tables(company.tenantId).approvals.get(id);
    if (!row) throw new Error("there is no such approval");
    row.policy = { ...row.policy, sign_in_within: "1h" };
    const { signIns } = database.tables(company.tenantId);
    signIns.set(personOf(company, "ada"), new Date(Date.now() - 2 * 3_600_000));
    const decision = { kind: "approve", revision: 1 };
    const refused = await ada.request<Failed>("POST", `/approvals/${id}/decisions`, decision);
    expect([refused.status, refused.body.error.facts["reason"]]).toEqual([403, "approval_sign_in"]);
    const again = await bench.signIn("ada");
    expect((await again.request("POST", `/approvals/${id}/decisions`, decision)).status).toBe(200);
  });
});

interface Stream {
  /** All that arrived: `EVENT DATA` a line each. */
  readonly events: string;
  close(): void;
}

async function stream(url: string, { cookie }: ApiClient): Promise<Stream> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/v1/approvals/stream`, {
    headers: { cookie },
    signal: leaving.signal,
  });
  let events = "";
  const read = async (): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const part of response.body ?? []) {
      events += decoder.decode(part as Uint8Array).replaceAll(/event: (\w+)\ndata: /g, "$1 ");
    }
  };
  read().catch(() => undefined);
  return {
    get events() {
      return events;
    },
    close() {
      leaving.abort();
    },
  };
}
