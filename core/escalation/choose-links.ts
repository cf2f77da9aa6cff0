import { v5 } from "uuid";
import { afterWorkingTime } from "../approvals/working-time.ts";
import type { Connection } from "../connections/connection.ts";
import type { NewDispatch } from "../dispatch/dispatch.ts";
import { type ConnectionId, type DispatchId, type EscalationLinkId, newId } from "../ids.ts";
import type { EscalationLink, LinkKind } from "./escalation.ts";
import type { EscalationPolicy } from "./policy.ts";
import { type EscalationTrigger, severities, type Severity } from "./trigger.ts";

/** What a policy wants to be made for a question. */
export interface WantedLink {
  readonly kind: LinkKind;
  /** The connection's name. */
  readonly connection: string;
}

export const severer = (one: Severity, other: Severity): Severity =>
  severities.indexOf(one) >= severities.indexOf(other) ? one : other;

/** What the policy wants for one trigger: nothing, a ticket, a page or both. */
export function wantedLinks(
  { on, ticket, page }: EscalationPolicy,
  trigger: EscalationTrigger,
  severity: Severity,
): readonly WantedLink[] {
  const to = on[trigger];
  const pages = page !== null && severities.indexOf(severity) >= severities.indexOf(page.from_severity);
  return [
    ...(ticket !== null && (to === "ticket" || to === "both")
      ? [{ kind: "ticket", connection: ticket.connection } as const]
      : []),
    ...(pages && (to === "page" || to === "both")
      ? [{ kind: "page", connection: page.connection } as const]
      : []),
  ];
}

/** Whether a connection can make such a link. */
export const makes = (kind: LinkKind, { kind: system }: Pick<Connection, "kind">): boolean =>
  kind === "ticket" ? system === "jira" || system === "servicenow" : system === "pagerduty";

export type NewLink = Pick<EscalationLink, "id" | "kind" | "connectionId" | "key">;

export const newLink = (kind: LinkKind, connectionId: ConnectionId): NewLink => {
  const id = newId<EscalationLinkId>();
  return { id, kind, connectionId, key: `expert-${id}` };
};

/** What a page is named by that is made after an earlier one was settled. */
export const renewedKey = (call: DispatchId): string => `expert-${call}`;

/** When somebody is paged: at once for what is critical and within working hours (null), else when they begin. */
export function pagedNotBefore(
  { working_hours }: Pick<EscalationPolicy, "working_hours">,
  severity: Severity,
  now: Date,
): Date | null {
  // A moment of working time lies within the hours; now does where it begins at once.
  const worked = afterWorkingTime(now, 1, working_hours);
  return severity === "critical" || worked.getTime() - now.getTime() <= 1 ? null : worked;
}

/** The calls that make a link. */
export function callsToMake(
  { id: linkId, kind, connectionId }: NewLink,
  policy: EscalationPolicy,
  severity: Severity,
  now: Date,
): readonly NewDispatch[] {
  const subject = subjectOf({ id: linkId, connectionId });
  const notBefore = kind === "page" ? pagedNotBefore(policy, severity, now) : null;
  const call = (body: NewDispatch["body"]): NewDispatch => ({
    id: newId<DispatchId>(),
    connectionId,
    subject,
    body,
    notBefore,
  });
  if (kind === "ticket") return [call({ kind: "ticket_create", linkId })];
  const emails = policy.page?.responders ?? [];
  return [
    call({ kind: "page_trigger", linkId }),
    ...(emails.length === 0 ? [] : [call({ kind: "page_responders", linkId, emails })]),
  ];
}

/** The calls that page once more for something new, after an earlier page was settled or needless; the same for the same trigger. */
export function callsToPageAgain(
  { id: linkId, connectionId }: EscalationLink,
  { page, working_hours }: EscalationPolicy,
  severity: Severity,
  trigger: EscalationTrigger,
  now: Date,
): readonly NewDispatch[] {
  const notBefore = pagedNotBefore({ working_hours }, severity, now);
  const call = (what: string, body: NewDispatch["body"]): NewDispatch => ({
    id: v5(`${what} again ${trigger}`, linkId) as DispatchId,
    connectionId,
    subject: subjectOf({ id: linkId, connectionId }),
    body,
    notBefore,
  });
  const emails = page?.responders ?? [];
  return [
    call("page", { kind: "page_trigger", linkId, again: true }),
    ...(emails.length === 0 ? [] : [call("responders", { kind: "page_responders", linkId, emails })]),
  ];
}

/** Calls of one link are made one after the other. */
export const subjectOf = ({ id, connectionId }: Pick<EscalationLink, "id" | "connectionId">): string =>
  `${connectionId}/${id}`;
