import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type CompanyPlan, companyPlan } from "../../core/tenancy/company.ts";
import type { Person as InSlack } from "../slack-platform/slack-platform.ts";
import { type ApiClient, signIn } from "../support/api-client.ts";
import { type ApprovalsProduct, startApprovalsProduct } from "../support/approvals-product.ts";
import { until } from "../support/sample-work.ts";
import type { Person as InTeams } from "../teams-platform/teams-platform.ts";

/** EXPERT_RACES: how many; a thousand take some minutes. */
const races = Number(process.env["EXPERT_RACES"] ?? 200);
/**
 * Departments with two approvers of their own, one in Slack and one in Teams: nobody gets more than a message a second, since
 * the platforms allow no more.
 */
const pairs = Array.from({ length: 20 }, (_, pair) => ({
  slug: `plant-${String(pair)}`,
  slack: `slack-${String(pair)}@small.example`,
  teams: `teams-${String(pair)}@small.example`,
}));
type Pair = (typeof pairs)[number];
const questionOf = (race: number): string => `How do I start pump ${String(race)}?`;

interface Decided {
  readonly id: string;
  readonly by: string;
}
interface Card {
  readonly id: string;
  readonly slug: string;
  readonly channel: "slack" | "teams";
  readonly ref: Readonly<Record<string, string>>;
}

describe("two who decide at once, one in Slack and one in Teams", () => {
  let all: ApprovalsProduct;
  let sam: ApiClient;
  const slackers = new Map<string, InSlack>();
  const teamsters = new Map<string, InTeams>();
  beforeAll(async () => {
    all = await startApprovalsProduct({ plan: withPairs });
    const { workspace, company } = all.small;
    for (const { slug, slack, teams } of pairs) {
      slackers.set(slug, workspace.person({ name: slack, email: slack }));
      teamsters.set(slug, all.tenant.person({ name: teams, email: teams }));
      await all.product.rows(
        "update users set approval_channel = case email when $1 then 'slack' else 'teams' end where email in ($1, $2)",
        [slack, teams],
      );
    }
    const members = [...teamsters.values()];
    await Promise.all(members.map((person) => all.tenant.installFor(person)));
    await all.tenant
      .team({ name: "Plants", members: [...members, all.inTeams.ada] })
      .install(all.inTeams.ada);
    await all.settled();
    const ada = await signIn(all.product.url, "ada@small.example");
    sam = await signIn(all.product.url, "sam@small.example");
    for (const [place, { slug }] of pairs.entries()) {
      const lines = Array.from({ length: Math.ceil(races / pairs.length) }, (_, row) => {
        const race = row * pairs.length + place;
        return `To start pump ${String(race)}, turn its green key.`;
      });
      await ada.upload("pump.md", `# Pump manual\n\n${lines.join("\n\n")}\n`, company.departments.get(slug)!);
    }
  }, 300_000);
  afterAll(() => all.close(), 120_000);

  it(
    `decide ${String(races)} times exactly once, and each card says who did`,
    async () => {
      for (let begin = 0; begin < races; begin += pairs.length) {
        const batch = pairs.slice(0, races - begin).map((pair, place) => ({ pair, race: begin + place }));
        await Promise.all(batch.map(ask));
        const questions = batch.map(({ race }) => questionOf(race));
        let cards: readonly Card[] = [];
        await until(
          "all have their cards",
          async () => (cards = await cardsOf(questions)).length === 2 * batch.length,
          60_000,
        );
        await Promise.all(cards.map(approve));
      }
      await all.settled(60_000);

      const decided = await all.product.rows<Decided>(
        `select a.id, a.state, u.email::text as by,
           (select count(*)::integer from audit_events e
             where e.resource_id = a.id and e.event = 'approval.decided') as decisions,
           (select count(*)::integer from outbox o where o.turn_id = a.turn_id
             and o.body -> 'note' ->> 'kind' = 'answer_verified') as answers,
           (select count(*)::integer from verified_answers v where v.approval_id = a.id) as verified
         from approvals a left join users u on u.id = a.decided_by`,
      );
      expect(decided).toHaveLength(races);
      for (const one of decided)
        expect(one).toMatchObject({ state: "approved", decisions: 1, answers: 1, verified: 1 });
      const winners = new Map(decided.map(({ id, by }) => [id, by]));
      const cards = await cardsOf(null);
      expect(cards).toHaveLength(2 * races);
      for (const card of cards)
        expect(shownBy(card)).toContain(`${winners.get(card.id) ?? ""} approved this`);
      const bySlack = decided.filter(({ by }) => by.startsWith("slack")).length;
      console.log(`${String(bySlack)} were decided in Slack, ${String(races - bySlack)} in Teams`);
      expect(all.product.platform.violations).toEqual([]);
      expect(all.teams.violations).toEqual([]);
    },
    240_000 + races * 500,
  );

  const ask = async ({
    pair: { slug },
    race,
  }: {
    readonly pair: Pair;
    readonly race: number;
  }): Promise<void> => {
    const departmentId = all.small.company.departments.get(slug);
    const { status } = await sam.request("POST", "/turns", { question: questionOf(race), departmentId });
    expect(status).toBe(202);
  };
  const inSlack = ({ slug, ref }: Card) =>
    all.small.workspace.dm(slackers.get(slug)!).message(ref["ts"] ?? "")!;
  const inTeams = ({ slug, ref }: Card) => teamsters.get(slug)!.chat.message(ref["activityId"] ?? "")!;
  const approve = (card: Card): Promise<unknown> =>
    card.channel === "slack"
      ? slackers.get(card.slug)!.click(inSlack(card), "approval_approve")
      : teamsters.get(card.slug)!.click(inTeams(card), "Approve");
  const shownBy = (card: Card): string =>
    JSON.stringify(card.channel === "slack" ? inSlack(card).blocks : inTeams(card).attachments);
  /** The posted cards of these questions, or of all. */
  const cardsOf = (questions: readonly string[] | null): Promise<readonly Card[]> =>
    all.product.rows<Card>(
      `select a.id, d.slug, c.channel, o.message_ref as ref from approval_cards c
         join outbox o on o.id = c.delivery_id join approvals a on a.id = c.approval_id
         join turns t on t.id = a.turn_id join departments d on d.id = a.department_id
       where o.message_ref is not null and ($1::text[] is null or t.question = any($1))`,
      [questions],
    );
});

const withPairs = (plan: CompanyPlan): CompanyPlan => {
  const { departments, people, ...rest } = plan;
  const operations = departments.find(({ slug }) => slug === "operations")!;
  const everywhere = Object.fromEntries(pairs.map(({ slug }) => [slug, "lead" as const]));
  return companyPlan.parse({
    ...rest,
    departments: [
      ...departments,
      ...pairs.map(({ slug, slack, teams }) => ({
        ...operations,
        slug,
        questions: [],
        approval: { required_for: "all", levels: [{ approvers: { people: [slack, teams] } }] },
      })),
    ],
    people: [
      ...people.map((person) =>
        person.email.startsWith("ada@")
          ? { ...person, departments: { ...person.departments, ...everywhere } }
          : person,
      ),
      ...pairs.flatMap(({ slug, slack, teams }) =>
        [slack, teams].map((email) => ({
          name: email,
          email,
          roles: ["staff"],
          departments: { [slug]: "member" },
        })),
      ),
    ],
  });
};
