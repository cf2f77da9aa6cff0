import type { Reply } from "../conversation/reply.ts";
import type { TurnEvent } from "../conversation/turn-event.ts";
import type { ErrorCode } from "../errors.ts";
import type { ApprovalView } from "../approvals/approval-view.ts";
import type { EscalationNews, EscalationView } from "../escalation/escalation-view.ts";
import type { ApprovalId, DeliveryId, EscalationId, HandoffId, TenantId, TurnId, UserId } from "../ids.ts";
import type { Address } from "./address.ts";
import type { ChannelName } from "./channel-name.ts";
import type { Language } from "../text/language.ts";

export interface ThreadRef {
  readonly tenantId: TenantId;
  readonly channel: ChannelName;
  /** The channel's own name of the thread. */
  readonly key: string;
}

/** What identifies a posted message to its channel. */
export type MessageRef = Readonly<Record<string, string>>;

/** What the product tells besides answers. Names are people's names as their company writes them. */
export type Note =
  /** In the thread: a human was asked for. */
  | {
      readonly kind: "human_asked";
      readonly handoffId: HandoffId;
      readonly askedBy: string;
      readonly department: string | null;
      /** Who was told; nobody where no expert can be reached; null where some were whom the thread's readers may not know. */
      readonly experts: readonly string[] | null;
      /** The asker alone sees the thread: the answer comes from a person, and not here. */
      readonly direct?: true;
    }
  /** To an expert, directly: somebody needs you. */
  | {
      readonly kind: "handoff_offered";
      readonly handoffId: HandoffId;
      readonly askedBy: string;
      readonly department: string | null;
      readonly question: string;
      /** The thread that it was asked in. */
      readonly threadKey: string;
      readonly address: Address;
      /** The asker alone sees the thread: it opens for nobody else. */
      readonly direct?: true;
    }
  | { readonly kind: "taken_over"; readonly handoffId: HandoffId; readonly by: string }
  | { readonly kind: "given_back"; readonly by: string }
  /** To an asker whose thread nobody else sees: who writes to them, and where that person is; null where they may not know. */
  | {
      readonly kind: "expert_found";
      readonly expert: { readonly name: string; readonly address: Address } | null;
    }
  /** To the expert: whom to write to. */
  | {
      readonly kind: "asker_waits";
      readonly handoffId: HandoffId;
      readonly askedBy: string;
      readonly address: Address;
      readonly question: string;
    }
  /** To an asker whose thread nobody else sees: the expert is done, or cannot help; null where they may not know who. */
  | { readonly kind: "request_closed"; readonly by: string | null }
  /** To an approver, directly: the approval as it stands when the card is posted. `view` is filled in by then. */
  | {
      readonly kind: "approval_card";
      readonly approvalId: ApprovalId;
      readonly viewer: UserId;
      /** Reminds them; a new message instead of a change of the old one. */
      readonly reminder?: true;
      readonly view?: ApprovalView;
    }
  /** In the thread: what an expert decided the answer to be. */
  | {
      readonly kind: "answer_verified";
      readonly approvalId: ApprovalId;
      /** Who asked, to be told of it; null where the message needs no mention. */
      readonly askedBy: string | null;
      readonly reply: Extract<Reply, { kind: "answer" }>;
    }
  /** In place of it: the expert took it back; null where the readers may not know who. */
  | { readonly kind: "answer_withdrawn"; readonly by: string | null }
  /** In the thread, on the way to a decision; null where the readers may not know names. */
  | {
      readonly kind: "approval_progress";
      readonly step: "asked_others" | "escalated" | "nobody_decided" | "taken_over";
      readonly names: readonly string[] | null;
    }
  /** In the thread: an expert looked, and there is no answer. */
  | {
      readonly kind: "approval_rejected";
      readonly by: string | null;
      readonly reason: string | null;
    }
  /** To an asker, directly: what could not be posted where they asked. The message is none of these notes itself. */
  | {
      readonly kind: "moved_here";
      readonly from: ChannelName;
      readonly question: string;
      readonly message: OutgoingMessage;
    }
  /** In the thread: a question that was escalated, as it stands when the message is posted. `view` is filled in by then. */
  | {
      readonly kind: "escalation_status";
      readonly escalationId: EscalationId;
      readonly view?: EscalationView;
    }
  /** In the thread: what has just happened to it. */
  | { readonly kind: "escalation_news"; readonly escalationId: EscalationId; readonly news: EscalationNews }
  /** To whoever resolved it, directly: what is the answer? */
  | {
      readonly kind: "answer_wanted";
      readonly escalationId: EscalationId;
      /** As people call what they resolved: `#4711`, `OPS-12`. */
      readonly resolvedAs: string;
      readonly askedBy: string;
      readonly department: string | null;
      readonly question: string;
    }
  /** In the thread: the asker shows everyone what only they saw. */
  | { readonly kind: "answer_shared"; readonly by: string; readonly reply: Reply };

/** What is delivered: a reply, why there is none, or a note. */
export type OutgoingMessage =
  | { readonly kind: "reply"; readonly turnId: TurnId; readonly reply: Reply }
  | {
      readonly kind: "failure";
      readonly turnId: TurnId;
      readonly code: ErrorCode;
      readonly message: string;
      readonly remedy: string | null;
    }
  | {
      readonly kind: "note";
      readonly turnId: TurnId | null;
      readonly language: Language;
      readonly note: Note;
      /** The message that it takes the place of: changed where it stands, posted anew where it is gone. */
      readonly replaces?: DeliveryId;
    };

export interface ChannelLimits {
  /** Longest text of one message, in characters. */
  readonly textLength: number;
}

/** How a message's thread stands. */
export interface Surroundings {
  /** Whether a human has taken it over. */
  readonly held: boolean;
  /** Whether no other turn of it runs or waits to be answered, in whichever process. */
  readonly alone: boolean;
}

/** One attempt to post a message. */
export interface Posting {
  /** Tells repeats of one message. */
  readonly key: string;
  /** From 1. A later one may follow a post whose result was never learned. */
  readonly attempt: number;
  readonly address: Address;
  /** Messages that showed the progress of the turn that this ends, whichever process has posted them, in order. */
  readonly shown: readonly MessageRef[];
  /** Where the message stands that this one takes the place of; null where there is none, or it was never posted. */
  readonly standing: MessageRef | null;
  /** Parts of the message that an earlier attempt has placed, by their number from 0. */
  readonly placed: ReadonlyMap<number, MessageRef>;
  /** Aborted where another worker has taken the message over: nothing more may be posted. */
  readonly signal: AbortSignal;
  /**
   * Keeps where a part stands as soon as it does, for an attempt that follows a crash. Needless for the last part, whose
   * `post` returns. Never throws: what could not be kept may be posted again.
   */
  keepPlaced(part: number, ref: MessageRef): Promise<void>;
  /** For channels that had to wait before they could post, or that find in the thread what they know nothing of. */
  around(): Promise<Surroundings>;
}

/** A turn whose progress is shown where it was asked. */
export interface FollowedTurn {
  readonly id: TurnId;
  readonly language: Language;
  readonly address: Address;
  /** From 1. A later one may find what an earlier one has shown. */
  readonly attempt: number;
  /** Whether its progress may still be shown: it runs under this attempt, and no human has taken its thread over. */
  mayShow(): Promise<boolean>;
  /** Keeps with the turn what shows its progress, for whoever posts its end; never blocks and never throws. */
  keep(shown: readonly MessageRef[]): void;
  /** Its asker wants no more of it, and said so where it is shown; never blocks and never throws. */
  stop(): void;
}

/** Where people talk with the expert. */
export interface Channel {
  readonly name: ChannelName;
  readonly limits: ChannelLimits;
  /**
   * Posts a message; at least once per message. Throws `rate_limited` with the fact `retryAfterMs` where the channel
   * wants a pause and nothing was posted but what `placed` tells, `channel_refused` where it will never take it, `channel_unavailable`, and
   * `cancelled` where it found the thread held.
   */
  post(thread: ThreadRef, message: OutgoingMessage, posting: Posting): Promise<MessageRef>;
  /** Takes back what was shown of a turn that a human answers instead; `shown` as of `Posting`. */
  withdraw(thread: ThreadRef, turn: TurnId, shown: readonly MessageRef[]): Promise<void>;
  /** Shows a turn's progress from now on; what it returns never blocks and never throws. `post` ends it. */
  follow(thread: ThreadRef, turn: FollowedTurn): (event: TurnEvent) => void;
}
