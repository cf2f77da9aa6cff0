import { progressWords } from "../../../core/approvals/progress-words.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { renderApprovalCard, renderApprovalReminder } from "./approval-card.ts";
import { makeCard, said } from "./card.ts";
import type { NoteContext } from "./note-context.ts";
import { renderPlain } from "./render-notices.ts";
import { renderReply } from "./render-reply.ts";
import { cardMessage, type TeamsMessage } from "./teams-message.ts";

type ApprovalNote = Extract<
  Note,
  {
    kind:
      "approval_card" | "answer_verified" | "answer_withdrawn" | "approval_progress" | "approval_rejected";
  }
>;

/** What is told of an approval: its card to an approver, and what its thread learns. */
export function renderApprovalNote(note: ApprovalNote, context: NoteContext): TeamsMessage[] {
  const { language } = context;
  switch (note.kind) {
    case "approval_card": {
      const { view, reminder = false } = note;
      // The core shows none without what it is about.
      if (!view) throw new TypeError(`the approval ${note.approvalId} is to be shown without its view`);
      return reminder
        ? renderApprovalReminder(view, context)
        : [cardMessage(renderApprovalCard(view, context))];
    }
    case "answer_verified":
      return renderReply(note.reply, { ...context, forAsker: note.askedBy });
    // In the place of the answer's text: a text that becomes a card stays a text on some phones.
    case "answer_withdrawn":
      return renderPlain(progressWords(note, language));
    case "approval_progress":
    case "approval_rejected":
      return [cardMessage(makeCard({ language, body: [said(progressWords(note, language))], actions: [] }))];
  }
}
