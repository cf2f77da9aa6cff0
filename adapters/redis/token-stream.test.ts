import { afterAll, beforeAll, describe } from "@jest/globals";
import { tokenStreamContract } from "../../tests/contract/token-stream.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { silentLogger } from "../../core/logger.ts";
import { createRedisTokenStream } from "./token-stream.ts";

const present = hasRedis();
if (!present)
  console.log("Skipped: the token stream on Redis, for there is no redis-server on this machine.");

(present ? describe : describe.skip)("over Redis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  tokenStreamContract("Redis", async () => createRedisTokenStream({ url: redis.url, logger: silentLogger }));
});
