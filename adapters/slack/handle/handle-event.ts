import { type ExpertError, isExpertError } from "../../../core/errors.ts";
import type { TakenEvent } from "../../../core/inbox/event-store.ts";
import type { EventHandler, EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { SlackEvent } from "../slack-event.ts";
import { createDesk, type Desk, type Errand, type EventOf, type SlackHandlerPorts } from "./desk.ts";
import { isForPerson } from "../../../core/inbox/chat-refusals.ts";
import { explainError } from "./explain-error.ts";
import { readAskAbout } from "./ask-form.ts";
import { readFeedbackPlace } from "./feedback-place.ts";
import { handleClick } from "./handle-click.ts";
import { handleCommand } from "./handle-command.ts";
import { handleForm } from "./handle-form.ts";
import { handleHomeOpened } from "./handle-home-opened.ts";
import { handleMessage } from "./handle-message.ts";
import { handleShortcut } from "./handle-shortcut.ts";
import { openHome } from "./open-home.ts";
import { readSlackEvent } from "./read-event.ts";
import { plainMessage, tell, type TellPlace } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { identifyPerson, languageOf } from "./visitor.ts";
import type { Workspace } from "./workspace.ts";

/** What a person did; the other events are about channels, people or the installation itself. */
type PersonalEvent = Exclude<
  SlackEvent,
  { readonly kind: "readers_changed" | "person_changed" | "installation_ended" }
>;

/** Handles what Slack told: see `EventHandler`. What a person did wrong they are told in their language, and nobody else. */
export function createSlackHandler(ports: SlackHandlerPorts): EventHandler {
  const desk = createDesk(ports);
  return {
    async handle(event) {
      const told = readSlackEvent(event.body);
      if (!told) {
        desk.logger.error("an event of Slack was stored in a way that is not read here", { event: event.id });
        return "settled";
      }
      if (told.kind === "installation_ended") {
        await desk.endInstallation(event.tenantId, told);
        return "settled";
      }
      const workspace = await openFor(desk, event, told);
      if (!workspace) return "settled";
      if (!isPersonal(told)) return await takeNote(desk, workspace, told);
      const errand: Errand = { event, workspace };
      try {
        return await dispatch(desk, errand, told);
      } catch (error) {
        if (!isForPerson(error)) throw error;
        await explain(desk, errand, told, error);
        return "settled";
      }
    },
    async giveUp(event, error) {
      const told = readSlackEvent(event.body);
      if (!told || !isPersonal(told)) return;
      const workspace = await desk.open(event.tenantId, told.teamId, told.organisationId);
      const language = await languageOf(desk, workspace, told.userId, writtenIn(told));
      const why = isExpertError(error) && isForPerson(error) ? explainError(error, language) : null;
      await tell(desk, workspace, placeOf(told), plainMessage(why ?? handleTexts[language].couldNot));
    },
  };
}

const isPersonal = (event: SlackEvent): event is PersonalEvent =>
  event.kind !== "readers_changed" && event.kind !== "person_changed" && event.kind !== "installation_ended";

function dispatch(desk: Desk, errand: Errand, event: PersonalEvent): Promise<EventOutcome> {
  switch (event.kind) {
    case "message":
      return handleMessage(desk, errand, event);
    case "command":
      return handleCommand(desk, errand, event);
    case "shortcut":
      return handleShortcut(desk, errand, event);
    case "click":
      return handleClick(desk, errand, event);
    case "form":
      return handleForm(desk, errand, event);
    case "home_opened":
      return handleHomeOpened(desk, errand, event);
  }
}

/** Null where the bot may not speak any more: there is nobody to tell then. */
async function openFor(
  { open, logger }: Desk,
  { tenantId }: TakenEvent,
  { teamId, organisationId, kind }: SlackEvent,
): Promise<Workspace | null> {
  try {
    return await open(tenantId, teamId, organisationId);
  } catch (error) {
    if (!isExpertError(error, "channel_refused")) throw error;
    logger.info("an event of a Slack workspace that the bot has left is not handled", { team: teamId, kind });
    return null;
  }
}

/** Forgets what is out of date. */
async function takeNote(
  desk: Desk,
  workspace: Workspace,
  event: EventOf<"readers_changed" | "person_changed">,
): Promise<EventOutcome> {
  switch (event.kind) {
    case "readers_changed":
      desk.channels.forget(event.channelId);
      break;
    case "person_changed": {
      if (await desk.directory.changed(workspace, event.userId)) desk.channels.forgetAll(workspace);
      break;
    }
  }
  return "settled";
}

/** Tells the person what went wrong and what to do: on the Home tab, where they are, or below what they wrote. */
async function explain(desk: Desk, errand: Errand, event: PersonalEvent, error: ExpertError): Promise<void> {
  const { workspace } = errand;
  const language = await languageOf(desk, workspace, event.userId, writtenIn(event));
  const text = explainError(error, language);
  try {
    if (atHome(event)) await tellAtHome(desk, errand, event, text);
    else await tell(desk, workspace, placeOf(event), plainMessage(text));
  } catch (fault) {
    if (!isExpertError(fault, "channel_refused")) throw fault;
    desk.logger.warn("a person could not be told in Slack what went wrong", {
      team: workspace.teamId,
      error,
    });
  }
}

const atHome = (event: PersonalEvent): boolean =>
  event.kind === "home_opened" ? event.tab === "home" : event.kind === "click" && event.container === "home";

async function tellAtHome(desk: Desk, errand: Errand, event: PersonalEvent, text: string): Promise<void> {
  const { workspace } = errand;
  const { userId } = event;
  const identity = await identifyPerson(desk, workspace, event).catch((error: unknown) => {
    if (isForPerson(error)) return null;
    throw error;
  });
  if (identity) await openHome(desk, errand, { userId, identity, notice: text });
  else await workspace.views.publishHome(userId, { type: "home", blocks: plainMessage(text).blocks });
}

function writtenIn(event: PersonalEvent): string {
  if (event.kind === "message" || event.kind === "shortcut") return event.message.text;
  return event.kind === "command" ? event.text : "";
}

function placeOf(event: PersonalEvent): TellPlace {
  const { userId } = event;
  const nowhere = { userId, channelId: null, threadTs: null, responseUrl: null };
  switch (event.kind) {
    case "message":
      return { ...nowhere, channelId: event.channelId, threadTs: event.message.threadTs };
    case "command":
      return { ...nowhere, channelId: event.channelId, responseUrl: event.responseUrl };
    case "shortcut":
      return {
        userId,
        channelId: event.channelId,
        threadTs: event.message.threadTs,
        responseUrl: event.responseUrl,
      };
    case "click":
      return { ...nowhere, channelId: event.channelId, threadTs: event.threadTs };
    case "form": {
      const about = readAskAbout(event.privateMetadata);
      if (about) return { ...about, userId };
      return { ...nowhere, ...readFeedbackPlace(event.privateMetadata) };
    }
    case "home_opened":
      return nowhere;
  }
}
