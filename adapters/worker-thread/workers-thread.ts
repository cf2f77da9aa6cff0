import { once } from "node:events";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { ExpertError } from "../../core/errors.ts";
import type { TenantId } from "../../core/ids.ts";
import type { TokenStream } from "../../core/inference/token-stream.ts";
import type { Queue } from "../../core/queue.ts";
import type { FromWorkers, ThreadJob, ToWorkers } from "./messages.ts";

export interface WorkersThreadOptions {
  /** The file that calls `serveWorkers`. */
  readonly entry: URL;
  /** Given what workers publish of turns. */
  readonly publish: TokenStream["publish"];
  /** The thread ended although nobody stopped it: nothing is answered any more. */
  onEnded(error: unknown): void;
}

/** Workers in a thread of this process, whose work does not hold up what this thread receives. */
export interface WorkersThread<Settings> {
  /** Wakes its workers. Throws `queue_unavailable` once it is stopped. */
  readonly queue: Pick<Queue, "enqueue">;
  /** Resolves once it works; rejects with what kept it from it. */
  begin(settings: Settings): Promise<void>;
  /** Takes a change in a tenant's knowledge into its index. */
  refresh(tenant: TenantId): Promise<void>;
  /** Lets it end what it has begun. */
  stop(): Promise<void>;
}

/** Starts the thread, which loads its code while this one goes on. */
export function startWorkersThread<Settings>(options: WorkersThreadOptions): WorkersThread<Settings> {
  const worker = new Worker(
    options.entry.pathname.endsWith(".ts") ? fromSource(options.entry) : options.entry,
  );
  const refreshing = new Map<number, () => void>();
  let requests = 0;
  let state: "starting" | "working" | "stopping" = "starting";
  let working: () => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) => {
      reject(new Error(`the workers' thread ended with code ${String(code)}`));
    });
  });
  ended.catch((error: unknown) => {
    for (const done of refreshing.values()) done();
    refreshing.clear();
    if (state === "working") options.onEnded(error);
  });

  const tell = (message: ToWorkers<Settings>): void => {
    worker.postMessage(message);
  };
  worker.on("message", (message: FromWorkers) => {
    switch (message.kind) {
      case "working":
        working();
        return;
      case "events":
        for (const { tenant, turn, event } of message.events) options.publish(tenant, turn, event);
        return;
      case "refreshed":
        refreshing.get(message.request)?.();
        refreshing.delete(message.request);
    }
  });

  return {
    queue: {
      async enqueue(name, job, how) {
        if (state === "stopping") throw stopped();
        tell({ kind: "job", name, job, options: how } as ThreadJob);
      },
    },
    async begin(settings) {
      const begun = new Promise<void>((resolve) => {
        working = resolve;
      });
      tell({ kind: "begin", settings });
      await Promise.race([begun, ended]);
      state = "working";
    },
    async refresh(tenant) {
      if (state !== "working") return;
      const request = (requests += 1);
      await new Promise<void>((resolve) => {
        refreshing.set(request, resolve);
        tell({ kind: "refresh", tenant, request });
      });
    },
    async stop() {
      if (worker.threadId === -1) return;
      const idle = state === "starting";
      state = "stopping";
      const exited = once(worker, "exit");
      if (idle) void worker.terminate();
      else tell({ kind: "stop" });
      await exited;
    },
  };
}

/** A thread takes over no loader: from source, tsx is told to compile in it. */
function fromSource(entry: URL): URL {
  const tsxPackage = pathToFileURL(createRequire(import.meta.url).resolve("tsx/package.json"));
  const tsx = new URL("./dist/esm/api/index.mjs", tsxPackage).href;
  const code = `import { register } from ${JSON.stringify(tsx)}; register(); await import(${JSON.stringify(entry.href)});`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

const stopped = (): ExpertError =>
  new ExpertError("queue_unavailable", "The workers are stopping.", {
    remedy: "The process is stopping; try again once it has started.",
  });
