import { askFuller } from "../../../core/conversation/ask-fuller.ts";
import { giveFeedback } from "../../../core/conversation/give-feedback.ts";
import { askHuman } from "../../../core/handoff/ask-human.ts";
import { giveBack } from "../../../core/handoff/give-back.ts";
import { takeOver } from "../../../core/handoff/take-over.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import { type HandoffId, isId, type TurnId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { isApprovalAction } from "../render/approval-actions.ts";
import { isEscalationAction } from "../render/escalation-actions.ts";
import { actionIds, readFeedbackValue } from "../render/action-ids.ts";
import { threadKey } from "../thread-key.ts";
import { addressOf } from "./ask.ts";
import { askFromHome } from "./ask-from-home.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { directPlace } from "./direct-place.ts";
import { refusal } from "./explain-error.ts";
import { feedbackForm } from "./feedback-form.ts";
import { writeFeedbackPlace } from "./feedback-place.ts";
import { inputIds } from "./form-ids.ts";
import { handleApprovalClick } from "./handle-approval.ts";
import { handleEscalationClick } from "./handle-escalation.ts";
import { refreshHome } from "./open-home.ts";
import { reachExperts } from "./reach-experts.ts";
import { readsOutside } from "./reads-outside.ts";
import { showEveryone } from "./show-everyone.ts";
import { plainMessage, slackResponseUrl, tellQuietly } from "./tell.ts";
import type { HandleTexts } from "./handle-texts.ts";
import { handleTexts } from "./texts.ts";
import { identifyPerson, languageOf, type SlackPerson } from "./visitor.ts";

interface Click {
  readonly desk: Desk;
  readonly errand: Errand;
  readonly event: EventOf<"click">;
  readonly identity: Identity;
  readonly language: Language;
}

/** Tell of a choice that is read when something is sent, or open an address. */
const silent: ReadonlySet<string> = new Set([
  inputIds.homeDepartment,
  inputIds.department,
  inputIds.answerWhere,
  inputIds.reason,
  inputIds.openLink,
]);

/** A button, or Enter in the Home tab's field. Each does its work once, however often it comes. */
export async function handleClick(
  desk: Desk,
  errand: Errand,
  event: EventOf<"click">,
): Promise<EventOutcome> {
  if (silent.has(event.actionId)) return "settled";
  if (isApprovalAction(event.actionId)) return await handleApprovalClick(desk, errand, event);
  if (isEscalationAction(event.actionId)) return await handleEscalationClick(desk, errand, event);
  const { workspace } = errand;
  const rated = event.actionId === actionIds.feedback ? readFeedbackValue(event.value) : null;
  // The form first, since the click may be answered for three seconds only.
  if (rated?.rating === "down") await openFeedbackForm(desk, errand, event, rated.turnId);
  const identity = await identifyPerson(desk, workspace, event);
  const language = await languageOf(desk, workspace, event.userId);
  const click: Click = { desk, errand, event, identity, language };
  switch (event.actionId) {
    case actionIds.homeAsk:
    case inputIds.homeQuestion:
      return await askFromHome(desk, errand, event, identity);
    case actionIds.feedback:
      if (!rated) throw refusal("invalid_input", "unknownButton");
      return await rate(click, rated);
    case actionIds.askHuman:
      return await requestHuman(click);
    case actionIds.takeOver:
    case actionIds.giveBack:
      return await moveThread(click, event.actionId === actionIds.takeOver ? "take" : "give");
    case actionIds.showFuller:
      return await showFuller(click);
    case actionIds.showEveryone:
      await showEveryone(desk, errand, event, { identity, turnId: turnOf(event) });
      return await done(click, ({ shared }) => shared);
    default:
      throw refusal("invalid_input", "unknownButton");
  }
}

function turnOf({ value }: EventOf<"click">): TurnId {
  if (!isId(value)) throw refusal("invalid_input", "unknownButton");
  return value as TurnId;
}

/** Says that it is done, where nobody but the person sees it. */
async function done(
  { desk, errand, event, identity, language }: Click,
  say: (words: HandleTexts) => string,
): Promise<"settled"> {
  const text = say(handleTexts[language]);
  const { userId, channelId, container } = event;
  if (container === "home") await refreshHome(desk, errand, { userId, identity, notice: text });
  else {
    const threadTs = event.threadTs ?? null;
    await tellQuietly(
      desk,
      errand.workspace,
      { userId, channelId, threadTs, responseUrl: null },
      plainMessage(text),
    );
  }
  return "settled";
}

async function openFeedbackForm(
  desk: Desk,
  { workspace, event: { attempt } }: Errand,
  { userId, triggerId, channelId, threadTs }: EventOf<"click">,
  turnId: string,
): Promise<void> {
  // A later attempt comes too late for it, and the verdict counts without a reason.
  if (attempt > 1) return;
  const language = await languageOf(desk, workspace, userId);
  const about = writeFeedbackPlace({ turnId, channelId, threadTs });
  await workspace.views.openModal(triggerId, feedbackForm(language, about)).catch((error: unknown) => {
    desk.logger.info("a form for a reason could not be opened in Slack", { team: workspace.teamId, error });
  });
}

/** A bad verdict counts at once; the form adds its reason. */
async function rate(
  click: Click,
  { rating, turnId }: NonNullable<ReturnType<typeof readFeedbackValue>>,
): Promise<EventOutcome> {
  const { member } = click.identity;
  await giveFeedback(click.desk, {
    member,
    turnId: turnId as TurnId,
    feedback: { verdict: rating, reason: null },
  });
  return rating === "up" ? await done(click, ({ thanks }) => thanks) : "settled";
}

async function requestHuman(click: Click): Promise<EventOutcome> {
  const { desk, errand, event, identity } = click;
  const { channelId } = event;
  const responseUrl = slackResponseUrl(event.responseUrl, desk.apiUrl);
  const asked = await askHuman(
    { ...desk, experts: reachExperts(desk, errand.workspace) },
    {
      identity,
      turnId: turnOf(event),
      outside: channelId === null || (await readsOutside(desk, errand.workspace, channelId)),
      // Serves where only the person sees the thread, and the bot may be no member.
      ...(event.container === "ephemeral" && responseUrl !== null && { passing: { responseUrl } }),
    },
  );
  return await done(click, (words) =>
    asked.fresh ? words.humanAsked(asked.experts, !asked.handoff.shared) : words.humanAskedBefore,
  );
}

async function moveThread(click: Click, direction: "take" | "give"): Promise<EventOutcome> {
  const { desk, errand, event, identity } = click;
  if (!isId(event.value)) throw refusal("invalid_input", "unknownButton");
  const handoffId = event.value as HandoffId;
  const place = directPlace(errand.workspace, { externalId: event.userId, workspaceId: event.userTeamId });
  const { shared } =
    direction === "take"
      ? await takeOver(desk, { identity, handoffId, place })
      : await giveBack(desk, { identity, handoffId });
  await done(click, ({ tookOver, tookOverDirectly, gaveBack, closedRequest }) => {
    if (direction === "take") return shared ? tookOver : tookOverDirectly;
    return shared ? gaveBack : closedRequest;
  });
  if (event.container !== "home") await refreshHome(desk, errand, { userId: event.userId, identity });
  return "settled";
}

async function showFuller({ desk, errand, event, identity, language }: Click): Promise<EventOutcome> {
  const { userId, channelId, threadTs } = event;
  if (channelId === null) throw refusal("invalid_input", "unknownButton");
  const person: SlackPerson = event;
  const { responseUrl } = event;
  const address = addressOf(desk, { person, ts: null, responseUrl }, "");
  await askFuller(desk, {
    event: errand.event,
    identity,
    turnId: turnOf(event),
    threadKey: threadKey({
      kind: "private",
      workspaceId: errand.workspace.installationId,
      channelId,
      threadTs: threadTs ?? event.messageTs,
      userId,
      nonce: errand.event.id,
    }),
    address: { ...address, language },
  });
  await tellQuietly(
    desk,
    errand.workspace,
    { userId, channelId, threadTs, responseUrl: null },
    plainMessage(handleTexts[language].fullerComes),
  );
  return "accepted";
}
