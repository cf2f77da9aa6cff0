import { type Config, readConfig } from "./adapters/config.ts";
import { connect, type Parts } from "./adapters/connect.ts";
import { connectInference } from "./adapters/connect/inference.ts";
import { type Closer, closeInOrder } from "./core/close-in-order.ts";
import { isExpertError } from "./core/errors.ts";
import { waitForIngestion } from "./core/knowledge/ingestion-progress.ts";
import { probeAddress } from "./bots/http/probe-address.ts";
import { startBots, startHealth } from "./bots/start.ts";
import { startInference } from "./workers/inference.ts";
import { startWorkers } from "./workers/start.ts";

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** The workers' thread: answering does not hold up what the bots receive. */
const workers = new URL(
  import.meta.url.endsWith(".ts") ? "./workers/thread-main.ts" : "./workers/thread-main.js",
  import.meta.url,
);

const onProgress = (step: string): void => {
  say(`  · ${step}`);
};

const partOf = { bots: "bots", workers: "workers", inference: "inference worker" } as const;

/** What this process is for, by its setting: everything that a question needs, or a part of it. */
async function start(): Promise<void> {
  const config = readConfig();
  say(`The Expert is starting${config.ROLE === "all" ? "" : ` its ${partOf[config.ROLE]}`}.`);
  // A taken port should be told now, not after the database has started.
  await probeAddress({ host: config.HOST, port: config.PORT });
  const running: Closer[] = [];
  try {
    if (config.ROLE === "inference") await startAsking(config, running);
    else if (config.ROLE === "workers") await startWorking(config, running);
    else await startReceiving(config, running);
    stopOnSignal(() => closeInOrder(running));
  } catch (error) {
    // What went wrong first is what is told.
    await closeInOrder(running).catch(() => undefined);
    throw error;
  }
}

/** The bots, and unless others work for them the workers' thread. */
async function startReceiving(config: Config, running: Closer[]): Promise<void> {
  const alone = config.ROLE === "all";
  const parts = await connect({ config, onProgress, ...(alone ? { workers } : { wake: "queue" }) });
  running.push(() => parts.close());
  await readDemoCompany(parts);
  const server = await startBots(parts);
  running.push(() => server.close());
  say(`\nReady after ${seconds()} s. Open ${server.url} in your browser.`);
  say("Stop it with Ctrl+C; what it knows stays in the data folder.");
}

/** The workers alone, woken through the queue; an address tells whether they are well. */
async function startWorking(config: Config, running: Closer[]): Promise<void> {
  const parts = await connect({ config, onProgress, wake: "queue" });
  running.push(() => parts.close());
  const working = await startWorkers(parts);
  running.push(() => working.stop());
  await tellHealth(parts, running, () => parts.database.tenants());
}

/** The calls of models alone, for bots and workers of other processes; an address tells whether it is well. */
async function startAsking(config: Config, running: Closer[]): Promise<void> {
  const parts = connectInference(config);
  running.push(() => parts.close());
  const asking = await startInference(parts);
  running.push(() => asking.stop());
  await tellHealth(parts, running, () => asking.check());
}

async function tellHealth(
  parts: Parameters<typeof startHealth>[0],
  running: Closer[],
  check: () => Promise<unknown>,
): Promise<void> {
  const health = await startHealth(parts, check);
  running.push(() => health.close());
  say(`\nWorking after ${seconds()} s; ${health.url}/health/ready says how it is.`);
}

const seconds = (): string => (performance.now() / 1_000).toFixed(1);

/** The first question should find the demo company's pages; where they take unusually long, the page opens meanwhile. */
async function readDemoCompany({ demo, database }: Parts): Promise<void> {
  if (!demo) return;
  let told = Infinity;
  const onProgress = (remaining: number): void => {
    if (remaining < told) say(`  · reading its documents: ${String(remaining)} to go`);
    // A line for every ten is enough.
    told = Math.min(told, remaining - 9);
  };
  const done = await waitForIngestion({ database }, demo, { limitMs: 20_000, onProgress });
  if (!done) say("  · the rest of its documents follow in the background");
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (): void => {
    // A second Ctrl+C does not wait: nothing is lost by leaving at once.
    if (stopping) process.exit(130);
    stopping = true;
    say("\nStopping …");
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        fail(error);
      },
    );
  };
  process.on("SIGINT", onSignal);
  process.on("SIGTERM", onSignal);
}

function fail(error: unknown): never {
  if (isExpertError(error)) {
    process.stderr.write(
      `\n${error.message}\n${error.remedy === undefined ? "" : `What to do: ${error.remedy}\n`}`,
    );
  } else {
    process.stderr.write(`\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  }
  process.exit(1);
}

start().catch(fail);
