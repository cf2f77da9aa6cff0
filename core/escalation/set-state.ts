import { wakeDispatches } from "../dispatch/wake-dispatches.ts";
import { ExpertError } from "../errors.ts";
import type { Member } from "../identity/member.ts";
import type { RefusalReason } from "../identity/refusal-reason.ts";
import { type DispatchId, newId } from "../ids.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import { findEscalation } from "./find-escalation.ts";
import { type Move, moveCalls } from "./state-calls.ts";
import { tellNews, tellStatus } from "./tell-escalation.ts";

const states = { acknowledge: "acknowledged", resolve: "resolved" } as const;

/**
 * Takes an escalation in hand or settles it here, by a person who may: its ticket and its incident follow. Throws `conflict`
 * where it is resolved and is to be acknowledged; again it changes nothing. The thread is told before it is kept, so that a
 * crash in between loses no line: whoever tries again finds it told.
 */
export async function setStateByHand(
  ports: EscalationPorts,
  member: Member,
  escalation: Escalation,
  act: Move,
): Promise<Escalation> {
  const { tenantId: tenant, id: userId, name } = member;
  const { id, turnId: turn } = escalation;
  if (act === "acknowledge" && escalation.state === "resolved") throw resolvedAlready(escalation);
  const to = states[act];
  const calls = moveCalls(escalation, act, () => newId<DispatchId>());
  if (escalation.state !== to) {
    const news =
      act === "acknowledge"
        ? ({ what: "acknowledged", by: name, where: "here" } as const)
        : ({ what: "resolved", by: name, where: "here", resolution: null } as const);
    await tellNews(ports, tenant, escalation, news, `${to} v${String(escalation.version)}`);
  }
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
  if (changed !== null) await wakeDispatches(ports, tenant, calls);
  return now;
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
