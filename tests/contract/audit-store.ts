import { beforeAll, describe, expect, it } from "@jest/globals";
import type { AuditEvent, RecordedAuditEvent } from "../../core/audit/audit-event.ts";
import type { Page } from "../../core/conversation/conversation-store.ts";
import type { AuditStore } from "../../core/audit/audit-store.ts";
import { verifyChain } from "../../core/audit/verify-chain.ts";
import { newId } from "../../core/ids.ts";
import { pause, until } from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

const told = (number: number): AuditEvent => ({
  event: "auth.login",
  status: "success",
  userId: null,
  metadata: { number },
});

/** The audit trail: appended to, read newest first, sealed. */
export function auditStoreContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`audit: ${name}`, () => {
    let tenant: TenantUnderTest;
    const audit = <T>(work: (store: AuditStore) => Promise<T>): Promise<T> =>
      tenant.stores((stores) => work(stores.audit));
    const sealed = (): Promise<void> =>
      until("every event is sealed", async () => {
        await open().database.sealAudit();
        return (await audit((store) => store.unsealed())).events === 0;
      });
    beforeAll(async () => {
      tenant = await open().tenant();
    });

    it("keeps every field of an event", async () => {
      const event: AuditEvent = {
        event: "chat.response",
        status: "error",
        userId: [...tenant.company.people.values()][0] ?? null,
        resourceType: "turn",
        resourceId: newId(),
        model: "some-model",
        requestHash: "f".repeat(64),
        latencyMs: 12,
        metadata: { state: "failed", depth: { a: [1, null, "ก"] } },
      };
      await audit((store) => store.append([event]));
      const page = await audit((store) => store.list({ cursor: null, limit: 1 }));
      expect(page.items).toMatchObject([event]);
      expect(page.items[0]?.createdAt).toBeInstanceOf(Date);
    });

    it("lists newest first, page by page, also what was written at once", async () => {
      await audit((store) => store.append(Array.from({ length: 30 }, (_, number) => told(number))));
      const seen: unknown[] = [];
      let cursor: string | null = null;
      while (seen.length < 30) {
        const from: string | null = cursor;
        const page: Page<RecordedAuditEvent> = await audit((store) => store.list({ cursor: from, limit: 7 }));
        seen.push(...page.items.map(({ metadata }) => metadata?.["number"]));
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
      expect(seen.slice(0, 30)).toEqual(Array.from({ length: 30 }, (_, number) => 29 - number));
      await expect(audit((store) => store.list({ cursor: "x", limit: 7 }))).rejects.toMatchObject({
        code: "invalid_input",
      });
    });

    it("seals much that was written in several seals, whose chain holds", async () => {
      await sealed();
      const before = await verifyChain(await audit(async (store) => store.sealed()));
      for (const number of [1, 2, 3, 4, 5]) await audit((store) => store.append([told(number)]));
      await until("every event is sealed", async () => {
        await open().database.sealAudit(2);
        return (await audit((store) => store.unsealed())).events === 0;
      });
      const after = await verifyChain(await audit(async (store) => store.sealed()));
      expect(after).toMatchObject({ intact: true, events: before.events + 5 });
      expect(after.seals - before.seals).toBeGreaterThanOrEqual(3);
    });

    it("reads what is sealed in its order, behind a position", async () => {
      await sealed();
      const after = (from: string | Date, limit = 100) => audit((store) => store.sealedAfter(from, limit));
      const numbers = ({ events }: Awaited<ReturnType<typeof after>>): unknown[] =>
        events.map(({ metadata }) => metadata?.["number"]);
      await pause(5);
      const begun = new Date();
      const nothing = await after(begun);
      expect(nothing.events).toEqual([]);
      expect(await after(nothing.position)).toEqual(nothing);
      for (const number of [1, 2, 3]) await audit((store) => store.append([told(number), told(number + 10)]));
      expect((await after(nothing.position)).events).toEqual([]);
      await sealed();
      const first = await after(nothing.position, 4);
      expect(numbers(first)).toEqual([1, 11, 2, 12]);
      expect(first.events[0]?.createdAt).toBeInstanceOf(Date);
      const rest = await after(first.position);
      expect(numbers(rest)).toEqual([3, 13]);
      expect((await after(rest.position)).events).toEqual([]);
      expect(numbers(await after(begun))).toEqual([1, 11, 2, 12, 3, 13]);
      expect((await after(new Date(0))).events.length).toBeGreaterThan(6);
    });

    it("seals what was written, once, into a chain that holds", async () => {
      await sealed();
      const before = await verifyChain(await audit(async (store) => store.sealed()));
      await audit((store) => store.append([told(1), told(2)]));
      const { events, oldestAt } = await audit((store) => store.unsealed());
      expect(events).toBe(2);
      expect(oldestAt).toBeInstanceOf(Date);
      await sealed();
      const after = await verifyChain(await audit(async (store) => store.sealed()));
      expect(after).toMatchObject({ intact: true, faults: [], events: before.events + 2 });
      expect(after.head).not.toBe(before.head);
      await open().database.sealAudit();
      expect(await verifyChain(await audit(async (store) => store.sealed()))).toEqual(after);
    });
  });
}
