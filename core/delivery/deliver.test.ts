import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { pause, type SampleCompany, sampleEnd, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { ExpertError } from "../errors.ts";
import { type ConversationId, newId, type TurnId } from "../ids.ts";
import { silentLogger } from "../logger.ts";
import type { Channel, MessageRef } from "./channel.ts";
import { deliverThread, type DeliverPorts, takenOver } from "./deliver.ts";
import type { Delivery } from "./outbox.ts";

describe("deliverThread", () => {
  let database: FakeDatabase;
  let company: SampleCompany;
  let conversationId: ConversationId;
  let now: number;
  let posted: string[];
  let keys: string[];
  let failures: Error[];
  let withdrawn: TurnId[];
  let progress: (readonly MessageRef[])[];
  let postingMs: number;
  /** Parts that a post keeps before it goes on. */
  let parts: MessageRef[];
  let placed: ReadonlyMap<number, MessageRef>[];
  let withdrawal: () => Promise<void>;
  let ports: DeliverPorts;
  const channel: Channel = {
    name: "web",
    limits: { textLength: 100 },
    withdraw(_thread, turn, shown) {
      withdrawn.push(turn);
      progress.push(shown);
      return withdrawal();
    },
    follow: () => () => undefined,
    async post(thread, message, { key, signal, shown, placed: known, keepPlaced }) {
      progress.push(shown);
      placed.push(known);
      for (const [part, ref] of parts.entries()) await keepPlaced(part, ref);
      await pause(postingMs);
      signal.throwIfAborted();
      const failure = failures.shift();
      if (failure) throw failure;
      expect(thread).toEqual({ tenantId: company.tenantId, channel: "web", key: `web:${conversationId}` });
      keys.push(key);
      posted.push(message.kind === "reply" ? message.reply.text : message.kind);
      return { ts: String(posted.length) };
    },
  };
  beforeEach(() => {
    now = Date.now();
    database = createFakeDatabase(() => now);
    company = database.provision(smallCompany());
    conversationId = newId<ConversationId>();
    posted = [];
    keys = [];
    failures = [];
    withdrawn = [];
    progress = [];
    parts = [];
    placed = [];
    postingMs = 1;
    withdrawal = () => Promise.resolve();
    ports = {
      database,
      channels: new Map([["web", channel]]),
      logger: silentLogger,
      random: () => 0,
    };
  });
  const written = async (text: string): Promise<Delivery | null> => {
    const question = sampleQuestion(company, { conversationId });
    await database.inbox.receive(question);
    return await database.withTenant(company.tenantId, async ({ turns }) => {
      await turns.take(question.id, 1_000);
      await turns.show(question.id, [{ ts: text }]);
      return (
        (await turns.end(question.id, sampleEnd(question.id, { text, leaseMs: 10_000 })))?.delivery ?? null
      );
    });
  };
  const deliver = (taken: Delivery | null = null): Promise<void> =>
    deliverThread(ports, company.tenantId, `web:${conversationId}`, taken);
  const statesOf = (): readonly string[] =>
    database.tables(company.tenantId).outbox.map(({ state }) => state);

  it("posts the message that was taken, and then whatever was written meanwhile, in order", async () => {
    const first = await written("one");
    await written("two");
    await written("three");
    await deliver(first);
    expect(posted).toEqual(["one", "two", "three"]);
    expect(statesOf()).toEqual(["posted", "posted", "posted"]);
    expect(new Set(keys).size).toBe(3);
    expect(keys[0]).toBe(first?.id);
  });

  it("posts nothing twice, and nothing out of order, whoever delivers at the same time", async () => {
    const first = await written("one");
    for (const text of ["two", "three", "four"]) await written(text);
    await Promise.all([deliver(first), deliver(), deliver(), deliver()]);
    expect(posted).toEqual(["one", "two", "three", "four"]);
  });

  it("waits longer after each failure, keeps the order meanwhile, and gives up after the last", async () => {
    const first = await written("one");
    await written("two");
    const waitsMs = [1_000, 5_000, 30_000, 120_000, 600_000, 1_800_000];
    failures = Array.from({ length: 7 }, () => new ExpertError("internal", "the channel is away"));
    await deliver(first);
    for (const wait of waitsMs) {
      now += wait - 1;
      await deliver();
      expect(posted).toEqual([]);
      now += 1;
      await deliver();
    }
    expect(failures).toEqual([]);
    expect(posted).toEqual(["two"]);
    expect(statesOf()).toEqual(["dead", "posted"]);
  });

  it("posts at the next try what failed once", async () => {
    failures = [new Error("timeout")];
    await deliver(await written("one"));
    expect(posted).toEqual([]);
    now += 1_000;
    await deliver();
    expect(posted).toEqual(["one"]);
    expect(database.tables(company.tenantId).audit.at(-1)?.event).toMatchObject({
      event: "chat.delivery",
      status: "success",
    });
  });

  it("tells a later attempt which parts stand, and goes on where that could not be kept", async () => {
    parts = [{ activityId: "1" }, { activityId: "2" }];
    failures = [new Error("the connection broke")];
    await deliver(await written("one"));
    now += 1_000;
    await deliver();
    expect(placed).toEqual([new Map(), new Map(parts.entries())]);
    expect(posted).toEqual(["one"]);
  });

  it("tries again a little later than it could, so that repeats do not meet", async () => {
    ports = { ...ports, random: () => 0.8 };
    failures = [
      new Error("timeout"),
      new ExpertError("rate_limited", "slower", { facts: { retryAfterMs: 3_000 } }),
    ];
    await deliver(await written("one"));
    for (const wait of [1_200, 3_600]) {
      now += wait - 1;
      await deliver();
      expect(posted).toEqual([]);
      now += 1;
      await deliver();
    }
    expect(posted).toEqual(["one"]);
  });

  it("tries again when the channel has had the pause that it wanted, and counts no attempt", async () => {
    const pause = () => new ExpertError("rate_limited", "slower", { facts: { retryAfterMs: 3_000 } });
    failures = Array.from({ length: 9 }, pause);
    await deliver(await written("one"));
    for (let time = 0; time < 9; time += 1) {
      now += 2_999;
      await deliver();
      expect(posted).toEqual([]);
      now += 1;
      await deliver();
    }
    expect(posted).toEqual(["one"]);
  });

  it("gives up at once what the channel will never take, and goes on with the thread", async () => {
    const first = await written("one");
    await written("two");
    failures = [new ExpertError("channel_refused", "the channel is archived")];
    await deliver(first);
    expect(posted).toEqual(["two"]);
    expect(statesOf()).toEqual(["dead", "posted"]);
  });

  it("withholds an answer where the channel found that a human has taken the thread over", async () => {
    failures = [takenOver()];
    const first = await written("one");
    await deliver(first);
    expect(posted).toEqual([]);
    expect(statesOf()).toEqual(["withheld"]);
    expect(withdrawn).toEqual([first?.message.turnId]);
  });

  it("withholds an answer also where the channel cannot take back what was shown of it", async () => {
    failures = [takenOver()];
    withdrawal = () => Promise.reject(new ExpertError("channel_unavailable", "the channel is away"));
    await deliver(await written("one"));
    expect(statesOf()).toEqual(["withheld"]);
  });

  it("tells the channel what showed the turn's progress, whoever posts or withdraws its answer", async () => {
    const first = await written("one");
    await written("two");
    failures = [takenOver()];
    await deliver(first);
    expect(progress).toEqual([[{ ts: "one" }], [{ ts: "one" }], [{ ts: "two" }]]);
  });

  it("keeps a message as long as the channel takes to post it, so that no other worker posts it too", async () => {
    const first = await written("one");
    ports = { ...ports, leaseMs: 60 };
    postingMs = 60;
    const posting = deliver(first);
    await pause(30);
    now += 30_001;
    await pause(20);
    await deliver();
    await posting;
    expect(posted).toEqual(["one"]);
    expect(statesOf()).toEqual(["posted"]);
  });

  it("stops where another worker has taken the message over, and leaves it to that one", async () => {
    const first = await written("one");
    ports = { ...ports, leaseMs: 60 };
    postingMs = 50;
    const posting = deliver(first);
    await pause(2);
    now += 30_001;
    const late = await database.withTenant(company.tenantId, ({ outbox }) =>
      outbox.take(`web:${conversationId}`, 10_000),
    );
    await posting;
    expect(posted).toEqual([]);
    expect(statesOf()).toEqual(["pending"]);
    await deliver(late);
    expect(posted).toEqual(["one"]);
    expect(statesOf()).toEqual(["posted"]);
  });

  it("keeps a message for a process that has its channel", async () => {
    ports = { ...ports, channels: new Map() };
    await deliver(await written("one"));
    expect(statesOf()).toEqual(["pending"]);
    ports = { ...ports, channels: new Map([["web", channel]]) };
    now += 1_000;
    await deliver();
    expect(posted).toEqual(["one"]);
  });

  it("takes over a message whose holder is gone once its lease has run out", async () => {
    await written("one");
    await deliver();
    expect(posted).toEqual([]);
    now += 30_001;
    await deliver();
    expect(posted).toEqual(["one"]);
  });

  it("tells that the database is away, and delivers later with the same key", async () => {
    const first = await written("one");
    database.breakDown("outbox");
    await expect(deliver(first)).rejects.toMatchObject({ code: "database_unavailable" });
    database.breakDown();
    now += 30_001;
    await deliver();
    expect(statesOf()).toEqual(["posted"]);
    expect(new Set(keys)).toEqual(new Set([first?.id]));
  });
});
