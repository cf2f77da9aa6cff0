import type { TokenStream } from "../../core/inference/token-stream.ts";
import type { Logger } from "../../core/logger.ts";
import type { Config } from "../config.ts";
import { createMemoryTokenStream } from "../memory/token-stream.ts";
import { createRedisTokenStream } from "../redis/token-stream.ts";
import type { Wake } from "./queue.ts";

/** The way of a turn's words to whoever watches: through Redis where other processes run turns, else in memory. */
export const connectTokenStream = (
  { REDIS_URL: url }: Pick<Config, "REDIS_URL">,
  wake: Wake,
  logger: Logger,
): TokenStream =>
  wake === "queue" && url !== undefined ? createRedisTokenStream({ url, logger }) : createMemoryTokenStream();
