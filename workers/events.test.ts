import { expect, it } from "@jest/globals";
import type { EventHandler } from "../core/inbox/handle-event.ts";
import { silentLogger } from "../core/logger.ts";
import { createFakeDatabase } from "../tests/fakes/database/database.ts";
import { createMemoryQueue } from "../tests/support/in-memory.ts";
import { sampleEvent, until } from "../tests/support/sample-work.ts";
import { smallCompany } from "../tests/support/small-company.ts";
import { workEvents } from "./events.ts";

it("handles what people write while an outside system keeps its own events waiting", async () => {
  const database = createFakeDatabase();
  const company = database.provision(smallCompany());
  const { tenantId } = company;
  const queue = createMemoryQueue({ logger: silentLogger });
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const handled: string[] = [];
  const handler = (wait: Promise<void> | null): EventHandler => ({
    async handle({ id }) {
      if (wait) await wait;
      handled.push(id);
      return "settled";
    },
    giveUp: () => Promise.resolve(),
    ...(wait && { lane: () => "Jira" }),
  });
  const worker = await workEvents({
    database,
    queue,
    logger: silentLogger,
    handlers: new Map([
      ["jira", handler(answered)],
      ["web", handler(null)],
    ]),
    config: { TURN_CONCURRENCY: 1 },
  });
  const receive = async (channel: "jira" | "web"): Promise<string> => {
    const event = sampleEvent(company, { channel });
    await database.inbox.receiveEvent(event);
    await queue.enqueue("event", { tenantId, eventId: event.id }, { key: `event-${event.id}` });
    return event.id;
  };
  const slow = await Promise.all([1, 2, 3, 4, 5, 6].map(() => receive("jira")));
  const written = await receive("web");
  await until("what a person wrote is handled", async () => handled.includes(written));
  expect(handled).toEqual([written]);
  answer();
  await until("the others follow", async () => handled.length === 7);
  expect(handled.toSorted()).toEqual([...slow, written].toSorted());
  await worker.close();
  await queue.close();
});
