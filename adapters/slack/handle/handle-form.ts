import { writeFeedbackReason } from "../../../core/conversation/feedback-reasons.ts";
import { giveFeedback } from "../../../core/conversation/give-feedback.ts";
import { saysSomething } from "../../../core/conversation/small-talk.ts";
import { validQuestion } from "../../../core/conversation/valid-question.ts";
import { ExpertError } from "../../../core/errors.ts";
import type { EventOutcome } from "../../../core/inbox/handle-event.ts";
import { chosenDepartment } from "../../../core/identity/askable-departments.ts";
import type { ReadScope } from "../../../core/identity/access.ts";
import type { TurnId } from "../../../core/ids.ts";
import { messageOf } from "../render/message.ts";
import { section } from "../render/split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { writePlain } from "../render/write-mrkdwn.ts";
import type { SlackFile } from "../slack-event.ts";
import type { SlackThread } from "../thread-key.ts";
import { askFromSlack } from "./ask.ts";
import { type AskAbout, readAskAbout } from "./ask-form.ts";
import type { Desk, Errand, EventOf } from "./desk.ts";
import { heldBy, refusal } from "./explain-error.ts";
import { findThread } from "./find-thread.ts";
import { readFeedbackPlace } from "./feedback-place.ts";
import { answerPlaces, callbackIds, inputIds } from "./form-ids.ts";
import { handleApprovalForm } from "./handle-approval.ts";
import { handleEscalationForm } from "./handle-escalation.ts";
import { plainMessage, tellQuietly } from "./tell.ts";
import { handleTexts } from "./texts.ts";
import { assertMayAsk, identifyPerson, languageOf } from "./visitor.ts";

/** A form that somebody sent. */
export async function handleForm(desk: Desk, errand: Errand, event: EventOf<"form">): Promise<EventOutcome> {
  switch (event.callbackId) {
    case callbackIds.askForm:
      return await askAboutMessage(desk, errand, event);
    case callbackIds.feedbackForm:
      return await keepReason(desk, errand, event);
    case callbackIds.approvalForm:
      return await handleApprovalForm(desk, errand, event);
    case callbackIds.escalationForm:
      return await handleEscalationForm(desk, errand, event);
    default:
      throw refusal("invalid_input", "unknownButton");
  }
}

async function askAboutMessage(desk: Desk, errand: Errand, event: EventOf<"form">): Promise<EventOutcome> {
  const { workspace } = errand;
  const { userId, values } = event;
  const about = readAskAbout(event.privateMetadata);
  if (!about) throw refusal("invalid_input", "unknownButton");
  const identity = await identifyPerson(desk, workspace, event);
  assertMayAsk(identity);
  const text = values[inputIds.question] ?? "";
  if (about.fileIds.length === 0 || saysSomething(text)) validQuestion(text);
  const files = await readFileFacts(errand, about);
  const common = {
    person: event,
    identity,
    text,
    files,
    departmentId: chosenDepartment(identity, values[inputIds.department]),
  };
  const { channelId, ts } = about;
  const workspaceId = workspace.installationId;
  const threadTs = about.threadTs ?? ts;
  if (values[inputIds.answerWhere] === answerPlaces.thread) {
    const thread: SlackThread = { kind: "thread", workspaceId, channelId, threadTs };
    const known = await findThread(desk, errand, thread);
    if (known?.heldBy) throw heldBy(known.heldBy.name);
    const placeScope = await desk.places.scopeOf(workspace, channelId, identity.departments);
    const asked = await showQuestion(desk, errand, event, { about, text, placeScope });
    await askFromSlack(desk, errand, {
      ...common,
      thread,
      placeScope,
      ts: asked,
      responseUrl: null,
    });
  } else {
    await askFromSlack(desk, errand, {
      ...common,
      thread: { kind: "private", workspaceId, channelId, threadTs, userId, nonce: errand.event.id },
      placeScope: null,
      ts: null,
      responseUrl: about.responseUrl,
    });
  }
  return "accepted";
}

/** A form keeps the files' ids alone. Of those that Slack does not tell of, the question says that they were unreadable. */
async function readFileFacts({ workspace }: Errand, { fileIds }: AskAbout): Promise<readonly SlackFile[]> {
  return await Promise.all(
    fileIds.map((id) =>
      workspace.files.file(id).catch((error: unknown): SlackFile => {
        if (!(error instanceof ExpertError)) throw error;
        return {
          id,
          name: id,
          mediaType: "application/octet-stream",
          sizeBytes: 0,
          downloadUrl: null,
          permalink: null,
        };
      }),
    ),
  );
}

const longestShown = 2_500;

/** Others in the thread would see an answer without its question. The timestamp of the message that shows it. */
async function showQuestion(
  desk: Desk,
  { event: { id, attempt }, workspace }: Errand,
  { userId }: EventOf<"form">,
  { about, text, placeScope }: { about: AskAbout; text: string; placeScope: ReadScope | null },
): Promise<string> {
  const language = await languageOf(desk, workspace, userId, text);
  const said = handleTexts[language].askedAboutMessage(userId);
  const quoted = writePlain(shorten(text, longestShown)).replaceAll(/^/gm, "> ");
  return await workspace.messages.postOnce(
    { channelId: about.channelId, threadTs: about.threadTs ?? about.ts },
    messageOf([section(placeScope === null ? quoted : `${said}\n${quoted}`)]),
    { key: `question-${id}`, since: about.ts, again: attempt > 1 },
  );
}

async function keepReason(desk: Desk, { workspace }: Errand, event: EventOf<"form">): Promise<EventOutcome> {
  const place = readFeedbackPlace(event.privateMetadata);
  if (!place) throw refusal("invalid_input", "unknownButton");
  const { member } = await identifyPerson(desk, workspace, event);
  const reason = writeFeedbackReason(event.values[inputIds.reason], event.values[inputIds.comment]);
  await giveFeedback(desk, {
    member,
    turnId: place.turnId as TurnId,
    feedback: { verdict: "down", reason },
  });
  const language = await languageOf(desk, workspace, event.userId, reason ?? "");
  await tellQuietly(
    desk,
    workspace,
    { ...place, userId: event.userId, responseUrl: null },
    plainMessage(handleTexts[language].thanksForReason),
  );
  return "settled";
}
