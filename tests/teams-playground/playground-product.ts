import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { readConfig } from "../../adapters/config.ts";
import { connect } from "../../adapters/connect.ts";
import { provisionCompany } from "../../adapters/postgres/provision.ts";
import { startBots } from "../../bots/start.ts";
import { changePolicy } from "../../core/approvals/change-policy.ts";
import { waitForIngestion } from "../../core/knowledge/ingestion-progress.ts";
import { uploadDocument } from "../../core/knowledge/upload-document.ts";
import { startWorkers } from "../../workers/start.ts";
import { testDatabase } from "../support/database.ts";
import { personOf } from "../support/sample-work.ts";
import { freeUrl } from "../support/slack-product.ts";
import { amplyMs } from "../support/time-limits.ts";
import { smallCompany } from "../support/small-company.ts";
import type { TokenIssuer } from "../teams/token-issuer.ts";
import { removeFolder } from "../support/remove-folder.ts";

/** The small company and the product that answers it in a Microsoft tenant. */
export interface PlaygroundProduct {
  readonly url: string;
  /** Uploads a document and waits until it can be found. */
  teach(name: string, text: string): Promise<void>;
  /** Has the operations' leads approve every answer from now on. */
  askForApproval(): Promise<void>;
  /** As the owner of the tables sees them. */
  rows<Row extends pg.QueryResultRow>(text: string): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface PlaygroundProductOptions {
  readonly issuer: TokenIssuer;
  readonly msTenantId: string;
  /** As in MODEL_BASE_URL. */
  readonly modelUrl: string;
}

/** The whole product, joined as `main.ts` joins it, on a database of its own; it trusts the issuer alone. */
export async function startPlaygroundProduct({
  issuer,
  msTenantId,
  modelUrl,
}: PlaygroundProductOptions): Promise<PlaygroundProduct> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), "expert-playground-product-"));
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const company = await provisionCompany(database.ownerUrl, smallCompany("small"), { localAccounts: true });
  const url = await freeUrl();
  const config = readConfig({
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: folder,
    LOG_LEVEL: "silent",
    SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    MODEL_BASE_URL: modelUrl,
    MODEL_NAME: "test-chat",
    ANSWER_CACHE_MINUTES: "0",
    MODEL_FIRST_TOKEN_TIMEOUT_MS: "600000",
    MODEL_BETWEEN_TOKENS_TIMEOUT_MS: "600000",
    MODEL_WAIT_LIMIT_MS: "600000",
    TEAMS_APP_ID: issuer.appId,
    TEAMS_APP_TENANT_ID: msTenantId,
    TEAMS_APP_PASSWORD: "only-for-tests",
    ...issuer.settings,
  });
  const parts = await connect({ config, timeoutMs: amplyMs });
  const workers = await startWorkers(parts);
  const server = await startBots(parts);
  return {
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
      const wait = { limitMs: amplyMs, onProgress: () => undefined };
      if (!(await waitForIngestion(parts, identity, wait))) throw new Error(`${name} is not ready`);
      await parts.onChanged(company.tenantId);
    },
    async askForApproval() {
      const identity = await parts.people.identify(company.tenantId, personOf(company, "ada"));
      if (!identity) throw new Error("Ada is not known");
      await changePolicy(parts, identity, "operations", {
        required_for: "all",
        levels: [{ approvers: { role: "lead" } }],
      });
    },
    async rows<Row extends pg.QueryResultRow>(text: string) {
      return (await owner.query<Row>(text)).rows;
    },
    async close() {
      await server.close();
      await workers.stop();
      await parts.close();
      await owner.end();
      await database.close();
      await removeFolder(folder);
    },
  };
}
