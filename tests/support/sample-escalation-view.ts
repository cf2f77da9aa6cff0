import type { EscalationView, LinkView } from "../../core/escalation/escalation-view.ts";
import { type EscalationId, newId, type TurnId } from "../../core/ids.ts";

/** A ticket in Jira that somebody has. */
export const sampleTicket: LinkView = {
  kind: "ticket",
  system: "jira",
  state: "open",
  name: "OPS-12",
  url: "https://chalom.atlassian.net/browse/OPS-12",
  status: "To Do",
  assignees: ["Daniel Weber"],
  resolution: null,
  madeAt: "2026-01-12T02:44:00.000Z",
  error: null,
};

/** An incident in PagerDuty for which somebody was paged. */
export const samplePage: LinkView = {
  kind: "page",
  system: "pagerduty",
  state: "open",
  name: "#4711",
  url: "https://chalom.pagerduty.com/incidents/Q2AIXW2ZIDCI7P",
  status: "Triggered",
  assignees: ["Anan Wongsuwan"],
  resolution: null,
  madeAt: "2026-01-12T02:44:00.000Z",
  error: null,
};

/** An escalation as its thread's readers see it, open, with a ticket and an incident. */
export const sampleEscalationView = (change: Partial<EscalationView> = {}): EscalationView => ({
  escalationId: newId<EscalationId>(),
  turnId: newId<TurnId>(),
  version: 1,
  state: "open",
  severity: "critical",
  triggers: ["critical"],
  question: "The ammonia alarm in hall 2 is on, and nobody answers. What do we do?",
  department: "Plant Operations",
  askedBy: "Malee Thongprasit",
  language: "en",
  channel: "slack",
  threadKey: "",
  address: {},
  raisedAt: "2026-01-12T02:43:00.000Z",
  acknowledged: null,
  resolved: null,
  links: [sampleTicket, samplePage],
  actions: ["acknowledge", "resolve", "comment"],
  ...change,
});
