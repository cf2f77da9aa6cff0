import type { Language } from "../../../core/text/language.ts";
import type { Texts } from "./card-texts.ts";
import { thaiTexts } from "./texts-th.ts";

const english: Texts = {
  sources: "Sources",
  moreSources: (count) => (count === 1 ? "and one more" : `and ${String(count)} more`),
  nearest: "Nearest documents",
  page: (page) => `p. ${String(page)}`,
  label: {
    confidential: {
      name: "Confidential",
      description: "It rests on documents for members of their department. Take care with whom you share it.",
    },
    restricted: {
      name: "Restricted",
      description: "It rests on documents for the leads of their department. Do not share it.",
    },
  },
  confidence: { high: "High confidence", medium: "Medium confidence", low: "Low confidence" },
  reason: {
    words_covered: "The sources contain the words of your question",
    words_missing: "Some words of your question stand in no source",
    strong_match: "The best source matches your question closely",
    weak_match: "Even the best source matches your question only loosely",
    meaning_match: "The sources mean what your question asks, in other words",
    sources_agree: "Several sources say the same",
    single_source: "Only one source supports it",
    fully_supported: "Every statement stands in a source",
    partly_supported: "Some statements stand in no source",
    names_or_numbers_missing: "Names or numbers of your question are missing from the sources",
    question_unclear: "The question can be read in more than one way",
    nothing_found: "No document holds an answer",
    verified_before: "An expert has approved this answer to the same question before",
  },
  state: {
    received: "Finding the right department",
    routed: "Searching the documents",
    retrieved: "Writing the answer",
    drafted: "Checking the answer against its sources",
    checked: "Finishing",
  },
  waiting: (place) =>
    place === 0
      ? "Waiting for the model: you are next"
      : `Waiting for the model: ${String(place)} ${place === 1 ? "question" : "questions"} before yours`,
  quoting: "Answered by quoting",
  byHuman: "Written by an expert",
  model: (name) => `Written by ${name}`,
  offerHuman: "A human expert can look at it.",
  askHuman: "Ask a human",
  askHumanLabel: "Ask a human expert to answer this question",
  showFuller: "Fuller answer",
  fullerOffer:
    "What I answered there uses only what everyone in that conversation may read. You may read more about it: I can show you the fuller answer here.",
  fullerHere:
    "You may read more about this than everyone here. I can show you the fuller answer in our chat.",
  showEveryone: "Show to everyone",
  sharedBy: (name) => `Shared by ${name}`,
  humanAsked: (name, department) =>
    department === null ? `${name} asked for a human.` : `${name} asked for a human in ${department}.`,
  expertsTold: (names, direct) =>
    [
      names === null ? "The department's experts were told." : `Told: ${names}.`,
      direct ? "Whoever takes it over writes to you directly." : "The answer comes here.",
    ].join(" "),
  nobodyTold: "No expert could be reached. The question is kept; an administrator can name one.",
  handoffOffered: (name, department) =>
    department === null ? `${name} asks for a human.` : `${name} asks for a human in ${department}.`,
  openThread: "Open",
  takeOver: "Take over",
  takenOver: (name) => `${name} has taken over. I stay silent here until the thread is given back.`,
  takenByYou: "You have taken over. I stay silent there until you give it back.",
  takenByOther: (name) => `${name} has taken over.`,
  handoffClosed: "This is settled.",
  giveBack: "Give back",
  givenBack: (name) => `${name} has given the thread back. I answer here again.`,
  takenByYouDirectly: (asker) =>
    `You have taken over. ${asker} alone sees the thread of this question, so write to them directly.`,
  writeTo: (person) => `Write to ${person}`,
  openChat: "Open a chat",
  expertFound: (name) => `${name ?? "An expert"} has taken over your question and writes to you directly.`,
  requestClosed: (name) =>
    `${name ?? "The expert"} is done with your question. If you need more, ask me again, and ask a human there.`,
  done: "I am done",
  welcome: (firstName) => `Hello ${firstName}`,
  welcomeTeam: "Ask me in any channel here",
  welcomeGroup: "Ask me in this chat",
  welcomeText:
    "I answer from your company's own documents, name my sources, say how sure I am, and get you a human where they hold no answer.",
  welcomeOwn: "Just write what you want to know. Files that you send along are read.",
  welcomeMention:
    "Mention me with your question; follow-ups in a channel's thread need no mention. I use only what everyone here may read.",
  welcomeGuest: "You are a guest here: I answer from what is open to guests.",
  tryThese: "You could ask",
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
  praiseQuestion: "What was good about it?",
  send: "Send",
  askTitle: "Ask The Expert",
  question: "Your question",
  questionMissing: "Write what you want to know.",
  department: "Department",
  letExpertChoose: "Let The Expert choose",
  answerWhere: "Answer",
  answerInThread: "In the thread",
  answerToMe: "Only to me",
  notInConversation:
    "I am not in this conversation, so the answer comes to you alone. Add me there for answers that everyone sees.",
  ask: "Ask",
  open: "Open the source",
  shortened: "Shortened: open the sources for the rest.",
};

export const texts: Readonly<Record<Language, Texts>> = { en: english, th: thaiTexts };
