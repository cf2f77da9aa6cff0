import type { NewDispatch } from "../dispatch/dispatch.ts";
import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import { ExpertError } from "../errors.ts";
import type { Member } from "../identity/member.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import { type DispatchId, newId } from "../ids.ts";
import { subjectOf } from "./choose-links.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";
import { findEscalation } from "./find-escalation.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";

type ByHand = "acknowledge" | "resolve";

const states = { acknowledge: "acknowledged", resolve: "resolved" } as const;

/**
 * Takes an escalation in hand or settles it here, by a person who may: its ticket and its incident follow. Throws `conflict`
 * where it is resolved and is to be acknowledged; again it changes nothing.
 */
export async function setStateByHand(
  ports: EscalationPorts,
  member: Member,
  escalation: Escalation,
  act: ByHand,
): Promise<Escalation> {
  const { tenantId: tenant, id: userId, name } = member;
  const { id, turnId: turn } = escalation;
  if (act === "acknowledge" && escalation.state === "resolved") throw resolvedAlready(escalation);
  const to = states[act];
  const calls = callsFor(escalation, act);
  const changed = await ports.database.withTenant(tenant, ({ escalations }) =>
    escalations.setState(id, to, { userId, name }, calls, [
      {
        event: `escalation.${to}`,
        status: "success",
        userId,
        resourceType: "escalation",
        resourceId: id,
        metadata: { turn, where: "here" },
      },
    ]),
  );
  const now = changed ?? (await findEscalation(ports, tenant, id));
  await tellStatus(ports, tenant, now);
  if (changed === null) return now;
  const news =
    act === "acknowledge"
      ? ({ what: "acknowledged", by: name, where: "here" } as const)
      : ({ what: "resolved", by: name, where: "here", resolution: null } as const);
  await tellNews(ports, tenant, now, news, `${to} v${String(now.version)}`);
  await wakeDispatches(ports, tenant, calls);
  return now;
}

function callsFor({ links, policy }: Escalation, act: ByHand): readonly NewDispatch[] {
  const follows = (link: EscalationLink): boolean =>
    link.state === "pending" || link.state === "open" || (link.state === "acknowledged" && act === "resolve");
  return links.filter(follows).flatMap((link): readonly NewDispatch[] => {
    const body = bodyOf(link, policy, act);
    if (body === null) return [];
    const { connectionId } = link;
    return [{ id: newId<DispatchId>(), connectionId, subject: subjectOf(link), body, notBefore: null }];
  });
}

/** Null where the policy names no transition for it. */
function bodyOf(
  { id: linkId, kind }: EscalationLink,
  { ticket }: Escalation["policy"],
  act: ByHand,
): NewDispatch["body"] | null {
  if (kind === "page") return { kind: act === "acknowledge" ? "page_acknowledge" : "page_resolve", linkId };
  return ticket?.transitions[act] == null ? null : { kind: "ticket_transition", linkId, to: act };
}

function resolvedAlready({ resolved }: Escalation): ExpertError {
  const name = resolved?.by;
  return new ExpertError("conflict", `${name ?? "Somebody"} has resolved this already.`, {
    remedy: "Ask again in the thread if it is not settled.",
    facts: {
      reason: "escalation_resolved" satisfies RefusalReason,
      ...(name !== undefined && { name }),
      ...(resolved !== null && { at: resolved.at.toISOString() }),
    },
  });
}
