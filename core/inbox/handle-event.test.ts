import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { pause, type SampleCompany, sampleEvent, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { ExpertError } from "../errors.ts";
import type { TurnId } from "../ids.ts";
import { silentLogger } from "../logger.ts";
import type { TakenEvent } from "./event-store.ts";
import { handleEvent, type EventHandler, type HandleEventPorts } from "./handle-event.ts";

describe("handleEvent", () => {
  let now: number;
  let database: FakeDatabase;
  let company: SampleCompany;
  let seen: TakenEvent[];
  let givenUp: [TurnId, unknown][];
  let failures: Error[];
  let handle: EventHandler["handle"];
  let ports: HandleEventPorts;
  beforeEach(() => {
    now = Date.now();
    database = createFakeDatabase(() => now);
    company = database.provision(smallCompany());
    seen = [];
    givenUp = [];
    failures = [];
    handle = () => Promise.resolve("settled");
    const handler: EventHandler = {
      async handle(event) {
        seen.push(event);
        const failure = failures.shift();
        if (failure) throw failure;
        return await handle(event);
      },
      async giveUp(event, error) {
        givenUp.push([event.id, error]);
      },
    };
    ports = { database, handlers: new Map([["slack", handler]]), logger: silentLogger };
  });
  const received = async (): Promise<TurnId> =>
    (await database.inbox.receiveEvent(sampleEvent(company, { body: { text: "hello" } }))).id;
  const run = (id: TurnId): Promise<void> => handleEvent(ports, company.tenantId, id);
  const stale = () => database.staleJobs(0, 10);

  it("has the channel handle what was sent, once, and is done with it", async () => {
    const id = await received();
    await Promise.all([run(id), run(id), run(id)]);
    now += 600_000;
    await run(id);
    expect(seen).toMatchObject([{ id, channel: "slack", body: { text: "hello" }, attempt: 1 }]);
    expect(await stale()).toEqual([]);
  });

  it("leaves a question to its turn", async () => {
    const id = await received();
    const { userId, payload } = sampleQuestion(company, { channel: "slack" });
    handle = async () => {
      await database.withTenant(company.tenantId, ({ events }) => events.accept(id, { userId, payload }, []));
      return "accepted";
    };
    await run(id);
    now += 1;
    expect(await stale()).toEqual([{ queue: "turn", job: { tenantId: company.tenantId, turnId: id } }]);
  });

  it("tries again after growing pauses, and gives up after the last with what went wrong", async () => {
    const id = await received();
    const pausesMs = [1_000, 5_000, 30_000, 120_000];
    failures = Array.from({ length: 5 }, (_, number) => new Error(`failure ${String(number + 1)}`));
    await run(id);
    for (const [number, pauseMs] of pausesMs.entries()) {
      now += pauseMs;
      await run(id);
      expect(seen).toHaveLength(number + 1);
      now += 1;
      await run(id);
      expect(seen).toHaveLength(number + 2);
    }
    expect(givenUp).toEqual([[id, new Error("failure 5")]]);
    now += 3_600_000;
    await run(id);
    expect(seen).toHaveLength(5);
    expect(await stale()).toEqual([]);
  });

  it("goes on with an event whose worker is gone, once its hold has run out", async () => {
    const id = await received();
    await database.withTenant(company.tenantId, ({ events }) => events.take(id, 30_000));
    await run(id);
    expect(seen).toEqual([]);
    now += 30_001;
    await run(id);
    expect(seen).toMatchObject([{ id, attempt: 2 }]);
  });

  it("gives up an event that no worker survived, and in silence where giving up kills too", async () => {
    const id = await received();
    const other = await received();
    const leaseMs = 30_000;
    const dieWith = (event: TurnId): Promise<unknown> =>
      database.withTenant(company.tenantId, ({ events }) => events.take(event, leaseMs));
    for (let death = 1; death <= 6; death += 1) {
      if (death <= 5) await dieWith(id);
      await dieWith(other);
      now += leaseMs + 1;
    }
    await run(id);
    await run(other);
    expect(seen).toEqual([]);
    expect(givenUp).toEqual([[id, expect.objectContaining({ code: "internal" })]]);
    now += 3_600_000;
    await run(id);
    expect(givenUp).toHaveLength(1);
    expect(await stale()).toEqual([]);
  });

  it("waits as long as the channel wants, and counts no attempt for it", async () => {
    const id = await received();
    const wanted = (retryAfterMs: number): Error =>
      new ExpertError("rate_limited", "A pause.", { facts: { retryAfterMs } });
    for (let pause = 1; pause <= 7; pause += 1) {
      failures = [wanted(60_000)];
      await run(id);
      now += 59_999;
      await run(id);
      expect(seen).toHaveLength(pause);
      now += 2;
    }
    failures = [wanted(10)];
    await run(id);
    now += 999;
    await run(id);
    expect(seen).toHaveLength(8);
    now += 2;
    await run(id);
    expect(seen.at(-1)).toMatchObject({ attempt: 9, pauses: 8 });
    expect(givenUp).toEqual([]);
    expect(await stale()).toEqual([]);
  });

  it("holds an event for as long as it is handled", async () => {
    now = 0;
    const id = await received();
    let finish = (): void => undefined;
    const working = new Promise<void>((resolve) => (finish = resolve));
    handle = async () => {
      await working;
      return "settled";
    };
    const first = handleEvent({ ...ports, leaseMs: 60 }, company.tenantId, id);
    for (let step = 0; step < 4; step += 1) {
      await pause(30);
      now += 50;
      await run(id);
    }
    expect(seen).toHaveLength(1);
    finish();
    await first;
    expect(await stale()).toEqual([]);
  });

  it.each([
    ["is done", () => undefined],
    ["fails", () => Promise.reject(new Error("too late"))],
  ])("drops what comes of an attempt that lost its hold and %s", async (_what, end) => {
    const id = await received();
    let finish = (): void => undefined;
    const working = new Promise<void>((resolve) => (finish = resolve));
    handle = async () => {
      await working;
      await end();
      return "settled";
    };
    const first = handleEvent({ ...ports, leaseMs: 60 }, company.tenantId, id);
    await pause(5);
    now += 61;
    const second = await database.withTenant(company.tenantId, ({ events }) => events.take(id, 30_000));
    expect(second).toMatchObject({ attempt: 2 });
    await pause(60);
    finish();
    await first;
    expect(givenUp).toEqual([]);
    handle = () => Promise.resolve("settled");
    now += 29_000;
    await run(id);
    expect(seen).toHaveLength(1);
    now += 1_002;
    await run(id);
    expect(seen.at(-1)).toMatchObject({ attempt: 3, pauses: 0 });
  });

  it("keeps an event for a process that has its channel", async () => {
    const { handlers } = ports;
    ports = { ...ports, handlers: new Map() };
    const id = await received();
    await run(id);
    ports = { ...ports, handlers };
    now += 1_001;
    await run(id);
    expect(seen).toMatchObject([{ id, attempt: 2 }]);
    expect(givenUp).toEqual([]);
  });

  it("tells that the database is away, and leaves the event to its lease", async () => {
    const id = await received();
    failures = [new ExpertError("database_unavailable", "The database is away.")];
    await expect(run(id)).rejects.toMatchObject({ code: "database_unavailable" });
    now += 30_001;
    expect(await stale()).toEqual([{ queue: "event", job: { tenantId: company.tenantId, eventId: id } }]);
  });
});
