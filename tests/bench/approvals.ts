import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { companyPlan } from "../../core/tenancy/company.ts";
import pg from "pg";
import { createAgent, call, type Session, signIn } from "./api-client.ts";
import { type ApprovalsSlack, type BenchPlant, type Decided, withApprovalsSlack } from "./approvals-slack.ts";
import type { BenchOptions, BenchOutcome } from "./bench.ts";
import { withFixture } from "./fixture-process.ts";
import { latencyFigures, median, percentile, rounded } from "./percentiles.ts";
import { buildProduct, type Product, startProduct, withTemporaryFolder } from "./product-process.ts";
import { saveInstallations, slackSettings } from "./slack-company.ts";

/** As many plants, with a workspace and approvers of their own, as keep each approver below a message a second. */
const plantsCount = 40;
const approversCount = 3;
const oneByOne = 200;
const defaultPerSecond = 20;
const defaultSeconds = 20;
const askedAgain = 20;
const warmUps = plantsCount;
const offeredWithinMs = 240_000;
const domain = "bench.example";

const bars = { answerP50Ms: 300, answerP99Ms: 1_500, cardsP99Ms: 2_000, learnedMs: 2_000 };

/**
 * From an approver's click in a local Slack until the answer stands in the asker's thread and every card says so; beside a
 * bare Bolt app whose handler answers a click with one message and one change.
 */
export async function benchApprovals(options: BenchOptions): Promise<BenchOutcome> {
  const perSecond = options.perSecond ?? defaultPerSecond;
  const underLoad = Math.round(perSecond * (options.seconds ?? defaultSeconds));
  const plants = Array.from({ length: plantsCount }, (_, plant): BenchPlant => ({
    slug: `plant-${String(plant)}`,
    asker: `asker-${String(plant)}@${domain}`,
    approvers: Array.from(
      { length: approversCount },
      (_, place) => `approver-${String(plant)}-${String(place)}@${domain}`,
    ),
  }));
  const count = warmUps + oneByOne + underLoad + askedAgain;
  await buildProduct();
  return await withTemporaryFolder((folder) =>
    withApprovalsSlack(plants, async (slack) => {
      const product = await startProduct({
        dataFolder: join(folder, "data"),
        settings: { DEMO_COMPANY: "false", ...slackSettings(slack) },
        nodeArguments: options.nodeArguments,
      });
      try {
        const company = await provisionCompany(await product.databaseUrl(), planOf(plants), {
          localAccounts: true,
        });
        await saveInstallations(await product.databaseUrl(), company.tenantId, slack);
        await teach(product, company, plants, count);
        const before = await measureBare(slack, { count: oneByOne, perSecond: null });
        await slack.order({ kind: "connect", url: product.url });
        options.say(`${count} questions are asked, each with ${approversCount} cards`);
        await slack.order({ kind: "ask", from: 0, count });
        await waitForCards(slack, count, options.say);
        const decide = (from: number, many: number, rate: number | null): Promise<readonly Decided[]> =>
          slack.order({ kind: "decide", from, count: many, perSecond: rate });
        await decide(0, warmUps, null);
        options.say(`${oneByOne} clicks, one after the other`);
        const single = await decide(warmUps, oneByOne, null);
        options.say(`${perSecond} clicks a second, ${underLoad} clicks`);
        const loaded = await decide(warmUps + oneByOne, underLoad, perSecond);
        options.say(`${askedAgain} questions are asked again, ${bars.learnedMs} ms after they were decided`);
        const { verified } = await slack.order<{ verified: number }>({
          kind: "again",
          from: count - askedAgain,
          count: askedAgain,
          afterMs: bars.learnedMs,
        });
        const learned = await learnedTimes(await product.databaseUrl(), count);
        const refusals = await slack.order<readonly string[]>({ kind: "refusals" });
        for (const refusal of refusals) options.say(`Slack refused ${refusal}`);
        await product.stop();
        const after = await measureBare(slack, { count: oneByOne, perSecond: null });
        return outcome({ single, loaded, learned, verified, refusals, bare: [...before, ...after] });
      } finally {
        await product.stop();
      }
    }),
  );
}

function planOf(plants: readonly BenchPlant[]) {
  const named = (slug: string): string => slug.replace("-", " ");
  const everywhere = Object.fromEntries(plants.map(({ slug }) => [slug, "lead" as const]));
  return companyPlan.parse({
    name: { en: "Bench", th: "Bench" },
    slug: "bench",
    domain,
    description: { en: "A company to measure with.", th: "A company to measure with." },
    timeZone: "UTC",
    departments: plants.map(({ slug, approvers }) => ({
      slug,
      name: { en: named(slug), th: named(slug) },
      description: { en: `Pumps of ${named(slug)}.`, th: `Pumps of ${named(slug)}.` },
      icon: "factory",
      approval: { required_for: "all", levels: [{ approvers: { people: [...approvers] } }] },
    })),
    people: [
      { name: "Librarian", email: `librarian@${domain}`, roles: ["staff", "admin"], departments: everywhere },
      ...plants.flatMap(({ slug, asker, approvers }) =>
        [asker, asker.replace("asker", "second"), ...approvers].map((email) => ({
          name: email.split("@", 1)[0],
          email,
          roles: ["staff"],
          departments: { [slug]: "member" },
        })),
      ),
    ],
  });
}

/** A document of each plant, with a line for each of its pumps. */
async function teach(
  product: Product,
  { departments }: ProvisionedCompany,
  plants: readonly BenchPlant[],
  count: number,
): Promise<void> {
  const session: Session = await signIn(product.url, `librarian@${domain}`, createAgent());
  for (const [place, { slug }] of plants.entries()) {
    const lines = Array.from(
      { length: Math.ceil(count / plants.length) },
      (_, row) => `To start pump ${String(row * plants.length + place)}, turn its green key.`,
    );
    const form = new FormData();
    form.set("departmentId", departments.get(slug) ?? "");
    form.set(
      "file",
      new Blob([`# Pumps\n\n${lines.join("\n\n")}\n`], { type: "text/markdown" }),
      `${slug}.md`,
    );
    await call(session, "/v1/documents", { method: "POST", body: form });
  }
  for (;;) {
    const waiting = await Promise.all(
      ["pending", "processing"].map((state) =>
        call<{ items: readonly unknown[] }>(session, `/v1/documents?limit=1&state=${state}`),
      ),
    );
    if (waiting.every(({ items }) => items.length === 0)) return;
    await sleep(50);
  }
}

async function waitForCards(slack: ApprovalsSlack, count: number, say: BenchOptions["say"]): Promise<void> {
  const end = performance.now() + offeredWithinMs;
  for (;;) {
    const { offered } = await slack.order<{ offered: number }>({ kind: "offered" });
    if (offered === count) return;
    if (performance.now() > end) throw new Error(`only ${offered} of ${count} questions have their cards`);
    say(`${offered} have their cards`);
    await sleep(3_000);
  }
}

/** From the decision until the verified answer's passages were published, in milliseconds. */
async function learnedTimes(databaseUrl: string, count: number): Promise<readonly number[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let tries = 0; ; tries += 1) {
      const { rows } = await client.query<{ ms: number }>(
        `select (extract(epoch from d.updated_at - a.decided_at) * 1000)::float8 as ms
         from approvals a join verified_answers v on v.approval_id = a.id
           join documents d on d.id = v.document_id where d.state = 'ready'`,
      );
      if (rows.length === count || tries === 100) return rows.map(({ ms }) => ms);
      await sleep(100);
    }
  } finally {
    await client.end();
  }
}

const measureBare = (
  slack: ApprovalsSlack,
  load: { readonly count: number; readonly perSecond: number | null },
): Promise<readonly Decided[]> =>
  withFixture("answering-bolt.fixture.ts", async ({ ask }) => {
    const { port } = await ask<{ port: number }>({
      signingSecret: slack.app.signingSecret,
      apiUrl: slack.apiUrl,
      tokens: Object.fromEntries(slack.installations.map(({ teamId, botToken }) => [teamId, botToken])),
    });
    return await slack.order({ kind: "bare", url: `http://127.0.0.1:${port}/slack/events`, ...load });
  });

interface Measured {
  readonly single: readonly Decided[];
  readonly loaded: readonly Decided[];
  readonly learned: readonly number[];
  readonly verified: number;
  readonly refusals: readonly string[];
  readonly bare: readonly Decided[];
}

function outcome({ single, loaded, learned, verified, refusals, bare }: Measured): BenchOutcome {
  const known = (values: readonly (number | null)[]): readonly number[] =>
    values.filter((value) => value !== null);
  const answers = (some: readonly Decided[]) => known(some.map(({ answeredMs }) => answeredMs));
  const cards = (some: readonly Decided[]) => known(some.map(({ cardsMs }) => cardsMs));
  const both = [...single, ...loaded];
  const bareP50 = median(answers(bare));
  const missing = 2 * both.length - answers(both).length - cards(both).length;
  return {
    figures: {
      ...latencyFigures("answer", answers(single)),
      ...latencyFigures("cards", cards(single)),
      ...latencyFigures("loadedAnswer", answers(loaded)),
      ...latencyFigures("loadedCards", cards(loaded)),
      ...latencyFigures(
        "acknowledged",
        both.map(({ acknowledgedMs }) => acknowledgedMs),
      ),
      ...latencyFigures("learned", learned),
      ...latencyFigures("bareAnswer", answers(bare)),
      decided: both.length,
      neverSeen: missing,
      verifiedAgain: verified,
      refusedCalls: refusals.length,
    },
    ratios: {
      answerP50: rounded(median(answers(single)) / bareP50, 2),
      loadedAnswerP50: rounded(median(answers(loaded)) / bareP50, 2),
    },
    held: {
      "answer p50 at most 300 ms": [single, loaded].every(
        (some) => median(answers(some)) <= bars.answerP50Ms,
      ),
      "answer p99 at most 1.5 s": [single, loaded].every(
        (some) => percentile(answers(some), 99) <= bars.answerP99Ms,
      ),
      "all cards p99 at most 2 s": [single, loaded].every(
        (some) => percentile(cards(some), 99) <= bars.cardsP99Ms,
      ),
      "every click answered, every card changed": missing === 0,
      "asked again after 2 s: the verified answer, without a human": verified === askedAgain,
      "nothing that Slack refuses": refusals.length === 0,
    },
  };
}
