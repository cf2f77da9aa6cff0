import type { Approval, ApprovalCard, ApprovalDecision, Vote } from "../../../core/approvals/approval.ts";
import type { VerifiedAnswer } from "../../../core/approvals/verified-answer.ts";
import type { AuditEvent, RecordedAuditEvent } from "../../../core/audit/audit-event.ts";
import type { SealedBatch } from "../../../core/audit/verify-chain.ts";
import type { Budget } from "../../../core/budgets/budget.ts";
import type { UsageRecord } from "../../../core/budgets/usage.ts";
import type { Conversation, Feedback } from "../../../core/conversation/conversation-store.ts";
import type { Reply } from "../../../core/conversation/reply.ts";
import type { TurnFailure, TurnWork } from "../../../core/conversation/turn-store.ts";
import { isFinished, type TurnState } from "../../../core/conversation/turn.ts";
import type { Connection } from "../../../core/connections/connection.ts";
import { type ChannelName, channelNames } from "../../../core/delivery/channel-name.ts";
import type { MessageRef } from "../../../core/delivery/channel.ts";
import type { ConversationReference } from "../../../core/delivery/conversation-reference.ts";
import type { NewDelivery } from "../../../core/delivery/outbox.ts";
import type { Attachment, AttachmentPassage } from "../../../core/conversation/attachment.ts";
import type { DispatchState, NewDispatch } from "../../../core/dispatch/dispatch.ts";
import type { Escalation, EscalationLink } from "../../../core/escalation/escalation.ts";
import type { Handoff } from "../../../core/handoff/handoff.ts";
import type { ChannelPerson, KnownIdentity } from "../../../core/identity/channel-identity.ts";
import type { GroupId } from "../../../core/identity/groups/group-id.ts";
import type { GroupGrant } from "../../../core/identity/groups/group-store.ts";
import type { Installation } from "../../../core/identity/installation.ts";
import {
  type ApprovalId,
  type ConnectionId,
  type EscalationId,
  newId,
  type TenantId,
  type TurnId,
  type UserId,
  type VerifiedAnswerId,
} from "../../../core/ids.ts";
import type { Department, LocalAccount, Member } from "../../../core/identity/member.ts";
import type { QuestionPayload, ReceivedEvent } from "../../../core/inbox/inbox.ts";
import type { KnowledgeDocument } from "../../../core/knowledge/document.ts";
import type { PassageText } from "../../../core/knowledge/passage.ts";
import type { PassageId } from "../../../core/ids.ts";

/** An event, and what it was found to ask. */
export interface InboxRow extends Omit<ReceivedEvent, "body"> {
  body: object | null;
  userId: UserId | null;
  payload: QuestionPayload | null;
  readonly receivedAt: number;
  cancelRequested: boolean;
  taken: boolean;
  leaseUntil: number | null;
  attempts: number;
  /** Attempts that ended in a pause. */
  pauses: number;
}

export type QuestionRow = InboxRow & {
  readonly channel: ChannelName;
  readonly userId: UserId;
  readonly payload: QuestionPayload;
};

/** Only channels bring questions; outside systems bring news. */
export const isQuestion = (row: InboxRow): row is QuestionRow =>
  row.payload !== null && row.userId !== null && channelNames.some((name) => name === row.channel);

export interface TurnRow {
  readonly id: TurnId;
  readonly event: QuestionRow;
  readonly createdAt: number;
  departmentId: Conversation["departmentId"];
  state: TurnState;
  work: TurnWork;
  reply: Reply | null;
  failure: TurnFailure | null;
  cancelRequested: boolean;
  attempts: number;
  leaseUntil: number;
  shown: readonly MessageRef[];
  readonly feedback: Map<UserId, Feedback>;
}

export interface ConversationRow {
  readonly id: Conversation["id"];
  readonly userId: UserId;
  readonly channel: ChannelName;
  readonly threadKey: string;
  /** Whether several people ask in it. */
  readonly shared: boolean;
  title: string;
  departmentId: Conversation["departmentId"];
  readonly createdAt: number;
  updatedAt: number;
  deleted: boolean;
  /** Who has taken the thread over. */
  heldBy: UserId | null;
}

export interface OutboxRow {
  delivery: NewDelivery;
  /** Once it was posted. */
  ref?: MessageRef;
  readonly placed: Map<number, MessageRef>;
  state: "pending" | "posted" | "dead" | "withheld";
  attempts: number;
  nextAttemptAt: number;
  leaseUntil: number | null;
  readonly createdAt: number;
}

export interface DocumentRow {
  document: KnowledgeDocument;
  revision: number;
  publishedRevision: number;
  publishedHash: string | null;
  /** What the revision under way brings once it is published. */
  next: Pick<KnowledgeDocument, "sensitivity" | "readers" | "uploadedBy"> | null;
  attempts: number;
  leaseUntil: number | null;
}

export interface PassageRow extends PassageText {
  readonly id: PassageId;
  readonly documentId: KnowledgeDocument["id"];
  readonly revision: number;
  embedding: Float32Array | null;
  embeddingModel: string | null;
}

export interface IdentityRow extends Pick<KnownIdentity, "userId"> {
  readonly person: ChannelPerson;
  matchedBy: KnownIdentity["matchedBy"];
  checkedAt: number;
  readonly createdAt: number;
}

/** What a directory last said of somebody. */
export interface GroupPersonRow {
  readonly userId: UserId;
  readonly guest: boolean;
  readonly groups: readonly GroupId[];
  readonly readAt: number;
  /** What the audit trail was last told of. */
  told: object;
}

export interface InstallationRow {
  installation: Installation;
  refreshingUntil: number;
}

export interface ReferenceRow {
  reference: ConversationReference;
  toldAt: number;
  welcomed: boolean;
  welcomingUntil: number | null;
}

export interface HandoffRow extends Pick<
  Handoff,
  "id" | "turnId" | "conversationId" | "departmentId" | "requestedBy"
> {
  state: Handoff["state"];
  takenBy: UserId | null;
  readonly createdAt: number;
  /** Tells in which order they were taken; 0 where it was not. */
  taking: number;
}

type Told =
  "conversationId" | "channel" | "threadKey" | "address" | "shared" | "askedBy" | "askedByName" | "language";

/** What is told of the question and of people is looked up. */
export interface ApprovalRow extends Omit<
  { -readonly [Name in keyof Approval]: Approval[Name] },
  Told | "votes" | "decision" | "withdrawn"
> {
  /** What the bot drafted. */
  readonly drafted: Approval["answer"];
  votes: readonly Omit<Vote, "name">[];
  decision: Omit<ApprovalDecision, "byName"> | null;
  withdrawn: Omit<Vote, "name"> | null;
  leaseUntil: number | null;
  attempts: number;
  /** When it last became `escalated`. */
  escalatedAt: number | null;
  readonly cards: Map<string, ApprovalCard>;
}

/** What is told of the question and of people is looked up. */
export interface EscalationRow extends Omit<
  { -readonly [Name in keyof Escalation]: Escalation[Name] },
  Told | "conversationId" | "links"
> {
  links: LinkRow[];
}

export interface LinkRow extends Omit<
  { -readonly [Name in keyof EscalationLink]: EscalationLink[Name] },
  "escalationId"
> {
  lookedAt: number;
}

export type ConnectionRow = { -readonly [Name in keyof Connection]: Connection[Name] };

export interface DispatchRow {
  readonly call: NewDispatch;
  state: DispatchState;
  attempts: number;
  nextAttemptAt: number;
  leaseUntil: number | null;
  doubtSince: number | null;
  /** As it was when the call was taken. */
  doubtBefore: number | null;
  lastError: string | null;
  readonly createdAt: number;
  begunAt: number;
}

export type VerifiedRow = Omit<VerifiedAnswer, "approvedByName">;

export interface AbsenceRow {
  readonly until: Date;
  readonly delegate: UserId | null;
}

export interface AttachmentRow extends Attachment {
  readonly passages: readonly AttachmentPassage[];
  readonly createdAt: number;
}

export interface AuditRow {
  readonly event: RecordedAuditEvent;
  /** What is hashed of it. */
  readonly text: string;
  sealed: boolean;
}

/** One tenant's rows. Stores change them without waiting inside, so that each method is one transaction. */
export interface Tables {
  readonly tenantId: TenantId;
  readonly slug: string;
  readonly companyName: string;
  readonly timeZone: string;
  departments: readonly Department[];
  readonly members: Map<UserId, Member>;
  readonly accounts: readonly LocalAccount[];
  readonly inbox: Map<string, InboxRow>;
  readonly turns: Map<string, TurnRow>;
  readonly conversations: Map<string, ConversationRow>;
  readonly outbox: OutboxRow[];
  readonly documents: Map<string, DocumentRow>;
  passages: PassageRow[];
  readonly identities: Map<string, IdentityRow>;
  readonly groupGrants: GroupGrant[];
  readonly groupPeople: Map<string, GroupPersonRow>;
  readonly installations: Map<string, InstallationRow>;
  readonly references: Map<string, ReferenceRow>;
  readonly handoffs: HandoffRow[];
  readonly approvals: Map<ApprovalId, ApprovalRow>;
  readonly escalations: Map<EscalationId, EscalationRow>;
  readonly connections: Map<ConnectionId, ConnectionRow>;
  readonly dispatches: DispatchRow[];
  readonly verified: Map<VerifiedAnswerId, VerifiedRow>;
  readonly absences: Map<UserId, AbsenceRow>;
  readonly signIns: Map<UserId, Date>;
  readonly approvalChannels: Map<UserId, ChannelName>;
  readonly attachments: AttachmentRow[];
  readonly budgets: Map<string, Budget>;
  /** What was spent in each window. */
  readonly spent: Map<string, { requests: number; tokens: number }>;
  readonly usage: Map<string, UsageRecord>;
  readonly audit: AuditRow[];
  readonly seals: SealedBatch[];
  now(): number;
}

export function record(tables: Tables, events: readonly AuditEvent[], subject?: string): void {
  for (const event of events) {
    const recorded: RecordedAuditEvent = {
      metadata: {},
      ...(subject === undefined ? {} : { resourceId: subject }),
      ...event,
      id: newId(),
      createdAt: new Date(tables.now()),
    };
    tables.audit.push({ event: recorded, text: JSON.stringify(recorded), sealed: false });
  }
}

/** What waits for a worker in a conversation of the web that is this person's, or will be. */
export function waitingOf(tables: Tables, user: UserId): readonly QuestionRow[] {
  return [...tables.inbox.values()].filter(isQuestion).filter((event) => {
    const conversation = tables.conversations.get(event.payload.conversationId);
    const open = conversation === undefined || (conversation.userId === user && !conversation.deleted);
    return event.userId === user && event.channel === "web" && !event.taken && open;
  });
}

export const isRunning = ({ state }: { readonly state: TurnState }): boolean => !isFinished(state);
