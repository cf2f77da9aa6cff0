import { createHash } from "node:crypto";
import { join } from "node:path";
import type { AuditLog } from "../../core/audit/audit-event.ts";
import type { BudgetGuard } from "../../core/budgets/budget-guard.ts";
import type { Closer } from "../../core/close-in-order.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import type { Database } from "../../core/database.ts";
import { createPeople, type People } from "../../core/identity/directory.ts";
import type { TenantId } from "../../core/ids.ts";
import type { Inbox } from "../../core/inbox/inbox.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { embeddingModelOf } from "../../core/inference/routing/model-routes.ts";
import type { TokenStream } from "../../core/inference/token-stream.ts";
import type { BlobStore } from "../../core/knowledge/blob-store.ts";
import type { KnowledgeIndex } from "../../core/knowledge/knowledge-index.ts";
import type { TextExtractor } from "../../core/knowledge/text-extractor.ts";
import type { Logger } from "../../core/logger.ts";
import type { Queue } from "../../core/queue.ts";
import type { SecretBox } from "../../core/secrets/secret-box.ts";
import type { Config } from "../config.ts";
import { createTextExtractor } from "../extraction/text-extractor.ts";
import { createFilesystemBlobStore } from "../filesystem/blob-store.ts";
import { secretFile } from "../filesystem/secret-file.ts";
import { createDatabase } from "../postgres/database.ts";
import { createInbox } from "../postgres/inbox.ts";
import { createKnowledgeFeed } from "../postgres/knowledge-feed.ts";
import { assertSafeRole, createPool } from "../postgres/pool.ts";
import { createSearchIndex } from "../search/create-search-index.ts";
import type { WorkersThread } from "../worker-thread/workers-thread.ts";
import { connectBudgets } from "./budgets.ts";
import { type Caches, connectCaches } from "./caches.ts";
import type { ConnectedDatabase } from "./database.ts";
import { connectQueue, type Wake } from "./queue.ts";
import { connectGateway } from "./queued-model.ts";
import { connectSecrets } from "./secrets.ts";
import { createTenantWeights } from "./tenant-weights.ts";
import type { WorkersOf, WorkersSettings } from "./workers-thread.ts";

export interface FoundationOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly connected: ConnectedDatabase;
  readonly published: TokenStream;
  /** Where this process's workers are, unless they are here. */
  readonly thread: WorkersThread<WorkersSettings> | null;
  readonly wake: Wake;
  readonly workersOf?: WorkersOf | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What the parts of one process stand on: where things are kept, what wakes whom, and who is asked. */
export interface Foundation {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Longest wait for what is asked of others, in milliseconds; undefined: each adapter's own. */
  readonly timeoutMs?: number | undefined;
  readonly connected: ConnectedDatabase;
  readonly database: Database;
  readonly inbox: Inbox;
  readonly queue: Queue;
  readonly index: KnowledgeIndex;
  readonly tokens: TokenStream;
  readonly blobs: BlobStore;
  readonly extractor: TextExtractor;
  readonly secrets: SecretBox;
  /** Signs sessions. */
  readonly sessionSecret: string;
  /** Null where no model server is configured. */
  readonly model: ModelGateway | null;
  /** Of what the model may be asked; null where there is none. */
  readonly budgets: BudgetGuard | null;
  /** What a company's share of the models counts for. */
  readonly tenantWeight: (tenant: TenantId) => number;
  /** What models answered before; null where nothing is kept. */
  readonly repeated: Caches["answers"];
  readonly people: People;
  readonly audit: AuditLog;
  /** Takes a change in a tenant's knowledge into the index of this thread at once. */
  readonly refresh: (tenant: TenantId) => Promise<void>;
  /** The same, into the index of this process, where it is in memory. */
  readonly onChanged: (tenant: TenantId) => Promise<void>;
}

/** Opens what the parts of one process stand on; what was opened is closed by `closers`. */
export async function connectFoundation(options: FoundationOptions, closers: Closer[]): Promise<Foundation> {
  const { config, logger, connected, published, thread, wake, workersOf, timeoutMs } = options;
  const clock = systemClock;
  const pool = createPool(connected.appUrl, connectionsOf(config, options), logger, timeoutMs);
  closers.push(() => pool.end());
  await assertSafeRole(pool);
  const database = createDatabase(pool, logger);
  closers.push(() => database.close());
  const queue = connectQueue(config, connected, thread?.queue ?? wake, logger, timeoutMs);
  closers.push(() => queue.close());
  const embeddingModel = embeddingModelOf(config.MODELS);
  const index = createSearchIndex({
    clock,
    logger,
    feed: createKnowledgeFeed(pool, embeddingModel),
    snapshotFolder:
      connected.attached || thread || config.ROLE === "bots"
        ? null
        : join(config.DATA_DIR, "index", snapshotName(embeddingModel)),
  });
  closers.push(() => index.close());
  const extractor = createTextExtractor({ concurrency: config.INGESTION_CONCURRENCY, logger });
  closers.push(() => extractor.close());
  const secrets = await connectSecrets(config);
  const caches = connectCaches({ config, wake, database, secrets, clock, logger }, closers);
  const tenantWeight = createTenantWeights(database, config.MODELS?.weights ?? {}, logger);
  const gateway = connectGateway({ config, database, queue, clock, logger, tenantWeight }, closers);
  const budgeted = gateway && connectBudgets(gateway, { database, clock, logger }, closers);
  const refresh = (tenant: TenantId): Promise<void> =>
    index.refresh(tenant).catch((error: unknown) => {
      logger.warn("the index could not be refreshed at once", { tenant, error });
    });
  return {
    config,
    logger,
    clock,
    timeoutMs,
    connected,
    database,
    inbox: createInbox(pool),
    queue,
    index,
    tokens: workersOf ? { ...published, publish: workersOf.publish } : published,
    blobs: createFilesystemBlobStore({ folder: join(config.DATA_DIR, "blobs") }),
    extractor,
    secrets,
    sessionSecret: config.SESSION_SECRET ?? (await secretFile(join(config.DATA_DIR, "session-secret"))),
    model: budgeted && caches.embeddings(budgeted.model),
    budgets: budgeted?.budgets ?? null,
    tenantWeight,
    repeated: caches.answers,
    people: createPeople({ database }),
    audit: {
      append: (tenant, events) => database.withTenant(tenant, (stores) => stores.audit.append(events)),
    },
    refresh,
    // A tenant that is not in memory is read whole when it is next asked.
    async onChanged(tenant) {
      if (thread) await thread.refresh(tenant);
      else if (index.loaded().includes(tenant)) await refresh(tenant);
    },
  };
}

/** The configured number of connections, where two threads share it: answering takes most of them. */
function connectionsOf(
  { DATABASE_POOL_SIZE: size }: Config,
  { thread, workersOf }: FoundationOptions,
): number {
  const receiving = Math.max(2, Math.floor(size / 3));
  if (workersOf) return Math.max(2, size - receiving);
  return thread ? receiving : size;
}

/** A snapshot holds vectors of one model: another model's has a folder of its own. */
const snapshotName = (embeddingModel: string | null): string =>
  embeddingModel === null
    ? "words"
    : `vectors-${createHash("sha256").update(embeddingModel).digest("hex").slice(0, 16)}`;
