import { beforeAll, describe, expect, it } from "@jest/globals";
import type { StaleJob } from "../../core/database.ts";
import { type EscalationLinkId, newId } from "../../core/ids.ts";
import { sampleConnection, sampleDispatch } from "../support/sample-raise.ts";
import {
  pause,
  sampleDelivery,
  sampleEnd,
  sampleEvent,
  samplePassages,
  sampleQuestion,
  sampleUpload,
  until,
} from "../support/sample-work.ts";
import type { DatabaseUnderTest, TenantUnderTest } from "./database-under-test.ts";

/** Longer than any machine stands still. */
const held = 600_000;

/** What the sweeper finds. */
export function staleWorkContract(name: string, open: () => DatabaseUnderTest): void {
  describe(`stale work: ${name}`, () => {
    let tenant: TenantUnderTest;
    const stale = async (idleForMs = 0): Promise<readonly StaleJob[]> => {
      await pause(5);
      const jobs = await open().database.staleJobs(idleForMs, 1_000);
      return jobs.filter(({ job }) => job.tenantId === tenant.company.tenantId);
    };
    beforeAll(async () => {
      tenant = await open().tenant();
    });

    it("finds questions that nobody took, and turns whose holder is gone", async () => {
      const question = sampleQuestion(tenant.company);
      const { id } = question;
      const found = [{ queue: "turn", job: { tenantId: tenant.company.tenantId, turnId: id } }];
      await open().inbox.receive(question);
      expect(await stale(60_000)).toEqual([]);
      expect(await stale()).toEqual(found);
      await tenant.stores(({ turns }) => turns.take(id, held));
      expect(await stale()).toEqual([]);
      await tenant.stores(({ turns }) => turns.extend(id, 1, 0));
      expect(await stale()).toEqual(found);
      await tenant.stores(({ turns }) => turns.take(id, held));
      await tenant.stores(async ({ turns, outbox }) => {
        const end = await turns.end(id, sampleEnd(id, { attempt: 2 }));
        if (end?.delivery) await outbox.posted(end.delivery.id, 1, {});
      });
      expect(await stale()).toEqual([]);
    });

    it("finds the oldest first", async () => {
      const questions = [sampleQuestion(tenant.company), sampleQuestion(tenant.company)];
      for (const question of questions.toReversed()) {
        await open().inbox.receive(question);
        await pause(5);
      }
      const found = await stale();
      const expected = questions.toReversed().map(({ id }) => id);
      expect(found.map(({ job }) => ("turnId" in job ? job.turnId : null))).toEqual(expected);
      for (const { id } of questions) {
        await tenant.stores(({ turns }) => turns.take(id, held));
        const end = await tenant.stores(({ turns }) => turns.end(id, sampleEnd(id)));
        if (end?.delivery)
          await tenant.stores(({ outbox }) => outbox.posted(end.delivery?.id ?? newId(), 1, {}));
      }
    });

    it("finds uploads that nobody ingests", async () => {
      const upload = sampleUpload(tenant.company, { name: "stale.md" });
      await tenant.stores(({ documents }) => documents.register(upload, []));
      const job = { tenantId: tenant.company.tenantId, documentId: upload.id, revision: 1 };
      expect(await stale(60_000)).toEqual([]);
      expect(await stale()).toEqual([{ queue: "ingestion", job }]);
      await tenant.stores(({ documents }) => documents.take(upload.id, 1, held));
      expect(await stale()).toEqual([]);
      await tenant.stores(({ documents }) => {
        const hold = { id: upload.id, revision: 1, attempt: 1 };
        return documents.stage(hold, 1, { title: "Stale", warnings: [], passages: samplePassages("one") });
      });
      expect(await stale()).toEqual([{ queue: "ingestion", job }]);
      await tenant.stores(({ documents }) => documents.remove(upload.id, []));
      expect(await stale()).toEqual([]);
    });

    it("finds at once what was held, where no other process can hold it", async () => {
      const [turn, ended] = [sampleQuestion(tenant.company), sampleQuestion(tenant.company)];
      for (const { id } of [turn, ended]) {
        await open().inbox.receive(id === turn.id ? turn : ended);
        await tenant.stores(({ turns }) => turns.take(id, held));
      }
      await tenant.stores(({ turns }) => turns.end(ended.id, sampleEnd(ended.id)));
      const upload = sampleUpload(tenant.company, { name: "held.md" });
      await tenant.stores(({ documents }) => documents.register(upload, []));
      await tenant.stores(({ documents }) => documents.take(upload.id, 1, held));
      expect(await stale()).toEqual([]);
      await open().database.releaseHolds();
      expect((await stale()).map(({ queue }) => queue).toSorted()).toEqual(["delivery", "ingestion", "turn"]);
      expect(await tenant.stores(({ turns }) => turns.take(turn.id, held))).toMatchObject({ attempt: 2 });
      expect(await tenant.stores(({ documents }) => documents.take(upload.id, 1, held))).toMatchObject({
        attempt: 2,
      });
      const message = await tenant.stores(({ outbox }) => outbox.take(ended.payload.threadKey, held));
      expect(message?.attempt).toBe(2);
      await tenant.stores(async ({ turns, outbox, documents }) => {
        if (message) await outbox.posted(message.id, message.attempt, {});
        const end = await turns.end(turn.id, sampleEnd(turn.id, { attempt: 2 }));
        if (end?.delivery) await outbox.posted(end.delivery.id, 1, {});
        await documents.remove(upload.id, []);
      });
    });

    it("finds a thread whose first message is due, once, and not one that waits for its retry", async () => {
      const first = sampleQuestion(tenant.company);
      const { conversationId, threadKey } = first.payload;
      for (const question of [first, sampleQuestion(tenant.company, { conversationId })]) {
        await open().inbox.receive(question);
        await tenant.stores(({ turns }) => turns.take(question.id, held));
        await tenant.stores(({ turns }) => turns.end(question.id, sampleEnd(question.id, { leaseMs: 0 })));
      }
      const found = [{ queue: "delivery", job: { tenantId: tenant.company.tenantId, threadKey } }];
      expect(await stale()).toEqual(found);
      const delivery = await tenant.stores(({ outbox }) => outbox.take(threadKey, held));
      expect(await stale()).toEqual([]);
      if (!delivery) throw new Error("nothing to take");
      await tenant.stores(({ outbox }) => outbox.failed(delivery.id, delivery.attempt, "away", 1));
      expect(await stale(60_000)).toEqual(found);
      const again = await tenant.stores(({ outbox }) => outbox.take(threadKey, held));
      await tenant.stores(({ outbox }) => outbox.postpone(delivery.id, again?.attempt ?? 0, 1));
      expect(await stale(60_000)).toEqual(found);
      const last = await tenant.stores(({ outbox }) => outbox.take(threadKey, held));
      await tenant.stores(({ outbox }) => outbox.posted(delivery.id, last?.attempt ?? 0, {}));
      // The thread's next one, whose time has come long ago, and then neither.
      expect(await stale()).toEqual(found);
      const next = await tenant.stores(({ outbox }) => outbox.take(threadKey, held));
      if (!next) throw new Error("nothing to take");
      await tenant.stores(({ outbox }) => outbox.failed(next.id, next.attempt, "away", held));
      expect(await stale()).toEqual([]);
      const later = sampleDelivery({ threadKey: `slack:${newId()}` });
      await tenant.stores(async ({ outbox }) => {
        await outbox.write([later]);
        await outbox.take(later.threadKey, held);
        await outbox.postpone(later.id, 1, held);
      });
      expect(await stale()).toEqual([]);
    });

    it("finds a message at once that was put off before it was first tried", async () => {
      const threadKey = `slack:${newId()}`;
      const delivery = sampleDelivery({ threadKey });
      await tenant.stores(({ outbox }) => outbox.write([delivery]));
      expect(await stale(60_000)).toEqual([]);
      expect(await stale()).toHaveLength(1);
      await tenant.stores(async ({ outbox }) => {
        await outbox.take(threadKey, held);
        await outbox.postpone(delivery.id, 1, 1);
      });
      const found = [{ queue: "delivery", job: { tenantId: tenant.company.tenantId, threadKey } }];
      expect(await stale(60_000)).toEqual(found);
      await tenant.stores(async ({ outbox }) => {
        await outbox.take(threadKey, held);
        await outbox.posted(delivery.id, 1, {});
      });
    });

    it("finds a subject whose first call is due, once, while its connection may be called", async () => {
      const connection = sampleConnection();
      const linkId = newId<EscalationLinkId>();
      const calls = [1, 2].map(() => sampleDispatch(connection.id, { linkId }));
      const subject = `${connection.id}/${linkId}`;
      const found = [{ queue: "dispatch", job: { tenantId: tenant.company.tenantId, subject } }];
      await tenant.stores(async ({ connections, dispatches }) => {
        await connections.add(connection, []);
        await dispatches.write(calls);
      });
      expect(await stale(60_000)).toEqual([]);
      expect(await stale()).toEqual(found);
      const change = (state: "active" | "off") =>
        tenant.stores(({ connections }) => connections.change(connection.id, { state }, []));
      await change("off");
      expect(await stale()).toEqual([]);
      await change("active");
      await tenant.stores(({ connections }) => connections.paused(connection.id, held));
      expect(await stale()).toEqual([]);
      await tenant.stores(({ connections }) => connections.paused(connection.id, 1));
      expect(await stale()).toEqual(found);
      const take = () => tenant.stores(({ dispatches }) => dispatches.take(subject, held, 0));
      const first = await take();
      if (!first) throw new Error("nothing to take");
      expect(await stale()).toEqual([]);
      await open().database.releaseHolds();
      expect(await stale(60_000)).toEqual(found);
      const again = await take();
      const fail = (attempt: number | undefined, retryMs: number) =>
        tenant.stores(({ dispatches }) =>
          dispatches.failed(first.id, attempt ?? 0, { error: "away", retryMs, undone: false }, []),
        );
      await fail(again?.attempt, 1);
      expect(await stale(60_000)).toEqual(found);
      await fail((await take())?.attempt, held);
      expect(await stale()).toEqual([]);
    });

    it("finds some of each connection's calls, however many another has waiting", async () => {
      const [slow, other] = [sampleConnection(), sampleConnection()];
      const late = sampleDispatch(other.id, { linkId: newId<EscalationLinkId>() });
      const calls = [1, 2, 3].map(() => sampleDispatch(slow.id, { linkId: newId<EscalationLinkId>() }));
      await tenant.stores(async ({ connections, dispatches }) => {
        for (const one of [slow, other]) await connections.add(one, []);
        await dispatches.write(calls);
        await pause(5);
        await dispatches.write([late]);
      });
      await pause(5);
      const found = (await open().database.staleJobs(0, 2)).flatMap(({ job }) =>
        job.tenantId === tenant.company.tenantId && "subject" in job ? [job.subject.split("/")[0]] : [],
      );
      expect(found.toSorted()).toEqual([slow.id, slow.id, other.id].toSorted());
      await tenant.stores(async ({ dispatches }) => {
        for (const { id, subject } of [...calls, late]) {
          await dispatches.take(subject, held, 0);
          await dispatches.done(id, 1);
        }
      });
    });

    it("finds a call that was to wait once its time has come", async () => {
      const connection = sampleConnection();
      const linkId = newId<EscalationLinkId>();
      const late = { linkId: newId<EscalationLinkId>(), notBefore: new Date(Date.now() + held) };
      await tenant.stores(async ({ connections, dispatches }) => {
        await connections.add(connection, []);
        await dispatches.write([sampleDispatch(connection.id, late)]);
      });
      expect(await stale()).toEqual([]);
      const call = sampleDispatch(connection.id, { linkId, notBefore: new Date(Date.now() + 1_000) });
      await tenant.stores(({ dispatches }) => dispatches.write([call]));
      await until("its time has come", async () => (await stale(60_000)).length === 1);
      await tenant.stores(async ({ dispatches }) => {
        await dispatches.take(call.subject, held, 0);
        await dispatches.done(call.id, 1);
      });
    });

    it("finds events that nobody handled, and those whose holder is gone, until they are settled", async () => {
      const event = sampleEvent(tenant.company);
      const found = [{ queue: "event", job: { tenantId: tenant.company.tenantId, eventId: event.id } }];
      await open().inbox.receiveEvent(event);
      expect(await stale(60_000)).toEqual([]);
      expect(await stale()).toEqual(found);
      await tenant.stores(({ events }) => events.take(event.id, held));
      expect(await stale()).toEqual([]);
      await open().database.releaseHolds();
      expect(await stale(60_000)).toEqual(found);
      await tenant.stores(({ events }) => events.take(event.id, held));
      await tenant.stores(({ events }) => events.failed(event.id, 2, 1));
      expect(await stale(60_000)).toEqual(found);
      await tenant.stores(({ events }) => events.settle(event.id, 2));
      expect(await stale()).toEqual([]);
    });

    it("finds an event that was accepted as the turn that it became", async () => {
      const event = sampleEvent(tenant.company);
      const { userId, payload } = sampleQuestion(tenant.company, { channel: "slack" });
      await open().inbox.receiveEvent(event);
      await tenant.stores(async ({ events }) => {
        await events.take(event.id, held);
        await events.accept(event.id, { userId, payload }, []);
      });
      expect(await stale(60_000)).toEqual([]);
      expect(await stale()).toEqual([
        { queue: "turn", job: { tenantId: tenant.company.tenantId, turnId: event.id } },
      ]);
      await tenant.stores(async ({ turns, outbox }) => {
        await turns.take(event.id, held);
        const end = await turns.end(event.id, sampleEnd(event.id));
        if (end?.delivery) await outbox.posted(end.delivery.id, 1, {});
      });
    });
  });
}
