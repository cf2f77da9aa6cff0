import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type pg from "pg";
import { createDatabase } from "../../adapters/postgres/database.ts";
import { createInbox } from "../../adapters/postgres/inbox.ts";
import { createPool } from "../../adapters/postgres/pool.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { composePage } from "../../core/escalation/compose-page.ts";
import { composeTicket } from "../../core/escalation/compose-ticket.ts";
import { raiseEscalation } from "../../core/escalation/raise.ts";
import type { RaiseRequest } from "../../core/escalation/raise-request.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import { escalationTriggers } from "../../core/escalation/trigger.ts";
import { createPeople } from "../../core/identity/directory.ts";
import type { TurnId } from "../../core/ids.ts";
import { silentLogger } from "../../core/logger.ts";
import { testDatabase, type TestDatabase } from "../support/database.ts";
import { ticketsAndPages } from "../support/escalation-bench.ts";
import { escalationPorts } from "../support/escalation-ports.ts";
import { sampleConnection } from "../support/sample-raise.ts";
import { departmentOf, sampleEnd, sampleQuestion } from "../support/sample-work.ts";
import { smallCompany } from "../support/small-company.ts";
import { amplyMs } from "../support/time-limits.ts";

const workers = 3;
const everything = {
  ...ticketsAndPages,
  on: { overdue: "both", rejected: "both", asked_for: "ticket", critical: "page", wrong: "both" },
} as const;

/** Several processes raise the same question at once, in the real database. */
describe("raising across processes", () => {
  let server: TestDatabase;
  let company: ProvisionedCompany;
  let pools: pg.Pool[];
  let databases: ReturnType<typeof createDatabase>[];
  let ports: EscalationPorts[];
  beforeAll(async () => {
    server = await testDatabase();
    company = await provisionCompany(server.ownerUrl, smallCompany(), { localAccounts: true });
    pools = Array.from({ length: workers }, () => createPool(server.appUrl, 4, silentLogger, amplyMs));
    databases = pools.map((pool) => createDatabase(pool));
    ports = databases.map((database) =>
      escalationPorts({
        database,
        queue: { enqueue: () => Promise.resolve() },
        people: createPeople({ database }),
        clock: { now: () => new Date() },
      }),
    );
    await databases[0]?.withTenant(company.tenantId, async ({ connections, members }) => {
      await connections.add(sampleConnection({ kind: "jira", name: "Tickets" }), []);
      await connections.add(sampleConnection({ kind: "pagerduty", name: "Pages" }), []);
      await members.setEscalationPolicy(departmentOf(company, "operations"), everything, []);
    });
  });
  afterAll(async () => {
    await Promise.all(databases.map((database) => database.close()));
    await Promise.all(pools.map((pool) => pool.end()));
    await server.close();
  });

  const first = (): EscalationPorts => {
    const [one] = ports;
    if (!one) throw new Error("there are no processes");
    return one;
  };
  const taken = async (): Promise<TurnId> => {
    const question = sampleQuestion(company, { channel: "slack", shared: true });
    const [pool] = pools;
    if (pool) await createInbox(pool).receive(question);
    await first().database.withTenant(company.tenantId, ({ turns }) => turns.take(question.id, 10_000));
    return question.id;
  };
  const request = (turnId: TurnId, trigger: RaiseRequest["trigger"]): RaiseRequest => ({
    turnId,
    trigger,
    by: null,
    departmentId: departmentOf(company, "operations"),
  });
  const rows = async (turnId: TurnId) => {
    const escalation = await first().database.withTenant(company.tenantId, ({ escalations }) =>
      escalations.ofTurn(turnId),
    );
    if (!escalation) throw new Error("nothing was raised");
    const calls = await first().database.withTenant(company.tenantId, ({ dispatches }) =>
      dispatches.list({ states: ["pending"], connectionId: null, cursor: null, limit: 100 }),
    );
    const links = new Set<string>(escalation.links.map(({ id }) => id));
    const own = calls.items.filter(({ body }) => "linkId" in body && links.has(body.linkId));
    return { escalation, calls: own.map(({ body: { kind } }) => kind) };
  };

  it("makes one ticket and one page of all that happens to a question at once", async () => {
    const turnId = await taken();
    await first().database.withTenant(company.tenantId, ({ turns }) => turns.end(turnId, sampleEnd(turnId)));
    await Promise.all(
      Array.from({ length: 4 }).flatMap(() =>
        ports.flatMap((one) =>
          escalationTriggers.map((trigger) =>
            raiseEscalation(one, company.tenantId, request(turnId, trigger)),
          ),
        ),
      ),
    );
    const { escalation, calls } = await rows(turnId);
    expect(escalation.raised.map(({ trigger }) => trigger).toSorted()).toEqual(escalationTriggers.toSorted());
    expect(escalation).toMatchObject({ severity: "critical", state: "open" });
    expect(escalation.links.map(({ kind }) => kind).toSorted()).toEqual(["page", "ticket"]);
    expect(calls.filter((kind) => kind === "ticket_create")).toHaveLength(1);
    expect(calls.filter((kind) => kind === "page_trigger")).toHaveLength(1);
  });

  it("raises a critical question whose turn has not ended, and tells of it what is known when it is made", async () => {
    const turnId = await taken();
    const raised = await raiseEscalation(first(), company.tenantId, {
      ...request(turnId, "critical"),
      access: { label: "public", readers: null },
      named: true,
      word: "fire",
    });
    expect(raised).toMatchObject({ named: true, label: "public", links: [{ kind: "page" }] });
    if (!raised) return;
    const before = await composePage(first(), company.tenantId, raised);
    expect(Object.keys(before.details)).toEqual(["Question", "Department", "Asked by", "Why"]);
    await first().database.withTenant(company.tenantId, ({ turns }) => turns.end(turnId, sampleEnd(turnId)));
    const after = await composePage(first(), company.tenantId, raised);
    expect(after.details["Answer that was sent"]).toBe("Open the valve first. [1]");
    const ticket = await composeTicket(first(), company.tenantId, raised);
    expect(ticket.transcript).toMatchObject([
      { who: "Sam Staff", text: "How do I start the pump?" },
      { who: "The Expert", text: "Open the valve first. [1]" },
    ]);
  });
});
