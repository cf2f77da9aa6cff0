import type { Language } from "../text/language.ts";
import { thaiEscalationTexts } from "./escalation-texts-th.ts";
import type { EscalationTexts } from "./escalation-words.ts";

const list = new Intl.ListFormat("en-GB", { type: "conjunction" });
const andOf = (names: readonly string[]): string => list.format(names);

const notDone = {
  comment: "A comment did not reach",
  move: "The new state did not reach",
  responders: "Others could not be asked to help through",
} as const;
const systems = { jira: "Jira", servicenow: "ServiceNow", pagerduty: "PagerDuty" } as const;
const at = (where: keyof typeof systems | "here"): string =>
  where === "here" ? "" : ` in ${systems[where]}`;

const onCall = (names: readonly string[] | null, when: string): string => {
  if (names === null) return `Whoever is on call was paged ${when}`;
  if (names.length === 0) return `Paged ${when}`;
  return names.length === 1
    ? `${andOf(names)} is on call and was paged ${when}`
    : `${andOf(names)} are on call and were paged ${when}`;
};

const english: EscalationTexts = {
  state: {
    open: () => "Escalated: nobody has it in hand yet",
    acknowledged: (by) => `Escalated: ${by ?? "somebody"} has it in hand`,
    resolved: (by) => (by === null ? "The escalation is resolved" : `${by} resolved the escalation`),
  },
  trigger: {
    overdue: "Nobody decided on the answer in time.",
    rejected: "The draft was rejected, and there is no other answer.",
    asked_for: "Somebody asked for a human.",
    critical: "The question sounds like an emergency.",
    wrong: "The answer that was sent was called wrong.",
  },
  severity: (severity) => `Severity: ${severity}`,
  askedBy: (name) => `Asked by ${name}`,
  system: systems,
  kind: { ticket: "Ticket", page: "Incident" },
  pending: { ticket: "It is being created.", page: "Whoever is on call is being paged." },
  failed: (error) => (error === null ? "It could not be created." : `It could not be created: ${error}`),
  spared: {
    acknowledged: "Nobody was paged: somebody had it in hand before.",
    resolved: "Nobody was paged: it was settled before.",
  },
  created: (when) => `created ${when}`,
  assigned: (names) => {
    if (names === null) return "assigned";
    return names.length === 0 ? "assigned to nobody yet" : `assigned to ${andOf(names)}`;
  },
  pagedLine: (names, when) => {
    if (names === null || names.length === 0) return `paged ${when}`;
    return `${andOf(names)} ${names.length === 1 ? "was" : "were"} paged ${when}`;
  },
  action: {
    acknowledge: "Acknowledge",
    resolve: "Resolve",
    comment: "Add a comment",
    answer: "Write the answer",
  },
  resolveMeans: "What stands for it elsewhere, the ticket and the incident, is resolved as well.",
  sure: "Is it settled?",
  cancel: "Cancel",
  close: "Close",
  loading: "One moment…",
  news: {
    paged: (names, when) => `${onCall(names, when)}.`,
    ticketCreated: (name) => `${name} was created.`,
    acknowledged: (by, where) =>
      by === null ? `It was acknowledged${at(where)}.` : `${by} acknowledged it${at(where)}.`,
    assigned: (name, to) => {
      if (to === null) return `${name} was assigned.`;
      return to.length === 0
        ? `${name} is assigned to nobody any more.`
        : `${name} is assigned to ${andOf(to)}.`;
    },
    status: (name, status) => `${name} is now “${status}”.`,
    resolved: (by, where) => `Resolved${at(where)}${by === null ? "" : ` by ${by}`}`,
    reopened: (by) => (by === null ? "It was opened again." : `${by} opened it again.`),
    comment: (name, by) => (by === null ? `A comment on ${name}:` : `${by} commented on ${name}:`),
    failed: (system, error) =>
      system === "pagerduty"
        ? `Nobody could be paged through PagerDuty: ${error} The question stays escalated; tell whoever is on call yourselves. Administrators can send it again in the web console.`
        : `The ticket could not be created in ${systems[system]}: ${error} The question stays escalated without it. Administrators can send it again in the web console.`,
    notDone: (system, wanted, error) =>
      `${notDone[wanted]} ${systems[system]}: ${error} Administrators can send it again in the web console.`,
  },
  answerWanted: (resolvedAs, askedBy, department) =>
    `You resolved ${resolvedAs}. It stood for a question that ${askedBy} had asked${department === null ? "" : ` ${department}`}:`,
  whatIsTheAnswer: (askedBy) =>
    `What is the answer? Once it is approved, ${askedBy} gets it, and so does whoever asks this again.`,
  comment: "Comment",
  commentHint: "Whoever may see the ticket reads it, with your name.",
  commentMissing: "Write the comment.",
  answer: "Answer",
  answerHint: "Write it for whoever asked. It is sent with your name once it is approved.",
  answerMissing: "Write the answer.",
  send: "Send",
  youWrote: "What you wrote:",
  done: {
    comment: "Your comment was added to the escalation.",
    answer: "Thank you. Your answer is sent as soon as it is approved.",
  },
  addToTicket: "Add to the ticket",
  wrote: (name, text) => `${name} wrote:\n\n${text}`,
};

export const escalationTexts: Readonly<Record<Language, EscalationTexts>> = {
  en: english,
  th: thaiEscalationTexts,
};
