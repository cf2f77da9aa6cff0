import { openMatters } from "../../../core/conversation/open-matters.ts";
import { isCourtesy, saysSomething } from "../../../core/conversation/small-talk.ts";
import { isStopWord } from "../../../core/conversation/stop-questions.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import { splitConversationId } from "../thread-key.ts";
import { askFromTeams, threadOf } from "./ask.ts";
import type { Errand, EventOf, TeamsDesk } from "./desk.ts";
import { heldBy } from "./explain-error.ts";
import { findThread } from "./find-thread.ts";
import { stopInThread } from "./stop-asked.ts";
import { tell, tellPrivately } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { assertMayAsk, identifyPerson, languageOf } from "./visitor.ts";
import { departmentsText, emptyQuestionText, helpText, statusText } from "./written-help.ts";

type Command = "help" | "departments" | "status";

const commands: ReadonlyMap<string, Command> = new Map([
  ["help", "help"],
  ["?", "help"],
  ["ช่วยเหลือ", "help"],
  ["วิธีใช้", "help"],
  ["departments", "departments"],
  ["department", "departments"],
  ["แผนก", "departments"],
  ["status", "status"],
  ["สถานะ", "status"],
]);

/** What is asked of the bot itself, in a word of its own; null for a question. */
export const readCommand = (text: string): Command | null =>
  commands.get(text.trim().replace(/^\//, "").toLowerCase()) ?? null;

/**
 * A message that names the bot, one of a personal chat, or one of a channel's thread, which may be a follow-up: that is
 * answered where the bot has answered in the thread, no human holds it, and it is no mere courtesy. Whoever named the bot
 * is told why it does not answer; anything else passes in silence, as all does in a group chat that names nobody.
 */
export async function handleMessage(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"message">,
): Promise<EventOutcome> {
  const { message, addressed, conversationType } = event;
  if (event.userId === event.botId) return "settled";
  if (!addressed && (conversationType !== "channel" || isCourtesy(message.text))) return "settled";
  const { tenantId } = errand.event;
  const thread = threadOf(event);
  // What begins a thread cannot stand in one that the bot knows.
  const begins = splitConversationId(event.conversationId).threadId === message.id;
  const known = begins ? null : await findThread(desk, errand, thread);
  if (!addressed && (!known || known.heldBy)) return "settled";
  const identity = await identifyPerson(desk, tenantId, errand.bot, event);
  if (message.files.length === 0 && isStopWord(message.text)) {
    await stopInThread(desk, errand, event, identity);
    return "settled";
  }
  const command = addressed && message.files.length === 0 ? readCommand(message.text) : null;
  if (command) {
    await obey(desk, errand, event, { command, identity });
    return "settled";
  }
  if (known?.heldBy) throw heldBy(known.heldBy.name);
  if (!addressed && identity.scope.departments.size === 0) return "settled";
  assertMayAsk(identity);
  if (!saysSomething(message.text) && message.files.length === 0) {
    if (!addressed) return "settled";
    const shown = await shownIn(desk, errand, event, identity);
    await tell(desk, errand, event, emptyQuestionText(shown, languageOf(event, message.text)));
    return "settled";
  }
  await askFromTeams(desk, errand, {
    origin: event,
    identity,
    text: message.text,
    files: message.files,
    departmentId: null,
    thread,
    placeScope: await desk.places.scopeOf(tenantId, errand.bot, event, identity.departments),
    messageId: message.id,
    about: null,
  });
  return "accepted";
}

/** Help is said where it was asked for; what is about one person goes to their own chat. */
async function obey(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"message">,
  { command, identity }: { readonly command: Command; readonly identity: Identity },
): Promise<void> {
  const language = languageOf(event, event.message.text);
  switch (command) {
    case "help":
      await tell(desk, errand, event, helpText(await shownIn(desk, errand, event, identity), language));
      return;
    case "departments":
      await tellApart(desk, errand, event, departmentsText(identity, language));
      return;
    case "status": {
      const matters = await openMatters(desk, identity);
      await tellApart(desk, errand, event, statusText(identity, matters, language, desk.modelName));
      return;
    }
  }
}

/** Departments and examples that everyone there may know. */
async function shownIn(
  desk: TeamsDesk,
  { event: { tenantId }, bot }: Errand,
  event: EventOf<"message">,
  { departments, scope }: Identity,
): Promise<Pick<Identity, "departments" | "scope">> {
  return { departments, scope: (await desk.places.scopeOf(tenantId, bot, event, departments)) ?? scope };
}

async function tellApart(
  desk: TeamsDesk,
  errand: Errand,
  event: EventOf<"message">,
  text: string,
): Promise<void> {
  const words = handleTexts[languageOf(event, event.message.text)];
  const told = await tellPrivately(desk, errand, event, text);
  if (event.conversationType === "personal") return;
  await tell(desk, errand, event, told ? words.toldPrivately : words.askPrivately);
}
