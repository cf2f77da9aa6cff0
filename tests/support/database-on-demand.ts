import { lstat, mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import path from "node:path";
import pg from "pg";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "../../adapters/embedded-postgres/start.ts";
import { isExpertError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { type Offer, offerOnDemand } from "./offer-on-demand.ts";
import { removeFolder } from "./remove-folder.ts";

/** Speed before durability: the rows of a test need not outlive the machine. */
const settings = { fsync: false, synchronous_commit: false, full_page_writes: false, max_connections: 200 };

/**
 * One PostgreSQL server for a whole test run, started by the first test file that asks for it: the offer answers with the
 * superuser's URL.
 */
export async function offerDatabase(): Promise<Offer> {
  let starting: Promise<TestServer> | null = null;
  const offer = await offerOnDemand(async () => {
    starting = startTestServer();
    return (await starting).postgres.superuserUrl;
  });
  return {
    address: offer.address,
    async close() {
      await offer.close();
      const server = await starting?.catch(() => null);
      await server?.postgres.stop();
      if (server?.temporary === true) await removeFolder(server.folder);
    },
  };
}

interface TestServer {
  readonly postgres: EmbeddedPostgres;
  readonly folder: string;
  readonly temporary: boolean;
}

/**
 * Data folders are kept between runs, since making one is most of the start; runs at the same time
 * find the first ones locked and take the next. A folder that does not start any more is made anew.
 */
async function startTestServer(): Promise<TestServer> {
  const home = await ownHome();
  for (let slot = 1; home !== null && slot <= 4; slot += 1) {
    const folder = path.join(home, `slot-${slot}`);
    try {
      return { postgres: await start(folder), folder, temporary: false };
    } catch (error) {
      if (isExpertError(error, "data_folder_in_use")) continue;
      await removeFolder(folder);
      return { postgres: await start(folder), folder, temporary: false };
    }
  }
  const folder = await mkdtemp(path.join(tmpdir(), "expert-tests-"));
  return { postgres: await start(folder), folder, temporary: true };
}

async function start(folder: string): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ folder, port: 0, logger: silentLogger, settings });
  if (!postgres.firstStart) await dropLeftovers(postgres.superuserUrl);
  return postgres;
}

/** What a killed run left: this server is ours alone, so every test's database is old. */
async function dropLeftovers(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const query = "select datname from pg_database where starts_with(datname, 'expert_test_')";
    const { rows } = await client.query<{ datname: string }>(query);
    for (const { datname } of rows)
      await client.query(`drop database if exists ${client.escapeIdentifier(datname)}`);
  } finally {
    await client.end();
  }
}

/** Null where another account made the folder of this name in the shared temporary folder. */
async function ownHome(): Promise<string | null> {
  const { uid } = userInfo();
  const home = path.join(tmpdir(), `expert-tests-of-${uid}`);
  await mkdir(home, { mode: 0o711 }).catch(() => undefined);
  const found = await lstat(home).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === uid ? home : null;
}
