import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../adapters/config.ts";
import { connect, type Parts } from "../../adapters/connect.ts";
import { provisionCompany, type ProvisionedCompany } from "../../adapters/postgres/provision.ts";
import { startBots } from "../../bots/start.ts";
import { startWorkers } from "../../workers/start.ts";
import { signIn, type ApiClient } from "./api-client.ts";
import { testDatabase, type TestDatabase } from "./database.ts";
import { smallCompany } from "./small-company.ts";
import { removeFolder } from "./remove-folder.ts";
import { amplyMs } from "./time-limits.ts";

export interface JoinedProduct {
  readonly url: string;
  readonly database: TestDatabase;
  readonly parts: Parts;
  company(slug: string): Promise<ProvisionedCompany>;
  signIn(email: string): Promise<ApiClient>;
  close(): Promise<void>;
}

/**
 * The product as `main.ts` joins it, in this process, on a database of its own. `change` may replace parts before bots
 * and workers start.
 */
export async function joinProduct(
  settings: Readonly<Record<string, string>> = {},
  change: (parts: Parts) => Parts = (parts) => parts,
): Promise<JoinedProduct> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), "expert-product-"));
  const config = readConfig({
    DATABASE_URL: database.appUrl,
    DATABASE_OWNER_URL: database.ownerUrl,
    DATA_DIR: folder,
    PORT: "0",
    LOG_LEVEL: "silent",
    SESSION_SECRET: "only-for-tests-only-for-tests-only-for-tests",
    MODEL_FIRST_TOKEN_TIMEOUT_MS: String(amplyMs),
    MODEL_BETWEEN_TOKENS_TIMEOUT_MS: String(amplyMs),
    MODEL_WAIT_LIMIT_MS: String(amplyMs),
    ...settings,
  });
  const parts = change(await connect({ config, timeoutMs: amplyMs }));
  const workers = await startWorkers(parts);
  const server = await startBots(parts);
  return {
    url: server.url,
    database,
    parts,
    company: (slug) => provisionCompany(database.ownerUrl, smallCompany(slug), { localAccounts: true }),
    signIn: (email) => signIn(server.url, email),
    async close() {
      await server.close();
      await workers.stop();
      await parts.close();
      await database.close();
      await removeFolder(folder);
    },
  };
}
