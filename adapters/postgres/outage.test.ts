import { type AddressInfo, connect as connectSocket, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type pg from "pg";
import { newId, type ConversationId, type DocumentId, type TenantId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { personOf, sampleQuestion } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createKnowledgeFeed } from "./knowledge-feed.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

jest.setTimeout(180_000);

/** A wire to the database that can be cut. */
describe("a database that goes away and comes back", () => {
  let server: TestDatabase;
  let wire: Server;
  let sockets: Set<Socket>;
  let cut = false;
  let pool: pg.Pool;
  let database: ReturnType<typeof createDatabase>;
  let company: ProvisionedCompany;
  beforeAll(async () => {
    server = await testDatabase();
    company = await provisionCompany(server.ownerUrl, smallCompany(), { localAccounts: true });
    const address = new URL(server.appUrl);
    const behind = { port: Number(address.port), host: address.hostname };
    sockets = new Set();
    wire = createServer((client) => {
      if (cut) return void client.destroy();
      const upstream = connectSocket(behind);
      for (const socket of [client, upstream]) {
        sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          sockets.delete(socket);
          client.destroy();
          upstream.destroy();
        });
      }
      client.pipe(upstream).pipe(client);
    });
    await new Promise<void>((resolve) => wire.listen(0, "127.0.0.1", resolve));
    address.port = String((wire.address() as AddressInfo).port);
    address.hostname = "127.0.0.1";
    pool = createPool(address.href, 3, silentLogger, amplyMs);
    database = createDatabase(pool);
  });
  afterAll(async () => {
    await database.close();
    await pool.end();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => wire.close(resolve));
    await server.close();
  });
  beforeEach(async () => {
    cut = false;
    await everything();
  });
  const cutWire = (): void => {
    cut = true;
    for (const socket of sockets) socket.destroy();
  };

  const works: readonly (readonly [string, () => Promise<unknown>])[] = [
    ["members", () => stores(({ members }) => members.departments())],
    ["turns", () => stores(({ turns }) => turns.ownsConversation(sam(), newId<ConversationId>()))],
    ["outbox", () => stores(({ outbox }) => outbox.take("web:none", 1))],
    ["documents", () => stores(({ documents }) => documents.take(newId<DocumentId>(), 1, 1))],
    ["audit", () => stores(({ audit }) => audit.list({ cursor: null, limit: 1 }))],
    [
      "conversations, by Prisma",
      () => stores(({ conversations }) => conversations.list(sam(), { text: null, cursor: null, limit: 1 })),
    ],
    [
      "library, by Prisma",
      () => stores(({ library }) => library.counts({ departments: new Map(), principals: new Set() })),
    ],
    ["tenants", () => database.tenants()],
    ["local accounts", () => database.localAccounts()],
    ["stale work", () => database.staleJobs(0, 1)],
    ["holds", () => database.releaseHolds()],
    ["seals", () => database.sealAudit()],
    ["the inbox", () => createInbox(pool).receive(sampleQuestion(company))],
    ["versions", () => createKnowledgeFeed(pool, null).versions([company.tenantId])],
    ["changes", () => createKnowledgeFeed(pool, null).changes(company.tenantId, 0, 1)],
  ];
  const sam = () => personOf(company, "sam");
  const stores = <T>(work: Parameters<typeof database.withTenant<T>>[1]): Promise<T> =>
    database.withTenant<T>(company.tenantId, work);
  async function everything(): Promise<void> {
    for (const [, work] of works) await work();
  }

  it.each(works.map(([name], place) => [name, place] as const))(
    "says so, with a remedy, and works again at once: %s",
    async (_name, place) => {
      const work = works[place]?.[1];
      if (!work) throw new Error("nothing to do");
      cutWire();
      for (let round = 0; round < 2; round += 1) {
        await expect(work()).rejects.toMatchObject({
          code: "database_unavailable",
          remedy: expect.any(String) as unknown,
        });
      }
      cut = false;
      await work();
    },
  );

  it("says so where the wire is cut in the middle of a statement", async () => {
    const slow = pool.query("select pg_sleep(300)");
    const inTenant = stores(({ members }) => members.companyName());
    await inTenant;
    setTimeout(cutWire, 50);
    await expect(slow).rejects.toThrow();
    cut = false;
    await everything();
  });

  it("hands out every connection again, whatever was cut", async () => {
    cutWire();
    await Promise.allSettled(works.map(([, work]) => work()));
    cut = false;
    await Promise.all([...works, ...works].map(([, work]) => work()));
    expect(pool.totalCount).toBeLessThanOrEqual(3);
    expect(pool.waitingCount).toBe(0);
  });

  it("shows a tenant that does not exist nothing at all", async () => {
    const nobody = newId<TenantId>();
    await database.withTenant(nobody, async ({ members, library }) => {
      expect(await members.departments()).toEqual([]);
      expect(await members.member(sam())).toBeNull();
      expect(await library.counts({ departments: new Map(), principals: new Set() })).toEqual(new Map());
    });
  });
});
