import type pg from "pg";
import { systemClock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { ExpertError } from "../../core/errors.ts";
import type { TenantId } from "../../core/ids.ts";
import type { InferenceTier } from "../../core/inference/jobs/inference-job.ts";
import { embeddingModelOf } from "../../core/inference/routing/model-routes.ts";
import type { ExtractedText } from "../../core/knowledge/text-extractor.ts";
import { silentLogger } from "../../core/logger.ts";
import { inspectQueue, type QueueFacts } from "../bullmq/inspect-queue.ts";
import type { Config } from "../config.ts";
import { type ConnectedDatabase, connectDatabase } from "./database.ts";
import { type InferenceTierFacts, lookAtInferenceTier } from "./diagnose-inference.ts";
import { type ConnectionFacts, diagnoseConnections } from "./diagnose-connections.ts";
import {
  embeddingDimension,
  lookAtModelServer,
  type ModelServerFacts,
  showPicture,
} from "./diagnose-models.ts";
import { diagnosePagerDuty, type PagerDutyFacts } from "./pagerduty.ts";
import { diagnoseSlack, type SlackDiagnosis } from "./diagnose-slack.ts";
import type { TeamsDiagnosis } from "./diagnose-teams.ts";
import { breakerNotesFolder } from "./model-servers.ts";
import { type BreakerNote, createBreakerNotes } from "../filesystem/breaker-notes.ts";
import { createTextExtractor } from "../extraction/text-extractor.ts";
import {
  type DatabaseFacts,
  inspectDatabase,
  pendingMigrations,
  type StoredEmbeddings,
  storedEmbeddings,
} from "../postgres/inspect-database.ts";
import { createDatabase } from "../postgres/database.ts";
import { createKnowledgeFeed } from "../postgres/knowledge-feed.ts";
import { assertSafeRole, createPool } from "../postgres/pool.ts";
import { createSearchIndex } from "../search/create-search-index.ts";

/** Each part on its own, so that one that fails hides no other. Every method throws what is wrong. */
export interface Diagnosis {
  /** Connects; starts the embedded database where no server runs, and migrates that one alone. */
  database(): Promise<DatabaseFacts & Pick<ConnectedDatabase, "embedded" | "attached">>;
  role(): Promise<void>;
  /** Null where nobody here may look. */
  pendingMigrations(): Promise<readonly string[] | null>;
  queue(): Promise<QueueFacts>;
  /** Fills a search index from the database. */
  index(): Promise<{ readonly tenants: number; readonly passages: number }>;
  extract(name: string, content: Uint8Array): Promise<ExtractedText>;
  /** One of the configured servers, by its name. */
  modelServer(name: string): Promise<ModelServerFacts>;
  /** The servers that running processes leave alone, the latest first. */
  leftAlone(): readonly BreakerNote[];
  /** The inference workers of a tier, in Redis. */
  inferenceTier(tier: InferenceTier): Promise<InferenceTierFacts>;
  /** Numbers of a vector of the embedding model, on all of its servers. */
  embeddingDimension(): Promise<number>;
  /** Shows each server of the model that sees a picture; throws what is wrong with one. */
  showPicture(): Promise<void>;
  storedEmbeddings(): Promise<readonly StoredEmbeddings[]>;
  readonly slack: SlackDiagnosis;
  /** Loaded when it is asked for: botbuilder takes a second to load. */
  teams(): Promise<TeamsDiagnosis>;
  /** Null where no PagerDuty is configured. */
  pagerDuty(): Promise<PagerDutyFacts | null>;
  /** The outside systems of every company. */
  connections(): Promise<readonly ConnectionFacts[]>;
  /** The mail server's address; null where none is configured. nodemailer is loaded when it is asked for. */
  mail(): Promise<string | null>;
  close(): Promise<void>;
}

export function diagnose(config: Config): Diagnosis {
  let opened: Promise<{ connected: ConnectedDatabase; pool: pg.Pool }> | null = null;
  const open = (): NonNullable<typeof opened> => (opened ??= openDatabase(config));
  const openStores = async (): Promise<Database> => createDatabase((await open()).pool);
  const tenants = async (): Promise<readonly TenantId[]> =>
    (await (await openStores()).tenants()).map(({ id }) => id);
  return {
    async database() {
      const { connected, pool } = await open();
      const { embedded, attached } = connected;
      return { ...(await inspectDatabase(pool)), embedded, attached };
    },
    role: async () => assertSafeRole((await open()).pool),
    async pendingMigrations() {
      const { appUrl, ownerUrl } = (await open()).connected;
      return await pendingMigrations(ownerUrl ?? config.DATABASE_OWNER_URL ?? appUrl);
    },
    queue: async () =>
      inspectQueue(
        config.REDIS_URL === undefined
          ? { kind: "postgres", url: (await open()).connected.appUrl }
          : { kind: "redis", url: config.REDIS_URL },
      ),
    index: async () => fillIndex((await open()).pool, await tenants(), embeddingModelOf(config.MODELS)),
    async extract(name, content) {
      const extractor = createTextExtractor();
      try {
        return await extractor.extract({ name, content });
      } finally {
        await extractor.close();
      }
    },
    async modelServer(name) {
      const server = config.MODELS?.servers.find((one) => one.name === name);
      if (config.MODELS && server) return await lookAtModelServer(config.MODELS, server);
      throw new ExpertError("model_unavailable", `There is no model server ${name}.`);
    },
    leftAlone: () => createBreakerNotes(breakerNotesFolder(config)).read(),
    inferenceTier: async (tier) => lookAtInferenceTier(config.REDIS_URL ?? "", tier),
    embeddingDimension: async () => (config.MODELS ? await embeddingDimension(config.MODELS) : 0),
    showPicture: async () => {
      if (config.MODELS) await showPicture(config.MODELS);
    },
    async storedEmbeddings() {
      const { pool } = await open();
      const found = (await tenants()).map((tenant) => storedEmbeddings(pool, tenant));
      return (await Promise.all(found)).flat();
    },
    slack: diagnoseSlack({ config, clock: systemClock, openDatabase: openStores }),
    async teams() {
      const { diagnoseTeams } = await import("./diagnose-teams.ts");
      return diagnoseTeams({ config, clock: systemClock, openDatabase: openStores });
    },
    pagerDuty: () => diagnosePagerDuty({ config, clock: systemClock, openDatabase: openStores }),
    connections: () => diagnoseConnections({ config, clock: systemClock, openDatabase: openStores }),
    async mail() {
      if (config.SMTP_URL === undefined) return null;
      const { diagnoseMail } = await import("./mail.ts");
      return await diagnoseMail(config, systemClock);
    },
    async close() {
      const parts = await opened?.catch(() => null);
      await parts?.pool.end();
      await parts?.connected.close();
    },
  };
}

async function openDatabase(config: Config): Promise<{ connected: ConnectedDatabase; pool: pg.Pool }> {
  const connected = await connectDatabase({
    // A look at the company's own database does not migrate it.
    config: { ...config, DATABASE_OWNER_URL: undefined },
    logger: silentLogger,
    attach: true,
    onProgress: () => undefined,
  });
  return { connected, pool: createPool(connected.appUrl, 2, silentLogger) };
}

async function fillIndex(
  pool: pg.Pool,
  tenants: readonly TenantId[],
  embeddingModel: string | null,
): Promise<{ tenants: number; passages: number }> {
  const index = createSearchIndex({
    clock: systemClock,
    logger: silentLogger,
    feed: createKnowledgeFeed(pool, embeddingModel),
  });
  try {
    let passages = 0;
    for (const tenant of tenants) {
      const scope = { departments: new Map(), principals: new Set<string>() };
      passages += (await index.search(tenant, { text: "anything", scope, limit: 1 })).collectionSize;
    }
    return { tenants: tenants.length, passages };
  } finally {
    await index.close();
  }
}
