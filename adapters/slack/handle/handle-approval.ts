import { escalateApproval, withdrawAnswer } from "../../../core/approvals/act.ts";
import { type Decision, decide } from "../../../core/approvals/decide.ts";
import { prepareDecision } from "../../../core/approvals/prepare-decision.ts";
import type { ExpertError } from "../../../core/errors.ts";
import type { Identity } from "../../../core/identity/directory.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import type { ApprovalId } from "../../../core/ids.ts";
import type { Language } from "../../../core/text/language.ts";
import { type ApprovalClick, readApprovalClick } from "../render/approval-actions.ts";
import { messageOf } from "../render/message.ts";
import { quoted } from "../render/quoted.ts";
import { section } from "../render/split-blocks.ts";
import {
  approvalForm,
  consoleButton,
  loadingApproval,
  readApprovalPlace,
  refusedApproval,
  type WrittenDecision,
  writtenDecisions,
} from "./approval-forms.ts";
import { approvalWords } from "./approval-words.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { explainApproval } from "./explain-approval.ts";
import { isForPerson } from "../../../core/inbox/chat-refusals.ts";
import { explainError, refusal } from "./explain-error.ts";
import { inputIds } from "./form-ids.ts";
import { refreshHome } from "./open-home.ts";
import { tell } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { identifyPerson, languageOf } from "./visitor.ts";

/** As much of what somebody wrote in vain is given back as a section holds. */
const givenBack = 2_500;

/** A button of an approval's card. The card itself then shows how it stands, on every channel. */
export async function handleApprovalClick(
  desk: Desk,
  errand: Errand,
  event: EventOf<"click">,
): Promise<EventOutcome> {
  const click = readApprovalClick(event.value);
  if (!click) throw refusal("invalid_input", "unknownButton");
  const written = writtenDecisions.find((decision) => decision === click.action);
  if (written) return await openForm(desk, errand, event, click, written);
  const { workspace } = errand;
  const { userId } = event;
  const language = await languageOf(desk, workspace, userId);
  const identity = await identifyPerson(desk, workspace, event);
  try {
    await act(desk, identity, click);
  } catch (error) {
    if (!isForPerson(error)) throw error;
    const failed = { error, approvalId: click.approvalId, language };
    await refuse(desk, errand, { ...event, identity, atHome: event.container === "home" }, failed);
    return "settled";
  }
  if (event.container === "home")
    await refreshHome(desk, errand, { userId, identity, notice: approvalWords[language].done[click.action] });
  return "settled";
}

async function act(
  desk: Desk,
  identity: Identity,
  { action, approvalId, revision }: ApprovalClick,
): Promise<void> {
  const { approvals } = desk;
  switch (action) {
    case "approve":
    case "take_over":
      await decide(approvals, { identity, approvalId, decision: { kind: action }, revision });
      return;
    case "escalate":
      await escalateApproval(approvals, { identity, approvalId });
      return;
    case "undo":
      await withdrawAnswer(approvals, { identity, approvalId });
      return;
    default:
      throw refusal("invalid_input", "unknownButton");
  }
}

/** The form at once, since the click may be answered for three seconds only; its fields when it is known how it stands. */
async function openForm(
  desk: Desk,
  { workspace }: Errand,
  event: EventOf<"click">,
  { approvalId }: ApprovalClick,
  decision: WrittenDecision,
): Promise<EventOutcome> {
  const { userId, triggerId } = event;
  const language = await languageOf(desk, workspace, userId);
  const viewId = await workspace.views.openModal(triggerId, loadingApproval(decision, language));
  try {
    const identity = await identifyPerson(desk, workspace, event);
    const view = await prepareDecision(desk.approvals, identity, approvalId);
    const form = approvalForm(decision, view, {
      language,
      channelId: event.container === "home" ? null : event.channelId,
      sourceUrl: desk.sourceUrl,
      consoleUrl: desk.approvalUrl(approvalId),
    });
    await workspace.views.updateModal(viewId, form);
  } catch (error) {
    // Another attempt could not open a form any more.
    if (!isForPerson(error)) desk.logger.warn("a form to decide could not be filled", { error });
    const why = isForPerson(error)
      ? explainApproval(desk, error, language, approvalId)
      : { text: handleTexts[language].couldNot, url: null };
    await workspace.views.updateModal(viewId, refusedApproval(decision, language, why));
  }
  return "settled";
}

/** What somebody wrote to decide. Where it does not count, they get their words back. */
export async function handleApprovalForm(
  desk: Desk,
  errand: Errand,
  event: EventOf<"form">,
): Promise<EventOutcome> {
  const place = readApprovalPlace(event.privateMetadata);
  if (!place) throw refusal("invalid_input", "unknownButton");
  const { approvalId, revision, channelId } = place;
  const { workspace } = errand;
  const { userId } = event;
  const written =
    event.values[place.decision === "reject" ? inputIds.rejectReason : inputIds.approvedAnswer] ?? "";
  const language = await languageOf(desk, workspace, userId);
  const identity = await identifyPerson(desk, workspace, event);
  try {
    await decide(desk.approvals, {
      identity,
      approvalId,
      decision: decisionOf(place.decision, written),
      revision,
    });
  } catch (error) {
    if (!isForPerson(error)) throw error;
    const failed = { error, approvalId, language, written };
    const person = { ...event, identity, channelId, atHome: channelId === null, threadTs: null };
    await refuse(desk, errand, person, failed);
    return "settled";
  }
  if (channelId === null)
    await refreshHome(desk, errand, {
      userId,
      identity,
      notice: approvalWords[language].done[place.decision],
    });
  return "settled";
}

function decisionOf(kind: WrittenDecision, text: string): Decision {
  return kind === "reject" ? { kind, reason: text } : { kind, text };
}

interface Refused {
  readonly userId: string;
  readonly identity: Identity;
  readonly channelId: string | null;
  readonly threadTs: string | null;
  readonly atHome: boolean;
}

/** Says why a decision does not count, where nobody but the person sees it. */
async function refuse(
  desk: Desk,
  errand: Errand,
  { userId, identity, channelId, threadTs, atHome }: Refused,
  failed: {
    readonly error: ExpertError;
    readonly approvalId: ApprovalId;
    readonly language: Language;
    readonly written?: string;
  },
): Promise<void> {
  const { error, approvalId, language, written = "" } = failed;
  const { text, url } = explainApproval(desk, error, language, approvalId);
  if (atHome) await refreshHome(desk, errand, { userId, identity, notice: explainError(error, language) });
  // The Home tab holds neither a link nor what was written.
  if (atHome && url === null && written === "") return;
  const blocks = [
    section(text),
    ...(written === ""
      ? []
      : [section(`${approvalWords[language].youWrote}\n${quoted(written, givenBack)}`)]),
    ...consoleButton(url, language),
  ];
  await tell(desk, errand.workspace, { userId, channelId, threadTs, responseUrl: null }, messageOf(blocks));
}
