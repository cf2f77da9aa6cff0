import type { KnownBlock } from "@slack/types";
import type { Address } from "../../../core/delivery/address.ts";
import type { Note, OutgoingMessage } from "../../../core/delivery/channel.ts";
import { movedHead } from "../../../core/delivery/moved-texts.ts";
import { actionIds } from "./action-ids.ts";
import { handoffTexts } from "./handoff-texts.ts";
import { linkAddress } from "../../../core/markdown/link-address.ts";
import { button, messageOf, type SlackMessage } from "./message.ts";
import { quoted } from "./quoted.ts";
import { renderFailure } from "./render-notices.ts";
import type { NoteContext } from "./note-context.ts";
import { actions, renderReply } from "./render-reply.ts";
import { context, section } from "./split-blocks.ts";
import { shorten } from "../../../core/text/cut-text.ts";
import { texts } from "./texts.ts";
import { writePlain } from "./write-mrkdwn.ts";
import { renderApprovalNote } from "./render-approval-note.ts";
import { renderEscalationNote } from "./render-escalation-note.ts";

const longestQuestion = 500;

/** What the product tells besides answers, as messages. */
export function renderNote(note: Note, noteContext: NoteContext): SlackMessage[] {
  const { language, interactive } = noteContext;
  const words = texts[language];
  const handoff = handoffTexts[language];
  const buttons = (action: string, handoffId: string, label: string, primary: boolean) =>
    interactive ? [actions([button(action, handoffId, label, primary ? { style: "primary" } : {})])] : [];
  switch (note.kind) {
    case "human_asked": {
      const { experts, direct = false } = note;
      const told =
        experts?.length === 0 ? words.nobodyTold : handoff.expertsTold(experts?.join(", ") ?? null, direct);
      return [
        messageOf([
          section(writePlain(words.humanAsked(note.askedBy, note.department))),
          context(writePlain(shorten(told, longestQuestion))),
        ]),
      ];
    }
    case "handoff_offered": {
      const question = quoted(note.question, longestQuestion);
      // It opens for its asker alone.
      const { threadUrl } = noteContext;
      const url = threadUrl === null || note.direct === true ? null : linkAddress(threadUrl);
      return [
        messageOf([
          section(`${writePlain(words.handoffOffered(note.askedBy, note.department))}\n${question}`),
          ...(url === null ? [] : [context(writePlain(words.openThread, url))]),
          ...buttons(actionIds.takeOver, note.handoffId, words.takeOver, true),
        ]),
      ];
    }
    case "taken_over":
      return [
        messageOf([
          section(writePlain(words.takenOver(note.by))),
          ...buttons(actionIds.giveBack, note.handoffId, words.giveBack, false),
        ]),
      ];
    case "given_back":
      return [messageOf([section(writePlain(words.givenBack(note.by)))])];
    case "expert_found": {
      const { expert } = note;
      return [
        messageOf([
          section(writePlain(handoff.expertFound(expert?.name ?? null))),
          ...(expert ? mention(handoff.writeToExpert, expert.address) : []),
        ]),
      ];
    }
    case "asker_waits": {
      const question = quoted(note.question, longestQuestion);
      return [
        messageOf([
          section(`${writePlain(handoff.askerWaits(note.askedBy))}\n${question}`),
          ...mention(handoff.writeToAsker, note.address),
          ...buttons(actionIds.giveBack, note.handoffId, handoff.done, false),
        ]),
      ];
    }
    case "request_closed":
      return [messageOf([section(writePlain(handoff.requestClosed(note.by)))])];
    case "approval_card":
    case "answer_verified":
    case "answer_withdrawn":
    case "approval_progress":
    case "approval_rejected":
      return renderApprovalNote(note, noteContext);
    case "escalation_status":
    case "escalation_news":
    case "answer_wanted":
      return [renderEscalationNote(note, noteContext)];
    case "moved_here":
      return [
        messageOf([section(writePlain(movedHead(note, language)))]),
        ...renderMoved(note.message, noteContext),
      ];
    case "answer_shared":
      return renderReply(note.reply, { ...noteContext, share: { by: note.by } });
  }
}

function renderMoved(message: OutgoingMessage, noteContext: NoteContext): readonly SlackMessage[] {
  switch (message.kind) {
    case "reply":
      return renderReply(message.reply, noteContext);
    case "failure":
      return [renderFailure(message, noteContext.language, false)];
    case "note":
      return renderNote(message.note, noteContext);
  }
}

/** Leads to a person's profile, and from there to the direct messages with them. */
function mention(before: string, { user }: Address): readonly KnownBlock[] {
  return user !== undefined && /^[UW][A-Z0-9]+$/.test(user)
    ? [section(`${writePlain(before)} <@${user}>`)]
    : [];
}
