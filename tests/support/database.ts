import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { migrate } from "../../adapters/postgres/migrate.ts";

export interface TestDatabase {
  /** Owns the tables, bypasses row-level security: for preparing and inspecting rows. */
  readonly ownerUrl: string;
  /** The role that the application runs as: row-level security applies. */
  readonly appUrl: string;
  /** Drops the database, with whatever is still connected to it. */
  close(): Promise<void>;
}

const appRole = { name: "expert_test_login", password: "only-for-tests" };
const prefix = "expert_test_";

/**
 * A database of its own for one test file, with all tables and no rows, cloned from a template that
 * is migrated once per server and per content of the migrations. Call it in `beforeAll`, `close()`
 * in `afterAll`. Uses the given server, or that at EXPERT_TEST_DATABASE_URL (superusers' URLs), else starts one.
 */
export async function testDatabase(given?: string): Promise<TestDatabase> {
  const server = given ?? (await serverUrl());
  const name = `${prefix}${Date.now()}_${randomBytes(4).toString("hex")}`;
  await asSuperuser(server, async (client) => {
    const template = await ensureTemplate(client, server);
    await onceUnused(() => client.query(`create database ${name} template ${template}`));
  });
  const ownerUrl = databaseUrl(server, name);
  const appUrl = databaseUrl(server, name, appRole);
  return {
    ownerUrl,
    appUrl,
    close: () =>
      asSuperuser(server, async (client) => {
        await onceUnused(() => client.query(`drop database if exists ${name} with (force)`));
      }),
  };
}

async function serverUrl(): Promise<string> {
  const given = process.env["EXPERT_TEST_DATABASE_URL"];
  if (given) return given;
  const offer = process.env["EXPERT_TEST_DATABASE_OFFER"];
  if (!offer) throw new Error("No test database: run the test through jest and its global setup.");
  const response = await fetch(offer);
  const answer = await response.text();
  if (!response.ok) throw new Error(`The test database did not start: ${answer}`);
  return answer;
}

const inUse = "55006";

/**
 * PostgreSQL gives those who use a database 5 s to leave, of whom some are its own (autovacuum), and refuses then: on a
 * machine that stands still for longer they are still to be waited for.
 */
async function onceUnused(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (tries === 6 || !(error instanceof pg.DatabaseError && error.code === inUse)) throw error;
    }
  }
}

/** One of the run's processes migrates, under an advisory lock; the others find the result by its name. */
async function ensureTemplate(client: pg.Client, server: string): Promise<string> {
  const template = `expert_template_${await fingerprintMigrations()}`;
  if (await exists(client, template)) return template;
  await client.query("select pg_advisory_lock(hashtext('expert test template'))");
  try {
    if (await exists(client, template)) return template;
    await dropOld(client);
    const draft = `${template}_draft`;
    await client.query(`create database ${draft}`);
    await migrate({ ownerUrl: databaseUrl(server, draft), appRole });
    await onceUnused(() => client.query(`alter database ${draft} rename to ${template}`));
    return template;
  } finally {
    await client.query("select pg_advisory_unlock(hashtext('expert test template'))");
  }
}

/** Templates of other migrations, and databases that a killed run left over an hour ago. */
async function dropOld(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ datname: string }>("select datname from pg_database");
  const hourAgo = Date.now() - 3_600_000;
  for (const { datname } of rows) {
    const madeAt = datname.startsWith(prefix) ? Number(datname.split("_")[2]) : 0;
    const isOurs = datname.startsWith(prefix) || datname.startsWith("expert_template_");
    if (isOurs && madeAt < hourAgo) await client.query(`drop database if exists ${datname} with (force)`);
  }
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  const { rowCount } = await client.query("select 1 from pg_database where datname = $1", [name]);
  return rowCount === 1;
}

/** Every file of adapters/postgres that can change the schema: SQL, and the code that applies it. */
async function fingerprintMigrations(): Promise<string> {
  const folder = fileURLToPath(new URL("../../adapters/postgres", import.meta.url));
  const names = await readdir(folder, { recursive: true });
  const hash = createHash("sha256").update(JSON.stringify(appRole));
  for (const name of names.filter((each) => each.endsWith(".sql") || each === "migrate.ts").sort()) {
    hash.update(name).update(await readFile(path.join(folder, name)));
  }
  return hash.digest("hex").slice(0, 12);
}

async function asSuperuser<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(server: string, database: string, role?: { name: string; password: string }): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  if (role !== undefined) {
    url.username = role.name;
    url.password = role.password;
  }
  return url.href;
}
