import { progressWords } from "../../../core/approvals/progress-words.ts";
import type { Note, OutgoingMessage } from "../../../core/delivery/channel.ts";
import { movedHead } from "../../../core/delivery/moved-texts.ts";
import type { TurnId } from "../../../core/ids.ts";
import { type MailBlock, type MailContent, quiet, said } from "./mail-content.ts";
import type { MailContext } from "./mail-context.ts";
import { replyBlocks, turnButton } from "./render-answer.ts";
import { renderApproval } from "./render-approval.ts";
import { renderEscalation } from "./render-escalation.ts";
import { subjectOf } from "./subject-of.ts";
import { texts } from "./texts.ts";

/** A message as a mail; null where its reader has nothing to hear of it. */
export function renderMail(message: OutgoingMessage, context: MailContext): MailContent | null {
  const { language } = context;
  const words = texts[language];
  const content = contentOf(message, context);
  return content && { ...content, blocks: [...content.blocks, quiet(words.whyMail)] };
}

function contentOf(message: OutgoingMessage, context: MailContext): MailContent | null {
  const { language, pages } = context;
  const { subject } = texts[language];
  switch (message.kind) {
    case "reply":
      return { language, subject: subject.own, blocks: replyBlocks(message.reply, pages, language) };
    case "failure":
      return {
        language,
        subject: subject.own,
        blocks: [
          said(message.message),
          ...(message.remedy === null ? [] : [quiet(message.remedy)]),
          ...turnButton(pages, language),
        ],
      };
    case "note":
      return noteContent(message.note, message.turnId, context);
  }
}

function noteContent(note: Note, turnId: TurnId | null, context: MailContext): MailContent | null {
  const { language, pages } = context;
  const words = texts[language];
  const { subject } = words;
  const mail = (about: string, ...blocks: readonly MailBlock[]): MailContent => ({
    language,
    subject: about,
    blocks,
  });
  const open = turnId === null ? [] : turnButton(pages, language);
  switch (note.kind) {
    case "human_asked": {
      const { experts } = note;
      const told = experts?.length === 0 ? words.nobodyTold : words.told(experts?.join(", ") ?? null);
      return mail(subject.handoffNews, said(words.humanAsked(note.askedBy, note.department)), quiet(told));
    }
    case "handoff_offered":
      return mail(
        subjectOf(subject.handoff, note.askedBy),
        said(words.handoffOffered(note.askedBy, note.department)),
        { kind: "quote", text: note.question },
      );
    case "taken_over":
      return mail(subject.handoffNews, said(words.takenOver(note.by)));
    case "given_back":
      return mail(subject.handoffNews, said(words.givenBack(note.by)));
    case "expert_found":
      return mail(subject.handoffNews, said(words.expertFound(note.expert?.name ?? null)));
    case "asker_waits":
      return mail(subjectOf(subject.handoff, note.askedBy), said(words.askerWaits(note.askedBy)), {
        kind: "quote",
        text: note.question,
      });
    case "request_closed":
      return mail(subject.handoffNews, said(words.requestClosed(note.by)));
    case "approval_card":
      return renderApproval(note, context);
    case "answer_verified":
      return mail(subject.own, ...replyBlocks(note.reply, pages, language));
    case "answer_withdrawn":
    case "approval_progress":
    case "approval_rejected":
      return mail(subject.own, ...paragraphs(progressWords(note, language)));
    case "escalation_status":
    case "escalation_news":
    case "answer_wanted":
      return renderEscalation(note, context);
    case "moved_here": {
      const moved = contentOf(note.message, context);
      if (moved === null) return null;
      const say = bringsAnswer(note.message) ? subject.answer : subject.news;
      return mail(
        subjectOf(say, note.question),
        said(movedHead(note, language)),
        ...moved.blocks,
        ...(note.from === "web" ? open : []),
      );
    }
    case "answer_shared":
      return mail(subject.own, said(words.shared(note.by)), ...replyBlocks(note.reply, pages, language));
  }
}

const bringsAnswer = (message: OutgoingMessage): boolean =>
  (message.kind === "reply" && message.reply.kind === "answer") ||
  (message.kind === "note" && message.note.kind === "answer_verified");

const paragraphs = (text: string): readonly MailBlock[] => text.split(/\n{2,}/).map(said);
