import type { Approval } from "../approvals/approval.ts";
import type { Connection } from "../connections/connection.ts";
import type { Database } from "../database.ts";
import type { Note } from "../delivery/channel.ts";
import type { Identity } from "../identity/directory.ts";
import type { Department, Member } from "../identity/member.ts";
import type { EscalationId, TenantId } from "../ids.ts";
import { openActions } from "./escalation-actions.ts";
import type { EscalationAction, EscalationView } from "./escalation-view.ts";
import type { Escalation } from "./escalation.ts";
import { mayAct } from "./may-act.ts";
import { presentLinks } from "./present-links.ts";

interface ViewPorts {
  readonly database: Pick<Database, "withTenant">;
}

/** An escalation as those see it who read its thread; null where there is none. */
export async function presentEscalation(
  ports: ViewPorts,
  tenant: TenantId,
  id: EscalationId,
): Promise<EscalationView | null> {
  const escalation = await ports.database.withTenant(tenant, ({ escalations }) => escalations.find(id));
  if (!escalation) return null;
  const { departments, approval, connections } = await around(ports, tenant, escalation);
  // The words of an answer are asked for and given directly.
  const actions = openActions(escalation, approval).filter((action) => action !== "answer");
  return viewOf(escalation, { departments, connections, named: escalation.named, actions });
}

/** The same for a person of the department in the console, and what they may do with it. Guests learn no names. */
export async function escalationFor(
  ports: ViewPorts,
  { member, departments }: Identity,
  escalation: Escalation,
): Promise<EscalationView> {
  const { approval, connections } = await around(ports, member.tenantId, escalation);
  const actions = openActions(escalation, approval).filter((action) => mayAct(member, escalation, action));
  return viewOf(escalation, { departments, connections, named: mayKnowNames(member, escalation), actions });
}

const mayKnowNames = ({ roles }: Member, { named }: Escalation): boolean => named || !roles.includes("guest");

interface Around {
  readonly departments: readonly Department[];
  readonly approval: Approval | null;
  readonly connections: readonly Connection[];
}

async function around({ database }: ViewPorts, tenant: TenantId, { turnId }: Escalation): Promise<Around> {
  return await database.withTenant(tenant, async ({ members, approvals, connections }) => {
    const [departments, approval, known] = await Promise.all([
      members.departments(),
      approvals.ofTurn(turnId),
      connections.list(),
    ]);
    return { departments, approval, connections: known };
  });
}

interface Seen extends Omit<Around, "approval"> {
  readonly named: boolean;
  readonly actions: readonly EscalationAction[];
}

function viewOf(escalation: Escalation, { departments, connections, named, actions }: Seen): EscalationView {
  const { acknowledged, resolved, language, departmentId } = escalation;
  const moment = (done: Escalation["resolved"]): EscalationView["resolved"] =>
    done && { by: named ? done.by : null, at: done.at.toISOString() };
  return {
    escalationId: escalation.id,
    turnId: escalation.turnId,
    version: escalation.version,
    state: escalation.state,
    severity: escalation.severity,
    triggers: escalation.raised.map(({ trigger }) => trigger),
    question: escalation.question,
    department: departments.find(({ id }) => id === departmentId)?.name[language] ?? null,
    askedBy: named ? escalation.askedByName : null,
    language,
    channel: escalation.channel,
    threadKey: escalation.threadKey,
    address: escalation.address,
    raisedAt: escalation.createdAt.toISOString(),
    acknowledged: moment(acknowledged),
    resolved: moment(resolved),
    links: presentLinks(escalation, connections, named),
    actions,
  };
}

/** Fills in what an escalation's card shows as it stands right before it is posted; leaves other notes to `others`. */
export const presentEscalationNote =
  (ports: ViewPorts, others: (tenant: TenantId, note: Note) => Promise<Note | null>) =>
  async (tenant: TenantId, note: Note): Promise<Note | null> => {
    if (note.kind !== "escalation_status") return await others(tenant, note);
    const view = await presentEscalation(ports, tenant, note.escalationId);
    return view && { ...note, view };
  };
