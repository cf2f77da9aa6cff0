import { beforeEach, describe, expect, it } from "@jest/globals";
import { type ConnectionId, newId, type TenantId } from "../core/ids.ts";
import { silentLogger } from "../core/logger.ts";
import { createFakeDatabase, type FakeDatabase } from "../tests/fakes/database/database.ts";
import { until } from "../tests/support/sample-work.ts";
import { smallCompany } from "../tests/support/small-company.ts";
import { relayWebhooks, type WebhookRelayParts } from "./webhook-relay.ts";

describe("telling webhooks", () => {
  let database: FakeDatabase;
  let having: TenantId;
  let without: TenantId;
  let asked: TenantId[];
  let failing: TenantId | null;
  let parts: WebhookRelayParts;
  const begun = new Date();
  beforeEach(async () => {
    database = createFakeDatabase();
    without = database.provision(smallCompany("without")).tenantId;
    having = database.provision(smallCompany("having")).tenantId;
    asked = [];
    failing = null;
    parts = {
      database: {
        tenants: () => database.tenants(),
        withTenant: (tenant, work) => {
          asked.push(tenant);
          if (tenant === failing) return Promise.reject(new Error("away"));
          return database.withTenant(tenant, work);
        },
      },
      queue: { enqueue: () => Promise.resolve() },
      // So that it is never the time to look after the others again, however slow the machine is.
      clock: { now: () => begun },
      logger: silentLogger,
    };
    await database.withTenant(having, ({ connections }) =>
      connections.add(
        {
          id: newId<ConnectionId>(),
          kind: "webhook",
          name: "ours",
          settings: { url: "https://hooks.example.com/", events: ["question.received"] },
          sealedSecrets: null,
          createdBy: null,
        },
        [],
      ),
    );
  });
  const happened = async (): Promise<void> => {
    await database.withTenant(having, ({ audit }) =>
      audit.append([{ event: "chat.request", status: "started", userId: null, resourceId: newId() }]),
    );
    await database.sealAudit();
  };
  const calls = (): number => database.tables(having).dispatches.length;

  it("looks each second after those who have an endpoint, and seldom after the others", async () => {
    const relay = relayWebhooks(parts);
    for (const told of [1, 2]) {
      await happened();
      await until("it is told", async () => calls() === told);
    }
    await relay.stop();
    expect(asked.filter((tenant) => tenant === without)).toHaveLength(1);
  });

  it("has one company's trouble keep no other's endpoint waiting", async () => {
    failing = without;
    const relay = relayWebhooks(parts);
    await happened();
    await until("it is told", async () => calls() === 1);
    await relay.stop();
  });
});
