import { isExpertError } from "../../../core/errors.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { firstName } from "./first-name.ts";
import { exampleQuestions } from "../../../core/identity/askable-departments.ts";
import { openHome } from "./open-home.ts";
import { plainMessage } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { identifyPerson, languageOf } from "./visitor.ts";

/** Slack shows no more: https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts */
const promptsShown = 4;

/** The Home tab is drawn; the messages tab gets examples to ask, and the first time ever a greeting. */
export async function handleHomeOpened(
  desk: Desk,
  errand: Errand,
  event: EventOf<"home_opened">,
): Promise<EventOutcome> {
  const identity = await identifyPerson(desk, errand.workspace, event);
  if (event.tab === "home") await openHome(desk, errand, { userId: event.userId, identity });
  else await welcome(desk, errand, event, identity);
  return "settled";
}

async function welcome(
  desk: Desk,
  { workspace }: Errand,
  { channelId, userId }: EventOf<"home_opened">,
  identity: Identity,
): Promise<void> {
  const { messages } = workspace;
  const language = await languageOf(desk, workspace, userId);
  const words = handleTexts[language];
  await once(desk, `${workspace.tenantId} ${workspace.installationId} ${userId}`, async () => {
    if (!(await messages.isEmpty(channelId))) return;
    await messages.postOnce(
      { channelId, threadTs: null },
      plainMessage(words.greeting(firstName(identity.member.name))),
      { key: `greeting-${userId}`, since: null, again: true },
    );
  });
  const examples = exampleQuestions(identity, language, promptsShown);
  if (examples.length === 0) return;
  try {
    await messages.suggest(channelId, words.promptsTitle, examples);
  } catch (error) {
    // Not every workspace has the pane.
    if (!isExpertError(error, "channel_refused")) throw error;
    desk.logger.debug("Slack shows no suggested questions here", { team: workspace.teamId, error });
  }
}

/** Slack tells of each opening, and two may be handled at once: neither sees the other's greeting yet. */
async function once({ greetings }: Desk, person: string, greet: () => Promise<void>): Promise<void> {
  const running = greetings.get(person);
  if (running) {
    await running;
    return;
  }
  const greeting = greet();
  greetings.set(person, greeting);
  await greeting.catch((error: unknown) => {
    greetings.delete(person);
    throw error;
  });
}
