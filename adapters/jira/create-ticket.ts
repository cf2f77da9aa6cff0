import { ExpertError } from "../../core/errors.ts";
import type { CreatedTicket, TicketDraft } from "../../core/escalation/ticket-system.ts";
import { shorten } from "../../core/text/cut-text.ts";
import type { JiraApi } from "./client/jira-api.ts";
import { keepable } from "./render/blocks.ts";
import { findByLabel, labelOf } from "./ticket-label.ts";
import type { TicketText } from "./ticket-text.ts";

/** Jira's limit is 255; one line. */
const longestSummary = 250;

export async function createTicket(
  { api, text, urlOf }: TicketPorts,
  draft: TicketDraft,
  key: string,
): Promise<CreatedTicket> {
  const { project, issue_type: issueType } = draft.ticket;
  if (project === null || issueType === null)
    throw new ExpertError("channel_refused", "The policy names no project or no issue type for Jira.", {
      remedy: "Set ticket.project and ticket.issue_type in the department's escalation policy.",
    });
  const { labels, ...further } = draft.ticket.fields;
  const priority = draft.ticket.priorities[draft.severity];
  const created = await api.createIssue({
    ...further,
    ...(priority === undefined ? {} : { priority: { name: priority } }),
    project: { key: project },
    issuetype: { name: issueType },
    summary: shorten(keepable(draft.summary).replaceAll(/\s+/g, " ").trim(), longestSummary) || "?",
    description: text.description(draft),
    labels: [...(Array.isArray(labels) ? labels : []), labelOf(key)],
  });
  return { externalId: created.id, externalKey: created.key, url: urlOf(created.key) };
}

export async function findTickets(
  { api, urlOf }: Pick<TicketPorts, "api" | "urlOf">,
  key: string,
): Promise<readonly CreatedTicket[]> {
  const found = await api.search(findByLabel(labelOf(key)));
  return found.map((one) => ({ externalId: one.id, externalKey: one.key, url: urlOf(one.key) }));
}

/** What a ticket is handled with. */
export interface TicketPorts {
  readonly api: JiraApi;
  readonly text: TicketText;
  /** The page of an issue, by its key. */
  readonly urlOf: (key: string) => string;
}
