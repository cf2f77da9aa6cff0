import type { ApprovalPolicyText } from "../../core/approvals/policy.ts";
import { runDispatches } from "../../core/dispatch/run-dispatches.ts";
import { applyChange, type ChangeSource } from "../../core/escalation/apply-change.ts";
import { createEscalationCarrier } from "../../core/escalation/carry-dispatch.ts";
import type { EscalationNews } from "../../core/escalation/escalation-view.ts";
import type { EscalationPorts } from "../../core/escalation/escalation-ports.ts";
import type { Escalation, EscalationLink, LinkKind } from "../../core/escalation/escalation.ts";
import type { ExternalChange } from "../../core/escalation/external-change.ts";
import type { EscalationPolicyText } from "../../core/escalation/policy.ts";
import type { TurnId } from "../../core/ids.ts";
import { createFakeBlobStore } from "../fakes/blob-store.ts";
import { createFakePager, type FakePager } from "../fakes/pager.ts";
import { createFakeTicketSystem, type FakeTicket, type FakeTicketSystem } from "../fakes/ticket-system.ts";
import { type EscalationBench, escalationBench, ticketsAndPages } from "./escalation-bench.ts";

/** Operations with a ticket system and a pager in memory that are called. */
export interface OutsideBench extends EscalationBench {
  readonly outside: EscalationPorts;
  readonly tickets: FakeTicketSystem;
  readonly pager: FakePager;
  readonly blobs: ReturnType<typeof createFakeBlobStore>;
  /** A question of Vic's that a human was asked for, escalated and not yet called. */
  escalated(): Promise<Escalation>;
  /** The same with its ticket and its incident made. */
  made(): Promise<Escalation>;
  /** Makes every call that is due. */
  work(): Promise<void>;
  now(id: Escalation["id"]): Promise<Escalation>;
  link(escalation: Escalation, kind: LinkKind): EscalationLink;
  theTicket(): FakeTicket;
  /** Takes in how it stands there. */
  look(escalation: Escalation, kind: LinkKind, source?: ChangeSource): Promise<void>;
  apply(escalation: Escalation, kind: LinkKind, change: ExternalChange): Promise<void>;
  /** What the thread was told, in order. */
  news(escalation: Escalation): readonly EscalationNews[];
}

export const both = {
  ...ticketsAndPages,
  ticket: {
    connection: "Tickets",
    project: "OPS",
    issue_type: "Task",
    transitions: { acknowledge: "Working", resolve: "Done" },
  },
  on: { asked_for: "both" },
} as const satisfies EscalationPolicyText;

export async function outsideBench(
  policy: EscalationPolicyText = both,
  approval: ApprovalPolicyText = { required_for: "none" },
): Promise<OutsideBench> {
  const bench = await escalationBench(policy, approval);
  const { database, company } = bench;
  const { tenantId } = company;
  const tickets = createFakeTicketSystem();
  const pager = createFakePager();
  pager.onCallNow = [{ name: "Ana", email: "ana@small.example" }];
  const blobs = createFakeBlobStore();
  const outside: EscalationPorts = {
    ...bench.escalations,
    systems: { tickets: () => tickets, pager: () => pager },
    blobs,
  };
  const read = async (escalation: Escalation, kind: LinkKind): Promise<ExternalChange> => {
    const { key, externalId } = all.link(escalation, kind);
    const found =
      kind === "page" ? await pager.read(key) : await tickets.read(externalId ?? "", "last_comment", null);
    if (!found) throw new Error(`there is no ${kind}`);
    return found;
  };
  const all: OutsideBench = {
    ...bench,
    outside,
    tickets,
    pager,
    blobs,
    async escalated() {
      const turnId: TurnId = await bench.answered();
      const raised = await bench.raise({ turnId });
      if (!raised) throw new Error("nothing was escalated");
      return raised;
    },
    async made() {
      const { id } = await all.escalated();
      await all.work();
      return await all.now(id);
    },
    async work() {
      const subjects = database.tables(tenantId).dispatches.map(({ call }) => call.subject);
      const running = {
        database,
        carrier: createEscalationCarrier(outside),
        clock: outside.clock,
        logger: outside.logger,
      };
      for (const subject of new Set(subjects)) await runDispatches(running, tenantId, subject);
    },
    async now(id) {
      const found = await database.withTenant(tenantId, ({ escalations }) => escalations.find(id));
      if (!found) throw new Error("there is no such escalation");
      return found;
    },
    link({ links }, kind) {
      const link = links.find((one) => one.kind === kind);
      if (!link) throw new Error(`there is no ${kind}`);
      return link;
    },
    theTicket() {
      const [ticket, ...more] = tickets.all;
      if (!ticket || more.length > 0) throw new Error(`there are ${String(tickets.all.length)} tickets`);
      return ticket;
    },
    look: async (escalation, kind, source = "webhook") => {
      const now = await all.now(escalation.id);
      await applyChange(outside, tenantId, all.link(now, kind), await read(now, kind), source);
    },
    apply: (escalation, kind, change) =>
      applyChange(outside, tenantId, all.link(escalation, kind), change, "webhook"),
    news: ({ threadKey }) =>
      bench.notes(threadKey).flatMap((note) => (note.kind === "escalation_news" ? [note.news] : [])),
  };
  return all;
}
