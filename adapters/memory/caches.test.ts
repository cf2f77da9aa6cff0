import { describe, expect, it } from "@jest/globals";
import { answerCacheContract } from "../../tests/contract/answer-cache.ts";
import { embeddingCacheContract } from "../../tests/contract/embedding-cache.ts";
import { systemClock } from "../../core/clock.ts";
import { newId, type TenantId } from "../../core/ids.ts";
import { embeddingsKeptMs } from "../../core/inference/cache/embedding-cache.ts";
import { createMemoryAnswerCache } from "./answer-cache.ts";
import { createMemoryEmbeddingCache } from "./embedding-cache.ts";

embeddingCacheContract("memory", async () => ({
  cache: createMemoryEmbeddingCache({ clock: systemClock, bytes: 2 ** 20 }),
}));
answerCacheContract("memory", async () => ({ cache: createMemoryAnswerCache({ clock: systemClock }) }));

describe("caches in memory", () => {
  let time = Date.parse("2026-05-06T07:00:00Z");
  const clock = { now: () => new Date(time) };
  const tenantId = newId<TenantId>();
  const draft = { text: "words", citations: [], answeredBy: "llama", complete: true };

  it("forget a vector after a day, by the clock", async () => {
    const cache = createMemoryEmbeddingCache({ clock });
    const key = { tenantId, model: "small", textHash: "one" };
    await cache.put([{ ...key, vector: Float32Array.from([1]) }]);
    time += embeddingsKeptMs - 1;
    expect(await cache.get([key])).toEqual([Float32Array.from([1])]);
    time += 2;
    expect(await cache.get([key])).toEqual([null]);
  });

  it("forget a draft when its time is over, by the clock", async () => {
    const cache = createMemoryAnswerCache({ clock });
    await cache.keep(tenantId, "one", draft, 1_000);
    time += 999;
    expect(await cache.find(tenantId, "one")).toEqual(draft);
    time += 2;
    expect(await cache.find(tenantId, "one")).toBeNull();
  });

  it("make room for the new by what was not used for the longest time", async () => {
    const cache = createMemoryEmbeddingCache({ clock, bytes: 3_000 });
    const keys = ["a", "b", "c"].map((textHash) => ({ tenantId, model: "small", textHash }));
    const vector = new Float32Array(250);
    const [a, b, c] = keys;
    if (!a || !b || !c) throw new Error("there are three");
    await cache.put([
      { ...a, vector },
      { ...b, vector },
    ]);
    await cache.get([a]);
    await cache.put([{ ...c, vector }]);
    expect((await cache.get(keys)).map((found) => found !== null)).toEqual([true, false, true]);
  });
});
