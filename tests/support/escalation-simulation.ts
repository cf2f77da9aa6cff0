import { runDispatches } from "../../core/dispatch/run-dispatches.ts";
import { createEscalationCarrier } from "../../core/escalation/carry-dispatch.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import type { Escalation } from "../../core/escalation/escalation.ts";
import type { Pager } from "../../core/escalation/pager.ts";
import { escalationPolicy } from "../../core/escalation/policy.ts";
import { raiseEscalation } from "../../core/escalation/raise.ts";
import type { TicketSystem } from "../../core/escalation/ticket-system.ts";
import { createPeople } from "../../core/identity/directory.ts";
import type { Database } from "../../core/database.ts";
import { silentLogger } from "../../core/logger.ts";
import { createFakeDatabase, type FakeDatabase } from "../fakes/database/database.ts";
import { createFakePager, type FakePager } from "../fakes/pager.ts";
import { createFakeTicketSystem, type FakeTicketSystem } from "../fakes/ticket-system.ts";
import { databaseOf, type Dying, dying, WorkerDied } from "./dying-database.ts";
import { escalationPorts } from "./escalation-ports.ts";
import { faultyVendor, type VendorFault, vendorFaults } from "./faulty-vendor.ts";
import { sampleConnection } from "./sample-raise.ts";
import { departmentOf, type SampleCompany, sampleEnd, sampleQuestion } from "./sample-work.ts";
import { seededRandom, simulatedTime, type SimulatedTime } from "./simulated-time.ts";
import { smallCompany } from "./small-company.ts";

export interface SimulationOptions {
  readonly seed: number;
  /** What a vendor still does that nobody waits for any more, it does within so long. */
  readonly latestMs: number;
  /** A ticket is found at the latest so long after it was made. */
  readonly indexDelayMs: number;
  /** Whether workers die between steps. */
  readonly kills: boolean;
}

/** What comes of a seed: its chances, its time and its company. */
export interface SimulatedWorld {
  readonly random: () => number;
  readonly time: SimulatedTime;
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
}

/** The outside systems of a world, as they are when they fail. */
export type VendorsOf<V> = (world: SimulatedWorld) => V & {
  /** Opened for each of a worker's lives. */
  open(): { readonly tickets: TicketSystem; readonly pager: Pager };
};

export interface SimulatedEnd {
  readonly escalation: Escalation;
  readonly database: FakeDatabase;
  readonly company: SampleCompany;
  readonly deaths: number;
  readonly tookMs: number;
}

export interface Simulated extends SimulatedEnd {
  readonly tickets: FakeTicketSystem;
  readonly pager: FakePager;
  readonly faults: number;
}

const leaseMs = 30_000;
export const mostFaults = 14;
const mostDeaths = 6;
const dayMs = 86_400_000;

/** A question that becomes a ticket and a page, with vendors that fail and workers that die, until nothing is left to do. */
export async function simulateEscalation(options: SimulationOptions): Promise<Simulated> {
  let faults = 0;
  const { vendors, ...end } = await simulateCalls(options, ({ random, time }) => {
    const tickets = createFakeTicketSystem(() => time.now());
    tickets.indexDelayMs = Math.floor(random() * options.indexDelayMs);
    const pager = createFakePager();
    pager.onCallNow = [{ name: "Ana", email: "ana@small.example" }];
    const fault = (): VendorFault | null => {
      if (faults >= mostFaults || random() < 0.4) return null;
      faults += 1;
      return vendorFaults[Math.floor(random() * vendorFaults.length)] ?? null;
    };
    const late = (): number => 15_000 + Math.floor(random() * Math.max(0, options.latestMs - 15_000));
    return {
      tickets,
      pager,
      open: () => ({
        tickets: faultyVendor(tickets, time, fault, late),
        pager: faultyVendor(pager, time, fault, late),
      }),
    };
  });
  return { ...end, tickets: vendors.tickets, pager: vendors.pager, faults };
}

/** The same with outside systems of one's own. */
export async function simulateCalls<V>(
  { seed, kills }: Pick<SimulationOptions, "seed" | "kills">,
  vendorsOf: VendorsOf<V>,
): Promise<SimulatedEnd & { readonly vendors: V }> {
  const random = seededRandom(seed);
  const time = simulatedTime();
  const database = createFakeDatabase(() => time.ms);
  const company = database.provision(smallCompany());
  const vendors = vendorsOf({ random, time, database, company });
  const queue = { enqueue: () => Promise.resolve() };
  let own: Pick<Database, "withTenant"> = database;
  const people = createPeople({
    database: { withTenant: (tenant, work) => own.withTenant(tenant, work) },
  });
  const portsFor = (life: Dying): EscalationPorts => {
    own = databaseOf(database, life);
    // What another worker's process remembers it learns for itself.
    people.forget(company.tenantId);
    const { tickets, pager } = vendors.open();
    return {
      ...escalationPorts({ database: own, queue, people, clock: time }),
      systems: { tickets: () => mortalVendor(tickets, life), pager: () => mortalVendor(pager, life) },
    };
  };

  const escalation = await begin(database, company, time, portsFor(dying(Infinity)));
  let deaths = 0;
  const started = time.ms;
  for (;;) {
    const { dispatches } = database.tables(company.tenantId);
    const waiting = dispatches.filter(({ state }) => state === "pending");
    if (waiting.length === 0 && time.next() === null) break;
    if (time.ms - started > 2 * dayMs) throw new Error(`seed ${String(seed)} comes to no end`);
    for (const subject of new Set(waiting.map(({ call }) => call.subject))) {
      const dies = kills && deaths < mostDeaths && random() < 0.5;
      const life = dying(dies ? Math.floor(random() * 60) : Infinity);
      const ports = portsFor(life);
      const running = { ...ports, carrier: createEscalationCarrier(ports), leaseMs, random };
      try {
        await runDispatches({ ...running, logger: silentLogger }, company.tenantId, subject);
      } catch (error) {
        if (!(error instanceof WorkerDied)) throw error;
        deaths += 1;
      }
    }
    time.pass(Math.max(100 + Math.floor(random() * 2_000), untilNext(database, company, time)));
  }
  const ended = await database.withTenant(company.tenantId, ({ escalations }) =>
    escalations.find(escalation.id),
  );
  if (!ended) throw new Error("the escalation is gone");
  return { escalation: ended, vendors, database, company, deaths, tookMs: time.ms - started };
}

/** How long nothing can be done. */
function untilNext(database: FakeDatabase, { tenantId }: SampleCompany, time: SimulatedTime): number {
  const { dispatches, connections } = database.tables(tenantId);
  const due = dispatches.flatMap(({ state, nextAttemptAt, leaseUntil, call }) => {
    if (state !== "pending") return [];
    const openUntil = connections.get(call.connectionId)?.health.openUntil?.getTime() ?? 0;
    return [Math.max(nextAttemptAt, leaseUntil ?? 0, openUntil)];
  });
  const next = time.next();
  return Math.min(...due, ...(next === null ? [] : [next]), time.ms + 3_600_000) - time.ms;
}

/** What a dead worker asks for is not asked; what it asked for it learns no more. */
const mortalVendor = <T extends object>(vendor: T, life: Dying): T =>
  new Proxy(vendor, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== "function") return value;
      return async (...input: unknown[]): Promise<unknown> => {
        life.step();
        const result: unknown = await Reflect.apply(value, target, input);
        life.step();
        return result;
      };
    },
  });

async function begin(
  database: FakeDatabase,
  company: SampleCompany,
  time: SimulatedTime,
  ports: EscalationPorts,
): Promise<Escalation> {
  const { tenantId } = company;
  const question = sampleQuestion(company);
  await database.inbox.receive(question);
  const policy = escalationPolicy.parse({
    on: { asked_for: "both" },
    ticket: { connection: "Tickets", project: "OPS", issue_type: "Task" },
    page: { connection: "Pages" },
  });
  await database.withTenant(tenantId, async ({ turns, connections, members }) => {
    await turns.take(question.id, 1_000);
    await turns.end(question.id, sampleEnd(question.id));
    await connections.add(sampleConnection({ kind: "jira", name: "Tickets" }), []);
    await connections.add(sampleConnection({ kind: "pagerduty", name: "Pages" }), []);
    await members.setEscalationPolicy(departmentOf(company, "operations"), policy, []);
  });
  time.pass(1_000);
  const raised = await raiseEscalation(ports, tenantId, {
    trigger: "asked_for",
    turnId: question.id,
    by: null,
    departmentId: departmentOf(company, "operations"),
  });
  if (!raised) throw new Error("nothing was escalated");
  return raised;
}
