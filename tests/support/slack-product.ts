import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { readConfig } from "../../adapters/config.ts";
import { connect, type Parts } from "../../adapters/connect.ts";
import { slackInstallLink } from "../../adapters/connect/slack-setup.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { botEvents, botScopes, slackPaths } from "../../adapters/slack/surface.ts";
import { startBots } from "../../bots/start.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import { waitForIngestion } from "../../core/knowledge/ingestion-progress.ts";
import { uploadDocument } from "../../core/knowledge/upload-document.ts";
import type { CompanyPlan } from "../../core/tenancy/company.ts";
import { startSlackPlatform } from "../slack-platform/start-slack-platform.ts";
import type {
  Installation,
  Organisation,
  Person,
  SlackPlatform,
  SlackPlatformOptions,
  Workspace,
} from "../slack-platform/slack-platform.ts";
import { testDatabase } from "./database.ts";
import { freePort } from "./free-port.ts";
import { startPatientWorkers } from "./patient-workers.ts";
import { pause, personOf, until } from "./sample-work.ts";
import { smallCompany } from "./small-company.ts";
import { replaceSlackChannel, unhurriedPace } from "./slack-channel.ts";
import { removeFolder } from "./remove-folder.ts";
import { amplyMs } from "./time-limits.ts";

/** A company of the product and its Slack workspace, with the bot added. */
export interface SlackCompany {
  readonly company: ProvisionedCompany;
  readonly workspace: Workspace;
  readonly bot: Installation;
  /** The company's people, in Slack with the e-mail addresses that the company has. */
  readonly people: Readonly<Record<"ada" | "sam" | "vic" | "fay", Person>>;
  /** Uploads a document and waits until it can be found. */
  teach(
    name: string,
    text: string,
    where?: { readonly department?: "operations" | "finance"; readonly label?: Sensitivity },
  ): Promise<void>;
}

export interface SlackProduct {
  readonly platform: SlackPlatform;
  readonly url: string;
  parts(): Parts;
  /** A company of this slug with a workspace of its own, added to Slack by its admin in a browser. */
  join(slug?: string, options?: { readonly organisation?: Organisation }): Promise<SlackCompany>;
  /** Adds the bot again to a workspace, or to the whole organisation. */
  addToSlack(
    company: ProvisionedCompany,
    by: Person,
    options?: { readonly organisation: Organisation },
  ): Promise<void>;
  /** As the owner of the tables sees them: every tenant's. */
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Until nothing that was received, asked or written waits any more. */
  settled(limitMs?: number): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface SlackProductOptions {
  readonly platform?: SlackPlatformOptions;
  readonly transport?: "http" | "socket";
  readonly settings?: Readonly<Record<string, string>>;
  /** May replace parts before bots and workers start. */
  readonly change?: (parts: Parts) => Parts;
  readonly plan?: (plan: CompanyPlan) => CompanyPlan;
}

const atWork = `
  select (select count(*) from inbox where taken_at is null)::integer
    + (select count(*) from turns where finished_at is null)::integer
    + (select count(*) from outbox where state = 'pending')::integer
    + (select count(*) from approvals where due_step in ('offer', 'carry_out'))::integer as open`;

/** Settings of a product that talks to a local Slack, which sends to `url`. */
export function slackSettings(
  platform: SlackPlatform,
  { url, transport = "http" }: { readonly url: string; readonly transport?: "http" | "socket" },
): Record<string, string> {
  const { app } = platform;
  return {
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    SLACK_API_URL: platform.apiUrl,
    SLACK_CLIENT_ID: app.clientId,
    SLACK_CLIENT_SECRET: app.clientSecret,
    ...(transport === "http"
      ? { SLACK_SIGNING_SECRET: app.signingSecret }
      : { SLACK_APP_TOKEN: app.appToken }),
  };
}

/** A local Slack whose app is the one that the product's manifest describes. */
export const startSlack = (options: SlackPlatformOptions = {}): Promise<SlackPlatform> =>
  startSlackPlatform({
    ...options,
    app: { scopes: botScopes.map(({ scope }) => scope), events: [...botEvents], ...options.app },
  });

/** Tells the local Slack where the product listens. */
export function connectSlackTo(platform: SlackPlatform, url: string): void {
  platform.connect({
    url: url + slackPaths.events,
    interactivityUrl: url + slackPaths.interactions,
    commandsUrl: url + slackPaths.commands,
  });
}

/** The address of a free port: it stands in links that are made before the server is there. */
export const freeUrl = async (): Promise<string> => `http://127.0.0.1:${String(await freePort())}`;

/** The people of the small company, as they are in a workspace of Slack. */
export function smallCompanyPeople(workspace: Workspace, slug: string): SlackCompany["people"] {
  const named = (name: string): Person =>
    workspace.person({ name, email: `${name.split(" ")[0]?.toLowerCase() ?? ""}@${slug}.example` });
  return {
    ada: named("Ada Admin"),
    sam: named("Sam Staff"),
    vic: named("Vic Viewer"),
    fay: named("Fay Finance"),
  };
}

/**
 * The whole product, joined as `main.ts` joins it, on a database of its own, and a local Slack that it talks to. Where that
 * keeps no limits, the default, the product posts at no pace, either.
 */
export async function startSlackProduct(options: SlackProductOptions = {}): Promise<SlackProduct> {
  const { transport = "http", plan = (made: CompanyPlan) => made } = options;
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), "expert-slack-"));
  const { rateLimits = "off" } = options.platform ?? {};
  const platform = await startSlack({ ...options.platform, rateLimits });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const url = await freeUrl();
  const config = readConfig({
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: folder,
    LOG_LEVEL: "silent",
    WEBHOOK_ALLOW_PRIVATE: "127.0.0.1",
    SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    ...slackSettings(platform, { url, transport }),
    // Each question asks the model, however often it was asked.
    ANSWER_CACHE_MINUTES: "0",
    MODEL_FIRST_TOKEN_TIMEOUT_MS: String(amplyMs),
    MODEL_BETWEEN_TOKENS_TIMEOUT_MS: String(amplyMs),
    MODEL_WAIT_LIMIT_MS: String(amplyMs),
    ...options.settings,
  });
  let running: { readonly parts: Parts; stop(): Promise<void> } | null = null;

  const start = async (): Promise<void> => {
    const joined = await connect({ config, timeoutMs: amplyMs });
    if (rateLimits === "off") replaceSlackChannel(joined, { pace: unhurriedPace });
    const parts = options.change?.(joined) ?? joined;
    const workers = await startPatientWorkers(parts);
    const server = await startBots(parts);
    running = {
      parts,
      async stop() {
        await server.close();
        await workers.stop();
        await parts.close();
      },
    };
  };
  await start();
  if (transport === "http") connectSlackTo(platform, url);
  else platform.connect({ socket: true });

  const product: SlackProduct = {
    platform,
    url,
    parts() {
      if (!running) throw new Error("the product is stopped");
      return running.parts;
    },
    async join(slug = "small", { organisation } = {}) {
      const company = await provisionCompany(database.ownerUrl, plan(smallCompany(slug)), {
        localAccounts: true,
      });
      const workspace = platform.workspace({ name: slug, ...(organisation ? { organisation } : {}) });
      const people = smallCompanyPeople(workspace, slug);
      await product.addToSlack(company, people.ada, ...(organisation ? [{ organisation }] : []));
      const bot = workspace.installation;
      if (!bot) throw new Error("the bot was not added");
      return {
        company,
        workspace,
        bot,
        people,
        async teach(name, text, { department = "operations", label = "public" } = {}) {
          const parts = product.parts();
          const identity = await parts.people.identify(company.tenantId, personOf(company, "ada"));
          const departmentId = company.departments.get(department);
          if (!identity || departmentId === undefined) throw new Error("nobody uploads there");
          const content = new TextEncoder().encode(text);
          await uploadDocument(parts, {
            identity,
            departmentId,
            name,
            mediaType: "text/markdown",
            sensitivity: label,
            content,
          });
          const wait = { limitMs: amplyMs, onProgress: () => undefined };
          if (!(await waitForIngestion(parts, identity, wait))) throw new Error(`${name} is not ready`);
          await parts.onChanged(company.tenantId);
        },
      };
    },
    async addToSlack({ tenantId }, by, how) {
      const link = slackInstallLink(product.parts(), tenantId, null);
      const page = await by.addToSlack(link.url, how);
      if (page.status !== 200) throw new Error(`adding to Slack failed: ${page.text}`);
    },
    async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await owner.query<Row>(text, [...values])).rows;
    },
    async settled(limitMs = 90_000) {
      await until(
        "nothing waits any more",
        async () => {
          // Between two steps nothing may wait for a moment.
          for (let looks = 0; looks < 3; looks += 1) {
            if (looks > 0) await pause(20);
            await platform.settled();
            const [row] = await product.rows<{ open: number }>(atWork);
            if (row?.open !== 0) return false;
          }
          return true;
        },
        limitMs,
      );
    },
    async stop() {
      await running?.stop();
      running = null;
    },
    start,
    async close() {
      await product.stop();
      await owner.end();
      await platform.close();
      await database.close();
      await removeFolder(folder);
    },
  };
  return product;
}
