import { openJira } from "../../adapters/jira/open-jira.ts";
import { systemClock } from "../../core/clock.ts";
import { connectionSettings } from "../../core/connections/connection-settings.ts";
import type { TicketSystemUnderTest } from "../contract/ticket-system.ts";
import { amplyMs, nobodyListens } from "../support/time-limits.ts";
import { createJiraPlatform, type JiraPlatform } from "./create-jira-platform.ts";
import type { JiraFault } from "./jira-faults.ts";
import type { JiraEdition } from "./present-issue.ts";

/** Settings and secrets of a connection to the platform, as a company would enter them. */
export const jiraConnectionTo = (
  { url, edition, email, token }: JiraPlatform,
  changed: { readonly webhookSecrets?: readonly string[]; readonly attachmentLimitMb?: number } = {},
): Parameters<typeof openJira>[0] => ({
  settings: connectionSettings.jira.settings.parse({
    base_url: url,
    edition,
    email: edition === "cloud" ? email : null,
    attachment_limit_mb: changed.attachmentLimitMb ?? 10,
  }),
  secrets: connectionSettings.jira.secrets.parse({
    token,
    webhook_secrets: changed.webhookSecrets ?? ["a secret for webhooks"],
  }),
});

const faults: Readonly<Record<"busy" | "broken" | "refused" | "credentials" | "lost", JiraFault>> = {
  busy: {
    answer: { status: 429, headers: { "retry-after": "3", "ratelimit-reason": "jira-burst-based" } },
  },
  broken: { answer: { status: 500, body: "<html>" } },
  refused: {
    answer: { status: 400, body: { errorMessages: [], errors: { priority: "There is none such." } } },
  },
  credentials: { answer: { status: 401, body: {} } },
  lost: { answer: "close" },
};

/** A ticket system for the contract, on a platform of its own. */
export async function jiraUnderTest(
  edition: JiraEdition,
): Promise<TicketSystemUnderTest & { readonly platform: JiraPlatform }> {
  const platform = await createJiraPlatform({ edition });
  platform.indexDelayMs = 100;
  let unreachable = false;
  const tickets = openJira(jiraConnectionTo(platform, { attachmentLimitMb: 1 }), {
    clock: systemClock,
    timeoutMs: amplyMs,
    fetch(input, init) {
      const url = new URL(input);
      if (unreachable) url.port = new URL(nobodyListens).port;
      unreachable = false;
      return fetch(url, init);
    },
  });
  return {
    platform,
    tickets,
    ticket: { connection: "jira", project: "OPS", issue_type: "Task", priorities: { warning: "High" } },
    transitions: { acknowledge: "Start work", resolve: "Done" },
    attachmentLimitBytes: 1024 * 1024,
    count: () => platform.issues().length,
    files: (id) => platform.issue(id).attachments.map(({ filename }) => filename),
    async comment(id, comment) {
      platform.comment(id, comment);
    },
    async assign(id, person) {
      platform.assign(id, person);
    },
    async remove(id) {
      platform.remove(id);
    },
    failNext(fault) {
      if (fault === "unreachable") unreachable = true;
      else platform.fail(faults[fault]);
    },
    async close() {
      await platform.close();
    },
  };
}
