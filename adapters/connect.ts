import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ApprovalPorts } from "../core/approvals/approval-ports.ts";
import type { ApproverReach } from "../core/approvals/approver-reach.ts";
import { createKnownAnswers } from "../core/approvals/known-answers.ts";
import { presentNote } from "../core/approvals/present-approval.ts";
import type { AuditLog } from "../core/audit/audit-event.ts";
import type { BudgetGuard } from "../core/budgets/budget-guard.ts";
import { type Closer, closeInOrder } from "../core/close-in-order.ts";
import { systemClock, type Clock } from "../core/clock.ts";
import { answerExtractively } from "../core/answering/answer-extractively.ts";
import { createModelAnswerer } from "../core/answering/answer-with-model.ts";
import { createPictureDescriber } from "../core/answering/describe-pictures.ts";
import type { TurnPorts } from "../core/conversation/run-turn.ts";
import type { Database } from "../core/database.ts";
import type { ChannelName } from "../core/delivery/channel-name.ts";
import type { Channel } from "../core/delivery/channel.ts";
import { type DeliverPorts, deliverThread } from "../core/delivery/deliver.ts";
import { followTurn } from "../core/delivery/follow-turn.ts";
import type { Delivery } from "../core/delivery/outbox.ts";
import { tellAskerElsewhere } from "../core/delivery/tell-asker-elsewhere.ts";
import { createPeople, type Identity, type People } from "../core/identity/directory.ts";
import { ExpertError } from "../core/errors.ts";
import type { EscalationPorts } from "../core/escalation/escalation-ports.ts";
import { presentEscalationNote } from "../core/escalation/present-escalation.ts";
import type { TenantId } from "../core/ids.ts";
import { createTurnEscalations } from "../core/escalation/escalate-critical.ts";
import { createEscalate } from "../core/escalation/raise.ts";
import { createTellEscalated, createTellTakenOver } from "../core/escalation/tell-escalated.ts";
import type { EventSource } from "../core/inbox/event-source.ts";
import type { EventHandler } from "../core/inbox/handle-event.ts";
import type { Inbox } from "../core/inbox/inbox.ts";
import type { ModelGateway } from "../core/inference/model-gateway.ts";
import { embeddingModelOf } from "../core/inference/routing/model-routes.ts";
import { createOutageNotice } from "../core/inference/outage-notice.ts";
import type { TokenStream } from "../core/inference/token-stream.ts";
import type { BlobStore } from "../core/knowledge/blob-store.ts";
import type { IngestionPorts } from "../core/knowledge/ingest-document.ts";
import type { KnowledgeIndex } from "../core/knowledge/knowledge-index.ts";
import type { TextExtractor } from "../core/knowledge/text-extractor.ts";
import type { Logger } from "../core/logger.ts";
import type { SecretBox } from "../core/secrets/secret-box.ts";
import type { Queue } from "../core/queue.ts";
import { type Config, readConfig } from "./config.ts";
import { approvalRequests, connectApprovals } from "./connect/approvals.ts";
import { connectBudgets } from "./connect/budgets.ts";
import { connectCaches } from "./connect/caches.ts";
import { type ConnectedDatabase, connectDatabase } from "./connect/database.ts";
import { loadDemoCompany } from "./connect/demo-company.ts";
import { connectEscalation, type EscalationParts } from "./connect/escalation.ts";
import type { MailParts, MailPorts } from "./connect/mail.ts";
import { connectGateway } from "./connect/queued-model.ts";
import { connectQueue, type Wake } from "./connect/queue.ts";
import { connectSecrets } from "./connect/secrets.ts";
import { connectSlack, type SlackParts } from "./connect/slack.ts";
import { connectTokenStream } from "./connect/token-stream.ts";
import { createTenantWeights } from "./connect/tenant-weights.ts";
import type { TeamsParts, TeamsPorts } from "./connect/teams.ts";
import {
  openWorkersThread,
  type WorkersOf,
  type WorkersSettings,
  workersSettings,
} from "./connect/workers-thread.ts";
import { createTextExtractor } from "./extraction/text-extractor.ts";
import { createFilesystemBlobStore } from "./filesystem/blob-store.ts";
import { secretFile } from "./filesystem/secret-file.ts";
import { createLogger } from "./logging/logger.ts";
import { createDatabase } from "./postgres/database.ts";
import { createInbox } from "./postgres/inbox.ts";
import { createKnowledgeFeed } from "./postgres/knowledge-feed.ts";
import { assertSafeRole, createPool } from "./postgres/pool.ts";
import { createSearchIndex } from "./search/create-search-index.ts";
import { createWebChannel } from "./web/channel.ts";
import type { WorkersThread } from "./worker-thread/workers-thread.ts";

/** Every part of a process, joined. */
export interface Parts {
  readonly config: Config;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly connected: ConnectedDatabase;
  readonly database: Database;
  readonly inbox: Inbox;
  readonly queue: Queue;
  readonly index: KnowledgeIndex;
  readonly tokens: TokenStream;
  readonly blobs: BlobStore;
  readonly extractor: TextExtractor;
  /** Null where no model server is configured. */
  readonly model: ModelGateway | null;
  /** Of what the model may be asked; null where there is none. */
  readonly budgets: BudgetGuard | null;
  /** What a company's share of the models counts for. */
  readonly tenantWeight: (tenant: TenantId) => number;
  readonly people: People;
  readonly audit: AuditLog;
  readonly channels: ReadonlyMap<ChannelName, Channel>;
  /** What deliveries show, and where they bring what cannot be posted. */
  readonly present: NonNullable<DeliverPorts["present"]>;
  readonly tellElsewhere: NonNullable<DeliverPorts["tellElsewhere"]>;
  readonly secrets: SecretBox;
  /** Null where no Slack app is configured. */
  readonly slack: SlackParts | null;
  /** Null where no Teams app is configured. */
  readonly teams: TeamsParts | null;
  /** What becomes of the events of channels that send more than questions, and of what outside systems tell. */
  readonly handlers: ReadonlyMap<EventSource, EventHandler>;
  readonly turns: TurnPorts;
  readonly approvals: ApprovalPorts;
  readonly escalations: EscalationParts["escalations"];
  /** Takes in what outside systems tell. */
  readonly hooks: EscalationParts["hooks"];
  readonly dispatching: EscalationParts["dispatching"];
  readonly webhooks: EscalationParts["webhooks"];
  readonly ingestion: IngestionPorts;
  /** Takes a change in a tenant's knowledge into the index of this process at once. */
  readonly onChanged: (tenant: TenantId) => Promise<void>;
  /** Who has just added the demo company's documents; null where they were there before. */
  readonly demo: Identity | null;
  /** Signs sessions. */
  readonly sessionSecret: string;
  /** The built page, or null where it has not been built. */
  readonly pageFolder: string;
  close(): Promise<void>;
}

export interface ConnectOptions {
  readonly config?: Config;
  /** Join the embedded database of a process that runs already. */
  readonly attach?: boolean;
  /**
   * How turns and deliveries are woken: in this process's memory, the default, where it answers what it took in; or by
   * the shared queue, where workers of other processes answer. The rows are the same either way.
   */
  readonly wake?: Wake;
  /** The file of workers that run in a thread of their own, which is begun and stopped with the parts. */
  readonly workers?: URL;
  /** Where this is that thread. */
  readonly workersOf?: WorkersOf;
  readonly onProgress?: (step: string) => void;
}

/** Joins the parts of one process, as the configuration says. Whatever was opened is closed again where a step fails. */
export async function connect(options: ConnectOptions = {}): Promise<Parts> {
  const config = options.config ?? readConfig();
  const logger = createLogger({ level: config.LOG_LEVEL, pretty: config.LOG_FORMAT === "pretty" });
  const onProgress = options.onProgress ?? (() => undefined);
  const closers: Closer[] = [];
  const close = (): Promise<void> => closeInOrder(closers);
  try {
    await makeDataFolder(config.DATA_DIR);
    const published = connectTokenStream(config, options.wake ?? "memory", logger);
    closers.push(() => published.close());
    const thread = options.workers ? openWorkersThread(options.workers, published) : null;
    if (thread) closers.push(() => thread.stop());
    const attach = options.attach ?? false;
    const connected = options.workersOf
      ? { ...options.workersOf.database, close: () => Promise.resolve() }
      : await connectDatabase({ config, logger, attach, onProgress });
    // The last to be closed: the thread works on it to its end.
    closers.unshift(() => connected.close());
    onProgress("connecting the parts");
    const joined = { ...options, config, logger, connected, closers, published, thread, onProgress };
    const parts = await joinParts(joined);
    await thread?.begin(workersSettings(config, connected));
    return { ...parts, close };
  } catch (error) {
    await close().catch((fault: unknown) => {
      logger.warn("a part could not be closed", { error: fault });
    });
    throw error;
  }
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    // The embedded database's own account, where it is not this one, has to pass through the folder.
    await mkdir(folder, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  } catch (error) {
    throw new ExpertError("storage_unavailable", `The data folder ${folder} cannot be made.`, {
      remedy: "Give this account the right to write there, or set DATA_DIR to another folder.",
      cause: error,
    });
  }
}

interface JoinOptions extends ConnectOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly connected: ConnectedDatabase;
  readonly closers: Closer[];
  readonly published: TokenStream;
  /** Where this process's workers are, unless they are here. */
  readonly thread: WorkersThread<WorkersSettings> | null;
  readonly onProgress: (step: string) => void;
}

async function joinParts(options: JoinOptions): Promise<Omit<Parts, "close">> {
  const { config, logger, connected, closers, published, thread, workersOf, onProgress } = options;
  const clock = systemClock;
  const pool = createPool(connected.appUrl, connectionsOf(config, options), logger);
  closers.push(() => pool.end());
  await assertSafeRole(pool);
  const database = createDatabase(pool, logger);
  closers.push(() => database.close());
  const queue = connectQueue(config, connected, thread?.queue ?? options.wake ?? "memory", logger);
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
  const tokens = workersOf ? { ...published, publish: workersOf.publish } : published;
  const blobs = createFilesystemBlobStore({ folder: join(config.DATA_DIR, "blobs") });
  const extractor = createTextExtractor({ concurrency: config.INGESTION_CONCURRENCY, logger });
  closers.push(() => extractor.close());
  const secrets = await connectSecrets(config);
  const caches = connectCaches(
    { config, wake: options.wake ?? "memory", database, secrets, clock, logger },
    closers,
  );
  const tenantWeight = createTenantWeights(database, config.MODELS?.weights ?? {}, logger);
  const gateway = connectGateway({ config, database, queue, clock, logger, tenantWeight }, closers);
  const budgeted = gateway && connectBudgets(gateway, { database, clock, logger }, closers);
  const model = budgeted && caches.embeddings(budgeted.model);
  const people = createPeople({ database });
  const audit: AuditLog = {
    append: (tenant, events) => database.withTenant(tenant, (stores) => stores.audit.append(events)),
  };
  const sessionSecret = config.SESSION_SECRET ?? (await secretFile(join(config.DATA_DIR, "session-secret")));
  const inbox = createInbox(pool);
  const refresh = (tenant: TenantId): Promise<void> =>
    index.refresh(tenant).catch((error: unknown) => {
      logger.warn("the index could not be refreshed at once", { tenant, error });
    });
  const shared = { config, database, inbox, queue, secrets, audit, clock, logger, people, blobs, extractor };
  const modelName = model?.chatModel ?? null;
  const embedder = model?.embeddingModel == null ? null : model;
  // A tenant that is not in memory is read whole when it is next asked.
  const onChanged = async (tenant: TenantId): Promise<void> => {
    if (thread) await thread.refresh(tenant);
    else if (index.loaded().includes(tenant)) await refresh(tenant);
  };
  // Each channel that follows adds how it reaches people.
  const reach = new Map<ChannelName, ApproverReach>();
  const approvals = {
    ...connectApprovals({ ...shared, reach, onChanged }),
    escalate: createEscalate({ database, queue, clock, logger }),
    tellEscalated: createTellEscalated({ database, queue, clock, logger }),
    tellTakenOver: createTellTakenOver({ database, queue, clock, logger }),
  };
  const threadUrls = new Map<ChannelName, NonNullable<EscalationPorts["threadUrl"]>>();
  const escalation = connectEscalation({
    ...shared,
    approvals,
    threadUrl: async (tenant, thread) => (await threadUrls.get(thread.channel)?.(tenant, thread)) ?? null,
  });
  const { escalations, hooks, dispatching, webhooks } = escalation;
  const slack = connectSlack({ ...shared, approvals, escalations, sessionSecret, modelName }, closers);
  if (slack) reach.set("slack", slack.approvers);
  if (slack) threadUrls.set("slack", slack.threadUrl);
  const teams = await loadTeams({ ...shared, approvals, escalations, index, embedder, modelName }, closers);
  if (teams) reach.set("teams", teams.approvers);
  if (teams) threadUrls.set("teams", teams.threadUrl);
  const mail = await loadMail({ config, database, clock, logger }, closers);
  if (mail) reach.set("mail", mail.approvers);
  const channels = new Map<ChannelName, Channel>([["web", createWebChannel(tokens)]]);
  if (slack) channels.set("slack", slack.channel);
  if (teams) channels.set("teams", teams.channel);
  if (mail) channels.set("mail", mail.channel);
  const handlers = new Map<EventSource, EventHandler>(escalation.handlers);
  if (slack) handlers.set("slack", slack.handler);
  if (teams) handlers.set("teams", teams.handler);
  const handing = {
    present: presentEscalationNote(approvals, presentNote(approvals)),
    tellElsewhere: (tenant: TenantId, given: Delivery) => tellAskerElsewhere(approvals, tenant, given),
  };
  const delivery = { database, channels, logger, ...handing };
  const turns: TurnPorts = {
    database,
    index,
    embedder,
    quoting: answerExtractively,
    model: model?.chatModel == null ? null : createModelAnswerer({ gateway: model }),
    ...(model?.visionModel == null ? {} : { pictures: { blobs, describe: createPictureDescriber(model) } }),
    outage: createOutageNotice(logger),
    logger,
    people,
    follow: (turn) => followTurn(delivery, turn),
    approvals: approvalRequests(approvals),
    escalations: createTurnEscalations({ database, queue, clock, logger }),
    known: createKnownAnswers({ database, embedder, clock }),
    ...(caches.answers && { repeated: caches.answers }),
    clock,
    deliver: (tenant, first) => deliverThread(delivery, tenant, first.threadKey, first),
  };
  const ingestion: IngestionPorts = {
    database,
    blobs,
    extractor,
    embedder: model,
    logger,
    onPublished: (tenant) => void refresh(tenant),
  };
  const parts = {
    config,
    logger,
    clock,
    connected,
    database,
    inbox,
    queue,
    index,
    tokens,
    blobs,
    extractor,
    model,
    budgets: budgeted?.budgets ?? null,
    tenantWeight,
  };
  const rest = {
    people,
    audit,
    channels,
    handlers,
    secrets,
    slack,
    teams,
    turns,
    approvals,
    escalations,
    hooks,
    dispatching,
    webhooks,
    ...handing,
    ingestion,
    onChanged,
    pageFolder,
  };
  const alone = connected.embedded && !connected.attached && !workersOf;
  if (alone) await database.releaseHolds();
  const demo = alone && config.DEMO_COMPANY ? await loadDemoCompany({ ...parts, ...rest }, onProgress) : null;
  // After the demo company: its first workspace may be this one.
  if (!workersOf && config.ROLE !== "workers") {
    await slack?.adopt();
    await teams?.adopt();
  }
  return { ...parts, ...rest, sessionSecret, demo };
}

/** Loads what Teams needs only where an app is configured: botbuilder takes about a second to load. */
async function loadTeams(ports: TeamsPorts, closers: Closer[]): Promise<TeamsParts | null> {
  const appId = ports.config.TEAMS_APP_ID;
  if (appId === undefined) return null;
  const { connectTeams } = await import("./connect/teams.ts");
  return connectTeams(ports, appId, closers);
}

/** Loads what mail needs only where a server is configured. */
async function loadMail(ports: MailPorts, closers: Closer[]): Promise<MailParts | null> {
  if (ports.config.SMTP_URL === undefined) return null;
  const { connectMail } = await import("./connect/mail.ts");
  return connectMail(ports, closers);
}

/** The configured number of connections, where two threads share it: answering takes most of them. */
function connectionsOf({ DATABASE_POOL_SIZE: size }: Config, { thread, workersOf }: JoinOptions): number {
  const receiving = Math.max(2, Math.floor(size / 3));
  if (workersOf) return Math.max(2, size - receiving);
  return thread ? receiving : size;
}

/** A snapshot holds vectors of one model: another model's has a folder of its own. */
const snapshotName = (embeddingModel: string | null): string =>
  embeddingModel === null
    ? "words"
    : `vectors-${createHash("sha256").update(embeddingModel).digest("hex").slice(0, 16)}`;

/** Where the built page is, or would be. */
export const pageFolder = fileURLToPath(
  import.meta.url.endsWith(".ts")
    ? new URL("../dist/admin-web", import.meta.url)
    : new URL("../admin-web", import.meta.url),
);
