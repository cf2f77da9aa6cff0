import type { Clock } from "../clock.ts";
import type { Database } from "../database.ts";
import type { ChannelName } from "../delivery/channel-name.ts";
import type { Escalate } from "../escalation/raise-request.ts";
import type { People } from "../identity/directory.ts";
import type { TenantId, TurnId, UserId } from "../ids.ts";
import type { Logger } from "../logger.ts";
import type { Queue } from "../queue.ts";
import type { Approval } from "./approval.ts";
import type { ApproverReach, OnCall } from "./approver-reach.ts";

/** What becomes of decisions as knowledge. Doing either again changes nothing. */
export interface Learning {
  /** Keeps what was approved or corrected as a verified answer that is found from now on. */
  learn(tenant: TenantId, approval: Approval): Promise<void>;
  /** Serves what was learned from it no longer. */
  forget(tenant: TenantId, approval: Approval, by: UserId): Promise<void>;
}

/** Somebody answers a question in its thread in place of the bot. */
export interface TakenOver {
  readonly turnId: TurnId;
  /** What they took over by, a UUID: the approval or the handoff. */
  readonly about: string;
  readonly by: { readonly userId: UserId; readonly name: string };
}

/** What approvals are carried through with. */
export interface ApprovalPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
  readonly people: Pick<People, "identify">;
  /** How approvers are reached directly, by channel. */
  readonly reach: ReadonlyMap<ChannelName, ApproverReach>;
  /** Null where no pager is configured. */
  readonly onCall: OnCall | null;
  readonly learning: Learning;
  /** Escalates what nobody decided or an expert rejected; absent where nothing escalates. */
  readonly escalate?: Escalate;
  /** Tells what stands for an escalated question elsewhere what its approval has come to; absent where nothing escalates. Again it changes nothing. */
  readonly tellEscalated?: (tenant: TenantId, approval: Approval) => Promise<void>;
  /** Tells it that somebody answers in the question's thread; absent where nothing escalates. Again it changes nothing. */
  readonly tellTakenOver?: (tenant: TenantId, taken: TakenOver) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}
