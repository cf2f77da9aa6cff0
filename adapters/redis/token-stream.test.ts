import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { TurnEvent } from "../../core/conversation/turn-event.ts";
import { newId, type TenantId, type TurnId } from "../../core/ids.ts";
import type { TokenStream } from "../../core/inference/token-stream.ts";
import { tokenStreamContract } from "../../tests/contract/token-stream.ts";
import { hasRedis, startRedis, type TestRedis } from "../../tests/support/redis.ts";
import { silentLogger } from "../../core/logger.ts";
import { amplyMs } from "../../tests/support/time-limits.ts";
import { until } from "../../tests/support/sample-work.ts";
import { createRedisTokenStream } from "./token-stream.ts";

jest.setTimeout(180_000);

const present = hasRedis();
if (!present)
  console.log("Skipped: the token stream on Redis, for there is no redis-server on this machine.");

const text = (words: string): TurnEvent => ({ kind: "text", text: words });
const failed: TurnEvent = { kind: "error", code: "internal", message: "It failed.", remedy: null };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

(present ? describe : describe.skip)("over Redis", () => {
  let redis: TestRedis;
  const tenant: TenantId = newId();
  let turn: TurnId;
  beforeEach(() => {
    turn = newId();
  });
  const read = async (stream: TokenStream, events: TurnEvent[] = []) => {
    const options = { afterSequence: 0, signal: new AbortController().signal };
    for await (const { event } of stream.subscribe(tenant, turn, options)) events.push(event);
    return events;
  };
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());
  const open = (): TokenStream =>
    createRedisTokenStream({ url: redis.url, logger: silentLogger, answerWithinMs: amplyMs });
  tokenStreamContract("Redis", async () => open());

  it("starts over where another worker runs a turn again, and goes on where one has died in the middle", async () => {
    const [first, second] = [open(), open()];
    const seen: TurnEvent[] = [];
    const watching = read(second, seen);
    first.publish(tenant, turn, text("half "));
    await until("it is written", async () => seen.length > 0);
    second.publish(tenant, turn, text("the rest"));
    second.publish(tenant, turn, failed);
    await watching;
    expect(await read(second)).toEqual([text("half the rest"), failed]);
    first.publish(tenant, turn, text("again"));
    first.publish(tenant, turn, failed);
    await pause(50);
    expect((await read(second)).at(-1)).toEqual(failed);
    await Promise.all([first.close(), second.close()]);
  });

  it("shows what was said while Redis was away, once it is back, to whoever watched before", async () => {
    const [worker, page] = [open(), open()];
    const seen: TurnEvent[] = [];
    const reading = read(page, seen);
    worker.publish(tenant, turn, text("before "));
    await until("it is shown", async () => seen.length > 0);
    await redis.kill();
    for (const word of ["while ", "away "]) {
      worker.publish(tenant, turn, text(word));
      await pause(40);
    }
    await redis.restart();
    worker.publish(tenant, turn, text("after"));
    worker.publish(tenant, turn, failed);
    const events = await reading;
    expect(events.map((event) => (event.kind === "text" ? event.text : "")).join("")).toBe(
      "before while away after",
    );
    expect(events.at(-1)).toEqual(failed);
    await Promise.all([worker.close(), page.close()]);
  });
});
