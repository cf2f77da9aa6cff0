import { outsideSystems } from "../../adapters/connect/escalation.ts";
import { connectionSettings } from "../../core/connections/connection-settings.ts";
import { type ConnectionKind, secretsContext } from "../../core/connections/connection.ts";
import type { Escalation, LinkKind } from "../../core/escalation/escalation.ts";
import { escalationPolicy, type EscalationPolicyText } from "../../core/escalation/policy.ts";
import { type ConnectionId, newId } from "../../core/ids.ts";
import type { ApprovalPolicyText } from "../../core/approvals/policy.ts";
import { createJiraPlatform, type JiraPlatform } from "../jira-platform/create-jira-platform.ts";
import type { JiraEdition } from "../jira-platform/present-issue.ts";
import type { PlatformUser } from "../pagerduty-platform/incident-book.ts";
import {
  openEventsDescription,
  openPublishedDescription,
} from "../pagerduty-platform/published-description.ts";
import {
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../pagerduty-platform/start-pagerduty-platform.ts";
import { type ApprovalsProduct, startApprovalsProduct } from "./approvals-product.ts";
import { departmentOf, personOf, until } from "./sample-work.ts";
import { amplyMs } from "./time-limits.ts";

/** What each connection's webhooks are signed with. */
const hookSecrets = { jira: "jira signs with this one", pagerduty: "pagerduty signs with this one" } as const;
const routingKey = "0123456789abcdef0123456789abcdef";

/** A question of the small company that becomes a ticket and a page: its department's policy. */
const everythingEscalates: EscalationPolicyText = {
  on: { overdue: "both", rejected: "both", asked_for: "both", critical: "both", wrong: "both" },
  ticket: {
    connection: "Jira",
    project: "OPS",
    issue_type: "Task",
    transitions: { acknowledge: "Start work", resolve: "Done" },
  },
  page: { connection: "PagerDuty" },
};

/**
 * The whole product with the small company in Slack and Teams, a Jira and a PagerDuty that are strict about what they are
 * asked. Ada, who leads the operations, and Olga, who is nobody's colleague here, are on call.
 */
export interface EscalationProduct {
  readonly all: ApprovalsProduct;
  readonly jira: JiraPlatform;
  readonly pagerDuty: PagerDutyPlatform;
  /** Ada, as PagerDuty knows her. */
  readonly onCall: PlatformUser;
  readonly outsider: PlatformUser;
  readonly connections: Readonly<Record<"jira" | "pagerduty", ConnectionId>>;
  setPolicy(policy: EscalationPolicyText): Promise<void>;
  /** The escalation of a question; null where it has none. */
  escalationOf(question: string): Promise<Escalation | null>;
  /** The same, once it is there and its ticket and its page are made. */
  made(question: string): Promise<Escalation>;
  /** What the bot wrote into a thread of Slack, with how it looks now, oldest first. */
  said(channel: Parameters<ApprovalsProduct["inThread"]>[0], ts: string): readonly string[];
  /** Has what waits tried now: calls that were put off, and connections that are left alone. `doubtMs`: as if so long had passed. */
  hurry(doubtMs?: number): Promise<void>;
  /** Whether calls are still to be made. */
  waiting(): Promise<number>;
  /** Until nothing waits any more but approvals for their people; calls that are put off wait on. */
  settled(limitMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface EscalationProductOptions {
  readonly edition?: JiraEdition;
  readonly approval?: ApprovalPolicyText;
  readonly policy?: EscalationPolicyText;
  /** Whether the systems tell by themselves what happens; else they are asked. */
  readonly webhooks?: boolean;
  /** How often they are asked, in seconds; null: never. */
  readonly pollSeconds?: number | null;
  readonly settings?: Readonly<Record<string, string>>;
}

const due = `
  select count(*)::integer as open from dispatches d join connections c on c.id = d.connection_id
  where d.state = 'pending' and c.state = 'active' and (c.open_until is null or c.open_until < now())
    and (d.next_attempt_at <= now() or d.lease_until > now())
    and not exists (
      select from dispatches b where b.subject = d.subject and b.state = 'pending' and b.position < d.position)`;

/** The one link of a kind. Throws where there is none. */
export function linkOf({ links }: Escalation, kind: LinkKind): Escalation["links"][number] {
  const found = links.find((link) => link.kind === kind);
  if (!found) throw new Error(`there is no ${kind}`);
  return found;
}

export async function startEscalationProduct(
  options: EscalationProductOptions = {},
): Promise<EscalationProduct> {
  const { edition = "cloud", webhooks = true, pollSeconds = null } = options;
  const jira = await createJiraPlatform({ edition });
  const pagerDuty = await startPagerDutyPlatform({
    rest: openPublishedDescription(),
    events: openEventsDescription(),
  });
  const onCall = pagerDuty.addUser("Ada Admin", "ada@small.example");
  const outsider = pagerDuty.addUser("Olga Outside", "olga@elsewhere.example");
  pagerDuty.addService("Operations", routingKey, onCall);
  const policy = escalationPolicy.parse(options.policy ?? everythingEscalates);
  const all = await startApprovalsProduct({
    ...(options.approval ? { policy: options.approval } : {}),
    ...(options.settings ? { settings: options.settings } : {}),
    plan: (plan) => ({
      ...plan,
      departments: plan.departments.map((department) =>
        department.slug === "operations" ? { ...department, escalation: policy } : department,
      ),
    }),
  });
  const { product, small } = all;
  const { tenantId } = small.company;
  // None of its calls fails since the machine stands still for a while.
  const { config, secrets, escalations: joined, dispatching } = product.parts();
  Object.assign(joined, { systems: outsideSystems(config, secrets, dispatching.clock, amplyMs) });

  async function connect(
    kind: ConnectionKind,
    name: string,
    settings: Readonly<Record<string, unknown>>,
    secrets: Readonly<Record<string, unknown>>,
  ): Promise<ConnectionId> {
    const { database, secrets: box } = product.parts();
    const id = newId<ConnectionId>();
    const schema = connectionSettings[kind];
    const sealedSecrets = box.seal(JSON.stringify(schema.secrets.parse(secrets)), secretsContext(id));
    const connection = { id, kind, name, settings: schema.settings.parse(settings), sealedSecrets };
    await database.withTenant(tenantId, (stores) =>
      stores.connections.add({ ...connection, createdBy: personOf(small.company, "ada") }, []),
    );
    return id;
  }
  const connections = {
    jira: await connect(
      "jira",
      "Jira",
      {
        base_url: jira.url,
        edition,
        ...(edition === "cloud" ? { email: jira.email } : {}),
        poll_seconds: pollSeconds,
      },
      { token: jira.token, webhook_secrets: [hookSecrets.jira] },
    ),
    pagerduty: await connect(
      "pagerduty",
      "PagerDuty",
      {
        events_url: pagerDuty.apiUrl,
        api_url: pagerDuty.apiUrl,
        from_email: "ada@small.example",
        poll_seconds: pollSeconds,
      },
      { routing_key: routingKey, api_token: pagerDuty.token, webhook_secrets: [hookSecrets.pagerduty] },
    ),
  };
  if (webhooks) {
    const hooks = `${product.url}/v1/hooks`;
    jira.webhooksTo(`${hooks}/jira/${tenantId}/${connections.jira}`, hookSecrets.jira);
    pagerDuty.webhooks.target = {
      url: `${hooks}/pagerduty/${tenantId}/${connections.pagerduty}`,
      secrets: [hookSecrets.pagerduty],
    };
  }

  const escalating: EscalationProduct = {
    all,
    jira,
    pagerDuty,
    onCall,
    outsider,
    connections,
    async setPolicy(text) {
      const { database, people } = product.parts();
      await database.withTenant(tenantId, ({ members }) =>
        members.setEscalationPolicy(departmentOf(small.company, "operations"), text, []),
      );
      people.forget(tenantId);
    },
    async escalationOf(question) {
      const rows = await product.rows<{ id: Escalation["id"] }>(
        "select e.id from escalations e join turns t on t.id = e.turn_id where t.question = $1",
        [question],
      );
      const [row] = rows;
      if (!row) return null;
      return await product
        .parts()
        .database.withTenant(tenantId, ({ escalations }) => escalations.find(row.id));
    },
    async made(question) {
      let found: Escalation | null = null;
      await until(
        `“${question}” is escalated`,
        async () => {
          found = await escalating.escalationOf(question);
          return found?.links.every(({ state }) => state !== "pending") ?? false;
        },
        90_000,
      );
      await escalating.settled();
      return (await escalating.escalationOf(question))!;
    },
    said: (channel, ts) =>
      all.inThread(channel, ts).map((message) => `${message.text}\n${JSON.stringify(message.blocks)}`),
    async hurry(doubtMs = 0) {
      await product.rows("update connections set open_until = null");
      const rows = await product.rows<{ subject: string; tenant: string }>(
        `update dispatches set next_attempt_at = now(), doubt_since = doubt_since - $1 * interval '1 ms'
         where state = 'pending' returning subject, tenant_id as tenant`,
        [doubtMs],
      );
      for (const { subject, tenant } of rows)
        await product
          .parts()
          .queue.enqueue("dispatch", { tenantId: tenant, subject }, { key: `hurry-${subject}`, again: true });
    },
    async waiting() {
      const rows = await product.rows("select 1 from dispatches where state = 'pending'");
      return rows.length;
    },
    settled: (limitMs = 90_000) =>
      until(
        "every call is made",
        async () => {
          await pagerDuty.webhooks.settled();
          await jira.webhooks.idle();
          await all.settled(limitMs);
          const [row] = await product.rows<{ open: number }>(due);
          return row?.open === 0;
        },
        limitMs,
      ),
    async close() {
      await all.close();
      await jira.close();
      await pagerDuty.close();
    },
  };
  return escalating;
}
