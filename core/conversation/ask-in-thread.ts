import { createHash } from "node:crypto";
import { v5 } from "uuid";
import type { AuditEvent } from "../audit/audit-event.ts";
import type { Database } from "../database.ts";
import type { Address } from "../delivery/address.ts";
import { ExpertError } from "../errors.ts";
import { type ReadScope, storeScope } from "../identity/access.ts";
import type { Identity } from "../identity/directory.ts";
import type { ConversationId, DepartmentId, TenantId } from "../ids.ts";
import type { TakenEvent } from "../inbox/event-store.ts";
import type { Receipt } from "../inbox/inbox.ts";
import type { Queue } from "../queue.ts";
import { detectLanguage } from "../text/language.ts";
import { conversationTitle } from "./conversation-title.ts";
import { assertAskable, validQuestion } from "./valid-question.ts";
import { wakeTurn } from "./wake-turn.ts";

export interface AskInThreadPorts {
  readonly database: Pick<Database, "withTenant">;
  readonly queue: Pick<Queue, "enqueue">;
}

export interface ThreadQuestion {
  readonly event: Pick<TakenEvent, "id" | "tenantId" | "channel">;
  readonly identity: Identity;
  readonly question: string;
  /** Asked by name; null lets the router choose. */
  readonly departmentId: DepartmentId | null;
  /** Where the reply goes: the channel's own name of the thread. */
  readonly threadKey: string;
  /** Whether several people ask in the thread, each in their own name. */
  readonly shared: boolean;
  /** What everyone who sees the answer may read; null where the asker alone sees it. */
  readonly placeScope: ReadScope | null;
  readonly address: Address;
  /** Files came with it that were added before: then the question itself may be empty. */
  readonly attached?: boolean;
}

/** What is asked by files alone. */
const questionOfFiles = "What does this file say?";

/**
 * The conversation of a thread: a UUID of version 5, made of the thread's key within the tenant. Events of one thread
 * that arrive at once, in several processes, meet in one conversation without having to look for it.
 */
export const conversationOf = (tenant: TenantId, threadKey: string): ConversationId =>
  v5(threadKey, tenant) as ConversationId;

/**
 * Makes a question of an event: once this resolves, it will be answered in its thread. Doing it again changes nothing.
 * Throws `question_empty`, `question_too_long`, `department_unknown`, or `forbidden` for a guest whom no department is
 * open to, changing nothing.
 */
export async function askInThread(ports: AskInThreadPorts, asked: ThreadQuestion): Promise<Receipt> {
  const { event, identity, departmentId, threadKey, placeScope } = asked;
  const { member, scope } = identity;
  assertAdmitted(identity);
  const question = validQuestion(
    asked.attached === true && !/[\p{L}\p{N}]/u.test(asked.question) ? questionOfFiles : asked.question,
  );
  assertAskable(scope, departmentId);
  const conversationId = conversationOf(event.tenantId, threadKey);
  const payload = {
    question,
    departmentId,
    conversationId,
    threadKey,
    title: conversationTitle(question),
    language: detectLanguage(question),
    shared: asked.shared,
    ...(placeScope ? { placeScope: storeScope(placeScope) } : {}),
    address: asked.address,
  };
  const audit: AuditEvent = {
    event: "chat.request",
    status: "started",
    userId: member.id,
    resourceType: "turn",
    resourceId: event.id,
    requestHash: createHash("sha256").update(question, "utf8").digest("hex"),
    metadata: { channel: event.channel },
  };
  const fresh = await ports.database.withTenant(event.tenantId, ({ events }) =>
    events.accept(event.id, { userId: member.id, payload }, [audit]),
  );
  await wakeTurn(ports, event.tenantId, event.id);
  return { turnId: event.id, conversationId, fresh };
}

function assertAdmitted({ member, scope }: Identity): void {
  if (!member.roles.includes("guest") || scope.departments.size > 0) return;
  throw new ExpertError("forbidden", "You are not known here, and no department answers guests.", {
    remedy: "Ask the administrator to add you with the e-mail address that you use here.",
  });
}
