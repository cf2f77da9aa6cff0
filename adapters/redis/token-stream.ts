import { Redis } from "ioredis";
import { endsStream } from "../../core/conversation/turn-event.ts";
import type { SequencedTurnEvent, TokenStream } from "../../core/inference/token-stream.ts";
import type { Logger } from "../../core/logger.ts";
import { turnKey } from "./turn-key.ts";
import { createTurnPublisher } from "./turn-publisher.ts";
import { lastSequence, readAfter } from "./turn-reader.ts";
import { createTurnWakes } from "./turn-wakes.ts";

/** What answers at all answers within this time; what is written meanwhile is dropped. */
const commandTimeoutMs = 5_000;
/** Redis is asked again after this long where it could not be read. */
const awayMs = 500;

/**
 * Carries events between processes, by a Redis stream for each turn: whoever runs the turn appends, whoever watches reads
 * from where it was. While Redis is away nothing is shown, and nothing is lost: readers wait, and the row has the reply.
 */
export function createRedisTokenStream({
  url,
  logger,
}: {
  readonly url: string;
  readonly logger: Logger;
}): TokenStream {
  const open = (options: { readonly commandTimeout?: number }): Redis => {
    const redis = new Redis(url, { ...options, lazyConnect: false, maxRetriesPerRequest: 1 });
    // Told once by the publisher; without a listener it would end the process.
    redis.on("error", () => undefined);
    return redis;
  };
  const commands = open({ commandTimeout: commandTimeoutMs });
  const listening = open({});
  const publisher = createTurnPublisher(commands, logger);
  const wakes = createTurnWakes(listening);
  let closed = false;

  async function* read(
    key: string,
    afterSequence: number,
    signal: AbortSignal,
  ): AsyncGenerator<SequencedTurnEvent> {
    if (closed || signal.aborted) return;
    const wake = await wakes.listen(key);
    let sequence = -1;
    try {
      for (;;) {
        await wake.next(signal);
        if (isOver(signal)) return;
        try {
          // A number that this stream never gave is from before it was forgotten: that reader begins anew.
          if (sequence < 0)
            sequence = (await lastSequence(commands, key)) < afterSequence ? 0 : afterSequence;
          for (;;) {
            const events = await readAfter(commands, key, sequence);
            if (events.length === 0 && (await endedBy(key, sequence))) return;
            for (const event of events) {
              if (isOver(signal)) return;
              sequence = event.sequence;
              yield event;
              if (endsStream(event.event)) return;
            }
            if (events.length === 0) break;
          }
        } catch {
          await new Promise((resolve) => setTimeout(resolve, awayMs));
        }
      }
    } finally {
      wake.end();
    }
  }

  const isOver = (signal: AbortSignal): boolean => closed || signal.aborted;

  /** Whether a reader that has seen so much has seen the end. */
  const endedBy = async (key: string, sequence: number): Promise<boolean> => {
    const [last] = await commands.xrevrange(key, "+", "-", "COUNT", 1);
    return last !== undefined && last[0] === `0-${String(sequence)}` && last[1][2] === "end";
  };

  return {
    publish(tenant, turn, event) {
      if (!closed) publisher.publish(turnKey(tenant, turn), event);
    },
    subscribe: (tenant, turn, { afterSequence, signal }) =>
      read(turnKey(tenant, turn), afterSequence, signal),
    async close() {
      if (closed) return;
      await publisher.flush();
      closed = true;
      wakes.close();
      commands.disconnect();
      listening.disconnect();
    },
  };
}
