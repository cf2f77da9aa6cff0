import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import { connect, type Parts } from "../../adapters/connect.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { workDeliveries } from "../../workers/deliveries.ts";
import { workTurns } from "../../workers/turns.ts";
import { testDatabase } from "../support/database.ts";
import { personOf, sampleQuestion, until } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { removeFolder } from "../support/remove-folder.ts";

const closers: Closer[] = [];
let near: Parts;
let far: Parts;
let company: ProvisionedCompany;

/** One takes questions in and works on none; the other only works: no sweeper, so that nothing but the queue wakes it. */
beforeEach(async () => {
  const database = await testDatabase();
  closers.push(() => database.close());
  company = await provisionCompany(database.ownerUrl, smallCompany("apart"), { localAccounts: true });
  const open = async (): Promise<Parts> => {
    const folder = await mkdtemp(join(tmpdir(), "expert-apart-"));
    closers.push(() => removeFolder(folder));
    const config = readConfig({
      DATABASE_URL: database.appUrl,
      DATABASE_OWNER_URL: database.ownerUrl,
      DATA_DIR: folder,
      LOG_LEVEL: "silent",
      SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    });
    const parts = await connect({ config, wake: "queue" });
    closers.push(() => parts.close());
    return parts;
  };
  near = await open();
  far = await open();
}, 180_000);
afterEach(() => closeInOrder(closers), 120_000);

it("a turn that one process took in is answered by another, woken through BullMQ on PostgreSQL", async () => {
  const { tenantId } = company;
  const question = sampleQuestion(company);
  await near.inbox.receive(question);
  await near.queue.enqueue("turn", { tenantId, turnId: question.id }, { key: `turn-${question.id}` });
  const workers = [await workTurns(far), await workDeliveries({ ...far, channels: far.channels })];
  closers.push(...workers.map((worker) => () => worker.close()));
  const turn = () =>
    near.database.withTenant(tenantId, ({ conversations }) =>
      conversations.turn(personOf(company, "sam"), question.id),
    );
  await until("the turn is answered", async () => (await turn())?.state === "not_found", 60_000);
  expect((await turn())?.reply).toMatchObject({ kind: "not_found", turnId: question.id });
}, 180_000);

it("a message that failed is posted by another process, woken through the same queue", async () => {
  const { tenantId } = company;
  const question = sampleQuestion(company);
  await near.inbox.receive(question);
  const { threadKey } = question.payload;
  const posted: string[] = [];
  const web = far.channels.get("web");
  if (!web) throw new Error("there is no web channel");
  const channels = new Map(far.channels).set("web", {
    ...web,
    post: async (_thread, message) => {
      posted.push(message.turnId ?? "");
      return {};
    },
  });
  const lost = { ...near.turns, deliver: () => Promise.resolve(), leaseMs: 100 };
  const turns = await workTurns({ ...near, turns: lost });
  closers.push(() => turns.close());
  await near.queue.enqueue("turn", { tenantId, turnId: question.id }, { key: `turn-${question.id}` });
  const deliveries = await workDeliveries({ ...far, channels });
  closers.push(() => deliveries.close());
  await until(
    "the message is posted",
    async () => {
      await near.queue.enqueue(
        "delivery",
        { tenantId, threadKey },
        { key: `delivery-${threadKey}`, again: true },
      );
      return posted.length > 0;
    },
    60_000,
  );
  expect(posted).toEqual([question.id]);
}, 180_000);
