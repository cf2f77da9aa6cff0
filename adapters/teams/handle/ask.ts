import { askInThread, conversationOf } from "../../../core/conversation/ask-in-thread.ts";
import { nameDepartment } from "../../../core/conversation/name-department.ts";
import { readQuestionFiles } from "../../../core/conversation/read-question-files.ts";
import { saysSomething } from "../../../core/conversation/small-talk.ts";
import { validQuestion } from "../../../core/conversation/valid-question.ts";
import type { ReadScope } from "../../../core/identity/access.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { DepartmentId } from "../../../core/ids.ts";
import { detectLanguage } from "../../../core/text/language.ts";
import type { TeamsFile, TeamsOrigin } from "../teams-event.ts";
import { type TeamsAddress, type TeamsThread, threadKey } from "../thread-key.ts";
import type { Errand, TeamsDesk } from "./desk.ts";
import { fileOf } from "./files.ts";
import { assertMayAsk } from "./visitor.ts";

export interface TeamsQuestion {
  readonly origin: TeamsOrigin;
  readonly identity: Identity;
  /** Markdown; may name its department at the start where none was chosen. */
  readonly text: string;
  readonly files: readonly TeamsFile[];
  readonly departmentId: DepartmentId | null;
  readonly thread: TeamsThread;
  /** What everyone who sees the answer may read; null where the asker alone sees it. */
  readonly placeScope: ReadScope | null;
  /** The message that asks; null where none does. */
  readonly messageId: string | null;
  /** The thread that it is about, where the asker alone gets the answer. */
  readonly about: TeamsThread | null;
}

/**
 * Asks what somebody wants to know in Teams, with the files that came along. Throws what `askInThread` throws, and
 * `forbidden` where there is no department that the person can ask.
 */
export async function askFromTeams(
  desk: TeamsDesk,
  { event, bot }: Errand,
  asked: TeamsQuestion,
): Promise<void> {
  const { identity, files, thread, origin } = asked;
  assertMayAsk(identity);
  const { question, departmentId } =
    asked.departmentId === null
      ? nameDepartment(asked.text, identity)
      : { question: asked.text, departmentId: asked.departmentId };
  // Before the files are fetched for nothing.
  if (files.length === 0 || saysSomething(question)) validQuestion(question);
  const key = threadKey(thread);
  const conversationId = conversationOf(event.tenantId, key);
  await readQuestionFiles(desk, event.tenantId, {
    turnId: event.id,
    conversationId,
    files: files.map((file) => fileOf(bot, origin, file)),
    again: event.attempt > 1,
  });
  await askInThread(desk, {
    event,
    identity,
    question,
    departmentId,
    threadKey: key,
    shared: asked.placeScope !== null,
    placeScope: asked.placeScope,
    address: addressOf(asked, question),
    attached: files.length > 0,
  });
  desk.strangeThreads.delete(conversationId);
}

/** `about` is the key of the thread that a private answer could be shown in; `teamId` is of that thread. */
export function addressOf(
  { origin, messageId, about }: Pick<TeamsQuestion, "origin" | "messageId" | "about">,
  question: string,
): TeamsAddress {
  const { userAadId, userId, userMsTenantId, serviceUrl, teamId } = origin;
  return {
    user: userAadId ?? "",
    userId,
    team: userMsTenantId,
    serviceUrl,
    language: detectLanguage(question),
    ...(messageId === null ? {} : { messageId }),
    ...(teamId === null ? {} : { teamId }),
    ...(about === null ? {} : { about: threadKey(about) }),
  };
}

/** The thread that something happened in. */
export const threadOf = ({ conversationType, msTenantId, conversationId }: TeamsOrigin): TeamsThread => ({
  kind: conversationType,
  msTenantId,
  conversationId,
});

/** A question of its own in the chat with the person, under the event that asked it. */
export const ownThread = (
  { msTenantId, userAadId }: TeamsOrigin,
  { event }: Pick<Errand, "event">,
): TeamsThread => ({ kind: "direct", msTenantId, userAadId: userAadId ?? "", nonce: event.id });
