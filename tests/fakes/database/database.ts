import { noApproval } from "../../../core/approvals/policy.ts";
import { noEscalation } from "../../../core/escalation/policy.ts";
import { sealHash } from "../../../core/audit/verify-chain.ts";
import type { Database, StaleJob, Stores } from "../../../core/database.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { Installation } from "../../../core/identity/installation.ts";
import { type DepartmentId, newId, type TenantId, type UserId } from "../../../core/ids.ts";
import {
  type Inbox,
  otherQuestion,
  type ReceivedEvent,
  type ReceivedQuestion,
} from "../../../core/inbox/inbox.ts";
import { storableBody } from "../../../core/inbox/storable-body.ts";
import type { CompanyPlan } from "../../../core/tenancy/company.ts";
import type { SampleCompany } from "../../support/sample-work.ts";
import { fakeApprovalStore } from "./approval-store.ts";
import { fakeAttachmentStore } from "./attachment-store.ts";
import { fakeBudgetStore } from "./budget-store.ts";
import { fakeConversationStore, fakeDocumentLibrary, pageOf } from "./browsing.ts";
import { fakeConnectionStore } from "./connection-store.ts";
import { fakeConversationReferenceStore } from "./conversation-reference-store.ts";
import { fakeDispatchStore } from "./dispatch-store.ts";
import { fakeDocumentStore } from "./document-store.ts";
import { fakeEscalationStore } from "./escalation-store.ts";
import { fakeEventStore } from "./event-store.ts";
import { fakeGroupStore } from "./group-store.ts";
import { fakeHandoffStore } from "./handoff-store.ts";
import { fakeIdentityStore } from "./identity-store.ts";
import { fakeInstallationStore } from "./installation-store.ts";
import { fakeMemberStore } from "./member-store.ts";
import { fakeOutboxStore } from "./outbox-store.ts";
import { isQuestion, isRunning, record, type Tables } from "./tables.ts";
import { fakeThreadStore } from "./thread-store.ts";
import { fakeTurnStore } from "./turn-store.ts";
import { fakeVerifiedAnswerStore } from "./verified-answer-store.ts";

export interface FakeDatabase extends Database {
  readonly inbox: Inbox;
  provision(plan: CompanyPlan): SampleCompany;
  /** The rows themselves, for tests that look at what a use case wrote. */
  tables(tenant: TenantId): Tables;
  /** Until told otherwise, every method of these stores throws `database_unavailable`. */
  breakDown(...stores: readonly (keyof Stores)[]): void;
}

/** All tenants' rows in memory, with the promises of the port: atomic methods, leases, order. */
export function createFakeDatabase(now: () => number = Date.now): FakeDatabase {
  const tenants = new Map<TenantId, { readonly tables: Tables; readonly stores: Stores }>();
  let broken: ReadonlySet<keyof Stores> = new Set();
  const of = (tenant: TenantId) => {
    const found = tenants.get(tenant);
    if (!found) throw new Error(`there is no tenant ${tenant}`);
    return found;
  };
  const working = (stores: Stores): Stores =>
    new Proxy(stores, {
      get(target, name: keyof Stores) {
        if (!broken.has(name)) return target[name];
        return new Proxy(target[name], {
          get: () => () => Promise.reject(new ExpertError("database_unavailable", "The database is away.")),
        });
      },
    });

  return {
    tables: (tenant) => of(tenant).tables,
    breakDown(...stores) {
      broken = new Set(stores);
    },
    provision(plan) {
      const { tables, company } = tablesFor(plan, now);
      const installedElsewhere = (): Installation[] =>
        [...tenants.values()]
          .filter((other) => other.tables !== tables)
          .flatMap((other) => [...other.tables.installations.values()].map((row) => row.installation));
      tenants.set(company.tenantId, { tables, stores: storesOf(tables, installedElsewhere) });
      return company;
    },
    inbox: {
      async receive(question) {
        const { tables } = of(question.tenantId);
        const { userId, id, channel, payload: asked } = question;
        if (!asked.question.isWellFormed()) throw new Error("half a character cannot be stored");
        const known = tables.inbox.get(keyOf(question));
        if (!known) {
          tables.inbox.set(keyOf(question), { ...question, body: null, ...untouched(now()) });
          record(tables, [
            {
              event: "chat.request",
              status: "started",
              userId,
              resourceType: "turn",
              resourceId: id,
              metadata: { channel },
            },
          ]);
        }
        const { id: turnId, payload } = known ?? question;
        if (payload?.question !== asked.question) throw otherQuestion();
        return { turnId, conversationId: payload.conversationId, fresh: !known };
      },
      async receiveEvent(event) {
        const { tables } = of(event.tenantId);
        const known = tables.inbox.get(keyOf(event));
        if (known) return { id: known.id, fresh: false };
        const body = storableBody(event.body);
        tables.inbox.set(keyOf(event), { ...event, body, userId: null, payload: null, ...untouched(now()) });
        return { id: event.id, fresh: true };
      },
    },
    tenants: async () => [...tenants].map(([id, { tables }]) => ({ id, slug: tables.slug })),
    localAccounts: async () => [...tenants.values()].flatMap(({ tables }) => tables.accounts),
    async tenantOfWorkspace(channel, workspaceId) {
      const key = `${channel} ${workspaceId}`;
      return [...tenants].find(([, { tables }]) => tables.installations.has(key))?.[0] ?? null;
    },
    withTenant: (tenant, work) => work(working(of(tenant).stores)),
    async staleJobs(idleForMs, atMost) {
      const jobs = [...tenants]
        .flatMap(([tenant, { tables }]) => staleIn(tenant, tables, idleForMs))
        .toSorted((one, other) => one.since - other.since)
        .map(({ job }) => job);
      const taken = new Map<string, number>();
      return jobs.filter(({ queue, job }) => {
        const counted = "subject" in job ? `${queue} ${job.subject.split("/")[0] ?? ""}` : queue;
        const before = taken.get(counted) ?? 0;
        taken.set(counted, before + 1);
        return before < atMost;
      });
    },
    async releaseHolds() {
      for (const { tables } of tenants.values()) {
        for (const event of tables.inbox.values()) event.leaseUntil &&= 0;
        for (const turn of tables.turns.values()) turn.leaseUntil = 0;
        for (const row of tables.outbox) row.leaseUntil &&= 0;
        for (const row of tables.dispatches) row.leaseUntil &&= 0;
        for (const row of tables.documents.values()) row.leaseUntil = 0;
        for (const row of tables.approvals.values()) row.leaseUntil &&= 0;
      }
    },
    async sealAudit(atMost = Infinity) {
      return [...tenants.values()].reduce((sum, { tables }) => sum + seal(tables, atMost), 0);
    },
  };
}

const keyOf = ({ channel, eventId }: ReceivedEvent | ReceivedQuestion): string => `${channel} ${eventId}`;
const untouched = (receivedAt: number) => ({
  receivedAt,
  cancelRequested: false,
  taken: false,
  leaseUntil: null,
  attempts: 0,
  pauses: 0,
});

const storesOf = (tables: Tables, installedElsewhere: () => readonly Installation[]): Stores => ({
  members: fakeMemberStore(tables),
  turns: fakeTurnStore(tables),
  events: fakeEventStore(tables),
  threads: fakeThreadStore(tables),
  attachments: fakeAttachmentStore(tables),
  handoffs: fakeHandoffStore(tables),
  approvals: fakeApprovalStore(tables),
  escalations: fakeEscalationStore(tables),
  connections: fakeConnectionStore(tables),
  dispatches: fakeDispatchStore(tables),
  verified: fakeVerifiedAnswerStore(tables),
  identities: fakeIdentityStore(tables),
  groups: fakeGroupStore(tables),
  installations: fakeInstallationStore(tables, installedElsewhere),
  references: fakeConversationReferenceStore(tables),
  outbox: fakeOutboxStore(tables),
  documents: fakeDocumentStore(tables),
  library: fakeDocumentLibrary(tables),
  conversations: fakeConversationStore(tables),
  budgets: fakeBudgetStore(tables),
  audit: {
    async append(events) {
      record(tables, events);
    },
    list: async (page) =>
      pageOf(
        tables.audit.toReversed(),
        page,
        ({ event }) => event.id,
        ({ event }) => event,
      ),
    async *sealed() {
      yield* tables.seals;
    },
    async sealedAfter(from, limit) {
      const begin =
        typeof from === "string"
          ? Number(from)
          : 1 + tables.audit.findLastIndex(({ event }) => event.createdAt < from);
      const rows = tables.audit.slice(begin, begin + limit).filter(({ sealed }) => sealed);
      return { events: rows.map(({ event }) => event), position: String(begin + rows.length) };
    },
    async unsealed() {
      const waiting = tables.audit.filter(({ sealed }) => !sealed);
      return { events: waiting.length, oldestAt: waiting[0]?.event.createdAt ?? null };
    },
  },
});

function seal(tables: Tables, atMost: number): number {
  const waiting = tables.audit.filter(({ sealed }) => !sealed).slice(0, atMost);
  if (waiting.length === 0) return 0;
  for (const row of waiting) row.sealed = true;
  const events = waiting.map(({ text }) => text);
  const previousHash = tables.seals.at(-1)?.hash ?? "";
  tables.seals.push({
    number: tables.seals.length + 1,
    eventCount: events.length,
    previousHash,
    hash: sealHash(previousHash, events),
    events,
  });
  return events.length + seal(tables, atMost);
}

interface Stale {
  readonly job: StaleJob;
  readonly since: number;
}

function staleIn(tenantId: TenantId, tables: Tables, idleForMs: number): Stale[] {
  const now = tables.now();
  const waiting = [...tables.inbox.values()].filter(({ taken }) => !taken);
  const events = waiting
    .filter((row) => !isQuestion(row) && (row.leaseUntil ?? row.receivedAt + idleForMs) < now)
    .map(({ id: eventId, receivedAt: since }): Stale => ({
      job: { queue: "event", job: { tenantId, eventId } },
      since,
    }));
  const turns = [
    ...waiting.filter((row) => isQuestion(row) && row.receivedAt < now - idleForMs),
    ...[...tables.turns.values()].filter((turn) => isRunning(turn) && turn.leaseUntil < now),
  ].map((row): Stale => ({
    job: { queue: "turn", job: { tenantId, turnId: row.id } },
    since: "receivedAt" in row ? row.receivedAt : row.createdAt,
  }));
  const documents = [...tables.documents.values()]
    .filter(({ document }) => document.state === "pending" || document.state === "processing")
    .filter(({ document, leaseUntil }) => (leaseUntil ?? document.updatedAt.getTime() + idleForMs) < now)
    .map(({ document, revision }): Stale => ({
      job: { queue: "ingestion", job: { tenantId, documentId: document.id, revision } },
      since: document.updatedAt.getTime(),
    }));
  const heads = new Map(
    tables.outbox
      .filter(({ state }) => state === "pending")
      .toReversed()
      .map((row) => [row.delivery.threadKey, row]),
  );
  const deliveries = [...heads]
    .filter(
      ([, row]) =>
        row.nextAttemptAt <
          now - (row.attempts === 0 && row.nextAttemptAt === row.createdAt ? idleForMs : 0) &&
        (row.leaseUntil ?? row.createdAt) < now,
    )
    .map(([threadKey, { nextAttemptAt }]): Stale => ({
      job: { queue: "delivery", job: { tenantId, threadKey } },
      since: nextAttemptAt,
    }));
  return [
    ...events,
    ...turns,
    ...documents,
    ...approvalsIn(tables, idleForMs),
    ...dispatchesIn(tables, idleForMs),
    ...deliveries,
  ];
}

/** What follows a decision has a process on its way; a reminder or time-out says itself when it is due. */
const approvalsIn = ({ tenantId, approvals, now }: Tables, idleForMs: number): Stale[] =>
  [...approvals.values()].flatMap(({ id: approvalId, due, leaseUntil }) => {
    if (due === null) return [];
    const since = due.at.getTime();
    const idle = due.step === "offer" || due.step === "carry_out" ? idleForMs : 0;
    const isStale = since < now() - idle && (leaseUntil ?? since) < now();
    return isStale ? [{ job: { queue: "approval", job: { tenantId, approvalId } }, since }] : [];
  });

/** The first call of each subject, where it is due and its connection may be called. */
function dispatchesIn({ tenantId, dispatches, connections, now }: Tables, idleForMs: number): Stale[] {
  const heads = new Map(
    dispatches
      .filter(({ state }) => state === "pending")
      .toReversed()
      .map((row) => [row.call.subject, row]),
  );
  return [...heads].flatMap(([subject, row]) => {
    const connection = connections.get(row.call.connectionId);
    if (connection?.state !== "active" || (connection.health.openUntil?.getTime() ?? 0) >= now()) return [];
    const idle = row.attempts === 0 && row.nextAttemptAt <= row.createdAt ? idleForMs : 0;
    const isStale = row.nextAttemptAt < now() - idle && (row.leaseUntil ?? row.createdAt) < now();
    const since = row.nextAttemptAt;
    return isStale ? [{ job: { queue: "dispatch", job: { tenantId, subject } }, since }] : [];
  });
}

function tablesFor(plan: CompanyPlan, now: () => number): { tables: Tables; company: SampleCompany } {
  const tenantId = newId<TenantId>();
  const departments = new Map(plan.departments.map(({ slug }) => [slug, newId<DepartmentId>()]));
  const members = plan.people.map((person) => ({
    id: newId<UserId>(),
    tenantId,
    name: person.name,
    email: person.email,
    roles: person.roles,
    departments: new Map(
      Object.entries(person.departments).flatMap(([slug, role]) => {
        const id = departments.get(slug);
        return id === undefined ? [] : [[id, role] as const];
      }),
    ),
    sessionsValidAfter: null,
  }));
  const tables: Tables = {
    tenantId,
    slug: plan.slug,
    companyName: plan.name.en,
    timeZone: plan.timeZone,
    departments: plan.departments
      .flatMap(({ questions, sensitivity: _labels, approval, escalation, ...department }) => {
        const id = departments.get(department.slug);
        const exampleQuestions = questions.map(({ text }) => text);
        if (id === undefined) return [];
        const policies = {
          approval: approval ?? noApproval,
          escalation: escalation ?? noEscalation,
          calibration: null,
        };
        return [{ ...department, ...policies, id, exampleQuestions, instructions: null }];
      })
      .toSorted((one, other) => (one.name.en < other.name.en ? -1 : 1)),
    members: new Map(members.map((member) => [member.id, member])),
    accounts: members
      .filter(({ roles }) => !roles.includes("guest"))
      .map(({ id, email, name, roles }) => ({
        tenantId,
        companyName: plan.name.en,
        userId: id,
        email,
        name,
        roles,
      })),
    inbox: new Map(),
    turns: new Map(),
    conversations: new Map(),
    outbox: [],
    documents: new Map(),
    passages: [],
    identities: new Map(),
    groupGrants: [],
    groupPeople: new Map(),
    installations: new Map(),
    references: new Map(),
    handoffs: [],
    approvals: new Map(),
    escalations: new Map(),
    connections: new Map(),
    dispatches: [],
    verified: new Map(),
    absences: new Map(),
    signIns: new Map(),
    approvalChannels: new Map(),
    attachments: [],
    budgets: new Map(),
    spent: new Map(),
    usage: new Map(),
    audit: [],
    seals: [],
    now,
  };
  return {
    tables,
    company: { tenantId, departments, people: new Map(members.map(({ email, id }) => [email, id])) },
  };
}
