import type { Reply } from "../../core/conversation/reply.ts";
import type { TurnEnd } from "../../core/conversation/turn-store.ts";
import type { NewDelivery } from "../../core/delivery/outbox.ts";
import type { NewApproval } from "../../core/approvals/approval-store.ts";
import { noApproval } from "../../core/approvals/policy.ts";
import {
  type ApprovalId,
  type ConversationId,
  type DeliveryId,
  type DepartmentId,
  type DocumentId,
  newId,
  type PassageId,
  type TenantId,
  type TurnId,
  type UserId,
} from "../../core/ids.ts";
import { sensitivities } from "../../core/identity/access.ts";
import type { QuestionPayload, ReceivedEvent, ReceivedQuestion } from "../../core/inbox/inbox.ts";
import type { DocumentUpload } from "../../core/knowledge/document-store.ts";
import type { PassageText } from "../../core/knowledge/passage.ts";

export interface SampleCompany {
  readonly tenantId: TenantId;
  readonly departments: ReadonlyMap<string, DepartmentId>;
  readonly people: ReadonlyMap<string, UserId>;
}

/** A person of the small company by first name. */
export function personOf({ people }: SampleCompany, name: "ada" | "sam" | "vic" | "fay"): UserId {
  for (const [email, id] of people) if (email.startsWith(`${name}@`)) return id;
  throw new Error(`there is no ${name}`);
}

export function departmentOf({ departments }: SampleCompany, slug: "operations" | "finance"): DepartmentId {
  const id = departments.get(slug);
  if (id === undefined) throw new Error(`there is no ${slug}`);
  return id;
}

/** A question of Sam's, in a conversation of its own unless one is named. */
export function sampleQuestion(
  company: SampleCompany,
  change: Partial<Omit<ReceivedQuestion, "payload">> &
    Pick<QuestionPayload, "shared" | "placeScope" | "address"> & {
      readonly question?: string;
      readonly conversationId?: ConversationId;
    } = {},
): ReceivedQuestion {
  const id = change.id ?? newId<TurnId>();
  const channel = change.channel ?? "web";
  const conversationId = change.conversationId ?? newId<ConversationId>();
  const question = change.question ?? "How do I start the pump?";
  const { shared, placeScope, address } = change;
  return {
    id,
    tenantId: company.tenantId,
    userId: change.userId ?? personOf(company, "sam"),
    channel,
    eventId: change.eventId ?? id,
    payload: {
      ...(shared === undefined ? {} : { shared }),
      ...(placeScope === undefined ? {} : { placeScope }),
      ...(address === undefined ? {} : { address }),
      question,
      departmentId: null,
      conversationId,
      threadKey: `${channel}:${conversationId}`,
      title: question,
      language: "en",
    },
  };
}

/** What a platform sent, before anything is known of it. */
export function sampleEvent(
  { tenantId }: Pick<SampleCompany, "tenantId">,
  change: Partial<ReceivedEvent> = {},
): ReceivedEvent {
  const id = change.id ?? newId<TurnId>();
  return { id, tenantId, channel: "slack", eventId: id, body: { kind: "message", text: "ปั๊ม?" }, ...change };
}

export const sampleReply = (turnId: TurnId, text = "Open the valve first. [1]"): Reply => ({
  kind: "answer",
  turnId,
  language: "en",
  text,
  citations: [],
  confidence: { value: 0.8, level: "high", reasons: [] },
  answeredBy: "extractive",
});

export const sampleEnd = (
  turnId: TurnId,
  {
    leaseMs = 600_000,
    text = "Open the valve first. [1]",
    from = "received",
    attempt = 1,
  }: Partial<SampleEnd> = {},
): TurnEnd => ({
  attempt,
  from,
  to: "answered",
  reply: sampleReply(turnId, text),
  failure: null,
  deliveryId: newId<DeliveryId>(),
  audit: [],
  leaseMs,
});
interface SampleEnd {
  readonly leaseMs: number;
  readonly text: string;
  readonly from: TurnEnd["from"];
  readonly attempt: number;
}

/** A draft about the pump that waits for somebody of the department of operations. */
export const sampleApproval = (company: SampleCompany, change: Partial<NewApproval> = {}): NewApproval => ({
  id: newId<ApprovalId>(),
  named: true,
  departmentId: departmentOf(company, "operations"),
  question: "How do I start the pump?",
  why: "low_confidence",
  answer: { text: "Open the valve first. [1]", citations: [], answeredBy: "extractive" },
  confidence: { value: 0.4, level: "medium", reasons: [] },
  label: "public",
  readers: null,
  policy: noApproval,
  sameAs: null,
  ...change,
});

/** The end of a turn that waits for an expert. */
export const sampleWait = (turnId: TurnId, approval: NewApproval): TurnEnd => ({
  ...sampleEnd(turnId),
  to: "waiting",
  reply: {
    kind: "pending",
    turnId,
    language: "en",
    text: "An expert was asked.",
    approvalId: approval.id,
    confidence: approval.confidence,
  },
  approval,
});

/** A message that no turn brings: why there is no answer. */
export const sampleDelivery = (
  change: Partial<NewDelivery> & { readonly text?: string } = {},
): NewDelivery => {
  const { text = "Nobody knows you here.", ...rest } = change;
  return {
    id: newId<DeliveryId>(),
    channel: "slack",
    threadKey: `slack:${newId()}`,
    address: { user: "U1" },
    message: { kind: "failure", turnId: newId<TurnId>(), code: "forbidden", message: text, remedy: null },
    ...rest,
  };
};

export const sampleUpload = (
  company: SampleCompany,
  change: Partial<DocumentUpload> = {},
): DocumentUpload => ({
  id: newId<DocumentId>(),
  departmentId: departmentOf(company, "operations"),
  name: "pump.md",
  mediaType: "text/markdown",
  sizeBytes: 100,
  contentHash: "a".repeat(64),
  sensitivity: "public",
  readers: null,
  uploadedBy: personOf(company, "sam"),
  rights: { lead: true, labels: sensitivities, principals: [] },
  ...change,
});

export const samplePassages = (
  ...texts: readonly string[]
): readonly (PassageText & { readonly id: PassageId })[] =>
  texts.map((text, position) => ({
    id: newId<PassageId>(),
    position,
    headingPath: ["Pump", "Start"],
    page: null,
    text,
    tokens: 3,
  }));

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Of a machine that stands still between two looks, so much counts: nothing is brought about meanwhile. */
const longestLookMs = 1_000;

/**
 * Waits until it is true, or throws what was waited for. Looks the less often the longer it takes, at most a tenth late: a look
 * often costs the database what the product under test could do meanwhile.
 */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  limitMs = 30_000,
): Promise<void> {
  let leftMs = limitMs;
  const began = performance.now();
  for (let looked = began; !(await condition());) {
    if (leftMs < 0) throw new Error(`It did not happen in ${String(limitMs)} ms: ${what}`);
    await pause(Math.min(Math.max((looked - began) / 10, 10), 100));
    const now = performance.now();
    leftMs -= Math.min(now - looked, longestLookMs);
    looked = now;
  }
}
