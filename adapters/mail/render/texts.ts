import type { Language } from "../../../core/text/language.ts";
import type { MailTexts } from "./mail-texts.ts";
import { thaiTexts } from "./texts-th.ts";

const of = (department: string | null): string => (department === null ? "" : ` (${department})`);

const english: MailTexts = {
  subject: {
    approval: (question) => `Please decide: ${question}`,
    reminder: (question) => `Still waiting for your decision: ${question}`,
    answer: (question) => `Your answer: ${question}`,
    news: (question) => `About your question: ${question}`,
    escalation: (question) => `Escalated: ${question}`,
    answerWanted: (resolvedAs) => `What was the answer to ${resolvedAs}?`,
    handoff: (askedBy) => `${askedBy} asks for a human`,
    handoffNews: "About a question that needs a human",
    own: "A message from The Expert",
  },
  why: {
    low_confidence: "I was not sure enough to answer this by myself.",
    policy_all: "This department's answers are all checked before they are sent.",
    sensitive: "The answer rests on sensitive documents.",
    nothing_found: "I found no answer in the documents.",
    review: "This answer was verified before; since then it has expired, or a source of it has changed.",
    resolved: "Whoever resolved the escalation of this question wrote this answer.",
  },
  askedBy: (name, department) => `Asked by ${name ?? "somebody"}${of(department)}`,
  reminder: "This still waits for your decision.",
  draft: "Draft, not checked yet",
  noDraft: "There is no draft. You can write the answer.",
  draftElsewhere: "The draft is not sent by e-mail. Read it in the web console.",
  answerElsewhere:
    "The answer is not sent by e-mail, since it rests on restricted documents. Read it in the web console.",
  sources: "Sources",
  nearest: "Nearest documents",
  page: (page) => `p. ${String(page)}`,
  label: { confidential: "Confidential", restricted: "Restricted" },
  agreed: (names, required) =>
    `${String(names.length)} of ${String(required)} agreed${names.length === 0 ? "" : `: ${names.join(", ")}`}`,
  overdue: "Others are asked unless somebody decides by ",
  escalated: "Nobody decided in time, so it was escalated. You can still decide.",
  decided: {
    approved: (by) => `${by} approved this answer.`,
    edited: (by) => `${by} edited and approved this answer.`,
    corrected: (by) => `${by} corrected this answer.`,
    rejected: (by) => `${by} rejected this answer.`,
    taken_over: (by) => `${by} took over the conversation.`,
    withdrawn: (by) => `${by} took this answer back.`,
  },
  nothingLeft: "There is nothing left for you to do.",
  openApproval: "Read it and decide",
  openQuestion: "Open the question",
  openEscalation: "Open the escalation",
  openConsole: "Write the answer",
  signIn: "Sign in to the web console to go on.",
  verified: (by) => `✓ Verified by ${by ?? "an expert"}, `,
  corrected: (by) => `✓ Corrected answer: verified by ${by ?? "an expert"}, `,
  humanAsked: (name, department) => `${name} asked for a human${of(department)}.`,
  told: (names) => (names === null ? "The department's experts were told." : `Told: ${names}.`),
  nobodyTold: "No expert could be reached. The question is kept; an administrator can name one.",
  handoffOffered: (name, department) => `${name} asks for a human${of(department)}.`,
  takenOver: (name) => `${name} has taken over the question.`,
  givenBack: (name) => `${name} has given the question back.`,
  expertFound: (name) => `${name ?? "An expert"} has taken over your question and writes to you directly.`,
  askerWaits: (name) => `You have taken over. Write to ${name} directly.`,
  requestClosed: (name) =>
    `${name ?? "The expert"} is done with your question. If you need more, ask me again.`,
  shared: (name) => `${name} shows you an answer.`,
  whyMail:
    "You get this by e-mail since I know no chat of yours, or you chose so. Replies to this address are read by nobody.",
};

export const texts: Readonly<Record<Language, MailTexts>> = { en: english, th: thaiTexts };
