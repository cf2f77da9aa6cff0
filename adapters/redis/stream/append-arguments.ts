import type { Append } from "./stream-writer.ts";

/** How long a stream that never ends is kept, and one that has ended, for those who reconnect; in seconds. */
const runningSeconds = 15 * 60;
const endedSeconds = 30;
/** Entries at most; a reader that comes after more of them finds a hole. */
const mostEntries = 16_384;

/** The arguments of a script that appends: who writes, the epoch, whether it ends, seconds to keep it, then number and event of each. */
export const appendArguments = ({ by, epoch, ends, entries }: Append): readonly (string | number)[] => [
  by,
  epoch,
  ends ? 1 : 0,
  ends ? endedSeconds : runningSeconds,
  ...entries.flatMap(({ number, json }) => [number, json]),
];

/** The part of such a script that writes one event under an id. */
export const addEntry = `
local function addEntry(id, at)
  if ARGV[3] == '1' and at == #ARGV - 1 then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ${String(mostEntries)}, id, 'event', ARGV[at + 1], 'by', ARGV[1], 'n', ARGV[at], 'end', '1')
  else
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ${String(mostEntries)}, id, 'event', ARGV[at + 1], 'by', ARGV[1], 'n', ARGV[at])
  end
end
local function tell()
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('PUBLISH', KEYS[1], '')
end
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local by = last and last[2][4]
`;
