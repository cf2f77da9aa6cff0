import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import type { TurnEvent } from "../../core/conversation/turn-event.ts";
import { newId, type TenantId, type TurnId } from "../../core/ids.ts";
import type { SequencedTurnEvent, TokenStream } from "../../core/inference/token-stream.ts";
import { until } from "../support/sample-work.ts";

const text = (words: string): TurnEvent => ({ kind: "text", text: words });
const drafted: TurnEvent = { kind: "state", state: "drafted" };
const failed: TurnEvent = { kind: "error", code: "internal", message: "It failed.", remedy: null };
const reply = (turnId: TurnId): TurnEvent => ({
  kind: "reply",
  reply: {
    kind: "not_found",
    turnId,
    language: "en",
    text: "No answer.",
    nearest: [],
    confidence: { value: 0, level: "low", reasons: [] },
  },
});

const textOf = (events: readonly SequencedTurnEvent[]) =>
  events.map(({ event }) => (event.kind === "text" ? event.text : "")).join("");
const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

/** What every token stream must do. */
export function tokenStreamContract(name: string, open: () => Promise<TokenStream>): void {
  describe(`token stream: ${name}`, () => {
    let stream: TokenStream;
    let tenant: TenantId;
    let turn: TurnId;
    beforeEach(async () => {
      stream = await open();
      tenant = newId();
      turn = newId();
    });
    afterEach(() => stream.close());

    const read = async (
      afterSequence = 0,
      signal = new AbortController().signal,
      events: SequencedTurnEvent[] = [],
    ): Promise<readonly SequencedTurnEvent[]> => {
      for await (const event of stream.subscribe(tenant, turn, { afterSequence, signal })) events.push(event);
      return events;
    };
    /** Tells each once the one before it was seen: what waits together is told together. */
    const tellOneByOne = async (
      told: readonly TurnEvent[],
      seen: readonly SequencedTurnEvent[],
      isOver = () => false,
    ): Promise<void> => {
      for (const event of told) {
        const before = seen.length;
        stream.publish(tenant, turn, event);
        await until("it is seen", async () => seen.length > before || isOver());
      }
    };

    it("delivers live events in order, ending after the final one", async () => {
      const seen: SequencedTurnEvent[] = [];
      const reading = read(undefined, undefined, seen);
      await tellOneByOne([drafted, text("one "), text("two"), reply(turn)], seen);
      const events = await reading;
      expect(events.map(({ event }) => event)).toEqual([drafted, text("one "), text("two"), reply(turn)]);
      expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    });

    it("tells places in line before the text, a late reader only the last of them, and loses no text by it", async () => {
      const waiting = (place: number): TurnEvent => ({ kind: "waiting", place });
      const seen: SequencedTurnEvent[] = [];
      const live = read(undefined, undefined, seen);
      await tellOneByOne([waiting(2), waiting(1), text("one "), text("two"), reply(turn)], seen);
      const told = [text("one "), text("two"), reply(turn)];
      expect((await live).map(({ event }) => event)).toEqual([waiting(2), waiting(1), ...told]);
      const late = await read();
      expect(late.map(({ event }) => event)).toEqual([waiting(1), text("one two"), reply(turn)]);
      const [first] = late;
      expect(textOf(await read(first?.sequence))).toBe("one two");
    });

    it("gives a late reader everything, then ends; an error ends it too", async () => {
      for (const event of [drafted, text("one "), text("two"), failed]) stream.publish(tenant, turn, event);
      const events = await read();
      expect(textOf(events)).toBe("one two");
      expect(events.at(0)?.event).toEqual(drafted);
      expect(events.at(-1)?.event).toEqual(failed);
    });

    it("goes on after the last sequence seen, losing and repeating nothing", async () => {
      const words = Array.from({ length: 40 }, (_, n) => `w${n} `);
      const first = new AbortController();
      const seen: SequencedTurnEvent[] = [];
      const reading = (async () => {
        const options = { afterSequence: 0, signal: first.signal };
        for await (const event of stream.subscribe(tenant, turn, options)) {
          seen.push(event);
          if (seen.length === 9) first.abort();
        }
      })();
      await tellOneByOne(words.slice(0, 20).map(text), seen, () => first.signal.aborted);
      await reading;
      for (const word of words.slice(20)) stream.publish(tenant, turn, text(word));
      stream.publish(tenant, turn, reply(turn));
      const rest = await read(seen.at(-1)?.sequence ?? 0);
      expect(seen.length).toBe(9);
      expect(textOf(seen) + textOf(rest)).toBe(words.join(""));
      const sequences = [...seen, ...rest].map(({ sequence }) => sequence);
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
      expect(new Set(sequences).size).toBe(sequences.length);
    });

    it("ends at once for a reader that has seen the end", async () => {
      stream.publish(tenant, turn, reply(turn));
      const events = await read();
      expect(await read(events.at(-1)?.sequence ?? 0)).toEqual([]);
    });

    it("begins anew for a sequence of a stream that was forgotten", async () => {
      stream.publish(tenant, turn, text("again"));
      stream.publish(tenant, turn, reply(turn));
      expect(textOf(await read(57))).toBe("again");
    });

    it("serves readers of different speed the same text", async () => {
      const seen: SequencedTurnEvent[] = [];
      const quick = read(undefined, undefined, seen);
      const slow = (async () => {
        const events: SequencedTurnEvent[] = [];
        const options = { afterSequence: 0, signal: new AbortController().signal };
        for await (const event of stream.subscribe(tenant, turn, options)) {
          events.push(event);
          // So slow that the other has all of it meanwhile.
          if (events.length > 1) await quick;
        }
        return events;
      })();
      const words = Array.from({ length: 60 }, (_, n) => `${n}.`);
      await tellOneByOne(words.map(text), seen);
      stream.publish(tenant, turn, reply(turn));
      const [ofQuick, ofSlow] = await Promise.all([quick, slow]);
      expect(textOf(ofQuick)).toBe(words.join(""));
      expect(textOf(ofSlow)).toBe(words.join(""));
      expect(ofSlow.length).toBeLessThan(ofQuick.length);
    });

    it("ends a subscription that is aborted, before or while it waits", async () => {
      const abort = new AbortController();
      const reading = read(0, abort.signal);
      await settle();
      abort.abort();
      expect(await reading).toEqual([]);
      expect(await read(0, abort.signal)).toEqual([]);
    });

    it("keeps turns and tenants apart", async () => {
      const other: TurnId = newId();
      const reading = read();
      await settle();
      stream.publish(tenant, other, text("of another turn"));
      stream.publish(newId(), turn, text("of another tenant"));
      stream.publish(tenant, turn, reply(turn));
      expect((await reading).map(({ event }) => event)).toEqual([reply(turn)]);
    });

    it("ends every subscription when it closes", async () => {
      const reading = read();
      await settle();
      await stream.close();
      expect(await reading).toEqual([]);
    });
  });
}
