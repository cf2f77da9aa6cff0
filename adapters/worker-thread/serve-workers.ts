import { constants, getPriority, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import type { TenantId } from "../../core/ids.ts";
import type { TokenStream } from "../../core/inference/token-stream.ts";
import type { Queue } from "../../core/queue.ts";
import type { FromWorkers, PublishedEvent, ThreadJob, ToWorkers } from "./messages.ts";

/** The main thread, as the workers' thread sees it. */
export interface MainThread {
  /** Tells the main thread, where people watch, what becomes of turns. */
  readonly publish: TokenStream["publish"];
}

/** What works, once it has begun. */
export interface Workshop {
  readonly queue: Pick<Queue, "enqueue">;
  readonly refresh: (tenant: TenantId) => Promise<void>;
  stop(): Promise<void>;
}

/**
 * Works in this thread until the main one says stop. `open` makes what works from the settings that the main thread
 * sends; what it throws ends the thread, and the main thread is told. Throws TypeError outside a worker thread.
 */
export function serveWorkers<Settings>(
  open: (settings: Settings, main: MainThread) => Promise<Workshop>,
): void {
  const port = parentPort;
  if (!port) throw new TypeError("there is no main thread to work for");
  yieldToMainThread();
  const events = publisher((published) => {
    port.postMessage({ kind: "events", events: published } satisfies FromWorkers);
  });
  const tell = (message: FromWorkers): void => {
    events.flush();
    port.postMessage(message);
  };
  let workshop: Workshop | undefined;
  const obey = async (message: ToWorkers<Settings>): Promise<void> => {
    switch (message.kind) {
      case "begin":
        workshop = await open(message.settings, { publish: events.publish });
        tell({ kind: "working" });
        return;
      case "job":
        await enqueue(workshop, message);
        return;
      case "refresh":
        await workshop?.refresh(message.tenant);
        tell({ kind: "refreshed", request: message.request });
        return;
      case "stop":
        await workshop?.stop();
        events.flush();
        port.close();
    }
  };
  port.on("message", (message: ToWorkers<Settings>) => {
    void obey(message);
  });
}

/** A job that comes too early or too late is found by its row. */
const enqueue = async (workshop: Workshop | undefined, { name, job, options }: ThreadJob): Promise<void> => {
  await workshop?.queue.enqueue(name, job, options).catch(() => undefined);
};

interface Publisher {
  readonly publish: TokenStream["publish"];
  flush(): void;
}

/** What is published in one turn of the event loop goes in one message. */
function publisher(send: (events: readonly PublishedEvent[]) => void): Publisher {
  let unsent: PublishedEvent[] = [];
  const flush = (): void => {
    if (unsent.length > 0) send(unsent);
    unsent = [];
  };
  return {
    publish(tenant, turn, event) {
      unsent.push({ tenant, turn, event });
      if (unsent.length === 1) setImmediate(flush);
    },
    flush,
  };
}

/**
 * Where both threads want the processor, receiving comes first. On Linux a priority is a thread's own (setpriority(2));
 * elsewhere it would be the whole process's.
 */
function yieldToMainThread(): void {
  if (process.platform !== "linux") return;
  const lower = Math.min(
    getPriority() + constants.priority.PRIORITY_BELOW_NORMAL,
    constants.priority.PRIORITY_LOW,
  );
  setPriority(0, lower);
}
