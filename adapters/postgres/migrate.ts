import { fileURLToPath } from "node:url";
import { runner } from "node-pg-migrate";
import pg from "pg";
import { silentLogger, type Logger } from "../../core/logger.ts";

const migrationsFolder = fileURLToPath(new URL("./migrations", import.meta.url));

/** The role that holds the application's rights; the application logs in as a member of it. */
export const applicationRole = "expert_app";

export interface MigrateOptions {
  /** A connection string of the owner of the schema, who may create roles. */
  readonly ownerUrl: string;
  /** The login that the application uses; made where it is missing. */
  readonly appRole: { readonly name: string; readonly password: string };
  readonly logger?: Logger;
}

/** Brings the schema up to date and makes the application's login. Safe to run at every start and from many processes. */
export async function migrate({ ownerUrl, appRole, logger = silentLogger }: MigrateOptions): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  // A connection that breaks fails its query; without a listener it would end the process as well.
  client.on("error", () => undefined);
  await client.connect();
  try {
    const applied = await runner({
      dbClient: client,
      dir: `${migrationsFolder}/*.sql`,
      useGlob: true,
      direction: "up",
      migrationsTable: "schema_migrations",
      noLock: false,
      log: () => undefined,
    });
    if (applied.length > 0)
      logger.info("schema migrated", { applied: applied.map((migration) => migration.name) });
    await ensureLogin(client, appRole);
    await client.query("select audit_begin_epoch_after_restore()");
  } finally {
    await client.end();
  }
}

async function ensureLogin(client: pg.Client, { name, password }: MigrateOptions["appRole"]): Promise<void> {
  const role = client.escapeIdentifier(name);
  await client.query(`do $$ begin create role ${role} login nosuperuser nobypassrls in role ${applicationRole};
    exception when duplicate_object or unique_violation then null; end $$`);
  await client.query(`alter role ${role} password ${client.escapeLiteral(password)}`);
}
