import { progressTexts } from "../../../core/approvals/progress-texts.ts";
import { progressWords } from "../../../core/approvals/progress-words.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { renderApprovalCard, renderApprovalReminder } from "./approval-card.ts";
import { messageOf, type SlackMessage } from "./message.ts";
import type { NoteContext } from "./note-context.ts";
import { renderReply } from "./render-reply.ts";
import { section } from "./split-blocks.ts";
import { writePlain } from "./write-mrkdwn.ts";

type ApprovalNote = Extract<
  Note,
  {
    kind:
      "approval_card" | "answer_verified" | "answer_withdrawn" | "approval_progress" | "approval_rejected";
  }
>;

/** What is told of an approval: its card to an approver, and what its thread learns. */
export function renderApprovalNote(note: ApprovalNote, context: NoteContext): SlackMessage[] {
  switch (note.kind) {
    case "approval_card":
      return [renderCard(note, context)];
    case "answer_verified":
      return renderReply(note.reply, { ...context, askedBy: note.askedBy });
    case "answer_withdrawn":
    case "approval_progress":
    case "approval_rejected":
      return [messageOf([section(writePlain(progressWords(note, context.language)))])];
  }
}

function renderCard(
  { view, reminder }: Extract<Note, { kind: "approval_card" }>,
  noteContext: NoteContext,
): SlackMessage {
  // Whoever posts it has filled the view in, or withheld the card.
  if (!view) return messageOf([section(writePlain(progressTexts[noteContext.language].toApprove))]);
  return reminder === true
    ? renderApprovalReminder(view, noteContext)
    : renderApprovalCard(view, noteContext);
}
