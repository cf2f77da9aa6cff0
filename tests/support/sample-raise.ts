import type { NewConnection } from "../../core/connections/connection-store.ts";
import type { NewDispatch } from "../../core/dispatch/dispatch.ts";
import type { NewEscalation } from "../../core/escalation/escalation-store.ts";
import type { LinkKind } from "../../core/escalation/escalation.ts";
import { noEscalation } from "../../core/escalation/policy.ts";
import type { EscalationTrigger } from "../../core/escalation/trigger.ts";
import {
  type ConnectionId,
  type DispatchId,
  type EscalationId,
  type EscalationLinkId,
  newId,
  type TurnId,
} from "../../core/ids.ts";
import { departmentOf, type SampleCompany } from "./sample-work.ts";

export const sampleConnection = (change: Partial<NewConnection> = {}): NewConnection => {
  const id = newId<ConnectionId>();
  return {
    id,
    kind: "jira",
    name: `jira ${id}`,
    settings: { base_url: "https://jira.example" },
    sealedSecrets: "sealed",
    createdBy: null,
    ...change,
  };
};

/** A comment for a link, in the link's subject. */
export const sampleDispatch = (
  connectionId: ConnectionId,
  change: Partial<NewDispatch> & { readonly linkId?: EscalationLinkId } = {},
): NewDispatch => {
  const { linkId = newId<EscalationLinkId>(), ...rest } = change;
  return {
    id: newId<DispatchId>(),
    connectionId,
    subject: `${connectionId}/${linkId}`,
    body: { kind: "ticket_comment", linkId, by: "Sam", text: "Still broken." },
    notBefore: null,
    ...rest,
  };
};

export interface SampleRaise {
  readonly escalation: NewEscalation;
  /** Those that make the links. */
  readonly dispatches: readonly NewDispatch[];
}

/** A question about the pump that is raised, with a link of each kind. */
export function sampleRaise(
  company: SampleCompany,
  turnId: TurnId,
  links: Readonly<Partial<Record<LinkKind, ConnectionId>>>,
  change: Partial<NewEscalation> & { readonly trigger?: EscalationTrigger } = {},
): SampleRaise {
  const { trigger = "overdue", ...rest } = change;
  const made = Object.entries(links).map(([kind, connectionId]) => {
    const id = newId<EscalationLinkId>();
    return { id, kind: kind as LinkKind, connectionId, key: `expert-${id}` };
  });
  return {
    escalation: {
      id: newId<EscalationId>(),
      turnId,
      approvalId: null,
      handoffId: null,
      departmentId: departmentOf(company, "operations"),
      named: true,
      question: "How do I start the pump?",
      label: "public",
      readers: null,
      severity: "warning",
      policy: noEscalation,
      raised: { trigger, at: new Date(), by: null },
      links: made,
      ...rest,
    },
    dispatches: made.map(({ id: linkId, kind, connectionId }) => ({
      id: newId<DispatchId>(),
      connectionId,
      subject: `${connectionId}/${linkId}`,
      body: { kind: kind === "ticket" ? "ticket_create" : "page_trigger", linkId },
      notBefore: null,
    })),
  };
}
