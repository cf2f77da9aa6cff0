import type { AuditEvent } from "../audit/audit-event.ts";
import type { Address } from "../delivery/address.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { ConversationId, DepartmentId, HandoffId, TurnId, UserId } from "../ids.ts";

/** Somebody asked for a human. `open`: nobody has taken it; `taken`: the bot is silent in the thread; `closed`. */
export interface Handoff {
  readonly id: HandoffId;
  readonly turnId: TurnId;
  readonly conversationId: ConversationId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  /** Whether others than the asker see the thread. Where none do, nobody can answer in it, and it is not held. */
  readonly shared: boolean;
  /** Of the question, without `passingNames`: whom the thread's messages address. */
  readonly address: Address;
  readonly departmentId: DepartmentId | null;
  readonly question: string;
  readonly requestedBy: UserId;
  readonly requestedByName: string;
  readonly state: "open" | "taken" | "closed";
  readonly takenBy: UserId | null;
  readonly takenByName: string | null;
  readonly createdAt: Date;
}

/** Each method is one transaction. */
export interface HandoffStore {
  /**
   * Opens one for the turn, or gives the one that is not closed, with `fresh` false. A closed one stays as it is: the
   * turn gets another.
   */
  open(
    handoff: Pick<Handoff, "id" | "turnId" | "requestedBy">,
    audit: readonly AuditEvent[],
  ): Promise<{ readonly handoff: Handoff; readonly fresh: boolean }>;
  find(id: HandoffId): Promise<Handoff | null>;
  /** Compare-and-set from `open`; holds the thread for the person, if it is shared. Null where somebody else was first. */
  take(id: HandoffId, by: UserId, audit: readonly AuditEvent[]): Promise<Handoff | null>;
  /** From `taken` by this person; the bot may speak again. Null where it is not theirs. */
  giveBack(id: HandoffId, by: UserId, audit: readonly AuditEvent[]): Promise<Handoff | null>;
  /** Open ones of these departments (null among them: of no department) and those taken by the person, oldest first. */
  waitingFor(
    user: UserId,
    departments: readonly (DepartmentId | null)[],
    limit: number,
  ): Promise<readonly Handoff[]>;
  /** People who may take it over: leads and approvers of the department; approvers where there is none. */
  experts(
    departmentId: DepartmentId | null,
  ): Promise<readonly { readonly id: UserId; readonly name: string }[]>;
}
