import type { Parts } from "../../adapters/connect.ts";
import { connectMicrosoftTenant } from "../../adapters/teams/install/connect-tenant.ts";
import type { Approval } from "../../core/approvals/approval.ts";
import { approvalPolicy, type ApprovalPolicyText } from "../../core/approvals/policy.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import type { MessageRef } from "../../core/delivery/channel.ts";
import type { ApprovalId } from "../../core/ids.ts";
import type { Channel, Message as SlackMessage } from "../slack-platform/slack-platform.ts";
import type { CompanyPlan } from "../../core/tenancy/company.ts";
import { startTeamsPlatform } from "../teams-platform/start-teams-platform.ts";
import type {
  Message as TeamsMessage,
  Person as TeamsPerson,
  Team,
  TeamsPlatform,
  Tenant,
} from "../teams-platform/teams-platform.ts";
import { departmentOf, personOf, until as untilWithin } from "./sample-work.ts";
import { type SlackCompany, type SlackProduct, startSlackProduct } from "./slack-product.ts";
import { connectTeamsTo, smallCompanyInTeams, teamsSettings } from "./teams-product.ts";

/** What a machine that stands still has interrupted is gone on with once its lease of 30 s has run out. */
const until = (what: string, condition: () => Promise<boolean>): Promise<void> =>
  untilWithin(what, condition, 90_000);

export type Name = Parameters<typeof personOf>[1];

/** How somebody of the company is reached with their cards. */
export type Places = Readonly<Partial<Record<Name, ChannelName>>>;

/**
 * The whole product with the small company in Slack, in Teams and on the web at once. Ada leads the operations and Fay is
 * one of their approvers; Ada has her cards in Slack and Fay in Teams.
 */
export interface ApprovalsProduct {
  readonly product: SlackProduct;
  readonly small: SlackCompany;
  readonly teams: TeamsPlatform;
  readonly tenant: Tenant;
  readonly inTeams: Readonly<Record<Name, TeamsPerson>>;
  /** A team with everyone and the bot. */
  readonly plant: Team;
  /** A channel of Slack with everyone and the bot. */
  newChannel(name?: string): Channel;
  setPolicy(policy: ApprovalPolicyText): Promise<void>;
  /** Where they want their cards from now on. */
  place(places: Places): Promise<void>;
  /** What the bot wrote into a thread of Slack, oldest first. */
  inThread(channel: Channel, ts: string): readonly SlackMessage[];
  /** The approvals of a question, oldest first. */
  approvalsOf(question: string): Promise<readonly Approval[]>;
  /** The one approval of a question, once it is offered. */
  offered(question: string): Promise<Approval>;
  find(id: ApprovalId): Promise<Approval>;
  /** Somebody's card of an approval, as it stands in Slack now. */
  slackCard(id: ApprovalId, name: Name): Promise<SlackMessage>;
  /** The same in Teams. */
  teamsCard(id: ApprovalId, name: Name): Promise<TeamsMessage>;
  /** Moves the approvals' clock, for those who look at it later. */
  skip(ms: number): void;
  /** The same, and takes what is due of this approval then. */
  pass(ms: number, id: ApprovalId): Promise<void>;
  /** Until nothing waits any more but approvals for their people. */
  settled(limitMs?: number): Promise<void>;
  close(): Promise<void>;
}

export interface ApprovalsProductOptions {
  readonly policy?: ApprovalPolicyText;
  readonly settings?: Readonly<Record<string, string>>;
  readonly plan?: (plan: CompanyPlan) => CompanyPlan;
}

const due = `
  select (select count(*) from approvals where due_step in ('offer', 'carry_out'))::integer
    + (select count(*) from documents where state in ('pending', 'processing'))::integer as open`;

export async function startApprovalsProduct(
  options: ApprovalsProductOptions = {},
): Promise<ApprovalsProduct> {
  const teams = await startTeamsPlatform({ throttle: "off" });
  const tenant = teams.tenant({ name: "small" });
  const { TEAMS_APP_ID, TEAMS_APP_TENANT_ID, TEAMS_APP_PASSWORD } = teamsSettings(teams, {
    tenant,
    url: "http://127.0.0.1:1",
  });
  let passedMs = 0;
  const { plan: change = (same: CompanyPlan) => same } = options;
  const policy = approvalPolicy.parse(options.policy ?? { required_for: "all" });
  const product = await startSlackProduct({
    settings: {
      TEAMS_APP_ID: TEAMS_APP_ID ?? "",
      TEAMS_APP_TENANT_ID: TEAMS_APP_TENANT_ID ?? "",
      TEAMS_APP_PASSWORD: TEAMS_APP_PASSWORD ?? "",
      ...teams.issuer.settings,
      ...options.settings,
    },
    change(parts: Parts) {
      const clock = { now: () => new Date(Date.now() + passedMs) };
      return { ...parts, approvals: Object.assign(parts.approvals, { clock }) };
    },
    plan: (plan) =>
      change({
        ...plan,
        departments: plan.departments.map((department) =>
          // A department that is closed to guests tells where only the company's own people read.
          department.slug === "operations" ? { ...department, guests: false, approval: policy } : department,
        ),
        people: plan.people.map((person) =>
          person.email.startsWith("fay@")
            ? { ...person, departments: { ...person.departments, operations: "member" } }
            : person,
        ),
      }),
  });
  const small = await product.join();
  const { company, people, workspace, bot } = small;
  const { tenantId } = company;
  await connectMicrosoftTenant(product.parts(), tenantId, {
    appId: teams.issuer.appId,
    msTenantId: tenant.id,
    by: "command",
  });
  const inTeams = smallCompanyInTeams(tenant, "small");
  connectTeamsTo(teams, product.url);
  // Experts are reached once they are known there, in Teams by a team that the bot is in.
  await Promise.all(Object.values(inTeams).map((person) => tenant.installFor(person)));
  const plant = tenant.team({ name: "Plant", members: Object.values(inTeams) });
  await plant.install(inTeams.ada);
  await Promise.all(Object.values(people).map((person) => person.openHome("home")));

  let channels = 0;
  /** Where somebody's card stands, once it does; throws where they have none. */
  const cardOf = async (id: ApprovalId, name: Name, channel: ChannelName): Promise<MessageRef> => {
    let ref: MessageRef | null = null;
    await until("the card is posted", async () => {
      const [row] = await product.rows<{ message_ref: MessageRef | null }>(
        `select o.message_ref from approval_cards c join outbox o on o.id = c.delivery_id
         where c.approval_id = $1 and c.user_id = $2 and c.channel = $3`,
        [id, personOf(company, name), channel],
      );
      if (!row) throw new Error(`${name} has no card in ${channel}`);
      ref = row.message_ref;
      return ref !== null;
    });
    return ref!;
  };
  const all: ApprovalsProduct = {
    product,
    small,
    teams,
    tenant,
    inTeams,
    plant,
    newChannel(name = `channel-${String((channels += 1))}`) {
      return workspace.channel({ name, members: [...Object.values(people), bot] });
    },
    async setPolicy(text) {
      const parts = product.parts();
      await parts.database.withTenant(tenantId, ({ members }) =>
        members.setApprovalPolicy(departmentOf(company, "operations"), text, []),
      );
      parts.people.forget(tenantId);
    },
    async place(places) {
      for (const [name, channel] of Object.entries(places))
        await product.rows("update users set approval_channel = $1 where id = $2", [
          channel,
          personOf(company, name as Name),
        ]);
    },
    inThread: (channel, ts) => channel.thread(ts).filter(({ user }) => user === bot.botUserId),
    async approvalsOf(question) {
      const rows = await product.rows<{ id: ApprovalId }>(
        "select a.id from approvals a join turns t on t.id = a.turn_id where t.question = $1 order by a.created_at",
        [question],
      );
      return await Promise.all(rows.map(({ id }) => all.find(id)));
    },
    async offered(question) {
      let found: Approval | undefined;
      await until(`“${question}” is offered`, async () => {
        [found] = await all.approvalsOf(question);
        return found !== undefined && found.due?.step !== "offer";
      });
      await all.settled();
      return found!;
    },
    async find(id) {
      const found = await product
        .parts()
        .database.withTenant(tenantId, ({ approvals }) => approvals.find(id));
      if (!found) throw new Error("there is no such approval");
      return found;
    },
    async slackCard(id, name) {
      const { ts = "" } = await cardOf(id, name, "slack");
      const message = workspace.dm(people[name]).message(ts);
      if (!message) throw new Error(`${name}'s card is gone`);
      return message;
    },
    async teamsCard(id, name) {
      const { activityId = "" } = await cardOf(id, name, "teams");
      const message = inTeams[name].chat.message(activityId);
      if (!message) throw new Error(`${name}'s card is gone`);
      return message;
    },
    skip(ms) {
      passedMs += ms;
    },
    async pass(ms, id) {
      all.skip(ms);
      await product
        .parts()
        .queue.enqueue("approval", { tenantId, approvalId: id }, { key: `passed-${id}-${String(passedMs)}` });
      await until("what is due is done", async () => {
        const { due: next } = await all.find(id);
        return next === null || next.at.getTime() > Date.now() + passedMs;
      });
      await all.settled();
    },
    settled: (limitMs = 90_000) =>
      untilWithin(
        "all is carried out",
        async () => {
          await teams.settled();
          await product.settled(limitMs);
          const [row] = await product.rows<{ open: number }>(due);
          return row?.open === 0;
        },
        limitMs,
      ),
    async close() {
      await product.close();
      await teams.close();
    },
  };
  await all.place({ ada: "slack", fay: "teams" });
  await all.settled();
  return all;
}
