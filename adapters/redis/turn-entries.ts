import type { Redis } from "ioredis";
import { endsStream, joinEvents, type TurnEvent } from "../../core/conversation/turn-event.ts";
import type { SequencedTurnEvent } from "../../core/inference/token-stream.ts";
import { createScript } from "./script.ts";
import { addEntry } from "./stream/append-arguments.ts";
import type { Found } from "./stream/follow-stream.ts";
import { lastEntry, readEntries } from "./stream/read-entries.ts";

/**
 * Appends a turn's events, numbered 0-1, 0-2, …, whoever writes them, and tells its readers. A turn that is run again after its end
 * starts over: what it said before is superseded. Where Redis has lost the stream its writer goes on with its own numbers, so
 * that readers who were there before go on too.
 */
export const appendTurn = createScript(`${addEntry}
local written, at = 0, 0
if last then
  at = tonumber(string.match(last[1], '%d+$'))
  if by == ARGV[1] then written = tonumber(last[2][6]) end
  if last[2][7] == 'end' and written < tonumber(ARGV[#ARGV - 1]) then
    redis.call('DEL', KEYS[1])
    at = 0
  end
end
for i = 5, #ARGV, 2 do
  if tonumber(ARGV[i]) > written then
    at = at > 0 and at + 1 or tonumber(ARGV[i])
    addEntry('0-' .. string.format('%d', at), i)
  end
end
tell()
return 1`);

/** Reads a turn on after a number, with neighbours joined under the number of the last of them. */
export function turnReader(
  redis: Redis,
  key: string,
  afterSequence: number,
): () => Promise<Found<SequencedTurnEvent>> {
  let sequence = -1;
  return async () => {
    // A number that this stream never gave is from before it was forgotten: that reader begins anew.
    if (sequence < 0)
      sequence = ((await lastEntry(redis, key))?.number ?? 0) < afterSequence ? 0 : afterSequence;
    const { entries, more } = await readEntries(redis, key, 0, sequence);
    const items: SequencedTurnEvent[] = [];
    for (const { number, json } of entries) {
      const event = JSON.parse(json) as TurnEvent;
      const before = items.at(-1)?.event;
      sequence = number;
      const joined = before ? joinEvents(before, event) : null;
      if (joined) items[items.length - 1] = { sequence, event: joined };
      else items.push({ sequence, event });
      if (endsStream(event)) return { items, more: false, ended: true };
    }
    return { items, more, ended: items.length === 0 && (await hasEndedAt(redis, key, sequence)) };
  };
}

/** Whether a reader that has seen so much has seen the end. */
async function hasEndedAt(redis: Redis, key: string, sequence: number): Promise<boolean> {
  const last = await lastEntry(redis, key);
  return last !== null && last.isEnd && last.number === sequence;
}
