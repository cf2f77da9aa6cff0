import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readConfig } from "../../adapters/config.ts";
import { slackInstallLink } from "../../adapters/connect/slack-setup.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { approvalPolicy } from "../../core/approvals/policy.ts";
import { systemClock } from "../../core/clock.ts";
import type {
  Channel,
  Message as SlackMessage,
  SlackPlatform,
  Workspace,
} from "../slack-platform/slack-platform.ts";
import { signIn } from "../support/api-client.ts";
import { type MortalDatabase, openMortalDatabase, ownerUrlOf } from "../support/mortal-database.ts";
import { type MortalProcess, startMortal } from "../support/mortal-process.ts";
import { departmentOf, personOf, until } from "../support/sample-work.ts";
import {
  connectSlackTo,
  freeUrl,
  slackSettings,
  smallCompanyPeople,
  startSlack,
  type SlackCompany,
} from "../support/slack-product.ts";
import { smallCompany } from "../support/small-company.ts";
import { connectTeamsTo, smallCompanyInTeams, teamsSettings } from "../support/teams-product.ts";
import { startTeamsPlatform } from "../teams-platform/start-teams-platform.ts";
import type {
  Message as TeamsMessage,
  Person as TeamsPerson,
  TeamsPlatform,
} from "../teams-platform/teams-platform.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** After each of these an approval stands still, and the process is killed. What lets it come so far. */
const hangs = {
  /** The turn has ended with its approval; the offer is taken; its notes are written, the cards not yet kept. */
  ended: "nothing",
  begun: "nothing",
  offered: "nothing",
  /** Due: the reminder is taken; it is written. The next level is taken; it is due. */
  nudging: "time",
  reminded: "time",
  lifting: "next level",
  levelled: "next level",
  /** The click is stored; in a worker's hands; the vote is counted. Carrying it out is taken. */
  clicked: "slack",
  picked: "teams",
  voted: "slack",
  carrying: "teams",
  /** The thread's note is written; those who wait for the same are decided; the cards' notes are written. */
  told: "slack",
  followed: "teams",
  refreshed: "slack",
  /** Learning: the file; the document; the verified answer; amid its passages. */
  blobbed: "teams",
  documented: "slack",
  verified: "teams",
  staged: "slack",
  /** All is done, and the click is not settled. */
  settling: "slack",
  escalated: "escalate",
  /** Taken back; its note is written; it is no longer served, and its document is still there. */
  withdrawn: "undo",
  untold: "undo",
  forgotten: "undo",
  /** The platform has taken the card, and nobody knows; last, since its direct messages wait for it. */
  carded: "nothing",
} as const;
type Step = keyof typeof hangs;
const steps = Object.keys(hangs) as Step[];
const withDriver = (...drivers: readonly (typeof hangs)[Step][]): readonly Step[] =>
  steps.filter((step) => drivers.includes(hangs[step]));

const sentenceOf = (step: Step): string => `To start the pump (hang-${step}), turn the green key.`;
const questionOf = (step: Step): string => `How do I start the pump (hang-${step})?`;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly due_step: string | null;
  readonly turn: string;
  readonly decisions: number;
  readonly verified: number;
  readonly serving: number;
  readonly documents: number;
  readonly ready: number;
  readonly waiting: number;
}

/**
 * Every step of an approval stands still in one process; SIGKILL ends it there, the embedded database with it; another process
 * of the same data folder goes on.
 */
describe("a process that is killed while experts decide", () => {
  let folder: string;
  let platform: SlackPlatform;
  let teams: TeamsPlatform;
  let acme: Workspace;
  let people: SlackCompany["people"];
  let fay: TeamsPerson;
  let company: ProvisionedCompany;
  let settings: Record<string, string>;
  let running: MortalProcess;
  let database: MortalDatabase;
  const channels = new Map<Step, { readonly channel: Channel; ts: string }>();
  const together: { channel: Channel; ts: string }[] = [];

  const ask = async (step: Step, question = questionOf(step)): Promise<{ channel: Channel; ts: string }> => {
    const { ada, sam, vic, fay: inSlack } = people;
    const members = [ada, sam, vic, inSlack, { id: acme.installation?.botUserId ?? "" }];
    const channel = acme.channel({ name: `${step}-${String(together.length)}`, members });
    const { ts } = await sam.mention(channel, question);
    return { channel, ts };
  };
  const rowOf = async (step: Step): Promise<Row> => {
    const [row] = await database.rows<Row>(
      `select a.id, a.state, a.due_step, t.state as turn,
         (select count(*)::integer from audit_events e
           where e.resource_id = a.id and e.event = 'approval.decided') as decisions,
         (select count(*)::integer from verified_answers v where v.approval_id = a.id) as verified,
         (select count(*)::integer from verified_answers v where v.approval_id = a.id and v.state = 'serving') as serving,
         (select count(*)::integer from verified_answers v join documents d on d.name = 'verified/' || v.id || '.md'
           where v.approval_id = a.id) as documents,
         (select count(*)::integer from verified_answers v join documents d on d.id = v.document_id
           where v.approval_id = a.id and d.state = 'ready') as ready,
         (select count(*)::integer from outbox o where o.turn_id = a.turn_id and o.state = 'pending') as waiting
       from approvals a join turns t on t.id = a.turn_id where t.question = $1`,
      [questionOf(step)],
    );
    if (!row) throw new Error(`there is no approval for ${step}`);
    return row;
  };
  const slackCard = (step: Step): SlackMessage | undefined =>
    acme
      .dm(people.ada)
      .messages()
      .findLast(
        ({ blocks, actionIds }) => actionIds.length > 0 && JSON.stringify(blocks).includes(questionOf(step)),
      );
  const teamsCards = (step: Step): readonly TeamsMessage[] =>
    fay.chat.messages().filter(({ attachments }) => JSON.stringify(attachments).includes(questionOf(step)));
  const approve = async (step: Step, how: "slack" | "teams"): Promise<void> => {
    if (how === "slack") await people.ada.click(slackCard(step)!, "approval_approve");
    else await fay.click(teamsCards(step).at(-1)!, "Approve");
  };
  const decided = (step: Step): Promise<void> =>
    until(
      `${step} is carried out`,
      async () => {
        const row = await rowOf(step);
        return row.due_step === null && row.ready === 1 && row.waiting === 0;
      },
      60_000,
    );
  const answers = ({ channel, ts }: { channel: Channel; ts: string }): readonly string[] =>
    channel
      .thread(ts)
      .filter(({ user }) => user === acme.installation?.botUserId)
      .map(({ blocks }) => JSON.stringify(blocks))
      .filter((blocks) => blocks.includes("Verified by"));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "expert-approvals-kill-"));
    [platform, teams] = await Promise.all([
      startSlack({ rateLimits: "off" }),
      startTeamsPlatform({ throttle: "off" }),
    ]);
    const contoso = teams.tenant({ name: "small" });
    const url = await freeUrl();
    settings = {
      DATA_DIR: folder,
      DEMO_COMPANY: "false",
      TURN_CONCURRENCY: "64",
      SLACK_PACE: "none",
      SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
      ...teamsSettings(teams, { tenant: contoso, url }),
      ...slackSettings(platform, { url }),
    };
    running = await startMortal("hang", settings);
    const plan = smallCompany();
    const policy = approvalPolicy.parse({ required_for: "all", levels: [{}, {}] });
    company = await provisionCompany(
      await ownerUrlOf(folder),
      {
        ...plan,
        departments: plan.departments.map((each) =>
          each.slug === "operations" ? { ...each, guests: false, approval: policy } : each,
        ),
        people: plan.people.map((each) =>
          each.email.startsWith("fay@")
            ? { ...each, departments: { ...each.departments, operations: "member" as const } }
            : each,
        ),
      },
      { localAccounts: true },
    );
    database = await openMortalDatabase(folder);
    await database.rows(
      `insert into installations (tenant_id, channel, workspace_id, workspace_name, app_id, bot_user_id)
       values ($1, 'teams', $2, 'Small', $3, $4)`,
      [company.tenantId, contoso.id, teams.issuer.appId, teams.botId],
    );
    await database.rows("update users set approval_channel = 'teams' where id = $1", [
      personOf(company, "fay"),
    ]);
    connectSlackTo(platform, url);
    connectTeamsTo(teams, url);
    acme = platform.workspace({ name: "small" });
    people = smallCompanyPeople(acme, "small");
    const inTeams = smallCompanyInTeams(contoso, "small");
    ({ fay } = inTeams);
    await contoso.installFor(fay);
    await contoso.team({ name: "Plant", members: Object.values(inTeams) }).install(inTeams.ada);
    const parts = {
      config: readConfig(settings),
      clock: systemClock,
      sessionSecret: settings["SESSION_SECRET"] ?? "",
    };
    const page = await people.ada.addToSlack(slackInstallLink(parts, company.tenantId, null).url);
    if (page.status !== 200) throw new Error(page.text);
    const client = await signIn(running.url, "ada@small.example");
    await client.upload(
      "pump.md",
      `# Pump manual\n\n${steps.map(sentenceOf).join("\n\n")}\n`,
      departmentOf(company, "operations"),
    );

    // Those that stand still before their cards are posted come last: nothing else of theirs is wanted in this process.
    const driven = steps.filter((step) => hangs[step] !== "nothing");
    for (const step of driven) channels.set(step, await ask(step));
    for (const step of driven)
      await until(
        `${step} has its cards`,
        async () => slackCard(step) !== undefined && teamsCards(step).length > 0,
        60_000,
      );
    together.push(await ask("followed", "How can I start the pump (hang-followed)?"));
    await until("both wait together", async () =>
      JSON.stringify(slackCard("followed")?.blocks).includes("1 other"),
    );
    for (const step of withDriver("undo")) await approve(step, "slack");
    for (const step of withDriver("undo")) await decided(step);

    const due = (step: Step, what: string): Promise<unknown> =>
      database.rows(
        "update approvals a set due_step = $2, due_at = now() from turns t where t.id = a.turn_id and t.question = $1",
        [questionOf(step), what],
      );
    for (const step of withDriver("time")) await due(step, "remind");
    for (const step of withDriver("next level")) await due(step, "next_level");
    const clicking = [
      ...withDriver("slack").map((step) => approve(step, "slack")),
      ...withDriver("teams").map((step) => approve(step, "teams")),
      ...withDriver("escalate").map((step) =>
        people.ada.click(slackCard(step)!, "approval_more", `escalate:${idIn(slackCard(step)!)}:1`),
      ),
      ...withDriver("undo").map((step) => people.ada.click(slackCard(step)!, "approval_undo")),
    ];
    await running.waitForHung(driven, 120_000);
    for (const step of withDriver("nothing")) channels.set(step, await ask(step));
    await running.waitForHung(withDriver("nothing"), 120_000);
    await running.kill();
    await database.end();
    await Promise.allSettled(clicking);
    running = await startMortal("run", settings);
    database = await openMortalDatabase(folder);
  }, 600_000);
  afterAll(async () => {
    await database?.end();
    await running?.kill();
    await platform?.close();
    await teams?.close();
    await removeFolder(folder);
  }, 120_000);

  const undone = new Set<Step>(withDriver("undo"));
  /** Those on which an expert is still to decide. */
  const open = new Set<Step>([
    ...withDriver("nothing"),
    ...withDriver("time"),
    ...withDriver("next level"),
    ...withDriver("escalate"),
  ]);

  it.each(steps)(
    "loses no question, answers it once and learns it once, where it was left after “%s”",
    async (step) => {
      const asked = channels.get(step)!;
      if (open.has(step)) {
        await until("its card is there", async () => slackCard(step) !== undefined, 60_000);
        await until("nothing of it is due at once", async () => (await rowOf(step)).waiting === 0, 60_000);
        expect(answers(asked)).toEqual([]);
        await approve(step, "slack");
      }
      if (undone.has(step)) {
        await until(
          "it is taken back",
          async () => {
            const row = await rowOf(step);
            return row.due_step === null && row.serving === 0 && row.documents === 0 && row.waiting === 0;
          },
          60_000,
        );
        expect(await rowOf(step)).toMatchObject({
          state: "withdrawn",
          turn: "not_found",
          decisions: 1,
          verified: 1,
        });
        expect(answers(asked)).toEqual([]);
      } else {
        await decided(step);
        expect(await rowOf(step)).toMatchObject({
          state: "approved",
          turn: "answered",
          decisions: 1,
          verified: 1,
          serving: 1,
          documents: 1,
        });
        expect(answers(asked)).toHaveLength(1);
        expect(answers(asked)[0]).toContain(`hang-${step}`);
      }
    },
    240_000,
  );

  it("brings the answer to all who waited for the same, once", () => {
    for (const asked of together) expect(answers(asked)).toHaveLength(1);
  });

  it.each(steps)(
    "leaves no card that cannot be acted on, where it was left after “%s”",
    async (step) => {
      await until("cards are shown as they stand", async () => (await rowOf(step)).waiting === 0, 30_000);
      const cards = acme
        .dm(people.ada)
        .messages()
        .filter(
          ({ blocks, user }) => user !== people.ada.id && JSON.stringify(blocks).includes(questionOf(step)),
        );
      const working = cards.filter(({ actionIds }) => actionIds.includes("approval_approve"));
      const shown = cards.filter(({ actionIds }) => !actionIds.includes("approval_approve"));
      const what = undone.has(step) ? "took this answer back" : "approved this answer";
      expect(shown.filter(({ blocks }) => JSON.stringify(blocks).includes(what))).toHaveLength(1);
      // The one that Slack had taken and nobody knew of: whoever clicks it is told who decided.
      expect(working.length).toBeLessThanOrEqual(step === "carded" ? 1 : 0);
      for (const card of working) {
        await people.ada.click(card, "approval_approve");
        expect((await rowOf(step)).decisions).toBe(1);
      }
      const [inTeams] = teamsCards(step).slice(-1);
      expect(JSON.stringify(inTeams?.attachments)).toContain(what);
    },
    180_000,
  );

  it("asked Slack and Teams for nothing that they refuse", () => {
    expect(platform.violations).toEqual([]);
    expect(teams.violations).toEqual([]);
  });
});

/** The approval that a card's controls are about. */
const idIn = ({ blocks }: SlackMessage): string =>
  /[a-z_]+:([0-9a-f-]{36}):\d/.exec(JSON.stringify(blocks))?.[1] ?? "";
