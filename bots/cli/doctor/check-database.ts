import type { SettingName } from "../../../adapters/config.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const settings: readonly SettingName[] = ["DATA_DIR", "DATABASE_URL", "EMBEDDED_DATABASE_PORT"];
const onDatabase = { settings, after: "database" } as const;

const database: Check = {
  name: "database",
  settings,
  async run({ diagnosis }) {
    const { version, embedded, attached, roundTripMs } = await diagnosis.database();
    const whose = !embedded ? "your own" : attached ? "embedded, run by the server" : "embedded";
    return ok(`PostgreSQL ${version} (${whose}), a query takes ${roundTripMs.toFixed(1)} ms`);
  },
};

const role: Check = {
  name: "database role",
  ...onDatabase,
  async run({ diagnosis }) {
    await diagnosis.role();
    return ok("row-level security holds the application's role back");
  },
};

const migrations: Check = {
  name: "migrations",
  ...onDatabase,
  async run({ diagnosis }) {
    const pending = await diagnosis.pendingMigrations();
    if (pending === null) {
      return ok("the tables are there; which migrations they had, only DATABASE_OWNER_URL could tell");
    }
    if (pending.length === 0) return ok("all migrations are applied");
    return fail(
      `not applied: ${pending.join(", ")}`,
      "Run `npm run expert -- migrate`; for the embedded database, restart the server.",
    );
  },
};

/** Leases and sign-ins last tens of seconds: clocks further apart than these disturb them. */
const skewWarnMs = 2_000;
const skewFailMs = 15_000;

const clocks: Check = {
  name: "clocks",
  ...onDatabase,
  async run({ diagnosis }) {
    const { clockAheadMs } = await diagnosis.database();
    const apart = Math.abs(clockAheadMs);
    const detail = `the database's clock is ${String(apart)} ms ${clockAheadMs < 0 ? "behind" : "ahead"}`;
    const remedy = "Let both machines follow the same time server (NTP).";
    if (apart > skewFailMs) return fail(detail, remedy);
    return apart > skewWarnMs ? warn(detail, remedy) : ok(detail);
  },
};

const index: Check = {
  name: "index",
  ...onDatabase,
  async run({ diagnosis }) {
    const { tenants, passages } = await diagnosis.index();
    const companies = tenants === 1 ? "1 company" : `${String(tenants)} companies`;
    const detail = `${String(passages)} passages of ${companies} load into the index`;
    if (tenants === 0) {
      return warn(
        "there is no company yet",
        "Start The Expert, or run `npm run expert -- tenant create FOLDER`.",
      );
    }
    if (passages > 0) return ok(detail);
    return warn(detail, "Add documents with `npm run expert -- ingest FOLDER --department SLUG`.");
  },
};

/** @param onRedis does it live in Redis, and not in the database? */
export const queueCheck = (onRedis: boolean): Check => ({
  name: "queue",
  ...(onRedis ? { settings: ["REDIS_URL"] } : { ...onDatabase, settings: [...settings, "REDIS_URL"] }),
  async run({ diagnosis }) {
    const { store, version, evicts } = await diagnosis.queue();
    const detail = version === null ? `in ${store}` : `in ${store} ${version}`;
    return evicts === true
      ? warn(
          `${detail}, which drops jobs when its memory is full`,
          "Set maxmemory-policy noeviction in Redis.",
        )
      : ok(detail);
  },
});

/** @param onRedis does the queue live in Redis, and not in the database? */
export const databaseChecks = (onRedis: boolean): readonly Check[] => [
  database,
  role,
  migrations,
  clocks,
  queueCheck(onRedis),
  index,
];
