import { afterAll, beforeAll, expect, it } from "@jest/globals";
import pg from "pg";
import {
  type DeliveryId,
  type DocumentId,
  newId,
  type TurnId,
  type VerifiedAnswerId,
} from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import {
  personOf,
  sampleApproval,
  sampleEnd,
  sampleEvent,
  sampleQuestion,
  sampleReply,
  sampleWait,
} from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createPool } from "./pool.ts";
import { provisionCompany, type ProvisionedCompany } from "./provision.ts";

let database: TestDatabase;
let company: ProvisionedCompany;
let pool: pg.Pool;
let owner: pg.Client;

/** One connection, whose plans are made while the tables are empty, and kept. */
beforeAll(async () => {
  database = await testDatabase();
  company = await provisionCompany(database.ownerUrl, smallCompany("many"), { localAccounts: true });
  pool = createPool(database.appUrl, 1, silentLogger, amplyMs);
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
}, 180_000);
afterAll(async () => {
  await owner.end();
  await pool.end();
  await database.close();
});

const leaseMs = 10_000;
const answers = 10;
/** Rows and index entries of one table that an answer reads, whatever else is there: each statement looks some up. */
const fewReads = 20;

async function answer(): Promise<void> {
  const question = sampleQuestion(company);
  const inbox = createInbox(pool);
  await inbox.receiveEvent(sampleEvent(company, { id: question.id }));
  const notice = await inbox.receiveEvent(sampleEvent(company));
  await createDatabase(pool).withTenant(company.tenantId, async ({ events, turns, outbox }) => {
    expect(await events.take(question.id, leaseMs)).toMatchObject({ attempt: 1 });
    await events.accept(question.id, question, []);
    await events.take(notice.id, leaseMs);
    await events.settle(notice.id, 1);
    await turns.take(question.id, leaseMs);
    const work = { attempt: 1, work: {}, audit: [], leaseMs } as const;
    await turns.advance(question.id, { ...work, from: "received", to: "checked" });
    const ended = await turns.end(question.id, { ...sampleEnd(question.id), from: "checked" });
    expect(ended?.delivery?.attempt).toBe(1);
    if (ended?.delivery) await outbox.posted(ended.delivery.id, 1, {});
  });
}

/** Rows and index entries that were read so far, by table. */
async function read(): Promise<Readonly<Record<string, number>>> {
  await pool.query("select pg_stat_force_next_flush()");
  const { rows } = await owner.query<{ table: string; read: number }>(`
    select t.relname as table, (t.seq_tup_read + coalesce(sum(i.idx_tup_read), 0))::int as read
    from pg_stat_user_tables t left join pg_stat_user_indexes i on i.relid = t.relid
    where t.relname in ('inbox', 'conversations', 'turns', 'outbox', 'approvals', 'approval_cards', 'verified_answers')
    group by t.relname, t.seq_tup_read`);
  return Object.fromEntries(rows.map((row) => [row.table, row.read]));
}

it("answers a question without reading what its company asked before, or what else waits", async () => {
  await answer();
  for (let count = 0; count < 30; count += 1) await answer();
  const inbox = createInbox(pool);
  const waiting = Array.from({ length: 300 }, () => inbox.receive(sampleQuestion(company)));
  const unhandled = Array.from({ length: 300 }, () => inbox.receiveEvent(sampleEvent(company)));
  await Promise.all([...waiting, ...unhandled]);
  const before = await read();
  for (let count = 0; count < answers; count += 1) await answer();
  const after = await read();
  const each = Object.entries(after).map(([table, total]) => [
    table,
    (total - (before[table] ?? 0)) / answers,
  ]);
  expect(each.filter(([, perAnswer]) => Number(perAnswer) > fewReads)).toEqual([]);
});

it("takes a question in without reading what its company asked before", async () => {
  const questions = Array.from({ length: 10 }, () => sampleQuestion(company));
  const before = await read();
  const inbox = createInbox(pool);
  const receipts = await Promise.all(questions.map((question) => inbox.receive(question)));
  expect(receipts.map(({ turnId }) => turnId)).toEqual(questions.map(({ id }): TurnId => id));
  expect(((await read())["inbox"] ?? 0) - (before["inbox"] ?? 0)).toBeLessThanOrEqual(30);
});

/** An approval from its question to what follows the decision. */
async function approve(): Promise<void> {
  const question = sampleQuestion(company);
  const approval = sampleApproval(company);
  const by = personOf(company, "ada");
  await createInbox(pool).receive(question);
  await createDatabase(pool).withTenant(company.tenantId, async ({ turns, approvals, verified, outbox }) => {
    await turns.take(question.id, leaseMs);
    const ended = await turns.end(question.id, sampleWait(question.id, approval));
    if (ended?.delivery) await outbox.posted(ended.delivery.id, 1, {});
    const offered = await approvals.takeDue(approval.id, new Date(), leaseMs);
    await approvals.cardShown(approval.id, {
      userId: by,
      channel: "slack",
      threadKey: "slack:ada",
      address: {},
      deliveryId: newId<DeliveryId>(),
    });
    const remind = { step: "remind", at: new Date(Date.now() + 3_600_000) } as const;
    if (offered) await approvals.settleStep(offered, { due: remind, level: 0 });
    await approvals.escalate(approval.id, null, []);
    const vote = { by, kind: "approved", revision: 1, answer: null, reason: null, required: 1 } as const;
    expect(await approvals.vote(approval.id, vote, [])).toMatchObject({ outcome: "decided" });
    const decided = await approvals.takeDue(approval.id, new Date(), leaseMs);
    expect(await approvals.decideFollowing(approval.id)).toEqual([]);
    await approvals.replaceReply(question.id, sampleReply(question.id));
    expect(await approvals.cards(approval.id)).toHaveLength(1);
    expect(await verified.among([newId<DocumentId>()], new Date())).toEqual([]);
    if (decided) expect(await approvals.settleStep(decided, { due: null, level: 0 })).toBe(true);
  });
}

it("carries an approval through without reading what else waits, was decided or was learned", async () => {
  for (let count = 0; count < 30; count += 1) await approve();
  const database = createDatabase(pool);
  await database.withTenant(company.tenantId, async ({ turns, verified }) => {
    for (let count = 0; count < 300; count += 1) {
      const question = sampleQuestion(company);
      const waiting = sampleApproval(company);
      const { answer, departmentId } = waiting;
      if (!answer || !departmentId) throw new Error("there is nothing to approve");
      await createInbox(pool).receive(question);
      await turns.take(question.id, leaseMs);
      await turns.end(question.id, sampleWait(question.id, waiting));
      await verified.keep(
        {
          id: newId<VerifiedAnswerId>(),
          approvalId: waiting.id,
          turnId: question.id,
          documentId: newId<DocumentId>(),
          departmentId,
          language: "en",
          question: waiting.question,
          answer,
          sources: [],
          approvedBy: personOf(company, "ada"),
          approvedAt: new Date(),
          expiresAt: new Date(Date.now() + 3_600_000),
        },
        [],
      );
    }
  });
  const before = await read();
  for (let count = 0; count < answers; count += 1) await approve();
  const after = await read();
  const each = Object.entries(after).map(([table, total]) => [
    table,
    (total - (before[table] ?? 0)) / answers,
  ]);
  // The approval itself is looked up by each of a dozen statements.
  expect(each.filter(([, perApproval]) => Number(perApproval) > 2 * fewReads)).toEqual([]);
}, 180_000);
