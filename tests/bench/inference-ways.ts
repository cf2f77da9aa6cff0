import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createBullmqQueue } from "../../adapters/bullmq/queue.ts";
import { readConfig } from "../../adapters/config.ts";
import { connectModel } from "../../adapters/connect/model.ts";
import { connectGateway } from "../../adapters/connect/queued-model.ts";
import { createOpenAiGateway } from "../../adapters/model/openai-gateway.ts";
import { systemClock } from "../../core/clock.ts";
import { type Closer, closeInOrder } from "../../core/close-in-order.ts";
import type { ModelGateway } from "../../core/inference/model-gateway.ts";
import { silentLogger } from "../../core/logger.ts";
import { createFakeDatabase } from "../fakes/database/database.ts";
import { startRedis } from "../support/redis.ts";
import type { BenchServer } from "./bench.ts";
import { buildProduct, startProduct, withTemporaryFolder } from "./product-process.ts";

/** A question waits as long as the load lasts; the bench measures how long. */
const waitLimitMs = 600_000;
const keyVariable = "BENCH_MODEL_KEY";

/** Straight to the server: what nothing of ours can be faster than. */
export const directWay = ({ url, model, apiKey }: BenchServer): ModelGateway =>
  createOpenAiGateway({
    baseUrl: url,
    ...(apiKey === null ? {} : { apiKey }),
    chatModel: model,
    embeddingModel: null,
    timeouts: { connectMs: 5_000, firstTokenMs: 60_000, betweenTokensMs: 15_000 },
    logger: silentLogger,
  });

/** As `npm start` asks a server of MODELS_FILE: through the router and the fair line of its own process. */
export async function withOneProcess<T>(
  server: BenchServer,
  work: (gateway: ModelGateway) => Promise<T>,
): Promise<T> {
  return await withTemporaryFolder(async (folder) => {
    const config = readConfig({ ...(await settingsOf(folder, server)), ...keyOf(server) });
    const gateway = connectModel(config, systemClock, silentLogger, () => Promise.resolve(null));
    if (!gateway) throw new Error("no model is configured");
    return await work(gateway);
  });
}

/** What there is between processes: the way of one that asks, and the Redis behind it. */
export interface BetweenProcesses {
  readonly gateway: ModelGateway;
  readonly redisUrl: string;
}

/** As bots and workers ask: through Redis and a worker of ROLE=inference, the compiled product in a process of its own. */
export async function withInferenceWorker<T>(
  server: BenchServer,
  nodeArguments: readonly string[],
  work: (between: BetweenProcesses) => Promise<T>,
): Promise<T> {
  await buildProduct();
  return await withTemporaryFolder(async (folder) => {
    const closers: Closer[] = [];
    try {
      const redis = await startRedis();
      closers.push(() => redis.close());
      const settings = { ...(await settingsOf(folder, server)), REDIS_URL: redis.url };
      const worker = await startProduct({
        dataFolder: folder,
        settings: { ...settings, ...keyOf(server), ROLE: "inference", LOG_LEVEL: "error" },
        nodeArguments,
      });
      closers.push(() => worker.stop());
      const queue = createBullmqQueue({
        connection: { kind: "redis", url: redis.url },
        logger: silentLogger,
      });
      closers.push(() => queue.close());
      const gateway = connectGateway(
        {
          config: readConfig({
            ...settings,
            ...keyOf(server),
            ROLE: "bots",
            // Asked for a department's name alone, and no call of the bench is in one.
            DATABASE_URL: "postgres://nobody@127.0.0.1:9/none",
          }),
          database: createFakeDatabase(),
          queue,
          clock: systemClock,
          logger: silentLogger,
        },
        closers,
      );
      if (!gateway) throw new Error("no model is configured");
      return await work({ gateway, redisUrl: redis.url });
    } finally {
      await closeInOrder(closers);
    }
  });
}

async function settingsOf(
  folder: string,
  { url, model, apiKey, mostInFlight }: BenchServer,
): Promise<Record<string, string>> {
  const file = join(folder, "models.yaml");
  const server = {
    name: "measured",
    base_url: url,
    models: [model],
    ...(mostInFlight === null ? {} : { most_in_flight: mostInFlight }),
  };
  // JSON is YAML.
  const models = {
    servers: [apiKey === null ? server : { ...server, key: { env: keyVariable } }],
    tiers: { fast: [{ server: server.name, model }] },
  };
  await writeFile(file, JSON.stringify(models));
  return {
    MODELS_FILE: file,
    MODEL_WAIT_LIMIT_MS: String(waitLimitMs),
    MODEL_FIRST_TOKEN_TIMEOUT_MS: "60000",
    DATA_DIR: folder,
  };
}

const keyOf = ({ apiKey }: BenchServer): Record<string, string> =>
  apiKey === null ? {} : { [keyVariable]: apiKey };
