import { afterAll, beforeAll, expect, it } from "@jest/globals";
import pg from "pg";
import type { Approval, ApprovalDecision } from "../../core/approvals/approval.ts";
import type { ApprovalStore, Voted } from "../../core/approvals/approval-store.ts";
import type { UserId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import type { TenantUnderTest } from "../../tests/contract/database-under-test.ts";
import { waitingAnswers } from "../../tests/contract/waiting-answers.ts";
import { testDatabase, type TestDatabase } from "../../tests/support/database.ts";
import { sampleApproval, sampleQuestion, sampleWait, until } from "../../tests/support/sample-work.ts";
import { smallCompany } from "../../tests/support/small-company.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { createDatabase } from "./database.ts";
import { createInbox } from "./inbox.ts";
import { createPool } from "./pool.ts";
import { provisionCompany } from "./provision.ts";

let server: TestDatabase;
/** As of two processes. */
let pools: readonly pg.Pool[];
let tenants: readonly TenantUnderTest[];
let tenant: TenantUnderTest;
let voters: readonly UserId[];
const databases: ReturnType<typeof createDatabase>[] = [];

beforeAll(async () => {
  server = await testDatabase();
  const plan = smallCompany("races");
  const more = {
    name: "Vera Voter",
    email: "vera@races.example",
    roles: ["staff"] as const,
    departments: {},
  };
  const company = await provisionCompany(
    server.ownerUrl,
    { ...plan, people: [...plan.people, { ...more, roles: [...more.roles] }] },
    { localAccounts: true },
  );
  voters = [...company.people.values()];
  pools = [
    createPool(server.appUrl, 5, silentLogger, amplyMs),
    createPool(server.appUrl, 5, silentLogger, amplyMs),
  ];
  tenants = pools.map((pool) => {
    const database = createDatabase(pool);
    databases.push(database);
    return { company, stores: (work) => database.withTenant(company.tenantId, work) };
  });
  const [first] = tenants;
  if (!first) throw new Error("there is no process");
  tenant = first;
}, 180_000);
afterAll(async () => {
  for (const database of databases) await database.close();
  for (const pool of pools) await pool.end();
  await server.close();
});

const { approvals, asked, now } = waitingAnswers(
  () => {
    const [database, pool] = [databases[0], pools[0]];
    if (!database || !pool) throw new Error("there is no database");
    return { database, inbox: createInbox(pool), tenant: () => Promise.resolve(tenant) };
  },
  () => tenant,
);

/** In the first process or the second, by turns. */
const inProcess = <T>(index: number, work: (store: ApprovalStore) => Promise<T>): Promise<T> =>
  (tenants[index % tenants.length] ?? tenant).stores((stores) => work(stores.approvals));

async function cast(
  { id, revision }: Approval,
  index: number,
  required: number,
  kind: ApprovalDecision["kind"] = "approved",
): Promise<Voted> {
  const by = voters[index % voters.length];
  if (by === undefined) throw new Error("there is no such voter");
  const answer =
    kind === "edited" || kind === "corrected"
      ? { text: `Words of ${by}`, citations: [], answeredBy: by }
      : null;
  const voted = await inProcess(index, (store) =>
    store.vote(id, { by, kind, revision, answer, reason: null, required }, []),
  );
  if (!voted) throw new Error("there is no such approval");
  return voted;
}

const having = (votes: readonly Voted[], outcome: Voted["outcome"]): readonly Voted[] =>
  votes.filter((voted) => voted.outcome === outcome);

it("decides each of 200 races of two to five voters once, by the vote that makes the number full", async () => {
  for (let race = 0; race < 200; race += 1) {
    const count = 2 + (race % 4);
    const required = 1 + (Math.floor(race / 4) % count);
    const approval = await asked();
    const votes = await Promise.all(
      Array.from({ length: count }, (_, index) => cast(approval, index + race, required)),
    );
    const [deciding, ...more] = having(votes, "decided");
    expect(more).toEqual([]);
    if (!deciding) throw new Error(`nobody decided race ${String(race)}`);
    expect(having(votes, "counted")).toHaveLength(required - 1);
    expect(deciding.approval.votes).toHaveLength(required);
    expect(deciding.approval.votes.at(-1)?.userId).toBe(deciding.approval.decision?.by);
    for (const late of having(votes, "late")) expect(late.approval).toEqual(deciding.approval);
    expect(await now(approval.id)).toEqual(deciding.approval);
    expect(deciding.approval).toMatchObject({ state: "approved", version: 1 + required });
  }
}, 300_000);

it("counts a person once, however often they press at the same time", async () => {
  for (let race = 0; race < 50; race += 1) {
    const approval = await asked();
    const presses = [0, 5, 10, 1, 6];
    const votes = await Promise.all(presses.map((index) => cast(approval, index, 3)));
    expect(having(votes, "counted")).toHaveLength(presses.length);
    expect((await now(approval.id)).votes).toHaveLength(2);
  }
}, 180_000);

it("never has two wordings stand, whatever is said at the same time", async () => {
  const kinds = ["approved", "edited", "corrected", "rejected", "taken_over"] as const;
  for (let race = 0; race < 100; race += 1) {
    const approval = await asked();
    const required = 1 + (race % 2);
    const votes = await Promise.all(kinds.map((kind, index) => cast(approval, index + race, required, kind)));
    const deciding = having(votes, "decided");
    expect(deciding.length).toBeLessThanOrEqual(1);
    const stands = await now(approval.id);
    const changed = votes.filter(({ outcome }) => outcome !== "late");
    expect(stands.version).toBe(1 + changed.length);
    // An edit that waits for others makes every other vote late: they were for words that stand no more.
    if (deciding.length === 0)
      expect(stands).toMatchObject({ state: "pending", revision: 2, votes: [expect.anything()] });
    else expect(stands).toEqual(deciding[0]?.approval);
  }
}, 180_000);

it("lets nobody join an approval that is being decided", async () => {
  const leading = await asked();
  const question = sampleQuestion(tenant.company);
  const follower = sampleApproval(tenant.company, { sameAs: leading.id });
  await createInbox(pools[0] ?? createPool(server.appUrl, 1, silentLogger, amplyMs)).receive(question);
  await tenant.stores(({ turns }) => turns.take(question.id, 10_000));
  const owner = new pg.Client({ connectionString: server.ownerUrl });
  await owner.connect();
  try {
    // A vote that is not committed yet.
    await owner.query("begin");
    await owner.query(
      `update approvals set state = 'approved', decision_kind = 'approved', decided_by = $2, decided_at = now()
       where id = $1`,
      [leading.id, voters[0]],
    );
    const ended = tenant.stores(({ turns }) => turns.end(question.id, sampleWait(question.id, follower)));
    await until("the end of the turn waits for the decision", async () => {
      const { rows } = await owner.query<{ waiting: number }>(
        "select count(*)::integer as waiting from pg_locks where not granted",
      );
      return rows[0]?.waiting !== 0;
    });
    await owner.query("commit");
    await ended;
  } finally {
    await owner.end();
  }
  expect(await now(follower.id)).toMatchObject({ sameAs: null, state: "pending", due: { step: "offer" } });
});

it("carries out each decision that is made while a step is being settled", async () => {
  for (let race = 0; race < 100; race += 1) {
    const approval = await asked();
    const held = await approvals((store) => store.takeDue(approval.id, new Date(), 10_000));
    if (!held) throw new Error("nothing is due");
    const due = { step: "remind", at: new Date(Date.now() + 60_000) } as const;
    await Promise.all([
      cast(approval, race, 1),
      inProcess(race + 1, (store) => store.settleStep(held, { due, level: 0 })),
    ]);
    const next = await approvals((store) => store.takeDue(approval.id, new Date(), 10_000));
    expect(next).toMatchObject({ step: "carry_out", approval: { state: "approved" } });
  }
}, 180_000);
