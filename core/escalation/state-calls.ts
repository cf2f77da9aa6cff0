import { v5 } from "uuid";
import type { DispatchBody, NewDispatch } from "../dispatch/dispatch.ts";
import type { DispatchId } from "../ids.ts";
import { subjectOf } from "./choose-links.ts";
import type { Escalation, EscalationLink } from "./escalation.ts";

/** What somebody does with an escalation that its ticket and its incident follow. */
export type Move = "acknowledge" | "resolve";

/** The calls that have what stands elsewhere follow, in the order of the links. */
export function moveCalls(
  { links, policy }: Pick<Escalation, "links" | "policy">,
  move: Move,
  nameOf: (link: EscalationLink) => DispatchId,
): readonly NewDispatch[] {
  const follows = (link: EscalationLink): boolean =>
    link.state === "pending" ||
    link.state === "open" ||
    (link.state === "acknowledged" && move === "resolve");
  return links.filter(follows).flatMap((link): readonly NewDispatch[] => {
    const body = moveBody(link, policy, move);
    if (body === null) return [];
    const { connectionId } = link;
    return [{ id: nameOf(link), connectionId, subject: subjectOf(link), body, notBefore: null }];
  });
}

/** Null where the policy names no transition for it. */
export function moveBody(
  { id: linkId, kind }: EscalationLink,
  { ticket }: Escalation["policy"],
  move: Move,
): DispatchBody | null {
  if (kind === "page") return { kind: move === "acknowledge" ? "page_acknowledge" : "page_resolve", linkId };
  return ticket?.transitions[move] == null ? null : { kind: "ticket_transition", linkId, to: move };
}

/** The name of a call that follows from the end of another link: the same whoever finds that it has ended. */
export const resolvedWith = (
  { id }: Pick<EscalationLink, "id">,
  { version }: Pick<Escalation, "version">,
  other: Pick<EscalationLink, "id">,
): DispatchId => v5(`resolve with ${id} v${String(version)}`, other.id) as DispatchId;

/** The name of the news that it is resolved, as of a link's end: the same whoever finds it, so that it is told once. */
export const resolvedNews = (
  { id }: Pick<EscalationLink, "id">,
  { version }: Pick<Escalation, "version">,
): string => `resolved ${id} v${String(version)}`;
