import type { ChannelName } from "../delivery/channel-name.ts";
import type { Address } from "../delivery/address.ts";
import type { EscalationId, TurnId } from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { EscalationState, LinkState } from "./escalation.ts";
import type { EscalationTrigger, Severity } from "./trigger.ts";

export const escalationActions = ["acknowledge", "resolve", "comment", "answer"] as const;
export type EscalationAction = (typeof escalationActions)[number];

/** A ticket or an incident as it is shown. Moments are ISO 8601. */
export interface LinkView {
  readonly kind: "ticket" | "page";
  readonly system: "jira" | "servicenow" | "pagerduty";
  readonly state: LinkState;
  /** As people call it; null until it is made. */
  readonly name: string | null;
  readonly url: string | null;
  /** The vendor's word for the state. */
  readonly status: string | null;
  /** Who has it, or was paged; null where the readers may not know names. */
  readonly assignees: readonly string[] | null;
  readonly resolution: string | null;
  readonly madeAt: string | null;
  /** Where it could not be made: why, in words for people. */
  readonly error: string | null;
}

/** One escalation as those see it who read its thread. */
export interface EscalationView {
  readonly escalationId: EscalationId;
  readonly turnId: TurnId;
  readonly version: number;
  readonly state: EscalationState;
  readonly severity: Severity;
  /** Newest last. */
  readonly triggers: readonly EscalationTrigger[];
  readonly question: string;
  readonly department: string | null;
  /** Null where the reader may not know. */
  readonly askedBy: string | null;
  readonly language: Language;
  readonly channel: ChannelName;
  readonly threadKey: string;
  readonly address: Address;
  readonly raisedAt: string;
  readonly acknowledged: { readonly by: string | null; readonly at: string } | null;
  readonly resolved: { readonly by: string | null; readonly at: string } | null;
  readonly links: readonly LinkView[];
  /** What may be done with it now. In a thread: what any reader may try; who may is asked when it is done. */
  readonly actions: readonly EscalationAction[];
}

/** Something that has just happened to an escalation, as a line in its thread. Names are null where the readers may not know them. */
export type EscalationNews =
  | { readonly what: "paged"; readonly who: readonly string[] | null; readonly at: string }
  | { readonly what: "ticket_created"; readonly name: string; readonly url: string | null }
  | {
      readonly what: "acknowledged";
      readonly by: string | null;
      readonly where: "pagerduty" | "jira" | "servicenow" | "here";
    }
  | { readonly what: "assigned"; readonly name: string; readonly to: readonly string[] | null }
  | { readonly what: "status"; readonly name: string; readonly status: string }
  | {
      readonly what: "resolved";
      readonly by: string | null;
      readonly where: "pagerduty" | "jira" | "servicenow" | "here";
      readonly resolution: string | null;
    }
  | { readonly what: "reopened"; readonly by: string | null }
  | { readonly what: "comment"; readonly name: string; readonly by: string | null; readonly text: string }
  | { readonly what: "failed"; readonly system: "jira" | "servicenow" | "pagerduty"; readonly error: string }
  /** Of a ticket or an incident that stands, something could not be done: a comment, a move, the asking of others to join. */
  | {
      readonly what: "not_done";
      readonly system: "jira" | "servicenow" | "pagerduty";
      readonly wanted: "comment" | "move" | "responders";
      readonly error: string;
    };
