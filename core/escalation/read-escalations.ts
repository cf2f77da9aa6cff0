import type { Page } from "../conversation/conversation-store.ts";
import type { Database } from "../database.ts";
import { ExpertError } from "../errors.ts";
import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import type { DepartmentId, EscalationId } from "../ids.ts";
import type { EscalationView } from "./escalation-view.ts";
import type { Escalation, EscalationState } from "./escalation.ts";
import { findEscalation } from "./find-escalation.ts";
import { mayAct } from "./may-act.ts";
import { escalationFor } from "./present-escalation.ts";
import { presentLinks } from "./present-links.ts";

interface ReadPorts {
  readonly database: Pick<Database, "withTenant">;
}

/** An escalation of a list, with its ticket and incident as they are shown. */
export interface ListedEscalation {
  readonly escalation: Escalation;
  readonly links: EscalationView["links"];
}

/**
 * Whose escalations a person looks after: an admin those of all departments, a lead and an approver those of their own, and
 * admins and approvers also those of none (null).
 */
export function departmentsLookedAfter({ member, departments }: Identity): readonly (DepartmentId | null)[] {
  const of = (departmentId: DepartmentId | null): boolean =>
    mayAct(member, { departmentId, askedBy: noOne, answerWantedFrom: null }, "acknowledge");
  return [...departments.map(({ id }) => id), null].filter(of);
}
const noOne = "" as Escalation["askedBy"];

/** Those that this person looks after, newest first. Throws `department_unknown` where the slug is none of theirs. */
export async function listEscalations(
  { database }: ReadPorts,
  identity: Identity,
  query: {
    readonly states: readonly EscalationState[];
    /** The slug of a department; null: of all. */
    readonly department: string | null;
    readonly cursor: string | null;
    readonly limit: number;
  },
): Promise<Page<ListedEscalation>> {
  const { states, cursor, limit } = query;
  const departments = chosen(identity, query.department);
  if (departments.length === 0) return { items: [], nextCursor: null };
  return await database.withTenant(identity.member.tenantId, async ({ escalations, connections }) => {
    const [page, known] = await Promise.all([
      escalations.list({ departments, states, cursor, limit }),
      connections.list(),
    ]);
    const items = page.items.map((escalation) => ({
      escalation,
      links: presentLinks(escalation, known, true),
    }));
    return { items, nextCursor: page.nextCursor };
  });
}

function chosen(identity: Identity, slug: string | null): readonly (DepartmentId | null)[] {
  const theirs = departmentsLookedAfter(identity);
  if (slug === null) return theirs;
  const department = identity.departments.find((one) => one.slug === slug);
  if (department && theirs.includes(department.id)) return [department.id];
  throw new ExpertError("department_unknown", "There is no such department whose escalations you see.", {
    remedy: "Choose another department.",
  });
}

/** One escalation as a person sees it. */
export interface ReadEscalation {
  readonly escalation: Escalation;
  readonly view: EscalationView;
  /** How many calls to outside systems are still to be made for it. */
  readonly undelivered: number;
}

/** For whoever looks after it, was asked for its answer, or asked the question. Throws `not_found`, and `forbidden` with the reason. */
export async function readEscalation(
  ports: ReadPorts,
  identity: Identity,
  id: EscalationId,
): Promise<ReadEscalation> {
  const { member } = identity;
  const escalation = await findEscalation(ports, member.tenantId, id);
  if (!mayAct(member, escalation, "comment")) {
    await refuse(ports, member, {
      resourceType: "escalation",
      resourceId: id,
      reason: "escalation_not_yours",
      message: "Only leads and approvers of the department, admins and whoever asked see this escalation.",
      remedy: "Ask a lead of the department.",
    });
  }
  const view = await escalationFor(ports, identity, escalation);
  const waiting = await ports.database.withTenant(member.tenantId, async ({ dispatches }) => {
    const counts = await Promise.all(escalation.links.map((link) => dispatches.waiting(link.id)));
    return counts.reduce((sum, count) => sum + count, 0);
  });
  return { escalation, view, undelivered: waiting };
}
