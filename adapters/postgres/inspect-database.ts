import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { ExpertError } from "../../core/errors.ts";
import type { TenantId } from "../../core/ids.ts";
import { tenantQuery } from "./tenant-query.ts";
import { translateError } from "./translate-error.ts";

export interface DatabaseFacts {
  readonly version: string;
  /** Of one small query. */
  readonly roundTripMs: number;
  /** How far the database's clock is ahead of this machine's, give or take half the round trip. */
  readonly clockAheadMs: number;
}

/** Throws `database_unavailable`, naming the cause and its remedy. */
export async function inspectDatabase(pool: pg.Pool): Promise<DatabaseFacts> {
  try {
    // The first query also connects: its time says nothing.
    await pool.query("select 1");
    const sentAt = Date.now();
    const begun = performance.now();
    const { rows } = await pool.query<{ version: string; at: Date }>(
      "select current_setting('server_version') as version, clock_timestamp() as at",
    );
    const roundTripMs = performance.now() - begun;
    const [facts] = rows;
    if (!facts) throw new Error("the database answered nothing");
    const clockAheadMs = Math.round(facts.at.getTime() - (sentAt + roundTripMs / 2));
    return { version: facts.version.split(" ")[0] ?? "", roundTripMs, clockAheadMs };
  } catch (error) {
    throw explainRefusal(error);
  }
}

const remedies: Readonly<Record<string, string>> = {
  ECONNREFUSED: "Start PostgreSQL there, or correct the host and port in DATABASE_URL.",
  ENOTFOUND: "Correct the host in DATABASE_URL; its name cannot be found.",
  EAI_AGAIN: "Correct the host in DATABASE_URL, or look at this machine's name resolution.",
  ETIMEDOUT: "Open the way to the database's port in the network, or correct DATABASE_URL.",
  "28P01":
    "Correct the name and password in DATABASE_URL, or run `npm run expert -- migrate`, which sets them.",
  "28000": "Allow this login and host in the server's pg_hba.conf.",
  "3D000": "Create the database, or correct its name in DATABASE_URL.",
  "53300": "Raise max_connections of the server, or lower DATABASE_POOL_SIZE.",
};

function explainRefusal(error: unknown): ExpertError {
  const { code = "", message = "" } = Object(error) as { code?: string; message?: string };
  return new ExpertError("database_unavailable", `The database cannot be reached: ${message || code}.`, {
    remedy: remedies[code] ?? "Look into the database's log, and check DATABASE_URL.",
    cause: error,
  });
}

/** Migrations that this version brings and the database has not had; null where its login may not look. */
export async function pendingMigrations(url: string): Promise<readonly string[] | null> {
  const folder = fileURLToPath(new URL("./migrations", import.meta.url));
  const brought = (await readdir(folder)).flatMap((name) =>
    name.endsWith(".sql") ? [name.slice(0, -4)] : [],
  );
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string }>("select name from public.schema_migrations");
    const applied = new Set(rows.map(({ name }) => name));
    return brought.filter((name) => !applied.has(name)).toSorted();
  } catch (error) {
    const { code } = Object(error) as { code?: unknown };
    if (code === "42501") return null;
    if (code === "42P01") return brought.toSorted();
    throw translateError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export interface StoredEmbeddings {
  readonly model: string;
  /** Numbers of a vector. */
  readonly dimension: number;
  readonly passages: number;
}

/** Which models the tenant's passages were embedded by. */
export async function storedEmbeddings(
  pool: pg.Pool,
  tenant: TenantId,
): Promise<readonly StoredEmbeddings[]> {
  const statement = {
    name: "stored_embeddings",
    text: `select coalesce(embedding_model, '') as model, octet_length(embedding) / 4 as dimension, count(*)::integer as passages
      from passages where tenant_id = app_tenant() and embedding is not null group by 1, 2 order by 3 desc`,
  };
  try {
    return await tenantQuery<StoredEmbeddings>(pool, tenant, statement, []);
  } catch (error) {
    throw translateError(error);
  }
}
