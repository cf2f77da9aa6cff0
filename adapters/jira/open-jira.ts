import type { SecretsOf, SettingsOf } from "../../core/connections/connection-settings.ts";
import { ExpertError } from "../../core/errors.ts";
import type { TicketSystem } from "../../core/escalation/ticket-system.ts";
import { type JiraApiPorts, openJiraApi } from "./client/jira-api.ts";
import { markerOf } from "./comment-marker.ts";
import { createTicket, findTickets, type TicketPorts } from "./create-ticket.ts";
import { diagnoseJira } from "./diagnose.ts";
import { closeDuplicateTicket, gone, moveTicket } from "./move-ticket.ts";
import { hasComment } from "./read-comments.ts";
import { readTicket } from "./read-ticket.ts";
import { ticketText } from "./ticket-text.ts";

export interface JiraConnection {
  readonly settings: SettingsOf<"jira">;
  readonly secrets: SecretsOf<"jira">;
}

/**
 * Tickets in one Jira: Cloud by REST v3 with documents, Data Center by REST v2 with wiki markup. Nothing is kept between
 * calls. Throws `configuration_invalid` where the connection cannot work as it is set.
 */
export function openJira({ settings, secrets }: JiraConnection, jiraPorts: JiraApiPorts): TicketSystem {
  const api = openJiraApi({ settings, secrets }, jiraPorts);
  const text = ticketText(settings.edition);
  const urlOf = (key: string): string => `${settings.base_url}/browse/${encodeURIComponent(key)}`;
  const ports: TicketPorts = { api, text, urlOf };
  const limitBytes = settings.attachment_limit_mb * 1024 * 1024;

  return {
    system: "jira",
    create: (draft, key) => createTicket(ports, draft, key),
    find: (key) => findTickets(ports, key),
    closeDuplicate: (id, of) => closeDuplicateTicket(ports, id, of),
    async comment(id, { key, by, text: words }) {
      const marker = markerOf(key);
      if (await hasComment(ports, id, marker)) return;
      await api.addComment(id, text.comment({ by, text: words, marker }));
    },
    transition: (id, name) => moveTicket(ports, id, name),
    async attach(id, file) {
      if (file.content.byteLength > limitBytes)
        throw new ExpertError("channel_refused", "The file is larger than may be attached in Jira.", {
          remedy: `Attach at most ${String(settings.attachment_limit_mb)} MB, or raise the connection's limit as far as Jira allows.`,
          facts: { limitBytes },
        });
      const issue = await api.issue(id, "attachment", "");
      if (!issue) throw gone();
      const name = file.name.replaceAll(/[\u0000-\u001f/\\]/g, "_");
      const has = issue.fields.attachment?.some(
        ({ filename, size }) => filename === name && size === file.content.byteLength,
      );
      if (has !== true) await api.attach(id, { ...file, name });
    },
    read: (id, answerFrom, since) => readTicket(ports, id, answerFrom, since),
    test: () => diagnoseJira(api, secrets, settings),
  };
}
