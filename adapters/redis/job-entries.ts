import type { Redis } from "ioredis";
import { readEvent } from "../../core/inference/jobs/read-job.ts";
import { endsInference, type InferenceEvent } from "../../core/inference/jobs/inference-job.ts";
import { createScript, whenFull } from "./script.ts";
import { addEntry } from "./stream/append-arguments.ts";
import type { Found } from "./stream/follow-stream.ts";
import { readEntries } from "./stream/read-entries.ts";

/** How long it is known that nobody reads a job's events any more, in seconds: longer than a worker is cut off from Redis and goes on. */
const stoppedSeconds = 5 * 60;

/** The channel on which a stop is told, and the mark that it leaves. */
export const stopKey = (key: string): string => `${key}:stop`;

/**
 * Appends a job's events, numbered ATTEMPT-1, ATTEMPT-2, …, and tells its reader. 0 where a later attempt has begun, another worker
 * writes as the same attempt (after Redis has lost its memory), or nobody reads it any more.
 */
export const appendEvents = createScript(`${whenFull}${addEntry}
if redis.call('EXISTS', KEYS[1] .. ':stop') == 1 then return 0 end
local attempt, written = tonumber(ARGV[2]), 0
if last then
  local its, number = string.match(last[1], '^(%d+)%-(%d+)$')
  its = tonumber(its)
  if its > attempt or (its == attempt and by ~= ARGV[1]) then return 0 end
  if its == attempt then written = tonumber(number)
  else redis.call('XTRIM', KEYS[1], 'MINID', ARGV[2] .. '-0') end
end
for i = 5, #ARGV, 2 do
  if tonumber(ARGV[i]) > written then addEntry(ARGV[2] .. '-' .. ARGV[i], i) end
end
tell()
return 1`);

export const stopEvents = createScript(`${whenFull}
redis.call('UNLINK', KEYS[1])
redis.call('SET', KEYS[1] .. ':stop', '1', 'EX', ${String(stoppedSeconds)})
redis.call('PUBLISH', KEYS[1] .. ':stop', '')
return 1`);

/** How long a worker that has gone before its call was out of line may be missed, and the call be stopped that is made again, in seconds. */
const readSeconds = 60;

/** Of a call whose end was read: vectors are large, and would else lie there for half a minute. */
export const forgetEvents = createScript(`${whenFull}
redis.call('UNLINK', KEYS[1])
redis.call('SET', KEYS[1] .. ':stop', '1', 'EX', ${String(readSeconds)})
return 1`);

/** What a reader is told in place of what would follow a hole. */
const brokenEvent: InferenceEvent = {
  kind: "failed",
  code: "model_unavailable",
  message: "A part of what the model said was lost on its way.",
  remedy: "Ask again.",
  facts: {},
};

export const joinText = (event: InferenceEvent, next: InferenceEvent): InferenceEvent | null =>
  event.kind === "text" && next.kind === "text" ? { kind: "text", text: event.text + next.text } : null;

/**
 * Reads a job's events of its newest attempt, with neighbouring text joined. Where one is missing, or another worker goes on after
 * something was read, it ends with `failed`: what was read is never taken for the whole.
 */
export function jobReader(redis: Redis, key: string): () => Promise<Found<InferenceEvent>> {
  let epoch = 0;
  let number = 0;
  let by: string | null = null;
  return async () => {
    const { entries, more } = await readEntries(redis, key, epoch, number);
    const newest = entries.at(-1)?.epoch ?? epoch;
    const items: InferenceEvent[] = [];
    for (const entry of entries.filter((one) => one.epoch === newest)) {
      const follows =
        by === null
          ? entry.number === 1
          : entry.by === by && entry.epoch === epoch && entry.number === number + 1;
      const event = readEvent(entry.json);
      if (!follows || event === null) {
        const end = event?.kind === "failed" ? event : brokenEvent;
        return { items: [...items, end], more: false, ended: true };
      }
      ({ epoch, number, by } = entry);
      const before = items.at(-1);
      const joined = before ? joinText(before, event) : null;
      if (joined) items[items.length - 1] = joined;
      else items.push(event);
      if (endsInference(event)) return { items, more: false, ended: true };
    }
    return { items, more, ended: false };
  };
}
