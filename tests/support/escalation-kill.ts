import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type pg from "pg";
import { readConfig } from "../../adapters/config.ts";
import { slackInstallLink } from "../../adapters/connect/slack-setup.ts";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import type { ConnectionView } from "../../bots/http/contract/connection.ts";
import { approvalPolicy } from "../../core/approvals/policy.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import { systemClock } from "../../core/clock.ts";
import { escalationPolicy } from "../../core/escalation/policy.ts";
import { createJiraPlatform, type JiraPlatform } from "../jira-platform/create-jira-platform.ts";
import type { JiraIssueRecord } from "../jira-platform/jira-issues.ts";
import type { PlatformIncident, PlatformUser } from "../pagerduty-platform/incident-book.ts";
import {
  openEventsDescription,
  openPublishedDescription,
} from "../pagerduty-platform/published-description.ts";
import {
  type PagerDutyPlatform,
  startPagerDutyPlatform,
} from "../pagerduty-platform/start-pagerduty-platform.ts";
import type { Channel, SlackPlatform } from "../slack-platform/slack-platform.ts";
import { type ApiClient, signIn } from "./api-client.ts";
import { openMortalDatabase, ownerUrlOf } from "./mortal-database.ts";
import { startMortal } from "./mortal-process.ts";
import { departmentOf, until } from "./sample-work.ts";
import { connectSlackTo, freeUrl, slackSettings, smallCompanyPeople, startSlack } from "./slack-product.ts";
import { smallCompany } from "./small-company.ts";
import { removeFolder } from "./remove-folder.ts";

/** How an escalation stands. */
export interface EscalationRow {
  readonly escalations: number;
  /** Its links with their states, the ticket first. */
  readonly states: readonly string[] | null;
  /** Calls that are still to be made, but for looks for a second ticket; and of all, those that nobody knows came through. */
  readonly calls: number;
  readonly doubted: number;
  readonly dead: number;
  /** Why one of them failed last. */
  readonly error: string | null;
  /** Messages that are still to be posted. */
  readonly notes: number;
}

/** A product in a process of its own that stands still after each of the steps, with a Slack, a Jira and a PagerDuty. */
export interface EscalationKill {
  readonly slack: SlackPlatform;
  readonly jira: JiraPlatform;
  readonly pagerDuty: PagerDutyPlatform;
  /** Ada, as PagerDuty knows her. */
  readonly onCall: PlatformUser;
  rows<T extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<T[]>;
  /** Asks the question of each step, and waits until all wait for an expert. */
  ask(steps: readonly string[]): Promise<void>;
  /** What escalates from now on goes to the connections of this group. */
  escalateTo(group: number): Promise<void>;
  /** Nobody has decided on it in time. */
  overdue(step: string): Promise<void>;
  /** Jira and PagerDuty tell the connections of this group from now on. */
  listenTo(group: number): void;
  /** Ada does it in the console; ends when it is answered, or nobody is there any more to answer. */
  act(step: string, act: object): Promise<void>;
  waitForHung(steps: readonly string[], limitMs: number): Promise<void>;
  /** SIGKILL, and another process that does not stand still. */
  restart(): Promise<void>;
  rowOf(step: string): Promise<EscalationRow>;
  /** Until nothing of it waits, and its links stand so. */
  stands(step: string, states: readonly string[], limitMs?: number): Promise<void>;
  ticketsOf(step: string): readonly JiraIssueRecord[];
  incidentsOf(step: string): readonly PlatformIncident[];
  /** What the bot has written into the question's thread and what has these words, oldest first. */
  saying(step: string, words?: string): readonly string[];
  /** Cards of its escalation in the thread. */
  cardsOf(step: string): readonly string[];
  /** How often Ada was asked for its answer. */
  askedForAnswer(step: string): number;
  close(): Promise<void>;
}

export const killedQuestion = (step: string): string => `How do I start the pump (hang-${step})?`;
const routingKey = (group: number): string => String(group).repeat(32);
const hookSecret = "only-for-tests-only-for-tests";
/** Subjects of looks for a second ticket, which come once nobody expects one any more. */
export const onceMore = "%/once-more";

/** @param steps of which the manual knows the answers. @param groups how many pairs of connections there are. */
export async function startEscalationKill(steps: readonly string[], groups: number): Promise<EscalationKill> {
  const closers: Closer[] = [];
  try {
    return await start(steps, groups, closers);
  } catch (error) {
    await closeInOrder(closers);
    throw error;
  }
}

async function start(steps: readonly string[], groups: number, closers: Closer[]): Promise<EscalationKill> {
  const folder = await mkdtemp(join(tmpdir(), "expert-escalation-kill-"));
  closers.push(() => removeFolder(folder));
  const slack = await startSlack({ rateLimits: "off" });
  closers.push(() => slack.close());
  const jira = await createJiraPlatform({ edition: "cloud" });
  const pagerDuty = await startPagerDutyPlatform({
    rest: openPublishedDescription(),
    events: openEventsDescription(),
  });
  closers.push(
    () => jira.close(),
    () => pagerDuty.close(),
  );
  const onCall = pagerDuty.addUser("Ada Admin", "ada@small.example");
  const url = await freeUrl();
  const settings = {
    DATA_DIR: folder,
    DEMO_COMPANY: "false",
    TURN_CONCURRENCY: "64",
    SLACK_PACE: "none",
    SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    ...slackSettings(slack, { url }),
  };
  let running = await startMortal("hang", settings);
  closers.push(() => running.stop());
  const plan = smallCompany();
  const policy = approvalPolicy.parse({ required_for: "all" });
  const company = await provisionCompany(
    await ownerUrlOf(folder),
    {
      ...plan,
      departments: plan.departments.map((each) =>
        each.slug === "operations" ? { ...each, guests: false, approval: policy } : each,
      ),
    },
    { localAccounts: true },
  );
  let database = await openMortalDatabase(folder);
  closers.push(() => database.end());
  connectSlackTo(slack, url);
  const acme = slack.workspace({ name: "small" });
  const people = smallCompanyPeople(acme, "small");
  const { SESSION_SECRET: sessionSecret } = settings;
  const parts = { config: readConfig(settings), clock: systemClock, sessionSecret };
  const page = await people.ada.addToSlack(slackInstallLink(parts, company.tenantId, null).url);
  if (page.status !== 200) throw new Error(page.text);
  const client = await signIn(running.url, "ada@small.example");
  const sentences = steps.map((step) => `To start the pump (hang-${step}), turn the green key.`);
  await client.upload(
    "pump.md",
    `# Pump manual\n\n${sentences.join("\n\n")}\n`,
    departmentOf(company, "operations"),
  );
  const hooks: { readonly jira: string; readonly pagerDuty: string }[] = [];
  for (let group = 0; group < groups; group += 1) {
    pagerDuty.addService(`Operations ${String(group)}`, routingKey(group), onCall);
    hooks.push(await connectGroup(client, group, jira, pagerDuty));
  }

  const asked = new Map<string, { readonly channel: Channel; readonly ts: string }>();
  const ofBot = acme.installation?.botUserId ?? "";
  const rows: EscalationKill["rows"] = (text, values) => database.rows(text, values);

  const bench: EscalationKill = {
    slack,
    jira,
    pagerDuty,
    onCall,
    rows,
    async ask(all) {
      const { ada, sam, vic, fay } = people;
      for (const step of all) {
        const channel = acme.channel({ name: step, members: [ada, sam, vic, fay, { id: ofBot }] });
        const { ts } = await sam.mention(channel, killedQuestion(step));
        asked.set(step, { channel, ts });
      }
      await until(
        "all wait for an expert",
        async () => {
          const waiting = await rows("select 1 from approvals where due_step in ('remind', 'next_level')");
          const posting = await rows("select 1 from outbox where state = 'pending'");
          return waiting.length === all.length && posting.length === 0;
        },
        90_000,
      );
    },
    async escalateTo(group) {
      const text = escalationPolicy.parse({
        on: { overdue: "both" },
        ticket: {
          connection: `Jira ${String(group)}`,
          project: "OPS",
          issue_type: "Task",
          transitions: { resolve: "Close issue" },
        },
        page: { connection: `PagerDuty ${String(group)}` },
      });
      await rows("update departments set escalation_policy = $1 where id = $2", [
        JSON.stringify(text),
        departmentOf(company, "operations"),
      ]);
    },
    async overdue(step) {
      await rows(
        "update approvals a set due_step = 'next_level', due_at = now() from turns t where t.id = a.turn_id and t.question = $1",
        [killedQuestion(step)],
      );
    },
    listenTo(group) {
      jira.webhooksTo(hooks[group]?.jira ?? "", hookSecret);
      pagerDuty.webhooks.target = { url: hooks[group]?.pagerDuty ?? "", secrets: [hookSecret] };
    },
    async act(step, act) {
      const [row] = await rows<{ id: string }>(
        "select e.id from escalations e join turns t on t.id = e.turn_id where t.question = $1",
        [killedQuestion(step)],
      );
      await client.request("POST", `/escalations/${row?.id ?? ""}/acts`, act).catch(() => undefined);
    },
    waitForHung: (hung, limitMs) => running.waitForHung(hung, limitMs),
    async restart() {
      await running.kill();
      await database.end();
      running = await startMortal("run", settings);
      database = await openMortalDatabase(folder);
    },
    async rowOf(step) {
      const [row] = await rows<EscalationRow & pg.QueryResultRow>(escalationRow, [
        killedQuestion(step),
        onceMore,
      ]);
      if (!row) throw new Error(`there is no turn for ${step}`);
      return row;
    },
    async stands(step, states, limitMs = 60_000) {
      let row: EscalationRow | undefined;
      await until(
        `${step} comes to its end`,
        async () => {
          row = await bench.rowOf(step);
          return row.calls === 0 && row.notes === 0 && String(row.states) === String(states);
        },
        limitMs,
      ).catch((error: unknown) => {
        throw new Error(`${step} stands at ${JSON.stringify(row)}`, { cause: error });
      });
    },
    ticketsOf: (step) =>
      jira.issues().filter(({ fields }) => JSON.stringify(fields).includes(`hang-${step})`)),
    incidentsOf: (step) =>
      pagerDuty.incidents.filter(({ payload }) => JSON.stringify(payload).includes(`hang-${step})`)),
    saying(step, words = "") {
      const { channel, ts } = asked.get(step)!;
      return channel
        .thread(ts)
        .filter(({ user }) => user === ofBot)
        .map(({ blocks }) => JSON.stringify(blocks))
        .filter((blocks) => blocks.includes(words));
    },
    cardsOf: (step) => bench.saying(step).filter((blocks) => cardTitle.test(blocks)),
    askedForAnswer: (step) =>
      acme
        .dm(people.ada)
        .messages()
        .map(({ blocks }) => JSON.stringify(blocks))
        .filter((blocks) => blocks.includes(`hang-${step})`) && blocks.includes("What is the answer?"))
        .length,
    close: () => closeInOrder(closers),
  };
  return bench;
}

const cardTitle = /\*(?:Escalated: |The escalation is |[^*]+ resolved the escalation)/;

const escalationRow = `
  select (select count(*)::integer from escalations e where e.turn_id = t.id) as escalations,
    (select array_agg(l.kind || ' ' || l.state order by l.kind desc) from escalation_links l
      join escalations e on e.id = l.escalation_id where e.turn_id = t.id) as states,
    count(d.id) filter (where d.state = 'pending' and d.subject not like $2)::integer as calls,
    count(d.id) filter (where d.state = 'pending' and d.doubt_since is not null)::integer as doubted,
    count(d.id) filter (where d.state = 'dead')::integer as dead,
    max(d.last_error) as error,
    (select count(*)::integer from outbox o where o.turn_id = t.id and o.state = 'pending') as notes
  from turns t
    left join escalations e on e.turn_id = t.id
    left join escalation_links l on l.escalation_id = e.id
    left join dispatches d on d.body ->> 'linkId' = l.id::text
  where t.question = $1 group by t.id`;

/** Connects a Jira and a PagerDuty, as an admin does; where each is to send its webhooks. */
async function connectGroup(
  client: ApiClient,
  group: number,
  jira: JiraPlatform,
  pagerDuty: PagerDutyPlatform,
): Promise<{ readonly jira: string; readonly pagerDuty: string }> {
  const connect = async (body: object): Promise<string> => {
    const { status, body: added } = await client.request<ConnectionView>("POST", "/connections", body);
    if (status !== 200 || added.hookUrl === null) throw new Error(JSON.stringify(added));
    return added.hookUrl;
  };
  const { url: base_url, email, token, edition } = jira;
  return {
    jira: await connect({
      kind: "jira",
      name: `Jira ${String(group)}`,
      settings: { base_url, edition, email, poll_seconds: null },
      secrets: { token, webhook_secrets: [hookSecret] },
    }),
    pagerDuty: await connect({
      kind: "pagerduty",
      name: `PagerDuty ${String(group)}`,
      settings: {
        events_url: pagerDuty.apiUrl,
        api_url: pagerDuty.apiUrl,
        from_email: "ada@small.example",
        poll_seconds: null,
      },
      secrets: { routing_key: routingKey(group), api_token: pagerDuty.token, webhook_secrets: [hookSecret] },
    }),
  };
}
