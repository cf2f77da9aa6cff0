import { progressTexts } from "../../../core/approvals/progress-texts.ts";
import { progressWords } from "../../../core/approvals/progress-words.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { makeCard, said } from "./card.ts";
import type { NoteContext } from "./render-note.ts";
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
      const body = [said(progressTexts[language].toApprove), said(note.view?.question ?? "")];
      return [cardMessage(makeCard({ language, body, actions: [] }))];
    }
    case "answer_verified":
      return renderReply(note.reply, context);
    case "answer_withdrawn":
    case "approval_progress":
    case "approval_rejected":
      return [cardMessage(makeCard({ language, body: [said(progressWords(note, language))], actions: [] }))];
  }
}
