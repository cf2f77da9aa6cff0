import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { sampleAnswer } from "../../tests/support/sample-replies.ts";
import { personOf, type SampleCompany, sampleEnd, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import type { ApproverReach } from "../approvals/approver-reach.ts";
import { ExpertError } from "../errors.ts";
import type { ChannelPerson } from "../identity/channel-identity.ts";
import { type ApprovalId, type DeliveryId, type EscalationId, type HandoffId, newId } from "../ids.ts";
import { type Logger, silentLogger } from "../logger.ts";
import type { ChannelName } from "./channel-name.ts";
import type { Channel, Note, OutgoingMessage } from "./channel.ts";
import { deliverThread, type DeliverPorts } from "./deliver.ts";
import type { Delivery } from "./outbox.ts";
import { type AskerPorts, tellAskerElsewhere } from "./tell-asker-elsewhere.ts";

const refused = (): ExpertError => new ExpertError("channel_refused", "The Slack channel is archived.");
const placeOf = (channel: ChannelName, { workspaceId, externalId }: ChannelPerson) => ({
  threadKey: `${channel}:${workspaceId}:@${externalId}`,
  address: { user: externalId, team: workspaceId },
});

describe("what cannot be posted where it was asked", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let now: number;
  let posted: { readonly key: string; readonly thread: string; readonly message: OutgoingMessage }[];
  /** Threads that take nothing, by their key. */
  let closed: Set<string>;
  let closedFault: () => Error;
  let reachFault: Error | null;
  let reach: Map<ChannelName, ApproverReach>;
  let warned: string[];
  let asker: AskerPorts;
  let ports: DeliverPorts;

  const channel = (name: ChannelName): Channel => ({
    name,
    limits: { textLength: 100 },
    withdraw: () => Promise.resolve(),
    follow: () => () => undefined,
    async post(thread, message, { key }) {
      if (closed.has(thread.key)) throw closedFault();
      posted.push({ key, thread: thread.key, message });
      return { ts: String(posted.length) };
    },
  });
  const reachOf = (name: ChannelName): ApproverReach => ({
    async reach(_tenant, [person]) {
      if (reachFault) throw reachFault;
      return person ? placeOf(name, person) : null;
    },
    lookUp: () => Promise.resolve(null),
  });
  const known = (name: ChannelName, externalId: string): Promise<void> =>
    database.withTenant(company.tenantId, ({ identities }) =>
      identities.link({ channel: name, workspaceId: "T1", externalId }, personOf(company, "sam")),
    );

  beforeEach(async () => {
    now = Date.now();
    database = createFakeDatabase(() => now);
    company = database.provision(smallCompany());
    posted = [];
    closed = new Set();
    closedFault = refused;
    reachFault = null;
    warned = [];
    reach = new Map([
      ["slack", reachOf("slack")],
      ["teams", reachOf("teams")],
    ]);
    const logger: Logger = { ...silentLogger, warn: (text) => void warned.push(text) };
    asker = { database, reach, logger, queue: { enqueue: () => Promise.resolve() } };
    ports = {
      database,
      channels: new Map([
        ["slack", channel("slack")],
        ["teams", channel("teams")],
      ]),
      tellElsewhere: (tenant, delivery) => tellAskerElsewhere(asker, tenant, delivery),
      logger,
      random: () => 0,
    };
    await known("slack", "U1");
  });

  /** Sam's answer in a channel that is closed by now. */
  async function answered(): Promise<Delivery> {
    const question = sampleQuestion(company, { channel: "slack", shared: true, address: { user: "U1" } });
    await database.inbox.receive(question);
    const delivery = await database.withTenant(company.tenantId, async ({ turns }) => {
      await turns.take(question.id, 1_000);
      await turns.show(question.id, [{ ts: "progress" }]);
      const end = sampleEnd(question.id, { text: "Open it.", leaseMs: 10_000 });
      return (await turns.end(question.id, end))?.delivery;
    });
    if (!delivery) throw new Error("there is no answer");
    closed.add(delivery.threadKey);
    return delivery;
  }
  const deliver = (threadKey: string, taken: Delivery | null = null): Promise<void> =>
    deliverThread(ports, company.tenantId, threadKey, taken);
  const states = (): readonly string[] =>
    database
      .tables(company.tenantId)
      .outbox.map(({ delivery, state }) => `${delivery.threadKey.slice(0, 13)} ${state}`);
  const direct = "slack:T1:@U1";

  it("comes to its asker alone, once, with the question", async () => {
    const delivery = await answered();
    await deliver(delivery.threadKey, delivery);
    await deliver(direct);
    await deliver(direct);
    expect(posted).toMatchObject([
      {
        thread: direct,
        message: {
          kind: "note",
          turnId: delivery.message.turnId,
          note: {
            kind: "moved_here",
            from: "slack",
            question: "How do I start the pump?",
            message: { kind: "reply", reply: { text: "Open it." } },
          },
        },
      },
    ]);
    expect(states().map((state) => state.split(" ")[1])).toEqual(["dead", "posted"]);
  });

  it("comes to them once also where the process broke before the message was given up", async () => {
    const delivery = await answered();
    await tellAskerElsewhere(asker, company.tenantId, delivery);
    now += 30_001;
    await deliver(delivery.threadKey);
    await deliver(direct);
    expect(posted).toHaveLength(1);
    expect(states().map((state) => state.split(" ")[1])).toEqual(["dead", "posted"]);
  });

  it("waits, where it is not known for a while how they are reached", async () => {
    const delivery = await answered();
    reachFault = new ExpertError("channel_unavailable", "Slack is away.");
    await deliver(delivery.threadKey, delivery);
    expect(states().map((state) => state.split(" ")[1])).toEqual(["pending"]);
    reachFault = null;
    now += 1_000;
    await deliver(delivery.threadKey);
    await deliver(direct);
    expect(posted).toHaveLength(1);
  });

  it("comes in another channel where the first one does not reach them", async () => {
    const delivery = await answered();
    await known("teams", "aad-1");
    reach.set("slack", { ...reachOf("slack"), reach: () => Promise.resolve(null) });
    await deliver(delivery.threadKey, delivery);
    await deliver("teams:T1:@aad-1");
    expect(posted).toMatchObject([{ thread: "teams:T1:@aad-1", message: { note: { from: "slack" } } }]);
  });

  it("moves once only, and is told in the log where nothing reaches them", async () => {
    const delivery = await answered();
    closed.add(direct);
    await known("teams", "aad-1");
    await deliver(delivery.threadKey, delivery);
    await deliver(direct);
    expect(states().map((state) => state.split(" ")[1])).toEqual(["dead", "dead"]);
    const other = await answered();
    reach.clear();
    await deliver(other.threadKey, other);
    expect(states()).toHaveLength(3);
    expect(posted).toEqual([]);
    expect(warned).toContain("an asker is told nowhere but on the web what could not be posted");
  });

  it("is brought after the last try, too", async () => {
    const delivery = await answered();
    closedFault = () => new ExpertError("channel_unavailable", "Slack is away.");
    await deliver(delivery.threadKey, delivery);
    for (const wait of [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000]) {
      expect(states()).toHaveLength(1);
      now += wait;
      await deliver(delivery.threadKey);
    }
    await deliver(direct);
    expect(posted).toHaveLength(1);
  });

  it("is what the asker waits for, and none of what others were told", async () => {
    const delivery = await answered();
    const { turnId } = delivery.message;
    const reply = sampleAnswer("Open it.");
    const approvalId = newId<ApprovalId>();
    const give = async (note: Note, replaces?: DeliveryId): Promise<DeliveryId> => {
      const id = newId<DeliveryId>();
      await tellAskerElsewhere(asker, company.tenantId, {
        id,
        channel: "slack",
        threadKey: delivery.threadKey,
        message: { kind: "note", turnId, language: "en", note, ...(replaces ? { replaces } : {}) },
      });
      return id;
    };
    const verified = await give({ kind: "answer_verified", approvalId, askedBy: "Sam Staff", reply });
    await give({ kind: "approval_rejected", by: null, reason: "No." });
    await give({ kind: "approval_progress", step: "escalated", names: null });
    await give({ kind: "answer_withdrawn", by: null }, verified);
    const news = { kind: "escalation_news", escalationId: newId<EscalationId>() } as const;
    await give({ ...news, news: { what: "failed", system: "jira", error: "It refuses the project." } });
    await give({ ...news, news: { what: "resolved", by: null, where: "jira", resolution: null } });
    for (const other of [
      { kind: "approval_progress", step: "asked_others", names: ["Ada Admin"] },
      {
        kind: "human_asked",
        handoffId: newId<HandoffId>(),
        askedBy: "Sam Staff",
        department: null,
        experts: null,
      },
      { kind: "given_back", by: "Ada Admin" },
      { ...news, news: { what: "status", name: "OPS-12", status: "In Progress" } },
      { kind: "escalation_status", escalationId: news.escalationId },
      { kind: "answer_shared", by: "Sam Staff", reply },
    ] as const)
      await give(other);
    await deliver(direct);
    const notes = posted.map(({ message }) =>
      message.kind === "note" && message.note.kind === "moved_here" ? message.note.message : null,
    );
    expect(notes).toMatchObject([
      { note: { kind: "answer_verified", askedBy: null } },
      { note: { kind: "approval_rejected" } },
      { note: { kind: "approval_progress", step: "escalated" } },
      { note: { kind: "answer_withdrawn" } },
      { note: { kind: "escalation_news", news: { what: "failed" } } },
      { note: { kind: "escalation_news", news: { what: "resolved" } } },
    ]);
    // Where the answer came to its asker, its withdrawal takes its place.
    expect(posted[3]?.message).toMatchObject({ replaces: posted[0]?.key });
  });
});
