import { askInThread, conversationOf } from "../../../core/conversation/ask-in-thread.ts";
import { nameDepartment } from "../../../core/conversation/name-department.ts";
import { saysSomething } from "../../../core/conversation/small-talk.ts";
import { validQuestion } from "../../../core/conversation/valid-question.ts";
import type { ReadScope } from "../../../core/identity/access.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { DepartmentId } from "../../../core/ids.ts";
import { detectLanguage } from "../../../core/text/language.ts";
import type { SlackFile } from "../slack-event.ts";
import { type SlackAddress, type SlackThread, threadKey } from "../thread-key.ts";
import type { Desk, Errand } from "./desk.ts";
import { readFiles } from "./read-files.ts";
import { slackResponseUrl } from "./tell.ts";
import { assertMayAsk, type SlackPerson } from "./visitor.ts";

export interface SlackQuestion {
  readonly person: SlackPerson;
  readonly identity: Identity;
  /** Markdown; may name its department at the start where none was chosen. */
  readonly text: string;
  readonly files: readonly SlackFile[];
  readonly departmentId: DepartmentId | null;
  readonly thread: SlackThread;
  /** What everyone who sees the answer may read; null where the asker alone sees it. */
  readonly placeScope: ReadScope | null;
  /** The message that asks; null for a command. */
  readonly ts: string | null;
  readonly responseUrl: string | null;
}

/**
 * Asks what somebody wants to know in Slack, with the files that came along. Throws what `askInThread` throws, and
 * `forbidden` where there is no department that the person can ask.
 */
export async function askFromSlack(
  desk: Desk,
  { event, workspace }: Errand,
  asked: SlackQuestion,
): Promise<void> {
  const { identity, files, thread } = asked;
  assertMayAsk(identity);
  const { question, departmentId } =
    asked.departmentId === null
      ? nameDepartment(asked.text, identity)
      : { question: asked.text, departmentId: asked.departmentId };
  // Before the files are fetched for nothing.
  if (files.length === 0 || saysSomething(question)) validQuestion(question);
  const key = threadKey(thread);
  const conversationId = conversationOf(event.tenantId, key);
  await readFiles(desk, workspace, { turnId: event.id, conversationId, files, again: event.attempt > 1 });
  await askInThread(desk, {
    event,
    identity,
    question,
    departmentId,
    threadKey: key,
    shared: asked.placeScope !== null,
    placeScope: asked.placeScope,
    address: addressOf(desk, asked, question),
    attached: files.length > 0,
  });
  desk.strangeThreads.delete(conversationId);
}

export function addressOf(
  { apiUrl }: Pick<Desk, "apiUrl">,
  { person, ts, responseUrl }: Pick<SlackQuestion, "person" | "ts" | "responseUrl">,
  question: string,
): SlackAddress {
  const url = slackResponseUrl(responseUrl, apiUrl);
  return {
    user: person.userId,
    team: person.userTeamId,
    language: detectLanguage(question),
    ...(ts === null ? {} : { ts }),
    ...(url === null ? {} : { responseUrl: url }),
  };
}
