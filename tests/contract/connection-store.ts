import { beforeAll, describe, expect, it } from "@jest/globals";
import type { AuditEvent } from "../../core/audit/audit-event.ts";
import type { Connection } from "../../core/connections/connection.ts";
import type { ConnectionStore, NewConnection } from "../../core/connections/connection-store.ts";
import { type ConnectionId, newId } from "../../core/ids.ts";
import { sampleConnection } from "../support/sample-raise.ts";
import { personOf } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

const told = (event: AuditEvent["event"]): readonly AuditEvent[] => [
  { event, status: "success", userId: null, resourceType: "connection" },
];

/** Which outside systems a company uses, and how they have answered. */
export function connectionStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`connections: ${name}`, () => {
    let tenant: TenantUnderTest;
    const connections = <T>(work: (store: ConnectionStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.connections));
    const now = async (id: ConnectionId): Promise<Connection> => {
      const found = await connections((store) => store.find(id));
      if (!found) throw new Error("there is no such connection");
      return found;
    };
    const added = async (change: Partial<NewConnection> = {}): Promise<Connection> => {
      const connection = sampleConnection(change);
      await connections((store) => store.add(connection, told("connection.created")));
      return await now(connection.id);
    };
    const eventsOf = async (id: ConnectionId): Promise<readonly string[]> => {
      const { items } = await tenant.stores(({ audit }) => audit.list({ cursor: null, limit: 200 }));
      return items.filter(({ resourceId }) => resourceId === id).map(({ event }) => event);
    };
    beforeAll(async () => {
      tenant = await open().tenant();
    });

    it("keeps one as it was added, by name, for its own company alone", async () => {
      const createdBy = personOf(tenant.company, "ada");
      const settings = { base_url: "https://a.example", poll_seconds: 60 };
      const made = sampleConnection({ name: "B", settings, createdBy });
      await connections((store) => store.add(made, told("connection.created")));
      const { createdBy: _by, ...shown } = made;
      expect(await now(made.id)).toEqual({
        ...shown,
        state: "active",
        health: { failures: 0, openUntil: null, lastError: null, lastFailedAt: null, lastWorkedAt: null },
        cursor: null,
        createdAt: expect.any(Date),
      });
      const first = await added({ name: "A", sealedSecrets: null });
      const listed = await connections((store) => store.list());
      expect(listed.map(({ id }) => id)).toEqual([first.id, made.id]);
      expect(listed[1]).toEqual(await now(made.id));
      expect(await eventsOf(made.id)).toEqual(["connection.created"]);
      const other = await open().tenant();
      expect(await other.stores(({ connections: store }) => store.find(made.id))).toBeNull();
      expect(await other.stores(({ connections: store }) => store.list())).toEqual([]);
      await other.stores(({ connections: store }) => store.add(sampleConnection({ name: "B" }), []));
    });

    it("gives a name to one connection, also where several want it at once", async () => {
      const wanted = Array.from({ length: 5 }, () => sampleConnection({ name: "Wanted" }));
      const outcomes = await Promise.allSettled(
        wanted.map((one) => connections((store) => store.add(one, told("connection.created")))),
      );
      const refused = outcomes.filter(({ status }) => status === "rejected");
      expect(refused).toHaveLength(4);
      expect(refused[0]).toMatchObject({ reason: { code: "conflict" } });
      const other = await added();
      await expect(
        connections((store) => store.change(other.id, { name: "Wanted" }, told("connection.changed"))),
      ).rejects.toMatchObject({ code: "conflict" });
      expect(await now(other.id)).toEqual(other);
      expect(await eventsOf(other.id)).toEqual(["connection.created"]);
      await connections((store) => store.change(other.id, { name: other.name }, []));
    });

    it("changes what is given, and nothing else", async () => {
      const before = await added();
      const change = (changes: Parameters<ConnectionStore["change"]>[1], id = before.id) =>
        connections((store) => store.change(id, changes, told("connection.changed")));
      expect(await change({ name: "Renamed", state: "off" })).toBe(true);
      expect(await now(before.id)).toEqual({ ...before, name: "Renamed", state: "off" });
      expect(await change({ settings: { base_url: "https://b.example" }, sealedSecrets: null })).toBe(true);
      expect(await now(before.id)).toEqual({
        ...before,
        name: "Renamed",
        state: "off",
        settings: { base_url: "https://b.example" },
        sealedSecrets: null,
      });
      expect(await change({ state: "off" }, newId<ConnectionId>())).toBe(false);
      expect(await eventsOf(before.id)).toHaveLength(3);
    });

    it("counts failures in a row, and leaves it alone for as long as their number says", async () => {
      const { id } = await added();
      const pauseOf = (failures: number): number | null => (failures < 3 ? null : failures * 60_000);
      const fail = () => connections((store) => store.failed(id, "away", pauseOf));
      await fail();
      await fail();
      expect((await now(id)).health).toMatchObject({ failures: 2, openUntil: null, lastError: "away" });
      await Promise.all([fail(), fail()]);
      const { health } = await now(id);
      expect(health.failures).toBe(4);
      const left = (health.openUntil?.getTime() ?? 0) - Date.now();
      expect(left).toBeGreaterThan(3 * 60_000 - 5_000);
      expect(left).toBeLessThan(4 * 60_000 + 5_000);
      expect(health.lastFailedAt).toBeInstanceOf(Date);
      await connections((store) => store.worked(id));
      expect((await now(id)).health).toMatchObject({
        failures: 0,
        openUntil: null,
        lastError: "away",
        lastWorkedAt: expect.any(Date),
      });
      for (let failures = 0; failures < 60; failures += 1) await fail();
      expect((await now(id)).health.failures).toBe(60);
    });

    it("closes the breaker where what it is set to changes, not where it is renamed", async () => {
      const { id } = await added();
      const fail = () => connections((store) => store.failed(id, "away", () => 60_000));
      await fail();
      await connections((store) => store.change(id, { name: `again ${id}` }, []));
      expect((await now(id)).health.failures).toBe(1);
      await connections((store) => store.change(id, { settings: {} }, []));
      expect((await now(id)).health).toMatchObject({ failures: 0, openUntil: null });
      await fail();
      await connections((store) => store.change(id, { sealedSecrets: "other" }, []));
      expect((await now(id)).health).toMatchObject({ failures: 0, openUntil: null });
    });

    it("leaves it alone for a while without counting a failure", async () => {
      const { id } = await added();
      await connections((store) => store.paused(id, 60_000));
      const { failures, openUntil } = (await now(id)).health;
      expect(failures).toBe(0);
      expect(openUntil?.getTime()).toBeGreaterThan(Date.now() + 30_000);
    });

    it("moves the cursor on for one of several", async () => {
      const { id } = await added();
      const move = (from: string | null, to: string) =>
        connections((store) => store.moveCursor(id, from, to));
      const moved = await Promise.all(["1", "2", "3"].map((to) => move(null, to)));
      expect(moved.filter(Boolean)).toHaveLength(1);
      const { cursor } = await now(id);
      expect(await move("unknown", "9")).toBe(false);
      expect(await move(cursor, "9")).toBe(true);
      expect((await now(id)).cursor).toBe("9");
    });
  });
}
