import type { Language } from "../../../core/text/language.ts";
import { thaiApprovalTexts } from "./approval-texts-th.ts";
import type { ApprovalTexts } from "./approval-words.ts";

const english: ApprovalTexts = {
  why: {
    low_confidence: "I was not sure enough to answer this by myself.",
    policy_all: "This department's answers are all checked before they are sent.",
    sensitive: "The answer rests on sensitive documents.",
    nothing_found: "I found no answer in the documents.",
    review: "This answer was verified before; since then it has expired, or a source of it has changed.",
    resolved: "Whoever resolved the escalation of this question wrote this answer.",
  },
  asked: (name, when) => `${name === null ? "Somebody asked" : `${name} asked`} ${when}`,
  askedWhere: {
    slack: "in Slack",
    teams: "in a conversation of Teams that does not open for you",
    web: "in the web console",
    mail: "by e-mail",
  },
  openThread: "Open the conversation",
  draft: "Draft",
  answer: "Answer",
  noDraft: "There is no draft. You can write the answer.",
  cut: "The draft is longer than this card. Read all of it in the web console before you decide.",
  inConsole: "Open in the web console",
  calibrated: (approved, labels) =>
    `Approved as it stood in ${String(approved)} of 100 such cases (${String(labels)} ${labels === 1 ? "decision" : "decisions"})`,
  agreed: (names, required) =>
    `${String(names.length)} of ${String(required)} agreed${names.length === 0 ? "" : `: ${names.join(", ")}`}`,
  alsoAsked: (count) =>
    count === 1 ? "1 other waits for the same answer" : `${String(count)} others wait for the same answer`,
  overdue: (when) => `If nobody decides by ${when}, others are asked.`,
  escalated: "Nobody decided in time, so it was escalated. You can still decide.",
  approve: "Approve",
  edit: {
    title: "Edit and approve",
    means: "Change the words. Keep the numbers in brackets where a sentence rests on that source.",
    does: "Approve as edited",
  },
  editInConsole: "Edit in the web console",
  correct: {
    title: "Correct",
    means: "The draft is rejected, and what you write is sent in its place.",
    does: "Send the correction",
  },
  write: { title: "Write the answer", means: "It is sent as your answer.", does: "Send the answer" },
  correction: "The right answer",
  reject: {
    title: "Reject",
    means: "No answer is sent. Whoever asked is told so, with your reason.",
    does: "Yes, reject",
  },
  reason: "Reason (optional)",
  takeOver: {
    title: "Take over",
    means: "You answer in the conversation yourself. I stay silent there until you give it back.",
    does: "Yes, take over",
  },
  escalate: {
    title: "Escalate",
    means: "Others are asked at once. You can still decide.",
    does: "Yes, escalate",
  },
  undo: {
    title: "Take the answer back",
    means:
      "It is taken back in its conversation and in those of all who waited for it, and answers nobody any more.",
    does: "Yes, take it back",
  },
  missing: "Write the answer.",
  decided: {
    approved: (by) => `${by} approved this answer`,
    edited: (by) => `${by} edited and approved this answer`,
    corrected: (by) => `${by} corrected this answer`,
    rejected: (by) => `${by} rejected this answer`,
    taken_over: (by) => `${by} took over the conversation`,
    withdrawn: (by) => `${by} took this answer back`,
  },
  decidedAt: (when) => `Decided ${when}`,
  reminder: "This still waits for your decision:",
  reminderAbove: "The card with the draft is above in our chat.",
  uncheckedDraft: "Draft, not checked by an expert yet",
  verified: (by, when) => `✓ Verified by ${by ?? "an expert"}, ${when}`,
  corrected: (by, when) => `✓ Corrected answer: verified by ${by ?? "an expert"}, ${when}`,
  verifiedBefore: (by, when) => `✓ Answered before: verified by ${by ?? "an expert"}, ${when}`,
  forAsker: (name) => `For ${name}`,
  signIn: "Sign in to the web console",
  yourWords: "What you wrote:",
};

export const approvalTexts: Readonly<Record<Language, ApprovalTexts>> = {
  en: english,
  th: thaiApprovalTexts,
};
