import type { Approver } from "../approvals/approval-store.ts";
import { findPlace } from "../approvals/cards.ts";
import { standingApproval } from "../approvals/corrected-answer.ts";
import { writeNotes } from "../delivery/write-notes.ts";
import type { Reached } from "../handoff/find-direct-place.ts";
import type { TenantId } from "../ids.ts";
import { isSent } from "./escalated-draft.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation, EscalationLink, ExternalPerson } from "./escalation.ts";

/**
 * Asks for the answer in direct messages: whoever resolved it, else whoever has acknowledged it, else the department's
 * leads; the first of them who can be reached. Nobody where an answer was sent that was not called wrong since. Again it asks
 * nobody else.
 */
export async function askResolver(
  ports: EscalationPorts,
  tenant: TenantId,
  escalation: Escalation,
  link: EscalationLink,
  resolver: ExternalPerson | null,
): Promise<void> {
  if (await isAnswered(ports, tenant, escalation)) return;
  const asked = await whoToAsk(ports, tenant, escalation, resolver);
  for (const person of asked) {
    const found = await findPlace(ports, tenant, person);
    if (found) {
      await ask(ports, tenant, escalation, link, person, found);
      return;
    }
  }
  ports.logger.info("nobody could be asked for the answer of what was resolved", {
    escalation: escalation.id,
    tried: asked.length,
  });
}

async function isAnswered(
  ports: EscalationPorts,
  tenant: TenantId,
  { turnId, raised }: Escalation,
): Promise<boolean> {
  const own = await ports.database.withTenant(tenant, ({ approvals }) => approvals.ofTurn(turnId));
  if (!own) return false;
  const standing = await standingApproval(ports, tenant, own);
  const { decision } = standing;
  if (!isSent(standing) || decision === null) return false;
  return !raised.some(({ trigger, at }) => trigger === "wrong" && at > decision.at);
}

async function ask(
  ports: EscalationPorts,
  tenant: TenantId,
  { id, turnId, language, question, askedByName, departmentId, version }: Escalation,
  { externalKey, externalId, key }: EscalationLink,
  { id: user }: Approver,
  { channel, place }: Reached,
): Promise<void> {
  const departments = await ports.database.withTenant(tenant, async ({ escalations, members }) => {
    // Asked again by whoever goes on after a crash; of two who resolved it at once, one is asked.
    const isAsked =
      (await escalations.wantAnswer(id, user)) || (await escalations.find(id))?.answerWantedFrom === user;
    return isAsked ? await members.departments() : null;
  });
  if (departments === null) return;
  await writeNotes(ports, tenant, [
    {
      about: id,
      which: `answer wanted v${String(version)}`,
      channel,
      ...place,
      turnId,
      language,
      note: {
        kind: "answer_wanted",
        escalationId: id,
        resolvedAs: externalKey ?? externalId ?? key,
        askedBy: askedByName,
        department: departments.find((one) => one.id === departmentId)?.name[language] ?? null,
        question,
      },
    },
  ]);
}

/** The one who was asked before stays the only one. */
async function whoToAsk(
  { database }: EscalationPorts,
  tenant: TenantId,
  { departmentId, askedBy, acknowledged, answerWantedFrom }: Escalation,
  resolver: ExternalPerson | null,
): Promise<readonly Approver[]> {
  const email = resolver?.email ?? null;
  return await database.withTenant(tenant, async ({ approvals, identities }) => {
    if (answerWantedFrom !== null) return await approvals.people([answerWantedFrom]);
    const user = email === null ? null : await identities.userByEmail(email);
    const [resolved, leads, approvers] = await Promise.all([
      user === null ? [] : approvals.people([user]),
      approvals.approvers(departmentId, { role: "lead", emails: [] }),
      approvals.approvers(departmentId, { role: "approver", emails: [] }),
    ]);
    const took = [...leads, ...approvers].filter(({ name }) => name === acknowledged?.by);
    const all = [...resolved, ...took, ...leads].filter(({ id }) => id !== askedBy);
    return [...new Map(all.map((one) => [one.id, one])).values()];
  });
}
