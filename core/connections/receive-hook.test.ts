import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import { sampleConnection } from "../../tests/support/sample-raise.ts";
import type { SampleCompany } from "../../tests/support/sample-work.ts";
import { simulatedTime, type SimulatedTime } from "../../tests/support/simulated-time.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { ExpertError } from "../errors.ts";
import { type ConnectionId, newId, type TenantId } from "../ids.ts";
import { silentLogger } from "../logger.ts";
import type { SecretBox } from "../secrets/secret-box.ts";
import type { HookReader } from "./hook-reader.ts";
import type { HookReceiver, HookRequest } from "./hook-receiver.ts";
import { createHookReceiver, type ReceiveHookPorts } from "./receive-hook.ts";

const newest = "a secret of sixteen";
const older = "an older one of those";

/** Signs by naming the secret; the delivery's id is another header. */
const reader: HookReader = {
  system: "jira",
  read({ headers, rawBody }, secrets) {
    const signature = headers["signature"];
    if (typeof signature !== "string" || !secrets.includes(signature))
      return { outcome: "forged", reason: "no secret made its signature" };
    const text = Buffer.from(rawBody).toString();
    if (text === "broken") return { outcome: "unreadable", reason: "no JSON" };
    if (text === "other") return { outcome: "ignored" };
    return { outcome: "told", deliveryId: String(headers["delivery"]), body: { text } };
  },
  told: () => ({ externalId: "1", key: null, change: null }),
};

const box: SecretBox = {
  seal: (secret, context) => `${context} ${secret}`,
  open: (sealed, context) => sealed.slice(context.length + 1),
  isCurrent: () => true,
};

describe("webhooks of outside systems", () => {
  let time: SimulatedTime;
  let database: FakeDatabase;
  let company: SampleCompany;
  let connectionId: ConnectionId;
  let reads: number;
  let woken: string[];
  let ports: ReceiveHookPorts;
  let receiver: HookReceiver;
  beforeEach(async () => {
    time = simulatedTime();
    database = createFakeDatabase(() => time.ms);
    company = database.provision(smallCompany());
    reads = 0;
    woken = [];
    const added = sampleConnection();
    connectionId = added.id;
    await database.withTenant(company.tenantId, ({ connections }) => connections.add(added, []));
    await exchange(newest, older);
    ports = {
      database: {
        tenants: () => database.tenants(),
        withTenant: (tenant, work) => {
          reads += 1;
          return database.withTenant(tenant, work);
        },
      },
      secrets: box,
      readers: new Map([["jira", reader]]),
      inbox: database.inbox,
      queue: { enqueue: async (_name, _job, { key }) => void woken.push(key) },
      audit: {
        append: (tenant, events) => database.withTenant(tenant, ({ audit }) => audit.append(events)),
      },
      clock: time,
      logger: silentLogger,
    };
    receiver = createHookReceiver(ports);
  });
  const exchange = (...secrets: readonly string[]) =>
    database.withTenant(company.tenantId, ({ connections }) =>
      connections.change(
        connectionId,
        {
          sealedSecrets: box.seal(
            JSON.stringify({ token: "t", webhook_secrets: secrets }),
            `connection:${connectionId}`,
          ),
        },
        [],
      ),
    );
  const send = (body = "{}", change: Partial<HookRequest> = {}, delivery = "d1", signature = newest) =>
    receiver.receive({
      system: "jira",
      tenantId: company.tenantId,
      connectionId,
      headers: { signature, delivery },
      rawBody: Buffer.from(body),
      ...change,
    });
  const events = () => [...database.tables(company.tenantId).inbox.values()];
  const denied = () =>
    database.tables(company.tenantId).audit.filter(({ event }) => event.event === "auth.denied");

  it("are stored, acknowledged, and wake whoever handles them", async () => {
    expect(await send("something")).toMatchObject({ status: 202 });
    expect(events()).toMatchObject([
      {
        channel: "jira",
        eventId: `${connectionId}:d1`,
        body: { connectionId, hook: { text: "something" } },
      },
    ]);
    expect(woken).toEqual([`event-${String(events()[0]?.id)}`]);
  });

  it("are taken once for each delivery, and answered the same again", async () => {
    await send();
    expect(await send()).toMatchObject({ status: 202 });
    await send("{}", {}, "d2");
    expect(events()).toHaveLength(2);
  });

  it("cost one read now and then, and nothing more before they are stored", async () => {
    for (let at = 0; at < 20; at += 1) await send("{}", {}, `d${String(at)}`);
    expect(reads).toBe(1);
  });

  it("are signed with any secret that stands, and within seconds with none that was taken away", async () => {
    expect(await send("{}", {}, "d1", older)).toMatchObject({ status: 202 });
    await exchange("the newest of them all");
    time.pass(11_000);
    expect(await send("{}", {}, "d2", older)).toMatchObject({ status: 401 });
    expect(await send("{}", {}, "d3", "the newest of them all")).toMatchObject({ status: 202 });
  });

  it.each<[string, () => Partial<HookRequest>]>([
    ["that are not signed", () => ({ headers: {} })],
    ["of a connection that there is not", () => ({ connectionId: newId<ConnectionId>() })],
    ["of another system", () => ({ system: "pagerduty" })],
  ])("%s are refused and recorded", async (_name, change) => {
    expect(await send("{}", change())).toMatchObject({ status: 401 });
    expect(denied()).toMatchObject([{ event: { status: "denied", metadata: { kind: "webhooks" } } }]);
    expect(events()).toEqual([]);
  });

  it("of several connections are taken in at once, while the first of them asks whose they are", async () => {
    const other = sampleConnection();
    const { tenantId } = company;
    const secrets = { token: "t", webhook_secrets: [newest] };
    const sealedSecrets = box.seal(JSON.stringify(secrets), `connection:${other.id}`);
    await database.withTenant(tenantId, ({ connections }) =>
      connections.add({ ...other, sealedSecrets }, []),
    );
    const both = await Promise.all([send(), send("{}", { connectionId: other.id })]);
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
  });

  it("of a company that there is not are refused, and recorded nowhere", async () => {
    expect(await send("{}", { tenantId: newId<TenantId>() })).toMatchObject({ status: 401 });
    expect(denied()).toEqual([]);
  });

  it("of a connection that is switched off are refused", async () => {
    await database.withTenant(company.tenantId, ({ connections }) =>
      connections.change(connectionId, { state: "off" }, []),
    );
    expect(await send()).toMatchObject({ status: 401 });
  });

  it("that are forged by the thousand leave few records", async () => {
    for (let at = 0; at < 1_000; at += 1) await send("{}", {}, "d1", "wrong");
    expect(denied()).toHaveLength(10);
    time.pass(60_000);
    await send("{}", {}, "d1", "wrong");
    expect(denied().at(-1)?.event.metadata).toMatchObject({ repeated: expect.any(Number) });
  });

  it("that cannot be read are told so; what nobody asked to hear is acknowledged", async () => {
    expect(await send("broken")).toMatchObject({ status: 400 });
    expect(await send("other")).toMatchObject({ status: 202 });
    expect(events()).toEqual([]);
  });

  it("whose secrets do not open are refused", async () => {
    receiver = createHookReceiver({
      ...ports,
      secrets: {
        open: () => {
          throw new ExpertError("configuration_invalid", "The key is gone.");
        },
      },
    });
    expect(await send()).toMatchObject({ status: 401 });
  });

  it.each([
    ["rate_limited", 429],
    ["database_unavailable", 503],
  ] as const)("are sent again where they could not be stored: %s", async (code, status) => {
    receiver = createHookReceiver({
      ...ports,
      inbox: { receiveEvent: () => Promise.reject(new ExpertError(code, "Later.")) },
    });
    const answer = await send();
    expect(answer).toMatchObject({ status });
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
  });
});
