import type { TokenStream } from "../../core/inference/token-stream.ts";
import type { Config } from "../config.ts";
import { startWorkersThread, type WorkersThread } from "../worker-thread/workers-thread.ts";
import type { ConnectedDatabase } from "./database.ts";

export { serveWorkers } from "../worker-thread/serve-workers.ts";

/** What the workers' thread begins with: the main thread has read the settings and opened the database. */
export interface WorkersSettings {
  readonly config: Config;
  readonly database: Omit<ConnectedDatabase, "close">;
}

/** Where this is the workers' thread: what it begins with, and the way to those who watch turns. */
export interface WorkersOf extends WorkersSettings {
  readonly publish: TokenStream["publish"];
}

/** Starts the thread; a process whose workers are gone ends as it would if they were in its main thread. */
export const openWorkersThread = (
  entry: URL,
  { publish }: Pick<TokenStream, "publish">,
): WorkersThread<WorkersSettings> =>
  startWorkersThread<WorkersSettings>({
    entry,
    publish,
    onEnded: (error) => {
      setImmediate(() => {
        throw error;
      });
    },
  });

export const workersSettings = (
  config: Config,
  { appUrl, ownerUrl, embedded, attached }: ConnectedDatabase,
): WorkersSettings => ({ config, database: { appUrl, ownerUrl, embedded, attached } });
