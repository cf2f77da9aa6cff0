import type { Address } from "../delivery/address.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { Principal, Sensitivity } from "../identity/access.ts";
import type {
  ApprovalId,
  ConnectionId,
  ConversationId,
  DepartmentId,
  EscalationId,
  EscalationLinkId,
  HandoffId,
  TurnId,
  UserId,
} from "../ids.ts";
import type { Language } from "../text/language.ts";
import type { EscalationPolicy } from "./policy.ts";
import type { EscalationTrigger, Severity } from "./trigger.ts";

/** `open`: nobody has it in hand. `acknowledged`: somebody has. `resolved`: it is settled; it may be opened again. */
export const escalationStates = ["open", "acknowledged", "resolved"] as const;
export type EscalationState = (typeof escalationStates)[number];

/** Why it was raised, when and by whom (null: by itself). */
export interface Raised {
  readonly trigger: EscalationTrigger;
  readonly at: Date;
  readonly by: UserId | null;
}

/** Somebody of an outside system, who may be nobody's colleague here. */
export interface ExternalPerson {
  readonly name: string;
  /** Null where the system does not tell it. */
  readonly email: string | null;
}

/** A question that nobody has settled, and what stands for it elsewhere. One for each question. */
export interface Escalation {
  readonly id: EscalationId;
  readonly turnId: TurnId;
  readonly approvalId: ApprovalId | null;
  readonly handoffId: HandoffId | null;
  readonly conversationId: ConversationId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  /** Of the question, without `passingNames`. */
  readonly address: Address;
  /** Whether others than the asker see the thread. */
  readonly shared: boolean;
  /** Whether everyone who reads the thread may know the company's people by name. */
  readonly named: boolean;
  readonly departmentId: DepartmentId | null;
  readonly askedBy: UserId;
  readonly askedByName: string;
  readonly language: Language;
  readonly question: string;
  /** The strictest label, and the readers common to, all that its draft rests on. */
  readonly label: Sensitivity;
  readonly readers: readonly Principal[] | null;
  /** In the order in which they came. */
  readonly raised: readonly Raised[];
  readonly severity: Severity;
  /** The policy that it was raised with. */
  readonly policy: EscalationPolicy;
  readonly state: EscalationState;
  /** Counts every change: what shows an older version shows what is no more. */
  readonly version: number;
  readonly acknowledged: { readonly by: string; readonly at: Date } | null;
  readonly resolved: { readonly by: string; readonly at: Date } | null;
  /** Whoever resolved it was asked for the answer; null where nobody was. */
  readonly answerWantedFrom: UserId | null;
  readonly links: readonly EscalationLink[];
  readonly createdAt: Date;
}

export type LinkKind = "ticket" | "page";
/** `pending`: to be made. `failed`: given up; the dispatch says why. The others are the vendor's, in our words. */
export const linkStates = ["pending", "open", "acknowledged", "resolved", "failed"] as const;
export type LinkState = (typeof linkStates)[number];

/** What stands for an escalation in an outside system. */
export interface EscalationLink {
  readonly id: EscalationLinkId;
  readonly escalationId: EscalationId;
  readonly kind: LinkKind;
  readonly connectionId: ConnectionId;
  /** What we name it by at the vendor, before and after it has a name of its own. */
  readonly key: string;
  /** The vendor's own id; null until it is known. */
  readonly externalId: string | null;
  /** As people call it: `OPS-12`, `INC0010023`, `#4711`. */
  readonly externalKey: string | null;
  readonly url: string | null;
  readonly state: LinkState;
  /** The vendor's word for the state. */
  readonly status: string | null;
  readonly assignees: readonly ExternalPerson[];
  readonly resolution: string | null;
  /** When the newest change that was taken in happened at the vendor; an older one changes nothing. */
  readonly changedAt: Date | null;
  /** When it was made there; when somebody was paged. */
  readonly createdAt: Date | null;
  readonly error: string | null;
}
