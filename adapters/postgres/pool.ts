import pg from "pg";
import { ExpertError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { translateError } from "./translate-error.ts";

// `count(*)` and versions stay exact below 2^53; timestamps are read as Date by default.
const defaults = { idleTimeoutMillis: 60_000, keepAlive: true } as const;

// Statements are prepared once and their tenant is set apart, so one plan serves every call: planning each anew would
// cost more than running it.
const options = "-c plan_cache_mode=force_generic_plan";

/** Connections of the application's role. Whoever has none within `waitMs` milliseconds is told that the database is away. */
export function createPool(connectionString: string, size: number, logger: Logger, waitMs = 5_000): pg.Pool {
  const pool = new pg.Pool({
    ...defaults,
    connectionTimeoutMillis: waitMs,
    connectionString,
    max: size,
    application_name: "the-expert",
    options,
  });
  // A connection that breaks fails its query; without a listener of its own it would end the process as well.
  pool.on("connect", (client) => {
    client.on("error", (error) => {
      logger.debug("a database connection broke", { reason: error.message });
    });
  });
  pool.on("error", (error) => {
    logger.warn("an idle database connection was lost", { reason: error.message });
  });
  return pool;
}

interface RoleFacts {
  role: string;
  superuser: boolean;
  bypasses: boolean;
  owned: string[];
  unprotected: string[];
  migrated: boolean;
}

/** Tables that hold nothing of any tenant. */
const sharedTables = ["tenants", "audit_epochs", "schema_migrations"];

/**
 * Refuses to run as a role that row-level security does not hold back: a superuser, one that may bypass it, an owner of
 * tables; and over a table with tenant data that no policy protects. Throws `database_role_unsafe`.
 */
export async function assertSafeRole(pool: pg.Pool): Promise<void> {
  const facts = await readRole(pool);
  const faults = [
    facts.superuser && `the role ${facts.role} is a superuser`,
    facts.bypasses && `the role ${facts.role} may bypass row-level security`,
    facts.owned.length > 0 && `the role ${facts.role} owns ${facts.owned.join(", ")}`,
    facts.unprotected.length > 0 && `no forced row-level security on ${facts.unprotected.join(", ")}`,
    !facts.migrated && "the schema has not been migrated",
  ].filter((fault) => fault !== false);
  if (faults.length === 0) return;
  throw new ExpertError(
    "database_role_unsafe",
    `The database would not keep tenants apart: ${faults.join("; ")}.`,
    {
      remedy:
        "Use the application's own role in DATABASE_URL, as docs/operations.md shows under “Your own PostgreSQL”.",
    },
  );
}

async function readRole(pool: pg.Pool): Promise<RoleFacts> {
  try {
    const { rows } = await pool.query<RoleFacts>(
      `select current_user as role, r.rolsuper as superuser, r.rolbypassrls as bypasses,
        to_regclass('public.audit_seals') is not null as migrated,
        coalesce((select array_agg(c.relname::text) from pg_class c
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
            and pg_has_role(current_user, c.relowner, 'member')), '{}') as owned,
        coalesce((select array_agg(c.relname::text) from pg_class c
          where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
            and not (c.relrowsecurity and c.relforcerowsecurity)
            -- What an extension brought (pg_stat_statements, say) holds no tenant's data.
            and not exists (select from pg_depend d
              where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            -- A view is as safe as what it reads where it reads as whoever asks.
            and not (c.relkind = 'v' and coalesce('security_invoker=true' = any (c.reloptions), false))
            and c.relname <> all ($1)), '{}') as unprotected
      from pg_roles r where r.rolname = current_user`,
      [sharedTables],
    );
    const [facts] = rows;
    if (!facts) throw new Error("the current role is unknown to the database");
    return facts;
  } catch (error) {
    throw translateError(error);
  }
}
