import { v5 } from "uuid";
import type { ApprovalPorts, TakenOver } from "../approvals/approval-ports.ts";
import { type Approval, isCorrection, type Vote } from "../approvals/approval.ts";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { NewDispatch } from "../dispatch/dispatch.ts";
import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import type { DispatchId, TenantId, TurnId } from "../ids.ts";
import { commentKinds } from "./add-to-standing.ts";
import { subjectOf } from "./choose-links.ts";
import type { Escalation, EscalationLink, EscalationState } from "./escalation.ts";
import type { EscalationNews } from "./escalation-view.ts";
import { countAsResolved } from "./count-as-resolved.ts";
import type { RaisePorts } from "./raise.ts";
import { sharingTexts } from "./sharing-texts.ts";
import { moveCalls, resolvedNews, resolvedWith } from "./state-calls.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";

/**
 * Tells what stands for an escalated question elsewhere what its approval has come to: an answer resolves it, one that is
 * taken back opens it again, and who takes the thread over has it in hand. Each is done once, however often it is tried.
 */
export const createTellEscalated =
  (ports: RaisePorts): NonNullable<ApprovalPorts["tellEscalated"]> =>
  async (tenant, approval) => {
    const { state, decision, withdrawn, reviewOf, turnId } = approval;
    // What is asked again because it had expired was settled long ago.
    if ((reviewOf !== null && !isCorrection(approval)) || decision === null) return;
    const by = { userId: decision.by, name: decision.byName, at: decision.at };
    if (state === "taken_over") await tellTakenOver(ports, tenant, { turnId, about: approval.id, by });
    else if (state === "approved" || state === "corrected") await tellAnswered(ports, tenant, approval, by);
    else if (state === "withdrawn" && withdrawn) await tellWithdrawn(ports, tenant, approval, withdrawn);
  };

/** The same of whoever takes the thread over without an approval. */
export const createTellTakenOver =
  (ports: RaisePorts): NonNullable<ApprovalPorts["tellTakenOver"]> =>
  (tenant, taken) =>
    tellTakenOver(ports, tenant, taken);

/** Has it in hand who answers in the thread in place of the bot. */
async function tellTakenOver(
  ports: RaisePorts,
  tenant: TenantId,
  { turnId, about, by }: TakenOver,
): Promise<void> {
  const escalation = await escalationOf(ports, tenant, turnId);
  if (!escalation) return;
  const which = `taken over ${about}`;
  const text = sharingTexts[escalation.language].takenOver;
  const told = escalation.links.filter(takesWords).map((link): NewDispatch => ({
    ...callOf(link, which),
    body: { kind: commentKinds[link.kind], linkId: link.id, by: by.name, text },
  }));
  if (escalation.state !== "open") {
    await write(ports, tenant, told);
    await tellStatus(ports, tenant, escalation);
    return;
  }
  await put(ports, tenant, escalation, {
    to: "acknowledged",
    by,
    news: { what: "acknowledged", by: by.name, where: "here" },
    which,
    first: told,
    calls: moveCalls(escalation, "acknowledge", ({ id }) => v5(which, id) as DispatchId),
    audit: auditOf(escalation, "escalation.acknowledged", by, about),
  });
}

async function tellAnswered(
  ports: RaisePorts,
  tenant: TenantId,
  { id, turnId }: Approval,
  by: Vote,
): Promise<void> {
  const escalation = await escalationOf(ports, tenant, turnId);
  if (!escalation) return;
  const { links, language } = escalation;
  const which = `answered ${id} ${by.at.toISOString()}`;
  const text = sharingTexts[language].answeredWithheld;
  const told = links.filter(isTicket).map((link): NewDispatch => ({
    ...callOf(link, which),
    body: { kind: "ticket_comment", linkId: link.id, by: by.name, text, answers: id },
  }));
  if (escalation.state === "resolved") {
    await write(ports, tenant, told);
    await tellStatus(ports, tenant, escalation);
    return;
  }
  // As if the ticket had ended: where it has, and brought the answer, all of this is known by the same names.
  const stands = links.find(isTicket) ?? links[0];
  await put(ports, tenant, escalation, {
    to: "resolved",
    by,
    news: { what: "resolved", by: by.name, where: "here", resolution: null },
    which: stands ? resolvedNews(stands, escalation) : which,
    first: told,
    calls: moveCalls(escalation, "resolve", (link) =>
      stands ? resolvedWith(stands, escalation, link) : (v5(which, link.id) as DispatchId),
    ),
    audit: auditOf(escalation, "escalation.resolved", by, id),
  });
}

async function tellWithdrawn(
  ports: RaisePorts,
  tenant: TenantId,
  { id, turnId }: Approval,
  by: Vote,
): Promise<void> {
  const found = await escalationOf(ports, tenant, turnId);
  if (!found || (await hasOther(ports, tenant, turnId, id))) return;
  const which = `withdrawn ${id} ${by.at.toISOString()}`;
  const text = sharingTexts[found.language].withdrawn;
  const told = found.links.filter(isTicket).map((link): NewDispatch => ({
    ...callOf(link, which),
    body: { kind: "ticket_comment", linkId: link.id, by: by.name, text },
  }));
  // Settled otherwise after that, it stays so.
  if (found.state !== "resolved" || (found.resolved !== null && found.resolved.at > by.at)) {
    await write(ports, tenant, told);
    await tellStatus(ports, tenant, found);
    return;
  }
  const escalation = await countAsResolved(ports, tenant, found);
  await put(ports, tenant, escalation, {
    to: "open",
    by,
    news: { what: "reopened", by: by.name },
    which,
    first: told,
    calls: [],
    audit: auditOf(escalation, "escalation.reopened", by, id),
  });
}

/** Whether another answer has taken its place. */
async function hasOther(
  { database }: RaisePorts,
  tenant: TenantId,
  turnId: TurnId,
  id: Approval["id"],
): Promise<boolean> {
  const turn = await database.withTenant(tenant, ({ threads }) => threads.turn(turnId));
  const standing = turn?.reply?.kind === "answer" ? turn.reply.verified : undefined;
  return standing !== undefined && standing.approvalId !== id;
}

interface Put {
  readonly to: EscalationState;
  readonly by: TakenOver["by"];
  readonly news: EscalationNews;
  /** The news' name: the same is told once. */
  readonly which: string;
  /** Calls that are made whoever else has changed the state, and those that follow from the change. */
  readonly first: readonly NewDispatch[];
  readonly calls: readonly NewDispatch[];
  readonly audit: AuditEvent;
}

/** Tells the thread, then keeps it: a crash in between is made good by whoever tries again. */
async function put(
  ports: RaisePorts,
  tenant: TenantId,
  escalation: Escalation,
  { to, by, news, which, first, calls, audit }: Put,
): Promise<void> {
  await tellNews(ports, tenant, escalation, news, which);
  const all = [...first, ...calls];
  const changed = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.setState(escalation.id, to, by, all, [audit]),
  );
  if (changed === null) await write(ports, tenant, first);
  await tellStatus(ports, tenant, changed ?? escalation);
  await wakeDispatches(ports, tenant, all);
}

async function write(ports: RaisePorts, tenant: TenantId, calls: readonly NewDispatch[]): Promise<void> {
  if (calls.length === 0) return;
  await ports.database.withTenant(tenant, ({ dispatches }) => dispatches.write(calls));
  await wakeDispatches(ports, tenant, calls);
}

const escalationOf = async (
  { database }: RaisePorts,
  tenant: TenantId,
  turn: TurnId,
): Promise<Escalation | null> =>
  await database.withTenant(tenant, ({ escalations }) => escalations.ofTurn(turn));

const takesWords = ({ state }: EscalationLink): boolean => state !== "failed";
const isTicket = (link: EscalationLink): boolean => link.kind === "ticket" && takesWords(link);

const callOf = (link: EscalationLink, which: string): Omit<NewDispatch, "body"> => ({
  id: v5(`tell ${which}`, link.id) as DispatchId,
  connectionId: link.connectionId,
  subject: subjectOf(link),
  notBefore: null,
});

const auditOf = (
  { id, turnId: turn }: Escalation,
  event: AuditEvent["event"],
  { userId }: TakenOver["by"],
  about: string,
): AuditEvent => ({
  event,
  status: "success",
  userId,
  resourceType: "escalation",
  resourceId: id,
  metadata: { turn, where: "here", about },
});
