import type { Language } from "../../../core/text/language.ts";
import type { HandleTexts } from "./handle-texts.ts";
import { thaiTexts } from "./texts-th.ts";

const english: HandleTexts = {
  help: "I answer from your company's own documents, name my sources, and get you a human where they hold no answer.",
  ways: (slug) =>
    [
      "- In our chat: just write. Files that you send along are read.",
      "- In a channel or group chat: mention me with your question. In a channel's thread that I answered, follow-ups need no mention.",
      "- About a message: open its menu (…) and choose **Ask The Expert**.",
      "- While you write: search the documents with my icon below the message box.",
      ...(slug === null ? [] : [`- In a certain department: begin with its name, as in \`${slug}: …\``]),
      "- To stop an answer, press Stop below it or write `stop`.",
      "- More: write `departments` or `status`.",
    ].join("\n"),
  tryThese: "You could ask",
  emptyQuestion: "What would you like to know? Write it after my name.",
  departmentsTitle: "Departments that you can ask",
  noDepartments: "There is no department yet that you can ask. Ask your administrator to add you to one.",
  nameDepartment: (slug) =>
    `Begin a question with a department's name to ask it there, as in \`${slug}: …\`; otherwise I choose.`,
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
  nothingRuns: "There is nothing to stop: I am not answering any question of yours here.",
  toldPrivately: "I have written it to you in our chat, since it is about you alone.",
  askPrivately: "This is about you alone. Open a chat with me, and write it there.",
  held: (name) =>
    `${name} has taken over here, so I stay silent until it is given back. Ask ${name}, or ask me in another thread.`,
  askedAboutMessage: (name) => `${name} asked about a message:`,
  humanAskedBefore: "A human has been asked about this before.",
  tookOver: "It is yours: I stay silent there until you give it back.",
  tookOverDirectly: "It is yours. I tell you here whom to write to.",
  closedRequest: "Noted: you are done with it. Whoever asked is told.",
  gaveBack: "Given back. I answer there again.",
  shared: "Everyone there sees the answer now.",
  clicked: "Done. What comes of it is shown in the conversation.",
  answerComesInThread: "Asked. The answer comes in the conversation.",
  addingToTicket: "Sent to the ticket. Where that is not possible, you are told why in our chat.",
  answerComesToYou: "Asked. The answer comes to you in our chat.",
  nothingFound: "Nothing that you may read was found.",
  searchSlow: "The search took too long. Try again.",
  couldNotShow: "I cannot show this now. Try again in a moment.",
  searchHint: "Write what you look for.",
  notConnected:
    "Your organisation's Microsoft 365 is not connected to The Expert yet, so I can answer nothing here. Ask whoever runs The Expert to connect it.",
  unknownButton: "This button is from an older version and does nothing any more. Ask again.",
  couldNot:
    "I could not do this, although I tried several times. Try again; if it happens again, tell your administrator.",
  switchedOff: "Your account here is switched off. Ask your administrator.",
  unknownPerson:
    "I do not know you here, and no department answers guests. Ask your administrator to add you with the e-mail address that you use in Teams.",
  nothingToAsk: "There is no department yet that you can ask. Ask your administrator to add you to one.",
  anonymous: "Teams does not tell me who you are. Sign in to Teams with your work account, and ask again.",
  notChecked: "I cannot check at the moment what you may read. Please ask again in a few minutes.",
  notSeen: "Teams does not tell me here who you are. Open a chat with me, and ask there.",
  noChat: "I cannot write to you alone yet. Open a chat with me once, and try again.",
};

export const handleTexts: Readonly<Record<Language, HandleTexts>> = { en: english, th: thaiTexts };
