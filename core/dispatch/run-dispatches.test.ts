import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { sampleConnection, sampleDispatch } from "../../tests/support/sample-raise.ts";
import type { SampleCompany } from "../../tests/support/sample-work.ts";
import { simulatedTime, type SimulatedTime } from "../../tests/support/simulated-time.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { ExpertError } from "../errors.ts";
import { type ConnectionId, type EscalationLinkId, newId } from "../ids.ts";
import { silentLogger } from "../logger.ts";
import type { Carried, HeldDispatch } from "./dispatch-carrier.ts";
import { runDispatches, type RunDispatchesPorts } from "./run-dispatches.ts";

const away = (facts = {}): ExpertError => new ExpertError("channel_unavailable", "It is away.", { facts });
const refused = (): ExpertError => new ExpertError("channel_refused", "No such project.");
const busy = (retryAfterMs: number): ExpertError =>
  new ExpertError("rate_limited", "Slow down.", { facts: { retryAfterMs } });

describe("calls to outside systems", () => {
  let time: SimulatedTime;
  let database: FakeDatabase;
  let company: SampleCompany;
  let connection: ConnectionId;
  let carry: (held: HeldDispatch) => Promise<Carried>;
  let carried: string[];
  let givenUp: string[];
  let linkId: EscalationLinkId;
  beforeEach(async () => {
    time = simulatedTime();
    database = createFakeDatabase(() => time.ms);
    company = database.provision(smallCompany());
    carried = [];
    givenUp = [];
    linkId = newId<EscalationLinkId>();
    carry = (held) => held.call(() => Promise.resolve("done"));
    const added = sampleConnection();
    connection = added.id;
    await database.withTenant(company.tenantId, ({ connections }) => connections.add(added, []));
  });
  const subject = (): string => `${connection}/${linkId}`;
  const rows = () => database.tables(company.tenantId).dispatches;
  const health = () => database.tables(company.tenantId).connections.get(connection)?.health;
  const write = async (...texts: readonly string[]): Promise<void> => {
    const calls = texts.map((text) =>
      sampleDispatch(connection, { linkId, body: { kind: "ticket_comment", linkId, by: "Sam", text } }),
    );
    await database.withTenant(company.tenantId, ({ dispatches }) => dispatches.write(calls));
  };
  const ports = (change: Partial<RunDispatchesPorts> = {}): RunDispatchesPorts => ({
    database,
    carrier: {
      async carry(_tenant, held) {
        const { body } = held.dispatch;
        carried.push("text" in body ? body.text : body.kind);
        return await carry(held);
      },
      givenUp: async (_tenant, { body }) => void givenUp.push("text" in body ? body.text : body.kind),
    },
    clock: time,
    logger: silentLogger,
    random: () => 0,
    ...change,
  });
  const run = (change: Partial<RunDispatchesPorts> = {}) =>
    runDispatches(ports(change), company.tenantId, subject());

  it("are made one after the other, and close the breaker", async () => {
    await write("one", "two", "three");
    await run();
    expect(carried).toEqual(["one", "two", "three"]);
    expect(rows().map(({ state }) => state)).toEqual(["done", "done", "done"]);
    expect(health()).toMatchObject({ failures: 0, openUntil: null, lastWorkedAt: time.now() });
  });

  it("are tried again later where the system is away, and keep their order", async () => {
    await write("one", "two");
    carry = (held) => held.call(() => Promise.reject(away()));
    await run();
    expect(carried).toEqual(["one"]);
    expect(rows()[0]).toMatchObject({ state: "pending", lastError: "channel_unavailable: It is away." });
    await run();
    expect(carried).toEqual(["one"]);
    time.pass(5_000);
    carry = () => Promise.resolve("done");
    await run();
    expect(carried).toEqual(["one", "one", "two"]);
  });

  it("leave the system alone after five failures in a row; one call tries for all when that is over", async () => {
    await write("one");
    carry = (held) => held.call(() => Promise.reject(away()));
    for (let times = 0; times < 5; times += 1) {
      await run();
      time.pass(120_000);
    }
    expect(health()).toMatchObject({ failures: 5 });
    expect(health()?.openUntil?.getTime()).toBe(time.ms - 120_000 + 30_000);
    // The call itself is due after 2 minutes; the connection may be tried before.
    await run();
    expect(health()).toMatchObject({ failures: 6 });
    expect(health()?.openUntil?.getTime()).toBe(time.ms + 60_000);
    carry = (held) => held.call(async () => await Promise.resolve("done"));
    time.pass(300_000);
    await run();
    expect(health()).toMatchObject({ failures: 0, openUntil: null });
  });

  it("let no other call through while one tries for all", async () => {
    await write("one");
    await database.withTenant(company.tenantId, ({ connections }) =>
      connections.failed(connection, "away", () => 30_000),
    );
    await run();
    expect(carried).toEqual([]);
    time.pass(30_000);
    carry = async (held) => {
      const other = sampleDispatch(connection);
      await database.withTenant(company.tenantId, ({ dispatches }) => dispatches.write([other]));
      await runDispatches(ports(), company.tenantId, other.subject);
      return await held.call(() => Promise.resolve("done"));
    };
    await run();
    expect(carried).toEqual(["one"]);
  });

  it("wait as long as the system wants, which is no failure", async () => {
    await write("one");
    carry = (held) => held.callOnce(() => Promise.reject(busy(7_000)));
    await run();
    expect(rows()[0]).toMatchObject({ state: "pending", attempts: 0, doubtSince: null });
    expect(health()).toMatchObject({ failures: 0, openUntil: new Date(time.ms + 7_000) });
    time.pass(7_000);
    carry = () => Promise.resolve("done");
    await run();
    expect(rows()[0]?.state).toBe("done");
  });

  it("are given up at once where what was sent is refused, and what follows goes on", async () => {
    await write("one", "two");
    carry = (held) =>
      held.call(() => (carried.length === 1 ? Promise.reject(refused()) : Promise.resolve("done")));
    await run();
    expect(givenUp).toEqual(["one"]);
    expect(rows().map(({ state }) => state)).toEqual(["dead", "done"]);
    expect(health()).toMatchObject({ failures: 0 });
    const [audited] = database.tables(company.tenantId).audit.map(({ event }) => event);
    expect(audited).toMatchObject({
      event: "dispatch.given_up",
      status: "error",
      metadata: { kind: "ticket_comment", code: "channel_refused", attempts: 1, link: linkId },
    });
  });

  it.each([["unauthenticated"], ["configuration_invalid"]] as const)(
    "are tried again where the connection is %s, which opens the breaker",
    async (code) => {
      await write("one");
      carry = () => Promise.reject(new ExpertError("configuration_invalid", "No key."));
      if (code === "unauthenticated")
        carry = (held) => held.call(() => Promise.reject(new ExpertError(code, "Who are you?")));
      await run();
      expect(rows()[0]?.state).toBe("pending");
      expect(health()).toMatchObject({ failures: 1 });
    },
  );

  it("do not hold the system responsible for what goes wrong here", async () => {
    await write("one");
    carry = () => Promise.reject(new TypeError("a bug"));
    await run();
    expect(rows()[0]).toMatchObject({ state: "pending", lastError: "TypeError: a bug" });
    expect(health()).toMatchObject({ failures: 0 });
  });

  it("are dead after a day, and may be tried again for another", async () => {
    await write("one");
    carry = (held) => held.call(() => Promise.reject(away()));
    for (let hours = 0; hours < 26; hours += 1) {
      await run();
      time.pass(3_700_000);
    }
    expect(rows()[0]?.state).toBe("dead");
    expect(givenUp).toEqual(["one"]);
    const id = rows()[0]?.call.id;
    if (!id) throw new Error("there is no call");
    await database.withTenant(company.tenantId, ({ dispatches }) => dispatches.redeliver(id, []));
    await run();
    expect(rows()[0]).toMatchObject({ state: "pending", attempts: 1 });
  });

  it("note a doubt before what must not happen twice, and drop it only where it surely did nothing", async () => {
    await write("one");
    const doubts: (Date | null)[] = [];
    const begun = time.now();
    carry = (held) => {
      doubts.push(held.dispatch.doubtSince);
      return held.callOnce(() => Promise.reject(away({ reached: false })));
    };
    await run();
    time.pass(60_000);
    carry = (held) => {
      doubts.push(held.dispatch.doubtSince);
      return held.callOnce(() => Promise.reject(away()));
    };
    await run();
    expect(rows()[0]?.doubtSince).toBe(begun.getTime() + 60_000);
    time.pass(60_000);
    carry = (held) => {
      doubts.push(held.dispatch.doubtSince);
      return held.callOnce(() => Promise.reject(away({ reached: false })));
    };
    await run();
    expect(doubts).toEqual([null, null, new Date(begun.getTime() + 60_000)]);
    // That of the attempt before stands.
    expect(rows()[0]?.doubtSince).toBe(begun.getTime() + 60_000);
  });

  it("wait no longer than a call may take, and doubt what came of it", async () => {
    await write("one");
    carry = (held) => held.callOnce(() => new Promise(() => undefined));
    await run({ callMs: 20 });
    expect(rows()[0]).toMatchObject({
      state: "pending",
      lastError: "channel_unavailable: The outside system did not answer in time.",
    });
    expect(rows()[0]?.doubtSince).not.toBeNull();
  });

  it("are looked at again later without counting as failed", async () => {
    await write("one");
    carry = () => Promise.resolve({ againAfterMs: 10_000 });
    for (let times = 0; times < 3; times += 1) {
      await run();
      time.pass(10_000);
    }
    expect(carried).toHaveLength(3);
    expect(rows()[0]).toMatchObject({ state: "pending", attempts: 0 });
  });

  it("are left to whoever has taken them over meanwhile", async () => {
    await write("one");
    carry = async (held) => {
      // The lease ran out, and another worker has it.
      time.pass(60_000);
      await database.withTenant(company.tenantId, ({ dispatches }) =>
        dispatches.take(subject(), 30_000, 60_000),
      );
      return await held.callOnce(() => Promise.reject(new Error("it must not be sent")));
    };
    await run();
    expect(rows()[0]).toMatchObject({ state: "pending", attempts: 2, lastError: null, doubtSince: null });
  });

  it("throw where the database is away, so that the lease runs out", async () => {
    await write("one");
    carry = () => {
      database.breakDown("dispatches", "connections");
      return Promise.resolve("done");
    };
    await expect(run()).rejects.toMatchObject({ code: "database_unavailable" });
    expect(rows()[0]).toMatchObject({ state: "pending", attempts: 1 });
  });
});
