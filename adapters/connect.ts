import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Closer, closeInOrder } from "../core/close-in-order.ts";
import { ExpertError } from "../core/errors.ts";
import type { Identity } from "../core/identity/directory.ts";
import type { IngestionPorts } from "../core/knowledge/ingest-document.ts";
import { type Config, readConfig } from "./config.ts";
import { type AnsweringParts, connectAnswering } from "./connect/answering.ts";
import { type ChannelParts, connectChannels } from "./connect/channels.ts";
import { connectDatabase } from "./connect/database.ts";
import { loadDemoCompany } from "./connect/demo-company.ts";
import { connectFoundation, type Foundation, type FoundationOptions } from "./connect/foundation.ts";
import type { Wake } from "./connect/queue.ts";
import { connectTokenStream } from "./connect/token-stream.ts";
import { openWorkersThread, type WorkersOf, workersSettings } from "./connect/workers-thread.ts";
import { createLogger } from "./logging/logger.ts";

/** Every part of a process, joined. */
export interface Parts extends Foundation, ChannelParts, AnsweringParts {
  readonly ingestion: IngestionPorts;
  /** Who has just added the demo company's documents; null where they were there before. */
  readonly demo: Identity | null;
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
  /** Longest wait for what is asked of others, in milliseconds; each adapter's own unless told. */
  readonly timeoutMs?: number;
  readonly onProgress?: (step: string) => void;
}

/** Joins the parts of one process, as the configuration says. Whatever was opened is closed again where a step fails. */
export async function connect(options: ConnectOptions = {}): Promise<Parts> {
  const config = options.config ?? readConfig();
  const logger = createLogger({ level: config.LOG_LEVEL, pretty: config.LOG_FORMAT === "pretty" });
  const onProgress = options.onProgress ?? (() => undefined);
  const { wake = "memory", workersOf, timeoutMs } = options;
  const closers: Closer[] = [];
  const close = (): Promise<void> => closeInOrder(closers);
  try {
    await makeDataFolder(config.DATA_DIR);
    const published = connectTokenStream(config, wake, logger);
    closers.push(() => published.close());
    const thread = options.workers ? openWorkersThread(options.workers, published) : null;
    if (thread) closers.push(() => thread.stop());
    const attach = options.attach ?? false;
    const connected = workersOf
      ? { ...workersOf.database, close: () => Promise.resolve() }
      : await connectDatabase({ config, logger, attach, onProgress });
    // The last to be closed: the thread works on it to its end.
    closers.unshift(() => connected.close());
    onProgress("connecting the parts");
    const foundation = { config, logger, connected, published, thread, wake, workersOf, timeoutMs };
    const parts = await joinParts({ ...foundation, closers, onProgress });
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

interface JoinOptions extends FoundationOptions {
  readonly closers: Closer[];
  readonly onProgress: (step: string) => void;
}

async function joinParts({ closers, onProgress, ...options }: JoinOptions): Promise<Omit<Parts, "close">> {
  const { config, connected, workersOf } = options;
  const foundation = await connectFoundation(options, closers);
  const channels = await connectChannels(foundation, closers);
  const answering = connectAnswering(foundation, channels);
  const ingestion: IngestionPorts = {
    ...foundation,
    embedder: foundation.model,
    onPublished: (tenant) => void foundation.refresh(tenant),
  };
  const parts = { ...foundation, ...channels, ...answering, ingestion, pageFolder };
  const alone = connected.embedded && !connected.attached && !workersOf;
  if (alone) await parts.database.releaseHolds();
  const demo = alone && config.DEMO_COMPANY ? await loadDemoCompany(parts, onProgress) : null;
  // After the demo company: its first workspace may be this one.
  if (!workersOf && config.ROLE !== "workers") {
    await parts.slack?.adopt();
    await parts.teams?.adopt();
  }
  return { ...parts, demo };
}

/** Where the built page is, or would be. */
export const pageFolder = fileURLToPath(
  import.meta.url.endsWith(".ts")
    ? new URL("../dist/admin-web", import.meta.url)
    : new URL("../admin-web", import.meta.url),
);
