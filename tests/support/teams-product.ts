import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { readConfig } from "../../adapters/config.ts";
import { connect, type Parts } from "../../adapters/connect.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { startBots } from "../../bots/start.ts";
import { waitForIngestion } from "../../core/knowledge/ingestion-progress.ts";
import { uploadDocument } from "../../core/knowledge/upload-document.ts";
import { startWorkers } from "../../workers/start.ts";
import { startTeamsPlatform } from "../teams-platform/start-teams-platform.ts";
import type {
  Person,
  TeamsPlatform,
  TeamsPlatformOptions,
  Tenant,
} from "../teams-platform/teams-platform.ts";
import { testDatabase } from "./database.ts";
import { pause, personOf, until } from "./sample-work.ts";
import { freeUrl } from "./slack-product.ts";
import { smallCompany } from "./small-company.ts";

/** The small company, its Microsoft tenant connected by the configuration, and the product that answers there. */
export interface TeamsProduct {
  readonly platform: TeamsPlatform;
  readonly tenant: Tenant;
  readonly company: ProvisionedCompany;
  /** The company's people, in Teams with the addresses that the company has. */
  readonly people: Readonly<Record<"ada" | "sam" | "vic", Person>>;
  readonly url: string;
  /** Uploads a document and waits until it can be found. */
  teach(name: string, text: string): Promise<void>;
  /** As the owner of the tables sees them: every tenant's. */
  rows<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Until nothing that was received, asked or written waits any more. */
  settled(limitMs?: number): Promise<void>;
  close(): Promise<void>;
}

const atWork = `
  select (select count(*) from inbox where taken_at is null)::integer
    + (select count(*) from turns where finished_at is null)::integer
    + (select count(*) from outbox where state = 'pending')::integer as open`;

/** The whole product, joined as `main.ts` joins it, on a database of its own, and a local Teams that it talks to. */
export async function startTeamsProduct(options: TeamsPlatformOptions = {}): Promise<TeamsProduct> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), "expert-teams-"));
  const platform = await startTeamsPlatform({ throttle: "off", ...options });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const company = await provisionCompany(database.ownerUrl, smallCompany("small"), { localAccounts: true });
  const tenant = platform.tenant({ name: "Small" });
  const named = (name: string, first: string): Person =>
    tenant.person({ name, email: `${first}@small.example` });
  const people = {
    ada: named("Ada Admin", "ada"),
    sam: named("Sam Staff", "sam"),
    vic: named("Vic Viewer", "vic"),
  };
  const url = await freeUrl();
  const config = readConfig({
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: folder,
    LOG_LEVEL: "silent",
    SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    TEAMS_APP_ID: platform.issuer.appId,
    TEAMS_APP_TENANT_ID: tenant.id,
    TEAMS_APP_PASSWORD: "only-for-tests",
    ...platform.issuer.settings,
  });
  const parts: Parts = await connect({ config });
  const workers = await startWorkers(parts);
  const server = await startBots(parts);
  platform.connect({ url: `${url}/api/messages` });

  const product: TeamsProduct = {
    platform,
    tenant,
    company,
    people,
    url,
    async teach(name, text) {
      const identity = await parts.people.identify(company.tenantId, personOf(company, "ada"));
      const departmentId = company.departments.get("operations");
      if (!identity || departmentId === undefined) throw new Error("nobody uploads there");
      await uploadDocument(parts, {
        identity,
        departmentId,
        name,
        mediaType: "text/markdown",
        sensitivity: "public",
        content: new TextEncoder().encode(text),
      });
      const wait = { limitMs: 20_000, onProgress: () => undefined };
      if (!(await waitForIngestion(parts, identity, wait))) throw new Error(`${name} is not ready`);
      await parts.onChanged(company.tenantId);
    },
    async rows<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) {
      return (await owner.query<Row>(text, [...values])).rows;
    },
    async settled(limitMs = 15_000) {
      let quiet = 0;
      await until(
        "nothing waits any more",
        async () => {
          await platform.settled();
          const [row] = await product.rows<{ open: number }>(atWork);
          quiet = row?.open === 0 ? quiet + 1 : 0;
          await pause(20);
          return quiet > 2;
        },
        limitMs,
      );
    },
    async close() {
      await server.close();
      await workers.stop();
      await parts.close();
      await owner.end();
      await platform.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return product;
}
