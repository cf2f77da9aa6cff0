import type { Identity } from "../identity/directory.ts";
import { refuse } from "../identity/refuse.ts";
import type { EscalationId } from "../ids.ts";
import { addComment } from "./comment.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { Escalation } from "./escalation.ts";
import { findEscalation } from "./find-escalation.ts";
import { mayAct } from "./may-act.ts";
import { setStateByHand } from "./set-state.ts";
import { takeAnswer } from "./take-answer.ts";

/** What a person does with an escalation, in its thread or in the console. */
export interface ActOnEscalation {
  readonly identity: Identity;
  readonly escalationId: EscalationId;
  readonly act:
    | { readonly kind: "acknowledge" }
    | { readonly kind: "resolve" }
    /** Markdown. */
    | { readonly kind: "comment"; readonly text: string }
    /** What the answer is to whoever asked, Markdown; it is approved before it is sent, as any other. */
    | { readonly kind: "answer"; readonly text: string };
}

/**
 * Does it, and has the ticket and the incident follow; gives the escalation as it stands then. Throws `not_found`;
 * `forbidden` with the reason; `conflict` where it is too late or nothing takes it; and `invalid_input`. Again it changes nothing.
 */
export async function actOnEscalation(
  ports: EscalationPorts,
  { identity: { member }, escalationId, act }: ActOnEscalation,
): Promise<Escalation> {
  const { tenantId } = member;
  const escalation = await findEscalation(ports, tenantId, escalationId);
  if (!mayAct(member, escalation, act.kind)) {
    await refuse(ports, member, {
      resourceType: "escalation",
      resourceId: escalationId,
      reason: "escalation_not_yours",
      message: "Only leads and approvers of the department, and admins, may do this with an escalation.",
      remedy: "Leave it to the department.",
    });
  }
  switch (act.kind) {
    case "acknowledge":
    case "resolve":
      return await setStateByHand(ports, member, escalation, act.kind);
    case "comment":
      await addComment(ports, member, escalation, act.text);
      return escalation;
    case "answer": {
      const by = { userId: member.id, name: member.name, email: member.email };
      await takeAnswer(ports, tenantId, { escalation, text: act.text, by });
      return await findEscalation(ports, tenantId, escalationId);
    }
  }
}
