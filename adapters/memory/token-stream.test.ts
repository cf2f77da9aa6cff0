import { describe, expect, it } from "@jest/globals";
import type { TurnEvent } from "../../core/conversation/turn-event.ts";
import { newId, type TenantId, type TurnId } from "../../core/ids.ts";
import { tokenStreamContract } from "../../tests/contract/token-stream.ts";
import { createMemoryTokenStream } from "./token-stream.ts";
import { createTurnLog } from "./turn-log.ts";

tokenStreamContract("memory", async () => createMemoryTokenStream());

const tenant: TenantId = newId();
const failed: TurnEvent = { kind: "error", code: "internal", message: "It failed.", remedy: null };
const text = (words: string): TurnEvent => ({ kind: "text", text: words });

describe("the memory token stream's memory", () => {
  it("forgets ended turns after their time, and abandoned ones in the end", async () => {
    let now = 0;
    const stream = createMemoryTokenStream({ rememberMs: 30_000, clock: { now: () => new Date(now) } });
    stream.publish(tenant, newId<TurnId>(), failed);
    stream.publish(tenant, newId<TurnId>(), text("never ends"));
    now = 29_999;
    expect(stream.turns).toBe(2);
    now = 30_000;
    expect(stream.turns).toBe(1);
    now = 3_600_000;
    expect(stream.turns).toBe(0);
    await stream.close();
  });

  it("holds nothing for readers who left before anything was said", async () => {
    const stream = createMemoryTokenStream();
    for (let n = 0; n < 100; n += 1) {
      const abort = new AbortController();
      const reader = stream.subscribe(tenant, newId<TurnId>(), { afterSequence: 0, signal: abort.signal });
      const ended = reader[Symbol.asyncIterator]().next();
      abort.abort();
      expect((await ended).done).toBe(true);
    }
    expect(stream.turns).toBe(0);
    await stream.close();
  });

  it("removes its listeners from a signal that is used for long", async () => {
    const stream = createMemoryTokenStream();
    const turn: TurnId = newId();
    const abort = new AbortController();
    let listening = 0;
    const { signal } = abort;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...all: Parameters<typeof add>) => {
      listening += 1;
      add(...all);
    };
    signal.removeEventListener = (...all: Parameters<typeof remove>) => {
      listening -= 1;
      remove(...all);
    };
    const reading = (async () => {
      let read = "";
      for await (const { event } of stream.subscribe(tenant, turn, { afterSequence: 0, signal }))
        read += event.kind === "text" ? event.text : "";
      return read;
    })();
    for (let n = 0; n < 50; n += 1) {
      stream.publish(tenant, turn, text("x"));
      await new Promise(setImmediate);
      expect(listening).toBeLessThanOrEqual(1);
    }
    stream.publish(tenant, turn, failed);
    expect(await reading).toBe("x".repeat(50));
    expect(listening).toBe(0);
    await stream.close();
  });
});

describe("a turn's log", () => {
  it("keeps what nobody reads as one event", () => {
    const log = createTurnLog(100);
    for (let n = 0; n < 10_000; n += 1) log.publish(text("a"));
    expect(log.next(0)).toEqual({ sequence: 1, event: text("a".repeat(10_000)) });
    expect(log.next(1)).toBeNull();
  });

  it("numbers text in larger pieces past its bound, and loses none of it", () => {
    const log = createTurnLog(10);
    let sequence = 0;
    let read = "";
    const take = () => {
      const next = log.next(sequence);
      if (!next) return;
      sequence = next.sequence;
      if (next.event.kind === "text") read += next.event.text;
    };
    for (let n = 0; n < 5000; n += 1) {
      log.publish(text(String(n % 10)));
      take();
    }
    expect(sequence).toBeLessThan(10 + 5000 / 256 + 1);
    log.publish(failed);
    take();
    take();
    expect(read).toBe("0123456789".repeat(500));
    expect(log.isOver(sequence)).toBe(true);
  });

  it("starts over when a turn is run again after its end, counting on", () => {
    const log = createTurnLog(10);
    log.publish(text("first try"));
    log.publish(failed);
    expect(log.next(0)?.sequence).toBe(1);
    log.publish(text("second try"));
    expect(log.next(2)).toEqual({ sequence: 3, event: text("second try") });
    expect(log.next(0)).toEqual({ sequence: 3, event: text("second try") });
    expect(log.ended).toBe(false);
  });
});
