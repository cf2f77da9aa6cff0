import { createHash } from "node:crypto";
import type { Redis } from "ioredis";

/** Runs a script whole, on keys that all begin with `key`. */
export type Script = (redis: Redis, key: string, ...args: readonly (string | number)[]) => Promise<unknown>;

/** First line of a script that also runs where Redis has no memory left: what it does makes room, or is needed to. */
export const whenFull = "#!lua flags=allow-oom\n";

/** Sends the script's digest; its text only where Redis does not know it, as after a restart. */
export function createScript(text: string): Script {
  const digest = createHash("sha1").update(text, "utf8").digest("hex");
  return async (redis, key, ...args) => {
    try {
      return await redis.evalsha(digest, 1, key, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return await redis.eval(text, 1, key, ...args);
    }
  };
}
