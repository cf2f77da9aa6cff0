import type { Language } from "../../../core/text/language.ts";
import type { HandleTexts } from "./handle-texts.ts";
import { thaiTexts } from "./texts-th.ts";

const english: HandleTexts = {
  helpTitle: "Ask The Expert",
  help: "I answer from your company's own documents, name my sources, and get you a human where they hold no answer.",
  ways: (bot, slug) =>
    [
      `• In a channel: mention <@${bot}> with your question; follow-ups in the thread need no mention.`,
      "• In a direct message: just write. Files that you send along are read.",
      "• Only for you: `/expert ask …`",
      "• About a message: open its menu (⋮) and choose *Ask The Expert*",
      ...(slug === null ? [] : [`• In a certain department: begin with its name, as in \`${slug}: …\``]),
      "• To stop an answer, write `stop` in its thread, or `/expert stop` for all of yours.",
      "• More: `/expert departments`, `/expert status`; if you decide on answers, `/expert away` and `/expert back`",
    ].join("\n"),
  tryThese: "You could ask",
  inThisThread: "What would you like to know? Write it after my name.",
  departmentsTitle: "Departments that you can ask",
  noDepartments: "There is no department yet that you can ask. Ask your administrator to add you to one.",
  nameDepartment: (slug) =>
    `To ask a certain department, begin with its name, as in \`${slug}: …\`. Otherwise I choose.`,
  departmentOf: (name, slug) => `*${name}*  \`${slug}:\``,
  statusTitle: "Your status",
  signedInAs: (name) => `You are ${name} here.`,
  asGuest: "You are a guest here: I answer from what is open to guests.",
  myQuestions: "My open questions",
  noQuestions: "You have no open questions.",
  waitsForMe: "Waits for me",
  nothingWaits: "Nothing waits for you.",
  takenByMe: "taken over by you",
  askedBy: (name, department) =>
    department === null ? `asked by ${name}` : `asked by ${name}, ${department}`,
  quoting: "Answers quote the documents; no language model is used.",
  model: (name) => `Answers are written by the language model ${name} from the documents.`,
  state: {
    received: "has been received",
    routed: "is being searched for",
    retrieved: "is being answered",
    drafted: "is being checked",
    checked: "is being finished",
    answered: "is answered",
    not_found: "found no answer",
    waiting: "waits for an expert",
    failed: "could not be answered",
    cancelled: "was stopped",
  },
  waitsForHuman: "waits for a human",
  working: "Looking for the answer…",
  stopping: "I stop answering what you asked.",
  nothingRuns: "There is nothing to stop: I am not answering any question of yours here.",
  held: (name) =>
    `${name} has taken over this thread, so I stay silent here until it is given back. Ask ${name}, or ask me in a new thread.`,
  askTitle: "Ask The Expert",
  loading: "One moment…",
  question: "Your question",
  questionHint: "Change the message into the question that you want answered.",
  department: "Department",
  letExpertChoose: "Let The Expert choose",
  answerWhere: "Answer",
  answerInThread: "In the thread",
  answerToMe: "Only to me",
  notInChannel:
    "I am not in this channel, so the answer comes to you alone. Invite me there for answers that everyone sees.",
  withFiles: (count) =>
    count === 1 ? "The message's file is read too." : `The message's ${count} files are read too.`,
  ask: "Ask",
  cancel: "Cancel",
  askedAboutMessage: (userId) => `<@${userId}> asked about this message:`,
  youAsked: "You asked:",
  homeGreeting: (firstName) => `Hello ${firstName}, what would you like to know?`,
  homeAsked: "Asked. The answer comes in our direct messages, on the Messages tab.",
  guestHome:
    "You are a guest here. I answer from the documents that are open to guests. If you need more, ask whoever invited you.",
  guestWithout:
    "You are a guest here, and no department is open to guests yet. Ask whoever invited you, or your administrator.",
  myDepartments: "My departments",
  open: "Open",
  takeOver: "Take over",
  giveBack: "Give back",
  greeting: (firstName) =>
    `Hello ${firstName}. Ask me whatever your company's documents may answer: I name my sources, say how sure I am, and get you a human where they hold no answer. You can send files along.`,
  promptsTitle: "You could ask",
  thanks: "Thank you, noted.",
  thanksForReason: "Thank you. Whoever looks after the documents can see what you wrote.",
  feedbackTitle: "Your feedback",
  feedbackQuestion: "What is wrong with the answer?",
  feedbackReason: {
    wrong: "It is wrong",
    incomplete: "It is incomplete",
    outdated: "It is outdated",
    hard_to_understand: "It is hard to understand",
    should_not_be_shown: "It should not be shown here",
  },
  feedbackMore: "What would have been right?",
  send: "Send",
  humanAsked: (experts, direct) => {
    if (experts?.length === 0)
      return "Your request is kept, but no expert can be reached here yet. Ask your administrator to name one.";
    const asked = experts === null ? "The department's experts were asked." : `Asked: ${experts.join(", ")}.`;
    return `${asked} ${direct ? "Whoever takes it over writes to you directly." : "The answer comes in the thread."}`;
  },
  humanAskedBefore: "A human has been asked about this before.",
  tookOver: "The thread is yours: I stay silent there until you give it back.",
  tookOverDirectly: "It is yours. I have sent you whom to write to, in our direct messages.",
  closedRequest: "Noted: you are done with it. Whoever asked is told.",
  gaveBack: "Given back. I answer in the thread again.",
  shared: "Everyone in the thread sees the answer now.",
  fullerComes: "The fuller answer comes to you alone.",
  unknownButton: "This button is from an older version and does nothing any more. Ask again.",
  couldNot:
    "I could not do this, although I tried several times. Try again; if it happens again, tell your administrator.",
  switchedOff: "Your account here is switched off. Ask your administrator.",
  unknownPerson:
    "I do not know you here, and no department answers guests. Ask your administrator to add you with the e-mail address that you use in Slack.",
  nothingToAsk: "There is no department yet that you can ask. Ask your administrator to add you to one.",
};

export const handleTexts: Readonly<Record<Language, HandleTexts>> = { en: english, th: thaiTexts };
