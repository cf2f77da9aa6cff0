import type { Redis } from "ioredis";
import { endsStream, joinEvents, type TurnEvent } from "../../core/conversation/turn-event.ts";
import type { SequencedTurnEvent } from "../../core/inference/token-stream.ts";

/** Events read at once; a reader that lags takes its text in fewer, larger pieces. */
const readAtOnce = 512;

/** The number of the stream's last event; 0 where there is none. */
export async function lastSequence(redis: Redis, key: string): Promise<number> {
  const [last] = await redis.xrevrange(key, "+", "-", "COUNT", 1);
  return last ? numberOf(last[0]) : 0;
}

/** What follows `sequence`, with neighbours joined under the number of the last of them. */
export async function readAfter(
  redis: Redis,
  key: string,
  sequence: number,
): Promise<readonly SequencedTurnEvent[]> {
  const entries = await redis.xrange(key, `(0-${String(sequence)}`, "+", "COUNT", readAtOnce);
  const events: SequencedTurnEvent[] = [];
  for (const [id, fields] of entries) {
    const event = JSON.parse(fields[1] ?? "null") as TurnEvent;
    const last = events.at(-1);
    const joined = last ? joinEvents(last.event, event) : null;
    if (joined) events[events.length - 1] = { sequence: numberOf(id), event: joined };
    else events.push({ sequence: numberOf(id), event });
    if (endsStream(event)) break;
  }
  return events;
}

const numberOf = (id: string): number => Number(id.slice(id.indexOf("-") + 1));
