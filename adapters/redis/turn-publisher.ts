import type { Redis } from "ioredis";
import { endsStream, joinEvents, type TurnEvent } from "../../core/conversation/turn-event.ts";
import type { Logger } from "../../core/logger.ts";

/** Text of this long is written together: a reader sees no stutter, and Redis gets tens of writes a second, not hundreds. */
const gatherMs = 15;
/** Events of one turn that wait while Redis is away; beyond them the newest text is dropped, since the row has the reply. */
const waitingLimit = 2_048;
/** How long a turn that never ends is kept, and one that has ended, for those who reconnect; in seconds. */
const runningSeconds = 15 * 60;
const endedSeconds = 30;

/**
 * Appends events to a turn's stream and tells its readers. Entries are numbered 0-1, 0-2, … by Redis itself
 * (https://redis.io/docs/latest/commands/xadd/, since 7.0). A turn that is run again after its end starts over: what it
 * said before is superseded.
 * KEYS[1]: the stream. ARGV: whether the last event ends it, seconds to keep it, then each event as JSON.
 */
const appendScript = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
if last[1] and last[1][2][3] == 'end' then redis.call('DEL', KEYS[1]) end
for i = 3, #ARGV do
  if i == #ARGV and ARGV[1] == '1' then
    redis.call('XADD', KEYS[1], '0-*', 'event', ARGV[i], 'end', '1')
  else
    redis.call('XADD', KEYS[1], '0-*', 'event', ARGV[i])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
redis.call('PUBLISH', KEYS[1], '')
return 1`;

export interface TurnPublisher {
  publish(key: string, event: TurnEvent): void;
  /** Resolves once what was published is written, or given up. */
  flush(): Promise<void>;
}

interface Gathered {
  events: TurnEvent[];
  timer: NodeJS.Timeout | null;
  /** The write that is on its way: one at a time keeps a turn's events in order. */
  writing: Promise<void> | null;
}

/** Writes what is published in small batches, in order per turn, and never blocks whoever publishes. */
export function createTurnPublisher(redis: Redis, logger: Logger): TurnPublisher {
  const turns = new Map<string, Gathered>();
  let away = false;

  const write = async (key: string, turn: Gathered): Promise<void> => {
    const { events } = turn;
    turn.events = [];
    const last = events.at(-1);
    if (!last) return;
    const ends = endsStream(last);
    try {
      await redis.eval(
        appendScript,
        1,
        key,
        ends ? "1" : "0",
        String(ends ? endedSeconds : runningSeconds),
        ...events.map((event) => JSON.stringify(event)),
      );
      if (away) logger.warn("answers are shown again while they are written");
      away = false;
    } catch (error) {
      if (!away) logger.warn("answers cannot be shown while they are written: Redis is away", { error });
      away = true;
    }
  };

  const pump = async (key: string, turn: Gathered): Promise<void> => {
    while (turn.events.length > 0) await write(key, turn);
    turn.writing = null;
    if (turn.timer === null) turns.delete(key);
  };

  const begin = (key: string, turn: Gathered): void => {
    if (turn.timer) clearTimeout(turn.timer);
    turn.timer = null;
    turn.writing ??= pump(key, turn);
  };

  return {
    publish(key, event) {
      const turn = turns.get(key) ?? { events: [], timer: null, writing: null };
      turns.set(key, turn);
      const last = turn.events.at(-1);
      const joined = last ? joinEvents(last, event) : null;
      if (joined) turn.events[turn.events.length - 1] = joined;
      else if (turn.events.length < waitingLimit || endsStream(event)) turn.events.push(event);
      // What is no text is seldom, and waited for.
      if (event.kind === "text") turn.timer ??= setTimeout(() => begin(key, turn), gatherMs);
      else begin(key, turn);
    },
    async flush() {
      for (const [key, turn] of turns) begin(key, turn);
      await Promise.all([...turns.values()].flatMap(({ writing }) => writing ?? []));
    },
  };
}
