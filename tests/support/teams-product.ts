import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { readConfig } from "../../adapters/config.ts";
import { connect, type Parts } from "../../adapters/connect.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { createTeamsClient } from "../../adapters/teams/client/create-teams-client.ts";
import { createMessagePace } from "../../adapters/teams/deliver/message-pace.ts";
import type { LiveTimings } from "../../adapters/teams/deliver/progress.ts";
import { createTeamsChannel } from "../../adapters/teams/deliver/teams-channel.ts";
import { connectMicrosoftTenant } from "../../adapters/teams/install/connect-tenant.ts";
import { startBots } from "../../bots/start.ts";
import { systemClock } from "../../core/clock.ts";
import type { ChannelName } from "../../core/delivery/channel-name.ts";
import type { Channel } from "../../core/delivery/channel.ts";
import type { Sensitivity } from "../../core/identity/access.ts";
import { waitForIngestion } from "../../core/knowledge/ingestion-progress.ts";
import { uploadDocument } from "../../core/knowledge/upload-document.ts";
import { silentLogger } from "../../core/logger.ts";
import type { CompanyPlan } from "../../core/tenancy/company.ts";
import { startTeamsPlatform } from "../teams-platform/start-teams-platform.ts";
import type {
  Message,
  Person,
  TeamsPlatform,
  TeamsPlatformOptions,
  Tenant,
} from "../teams-platform/teams-platform.ts";
import { testDatabase } from "./database.ts";
import { startPatientWorkers } from "./patient-workers.ts";
import { pause, personOf, until } from "./sample-work.ts";
import { amplyMs } from "./time-limits.ts";
import { freeUrl } from "./slack-product.ts";
import { smallCompany } from "./small-company.ts";
import { removeFolder } from "./remove-folder.ts";

/** A company of the product and its Microsoft tenant. */
export interface TeamsCompany {
  readonly tenant: Tenant;
  readonly company: ProvisionedCompany;
  /** The company's people, in Teams with the addresses that the company has. */
  readonly people: Readonly<Record<"ada" | "sam" | "vic" | "fay", Person>>;
  /** Uploads a document and waits until it can be found. */
  teach(
    name: string,
    text: string,
    where?: { readonly department?: "operations" | "finance"; readonly label?: Sensitivity },
  ): Promise<void>;
}

/** The small company, its Microsoft tenant connected by the configuration, and the product that answers there. */
export interface TeamsProduct extends TeamsCompany {
  readonly platform: TeamsPlatform;
  readonly url: string;
  parts(): Parts;
  /** Another company, its Microsoft tenant connected as by the command. */
  join(slug: string): Promise<TeamsCompany>;
  /** The app added for each of the people, and their welcomes given. */
  installForAll(company?: TeamsCompany): Promise<void>;
  /** The messages of the bot in a conversation or among some. */
  ofBot(messages: readonly Message[]): readonly Message[];
  /** As the owner of the tables sees them: every tenant's. */
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Until nothing that was received, asked or written waits any more. */
  settled(limitMs?: number): Promise<void>;
  /** Lets answers be shown as they are written with other timings, as by a process that begins anew. */
  retime(timings: Partial<LiveTimings>): void;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export interface TeamsProductOptions {
  readonly platform?: TeamsPlatformOptions;
  readonly settings?: Readonly<Record<string, string>>;
  readonly plan?: (plan: CompanyPlan) => CompanyPlan;
}

const atWork = `
  select (select count(*) from inbox where taken_at is null)::integer
    + (select count(*) from turns where finished_at is null)::integer
    + (select count(*) from outbox where state = 'pending')::integer
    + (select count(*) from approvals where due_step in ('offer', 'carry_out'))::integer as open`;

/** The company's people, with their addresses, in a Microsoft tenant. */
export function smallCompanyInTeams(tenant: Tenant, slug: string): TeamsCompany["people"] {
  const named = (name: string): Person =>
    tenant.person({ name, email: `${name.slice(0, 3).toLowerCase()}@${slug}.example` });
  return {
    ada: named("Ada Admin"),
    sam: named("Sam Staff"),
    vic: named("Vic Viewer"),
    fay: named("Fay Finance"),
  };
}

/** Lets the local Teams answer for the hosts where Microsoft keeps files; gives back what it was before. */
function openDrive(platform: TeamsPlatform): () => void {
  const before = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return platform.drive.open(url, init) ?? (await before(input, init));
  };
  return () => {
    globalThis.fetch = before;
  };
}

/** Settings of a product that listens at `url` and talks to a local Teams, for one Microsoft tenant of it. */
export const teamsSettings = (
  { issuer }: Pick<TeamsPlatform, "issuer">,
  { tenant, url }: { readonly tenant: Tenant; readonly url: string },
): Record<string, string> => ({
  PORT: new URL(url).port,
  PUBLIC_URL: url,
  TEAMS_APP_ID: issuer.appId,
  TEAMS_APP_TENANT_ID: tenant.id,
  TEAMS_APP_PASSWORD: "only-for-tests",
  ...issuer.settings,
});

/** Tells the local Teams where the product listens. */
export const connectTeamsTo = (platform: Pick<TeamsPlatform, "connect">, url: string): void => {
  platform.connect({ url: `${url}/api/messages` });
};

/** The whole product, joined as `main.ts` joins it, on a database of its own, and a local Teams that it talks to. */
export async function startTeamsProduct(options: TeamsProductOptions = {}): Promise<TeamsProduct> {
  const { plan = (same: CompanyPlan) => same } = options;
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), "expert-teams-"));
  const platform = await startTeamsPlatform({ throttle: "off", ...options.platform });
  const closeDrive = openDrive(platform);
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const url = await freeUrl();
  const newCompany = async (slug: string): Promise<TeamsCompany> => {
    const company = await provisionCompany(database.ownerUrl, plan(smallCompany(slug)), {
      localAccounts: true,
    });
    const tenant = platform.tenant({ name: slug });
    return {
      tenant,
      company,
      people: smallCompanyInTeams(tenant, slug),
      async teach(name, text, { department = "operations", label = "public" } = {}) {
        const parts = product.parts();
        const identity = await parts.people.identify(company.tenantId, personOf(company, "ada"));
        const departmentId = company.departments.get(department);
        if (!identity || departmentId === undefined) throw new Error("nobody uploads there");
        await uploadDocument(parts, {
          identity,
          departmentId,
          name,
          mediaType: "text/markdown",
          sensitivity: label,
          content: new TextEncoder().encode(text),
        });
        const wait = { limitMs: amplyMs, onProgress: () => undefined };
        if (!(await waitForIngestion(parts, identity, wait))) throw new Error(`${name} is not ready`);
        await parts.onChanged(company.tenantId);
      },
    };
  };
  const first = await newCompany("small");
  const { issuer } = platform;
  const config = readConfig({
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: folder,
    LOG_LEVEL: "silent",
    WEBHOOK_ALLOW_PRIVATE: "127.0.0.1",
    SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    TEAMS_APP_ID: issuer.appId,
    TEAMS_APP_TENANT_ID: first.tenant.id,
    TEAMS_APP_PASSWORD: "only-for-tests",
    TEAMS_TENANT: "small",
    ...issuer.settings,
    // Each question asks the model, however often it was asked.
    ANSWER_CACHE_MINUTES: "0",
    MODEL_FIRST_TOKEN_TIMEOUT_MS: "600000",
    MODEL_BETWEEN_TOKENS_TIMEOUT_MS: "600000",
    MODEL_WAIT_LIMIT_MS: "600000",
    ...options.settings,
  });
  let running: { readonly parts: Parts; stop(): Promise<void> } | null = null;

  const start = async (): Promise<void> => {
    const parts = await connect({ config, timeoutMs: amplyMs });
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

  const product: TeamsProduct = {
    ...first,
    platform,
    url,
    parts() {
      if (!running) throw new Error("the product is stopped");
      return running.parts;
    },
    async join(slug) {
      const company = await newCompany(slug);
      await connectMicrosoftTenant(product.parts(), company.company.tenantId, {
        appId: issuer.appId,
        msTenantId: company.tenant.id,
        by: "command",
      });
      return company;
    },
    async installForAll({ tenant, people } = first) {
      await Promise.all(Object.values(people).map((person) => tenant.installFor(person)));
      await product.settled();
    },
    ofBot: (messages) => messages.filter(({ from }) => from === platform.botId),
    async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await owner.query<Row>(text, [...values])).rows;
    },
    async settled(limitMs = 90_000) {
      await until(
        "nothing waits any more",
        async () => {
          // Between two steps nothing may wait for a moment.
          for (let looks = 0; looks < 3; looks += 1) {
            await platform.settled();
            const [row] = await product.rows<{ open: number }>(atWork);
            if (row?.open !== 0) return false;
            await pause(20);
          }
          return true;
        },
        limitMs,
      );
    },
    retime(timings) {
      const parts = product.parts();
      const client = createTeamsClient(
        {
          appId: issuer.appId,
          proof: { kind: "password", password: "only-for-tests" },
          metadataUrl: config.TEAMS_OPENID_METADATA_URL,
          loginUrl: config.TEAMS_LOGIN_URL,
          homeTenantId: first.tenant.id,
          timeoutMs: amplyMs,
        },
        { clock: systemClock },
      );
      (parts.channels as Map<ChannelName, Channel>).set(
        "teams",
        createTeamsChannel({
          client,
          database: parts.database,
          pace: createMessagePace(),
          sourceUrl: () => null,
          approvalUrl: () => null,
          logger: silentLogger,
          timings,
        }),
      );
    },
    async stop() {
      await running?.stop();
      running = null;
    },
    start,
    async close() {
      await product.stop();
      closeDrive();
      await owner.end();
      await platform.close();
      await database.close();
      await removeFolder(folder);
    },
  };
  await start();
  platform.connect({ url: `${url}/api/messages` });
  return product;
}
