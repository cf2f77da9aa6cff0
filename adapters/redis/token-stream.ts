import { endsStream, joinEvents, type TurnEvent } from "../../core/conversation/turn-event.ts";
import type { TokenStream } from "../../core/inference/token-stream.ts";
import type { Logger } from "../../core/logger.ts";
import { appendArguments } from "./stream/append-arguments.ts";
import { openStreamConnections } from "./stream/connections.ts";
import { followStream } from "./stream/follow-stream.ts";
import { createStreamWakes } from "./stream/stream-wakes.ts";
import { createStreamWriter } from "./stream/stream-writer.ts";
import { appendTurn, turnReader } from "./turn-entries.ts";
import { turnKey } from "./turn-key.ts";

/**
 * Carries events between processes, by a Redis stream for each turn: whoever runs the turn appends, whoever watches reads
 * from where it was. While Redis is away nothing is shown, and nothing is lost: readers wait, and the row has the reply.
 */
export function createRedisTokenStream({
  url,
  logger,
  answerWithinMs,
}: {
  readonly url: string;
  readonly logger: Logger;
  /** What is not answered within this time is tried again, in milliseconds; 2,000 unless told. */
  readonly answerWithinMs?: number;
}): TokenStream {
  const connections = openStreamConnections(url, answerWithinMs);
  const { commands, listening } = connections;
  const wakes = createStreamWakes(listening);
  const writer = createStreamWriter<TurnEvent>({
    logger,
    words: {
      away: "answers cannot be shown while they are written: Redis is away",
      back: "answers are shown again while they are written",
    },
    textOf: (event) => (event.kind === "text" ? event.text : null),
    join: joinEvents,
    ends: endsStream,
    append: async (append) => (await appendTurn(commands, append.key, ...appendArguments(append))) === 1,
  });
  let closed = false;

  return {
    publish(tenant, turn, event) {
      if (!closed) writer.publish(turnKey(tenant, turn), 0, event);
    },
    subscribe(tenant, turn, { afterSequence, signal }) {
      const key = turnKey(tenant, turn);
      const readNext = turnReader(commands, key, afterSequence);
      return followStream({ wakes, key, signal, isClosed: () => closed, readNext });
    },
    async close() {
      if (closed) return;
      await writer.close();
      closed = true;
      wakes.close();
      connections.close();
    },
  };
}
