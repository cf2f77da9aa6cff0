import type { Carried } from "../dispatch/dispatch-carrier.ts";
import type { DispatchBody } from "../dispatch/dispatch.ts";
import { ExpertError } from "../errors.ts";
import { answerComment } from "./answer-comment.ts";
import type { EscalationPorts } from "./escalation-ports.ts";
import type { HeldLink } from "./held-link.ts";

type Comment = Extract<DispatchBody, { kind: "ticket_comment" }>;
type Transition = Extract<DispatchBody, { kind: "ticket_transition" }>;

/** Writes a person's words, or the answer that they gave here, to the ticket. Throws `channel_refused` where there is no ticket. */
export async function commentTicket(ports: EscalationPorts, held: HeldLink<Comment>): Promise<Carried> {
  const {
    dispatch,
    connection,
    body: { by, text, answers },
    link: { externalId },
  } = held;
  if (externalId === null) {
    throw new ExpertError("channel_refused", "There is no ticket to write this to.", {
      remedy: "Have the ticket made again first, then this.",
    });
  }
  const words = answers === undefined ? text : await answerComment(ports, held, answers);
  if (words === null) return "done";
  const tickets = ports.systems.tickets(connection);
  await held.call(() => tickets.comment(externalId, { key: dispatch.id, by, text: words }));
  return "done";
}

/** Moves the ticket as the policy names it; nothing where it names none, there is no ticket, or it stands so already. */
export async function moveTicket(ports: EscalationPorts, held: HeldLink<Transition>): Promise<Carried> {
  const { connection, link, escalation, body } = held;
  const { externalId, state } = link;
  const name = escalation.policy.ticket?.transitions[body.to] ?? null;
  const isThere = state === "resolved" || (body.to === "acknowledge" && state === "acknowledged");
  if (name === null || externalId === null || isThere) return "done";
  const tickets = ports.systems.tickets(connection);
  await held.call(() => tickets.transition(externalId, name));
  return "done";
}
