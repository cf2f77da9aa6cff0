import type { z } from "zod";
import type { Approval, ProposedAnswer } from "../../core/approvals/approval.ts";
import type { Conversation, TurnRecord } from "../../core/conversation/conversation-store.ts";
import type { Reply } from "../../core/conversation/reply.ts";
import type { Identity } from "../../core/identity/directory.ts";
import type { Department } from "../../core/identity/member.ts";
import { canRemove, canUpload } from "../../core/identity/policy.ts";
import type { KnowledgeDocument } from "../../core/knowledge/document.ts";
import type { SearchHit } from "../../core/knowledge/knowledge-index.ts";
import type {
  conversationSchema,
  proposedAnswerSchema,
  replySchema,
  turnSchema,
} from "./contract/conversation.ts";
import type { departmentSchema, personSchema } from "./contract/identity.ts";
import type { documentSchema, passageSchema } from "./contract/knowledge.ts";

/** Each of these names every field that leaves the server; a row never does as it is. */

export const presentPerson = ({ member }: Identity): z.infer<typeof personSchema> => ({
  id: member.id,
  name: member.name,
  email: member.email,
  roles: [...member.roles],
});

export const presentDepartment = (
  { member }: Identity,
  department: Department,
  documentCount: number,
): z.infer<typeof departmentSchema> => ({
  id: department.id,
  slug: department.slug,
  name: department.name,
  description: department.description,
  icon: department.icon,
  exampleQuestions: [...department.exampleQuestions],
  documentCount,
  canUpload: canUpload(member, department),
});

export const presentConversation = (conversation: Conversation): z.infer<typeof conversationSchema> => ({
  id: conversation.id,
  title: conversation.title,
  departmentId: conversation.departmentId,
  createdAt: conversation.createdAt.toISOString(),
  updatedAt: conversation.updatedAt.toISOString(),
});

export const presentAnswer = ({
  text,
  citations,
  answeredBy,
}: ProposedAnswer): z.infer<typeof proposedAnswerSchema> => ({
  text,
  citations: citations.map(({ number, passageId, documentId, title, headingPath, page, quote }) => ({
    number,
    passageId,
    documentId,
    title,
    headingPath: [...headingPath],
    page,
    quote,
  })),
  answeredBy,
});

export function presentReply(reply: Reply): z.infer<typeof replySchema> {
  const { turnId, language, text } = reply;
  const confidence = {
    ...reply.confidence,
    reasons: reply.confidence.reasons.map((reason) => ({ ...reason })),
  };
  if (reply.kind === "answer") {
    const verified = reply.verified ? { verified: { ...reply.verified } } : {};
    return { kind: "answer", turnId, language, confidence, ...presentAnswer(reply), ...verified };
  }
  if (reply.kind === "pending") {
    const draft = reply.draft ? { draft: presentAnswer(reply.draft) } : {};
    return { kind: "pending", turnId, language, text, confidence, approvalId: reply.approvalId, ...draft };
  }
  const nearest = reply.nearest.map(({ documentId, passageId, title, headingPath }) => ({
    documentId,
    passageId,
    title,
    headingPath: [...headingPath],
  }));
  return { kind: "not_found", turnId, language, text, confidence, nearest };
}

/** How far an approval has come, for its asker: no more than they are told. */
const presentProgress = ({
  state,
  level,
  named,
  decision,
  policy,
}: Approval): z.infer<typeof turnSchema>["progress"] => ({
  step:
    state === "taken_over"
      ? "taken_over"
      : state === "escalated"
        ? policy.on_time_out === "escalate"
          ? "escalated"
          : "nobody_decided"
        : level > 0
          ? "asked_others"
          : "asked",
  by: named && state === "taken_over" ? (decision?.byName ?? null) : null,
});

/** `approval`: what a turn waits for; `escalation`: how it stands elsewhere, as its asker sees it. */
export const presentTurn = (
  turn: TurnRecord,
  approval: Approval | null = null,
  escalation: z.infer<typeof turnSchema>["escalation"] = null,
): z.infer<typeof turnSchema> => ({
  id: turn.id,
  conversationId: turn.conversationId,
  question: turn.question,
  state: turn.state,
  departmentId: turn.departmentId,
  createdAt: turn.createdAt.toISOString(),
  reply: turn.reply && presentReply(turn.reply),
  progress: turn.state === "waiting" && approval ? presentProgress(approval) : null,
  escalation,
  failure: turn.failure && {
    code: turn.failure.code,
    message: turn.failure.message,
    remedy: turn.failure.remedy,
  },
  feedback: turn.feedback && { verdict: turn.feedback.verdict, reason: turn.feedback.reason },
});

export const presentDocument = (
  { member, scope }: Identity,
  document: KnowledgeDocument,
): z.infer<typeof documentSchema> => ({
  id: document.id,
  departmentId: document.departmentId,
  name: document.name,
  title: document.title,
  mediaType: document.mediaType,
  sizeBytes: document.sizeBytes,
  sensitivity: document.sensitivity,
  state: document.state,
  failure: document.failure && {
    code: document.failure.code,
    message: document.failure.message,
    remedy: document.failure.remedy,
  },
  warnings: [...document.warnings],
  passageCount: document.passageCount,
  createdAt: document.createdAt.toISOString(),
  updatedAt: document.updatedAt.toISOString(),
  canDelete: canRemove(member, scope, document),
});

export const presentPassage = (passage: SearchHit["passage"]): z.infer<typeof passageSchema> => ({
  id: passage.id,
  position: passage.position,
  headingPath: [...passage.headingPath],
  page: passage.page,
  text: passage.text,
});
