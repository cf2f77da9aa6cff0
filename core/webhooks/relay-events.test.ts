import { beforeEach, describe, expect, it } from "@jest/globals";
import { createFakeDatabase, type FakeDatabase } from "../../tests/fakes/database/database.ts";
import type { SampleCompany } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { WebhookEvent } from "../connections/connection-settings.ts";
import type { Stores } from "../database.ts";
import type { DispatchBody } from "../dispatch/dispatch.ts";
import { type ConnectionId, newId } from "../ids.ts";
import { relayEvents, type RelayPorts, webhooksOf } from "./relay-events.ts";

describe("relayEvents", () => {
  let now: number;
  let database: FakeDatabase;
  let company: SampleCompany;
  let woken: string[];
  let ports: RelayPorts;
  beforeEach(() => {
    now = Date.parse("2026-11-21T08:00:00Z");
    database = createFakeDatabase(() => now);
    company = database.provision(smallCompany());
    woken = [];
    ports = {
      database,
      queue: { enqueue: async (_name, _job, { key }) => void woken.push(key) },
      clock: { now: () => new Date(now) },
    };
  });

  const stores = <T>(work: (of: Stores) => Promise<T>): Promise<T> =>
    database.withTenant(company.tenantId, work);
  const endpoint = async (events: readonly WebhookEvent[], name = "ours"): Promise<ConnectionId> => {
    const id = newId<ConnectionId>();
    now += 1;
    await stores(({ connections }) =>
      connections.add(
        {
          id,
          kind: "webhook",
          name,
          settings: { url: "https://hooks.example.com/", events },
          sealedSecrets: null,
          createdBy: null,
        },
        [],
      ),
    );
    return id;
  };
  const happened = async (...events: readonly AuditEvent[]): Promise<void> => {
    now += 1;
    await stores(({ audit }) => audit.append(events));
  };
  const asked = (resourceId: string = newId()): AuditEvent => ({
    event: "chat.request",
    status: "started",
    userId: null,
    resourceId,
    metadata: { channel: "web" },
  });
  const decided = (turn: string): AuditEvent => ({
    event: "approval.decided",
    status: "success",
    userId: null,
    resourceId: newId(),
    metadata: { turn, kind: "approved" },
  });
  const relay = async (): Promise<void> => {
    await database.sealAudit();
    await relayEvents(ports, company.tenantId, await webhooksOf(ports, company.tenantId));
  };
  const calls = (): readonly (readonly [string, string])[] =>
    database
      .tables(company.tenantId)
      .dispatches.map(({ call: { subject, body } }) => [
        subject,
        (body as DispatchBody & { event: string }).event,
      ]);

  it("writes a call for each event that an endpoint asks for, a question's in their order", async () => {
    const id = await endpoint(["question.received", "approval.decided"]);
    const [one, other] = [newId(), newId()];
    await happened(asked(one), asked(other));
    await happened(decided(one), { ...asked(), event: "auth.login" });
    await relay();
    expect(calls()).toEqual([
      [`${id}/${one}`, "question.received"],
      [`${id}/${other}`, "question.received"],
      [`${id}/${one}`, "approval.decided"],
    ]);
    expect(woken).toEqual([`dispatch-${id}/${one}`, `dispatch-${id}/${other}`]);
    expect(database.tables(company.tenantId).dispatches[0]?.call.body).toEqual({
      kind: "webhook",
      event: "question.received",
      occurredAt: "2026-11-21T08:00:00.002Z",
      about: { turn_id: one, user_id: null, channel: "web" },
    });
  });

  it("tells a new endpoint what happens from then on, however late it is looked for", async () => {
    await happened(asked());
    await relay();
    await endpoint(["question.received"]);
    await happened(asked());
    await database.sealAudit();
    await happened(asked());
    await relay();
    expect(calls()).toHaveLength(2);
  });

  it("leaves what is not sealed yet to the next round", async () => {
    await endpoint(["question.received"]);
    await relay();
    await happened(asked());
    await relayEvents(ports, company.tenantId, await webhooksOf(ports, company.tenantId));
    expect(calls()).toEqual([]);
    await relay();
    await relay();
    expect(calls()).toHaveLength(1);
  });

  it("tells each endpoint by itself", async () => {
    await endpoint(["question.received"], "one");
    await endpoint(["question.received", "approval.decided"], "two");
    await happened(asked(), decided(newId()));
    await relay();
    expect(calls()).toHaveLength(3);
  });

  it("writes nothing a second time after a crash between the calls and the cursor", async () => {
    await endpoint(["question.received"]);
    await happened(asked(), asked());
    const crashing: RelayPorts = {
      ...ports,
      database: {
        withTenant: (tenant, work) =>
          database.withTenant(tenant, (all) =>
            work({
              ...all,
              connections: { ...all.connections, moveCursor: () => Promise.reject(new Error("killed")) },
            }),
          ),
      },
    };
    await database.sealAudit();
    const webhooks = await webhooksOf(ports, company.tenantId);
    await expect(relayEvents(crashing, company.tenantId, webhooks)).rejects.toThrow("killed");
    expect(calls()).toHaveLength(2);
    await relay();
    expect(calls()).toHaveLength(2);
  });

  it("goes no step back where another process is further", async () => {
    const id = await endpoint(["question.received"]);
    await happened(asked());
    await database.sealAudit();
    const stale = await webhooksOf(ports, company.tenantId);
    await relay();
    await happened(asked());
    await relay();
    const cursor = async () => (await stores(({ connections }) => connections.find(id)))?.cursor;
    const reached = await cursor();
    await relayEvents(ports, company.tenantId, stale);
    expect([await cursor(), calls().length]).toEqual([reached, 2]);
  });

  it("never tells what happened while an endpoint was off", async () => {
    const id = await endpoint(["question.received"]);
    await stores(({ connections }) => connections.change(id, { state: "off" }, []));
    await happened(asked());
    await relay();
    await stores(({ connections }) => connections.change(id, { state: "active" }, []));
    await happened(asked());
    await relay();
    expect(calls()).toHaveLength(1);
  });

  it("goes through more than a page", async () => {
    await endpoint(["question.received"]);
    await happened(...Array.from({ length: 450 }, () => asked()));
    await relay();
    expect(calls()).toHaveLength(450);
  });
});
