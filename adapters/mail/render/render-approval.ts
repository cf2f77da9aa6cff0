import { progressTexts } from "../../../core/approvals/progress-texts.ts";
import type { ApprovalView } from "../../../core/approvals/approval-view.ts";
import type { Note } from "../../../core/delivery/channel.ts";
import { type MailBlock, type MailContent, quiet, said } from "./mail-content.ts";
import type { MailContext } from "./mail-context.ts";
import { answerBlocks, mayBeMailed, sourceBlocks } from "./render-answer.ts";
import { subjectOf } from "./subject-of.ts";
import { texts } from "./texts.ts";

type CardNote = Extract<Note, { kind: "approval_card" }>;

/**
 * An approval that waits for its reader, with the draft as far as they may read it. What is mailed is not changed any more:
 * of all that changes later only the end is worth another mail, to those who did not make it. Null where there is nothing to say.
 */
export function renderApproval(note: CardNote, context: MailContext): MailContent | null {
  const { view, reminder = false } = note;
  // The core shows none without what it is about.
  if (!view) throw new TypeError(`the approval ${note.approvalId} is to be shown without its view`);
  const { language } = context;
  const words = texts[language];
  if (view.decided !== null) return decided(view, view.decided, context);
  if (context.again) return null;
  const subject = reminder ? words.subject.reminder : words.subject.approval;
  return {
    language,
    subject: subjectOf(subject, view.question),
    blocks: [
      { kind: "heading", text: reminder ? words.reminder : progressTexts[language].toApprove },
      { kind: "quote", text: view.question },
      quiet(words.askedBy(view.askedBy, view.department)),
      said(view.state === "escalated" ? words.escalated : words.why[view.why]),
      ...draftBlocks(view, context),
      ...(view.required > 1 ? [quiet(words.agreed(view.agreed, view.required))] : []),
      ...(view.overdueAt === null
        ? []
        : [{ kind: "quiet", line: [words.overdue, { moment: view.overdueAt }] } as const]),
      ...approvalButton(view, context),
    ],
  };
}

function draftBlocks(view: ApprovalView, { language, pages }: MailContext): readonly MailBlock[] {
  const words = texts[language];
  const { answer } = view;
  if (answer === null) return [said(view.why === "nothing_found" ? words.noDraft : words.draftElsewhere)];
  if (!mayBeMailed(answer.citations)) return [said(words.draftElsewhere)];
  return [
    { kind: "heading", text: words.draft },
    ...answerBlocks(answer, pages),
    ...sourceBlocks(answer.citations, pages, language),
  ];
}

function decided(
  view: ApprovalView,
  { kind, by, at, reason }: NonNullable<ApprovalView["decided"]>,
  context: MailContext,
): MailContent | null {
  const { language } = context;
  const words = texts[language];
  // Who was never asked, or decided themselves, has nothing to hear.
  if (!context.again || by === context.reader) return null;
  return {
    language,
    subject: subjectOf(words.subject.approval, view.question),
    blocks: [
      { kind: "heading", text: words.decided[kind](by) },
      { kind: "quiet", line: [{ moment: at }] },
      { kind: "quote", text: view.question },
      ...(reason === null ? [] : [said(reason)]),
      said(words.nothingLeft),
      ...approvalButton(view, context, words.openQuestion),
    ],
  };
}

function approvalButton(
  { approvalId }: ApprovalView,
  { language, pages }: MailContext,
  text = texts[language].openApproval,
): readonly MailBlock[] {
  const url = pages.approval(approvalId);
  return [url === null ? quiet(texts[language].signIn) : { kind: "button", text, url }];
}
