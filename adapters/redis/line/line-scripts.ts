import { createScript, type Script, whenFull } from "../script.ts";
import { keepSeconds, shareScript } from "./share-script.ts";

const script = (text: string): Script => createScript(shareScript + text);
/** What is in line can be taken and ended where no more can be added. */
const draining = (text: string): Script => createScript(whenFull + shareScript + text);

/** Args: id, urgency, tenant, person, cost, weight of the urgency, of the tenant, milliseconds to its deadline (or nothing), body, how many wait at most. 1, 0 where it is known, -1 where too many wait. */
export const addJob = script(`
local id = ARGV[1]
if call('EXISTS', jobKey(id)) == 1 then return 0 end
if number('', '#waiting') >= tonumber(ARGV[10]) then return -1 end
local names, weights = {ARGV[2], ARGV[3], ARGV[4]}, {tonumber(ARGV[6]), tonumber(ARGV[7]), 1}
call('HSET', jobKey(id), 'u', ARGV[2], 't', ARGV[3], 'p', ARGV[4], 'cost', ARGV[5], 'wu', ARGV[6], 'wt', ARGV[7],
  'deadline', ARGV[8] == '' and 0 or text(nowMs() + tonumber(ARGV[8])), 'body', ARGV[9], 'state', 'w', 'attempts', 0)
call('EXPIRE', jobKey(id), ${String(keepSeconds)})
local stamp = call('HINCRBY', shareOf(''), '#stamp', 1)
enter(names, weights, stamp)
call('ZADD', queueOf(leafOf(names)), stamp, id)
touch(names)
return 1`);

/** Args: how long it is held, in milliseconds. Those whose moment had passed, and the next: [[late …], body, attempt, id], or [[late …]]. */
export const takeJob = draining(`
local now, late = nowMs(), {}
while true do
  local names, node, depth, found = {}, '', 0, nil
  while depth < 3 do
    local first = call('ZRANGE', waitingOf(node), 0, 0)[1]
    if not first then break end
    depth = depth + 1
    names[depth], found = string.sub(first, 17), {node, first}
    node = below(node, names[depth])
  end
  if depth == 0 then return {late} end
  local id = depth == 3 and call('ZPOPMIN', queueOf(node))[1]
  if not id then
    -- What should wait here was forgotten after its time.
    local child = childOf(found[1], names[depth])
    if child then leave(names, depth, 0, child.waiting) end
    call('ZREM', waitingOf(found[1]), found[2])
  else
    local job = jobOf(id)
    if not job then
      leave(names, 3, 0, 1)
    elseif job.deadline > 0 and job.deadline <= now then
      leave(names, 3, 0, 1)
      rest(names)
      call('DEL', jobKey(id))
      late[#late + 1] = id
    else
      leave(names, 3, job.cost, 1)
      correct(names, 0, 1)
      rest(names)
      call('ZADD', held, now + tonumber(ARGV[1]), id)
      call('HSET', jobKey(id), 'state', 'h', 'attempts', job.attempts + 1)
      touch(names)
      return {late, call('HGET', jobKey(id), 'body'), job.attempts + 1, id}
    end
  end
end`);

/** Args: id, attempt, how long it is held, in milliseconds. 1 where it is still this attempt's. */
export const extendHold = draining(`
local job = jobOf(ARGV[1])
if not job or job.state ~= 'h' or job.attempts ~= tonumber(ARGV[2]) then return 0 end
call('ZADD', held, nowMs() + tonumber(ARGV[3]), ARGV[1])
return 1`);

/** Args: id, attempt, what it cost, or nothing where it is not known. 1 where it was still this attempt's. */
export const endJob = draining(`
local id = ARGV[1]
local job = jobOf(id)
if not job or job.state ~= 'h' or job.attempts ~= tonumber(ARGV[2]) then return 0 end
call('ZREM', held, id)
call('DEL', jobKey(id))
correct(job.names, (tonumber(ARGV[3]) or job.cost) - job.cost, -1)
rest(job.names)
touch(job.names)
return 1`);

/** Args: id. */
export const removeJob = draining(`
local id = ARGV[1]
local job = jobOf(id)
if not job then return 0 end
call('DEL', jobKey(id))
if job.state == 'w' then
  call('ZREM', queueOf(leafOf(job.names)), id)
  leave(job.names, 3, 0, 1)
else
  call('ZREM', held, id)
  correct(job.names, 0, -1)
end
rest(job.names)
touch(job.names)
return 1`);

/** Args: how many at most, and after how long they are told again, in milliseconds. Ids whose hold has ended, the latest first. */
export const lostJobs = draining(`
local now, lost = nowMs(), {}
for _, id in ipairs(call('ZREVRANGEBYSCORE', held, now, '-inf', 'LIMIT', 0, ARGV[1])) do
  if call('EXISTS', jobKey(id)) == 1 then
    call('HSET', jobKey(id), 'state', 'l')
    call('ZADD', held, now + tonumber(ARGV[2]), id)
    lost[#lost + 1] = id
  else
    call('ZREM', held, id)
  end
end
return lost`);

/** Args: id. What it was charged is given back. 0 where it is gone or in other hands. */
export const putBack = draining(`
local id = ARGV[1]
local job = jobOf(id)
if not job or job.state == 'h' then return 0 end
if job.state == 'w' then return 1 end
call('ZREM', held, id)
call('HSET', jobKey(id), 'state', 'w')
correct(job.names, -job.cost, -1)
enter(job.names, job.weights, call('HINCRBY', shareOf(''), '#stamp', 1))
local queue = queueOf(leafOf(job.names))
local first = call('ZRANGE', queue, 0, 0, 'WITHSCORES')
call('ZADD', queue, first[2] and text(tonumber(first[2]) - 1) or 0, id)
touch(job.names)
return 1`);

/** More of a node's children with many jobs are not looked through for a place: the others are taken to be like those. */
const mostLookedThrough = 1_000;

/**
 * Args: id. About how many are taken before it, -1 where it does not wait: the same as `placeOf` of core/inference/line/fair-line.ts. Of
 * those who have one job waiting and the weight 1, all are taken before it where its own node gets as much as a turn first, else
 * those who are before it: neither needs a look at each.
 */
export const placeOfJob = script(`
local job = jobOf(ARGV[1])
if not job or job.state ~= 'w' then return -1 end
local before = call('ZRANK', queueOf(leafOf(job.names)), ARGV[1])
if not before then return -1 end
for depth = 3, 1, -1 do
  local parent = depth == 3 and below(job.names[1], job.names[2]) or depth == 2 and job.names[1] or ''
  local name = job.names[depth]
  local own = childOf(parent, name)
  local ahead = own and call('ZRANK', waitingOf(parent), placed(own, name))
  if not ahead then return -1 end
  local served, singles = before, call('ZCARD', waitingOf(parent)) - 1
  if served == 0 then
    before = ahead
  else
    local many = call('SCARD', manyOf(parent))
    local looked = call('SRANDMEMBER', manyOf(parent), ${String(mostLookedThrough)})
    local turns, others, othersAhead = 0, 0, 0
    local children = #looked > 0 and call('HMGET', shareOf(parent), unpack(looked)) or {}
    for at, packed in ipairs(children) do
      if packed and looked[at] ~= name then
        local other = cmsgpack.unpack(packed)
        local first = (other[1] < own.had or (other[1] == own.had and other[2] < own.since)) and 1 or 0
        others, othersAhead = others + 1, othersAhead + first
        turns = turns + math.min(other[3], math.floor(served * other[4] / own.weight) + first)
      end
    end
    local scale = #looked > 0 and many / #looked or 1
    singles, ahead = singles - others * scale, ahead - othersAhead * scale
    if served < own.weight then singles = ahead end
    before = math.floor(before + turns * scale + math.max(0, singles))
  end
end
return math.min(before, number('', '#waiting') - 1)`);

/** Args: worker, for how long, in milliseconds; 0: it has left. */
export const serveTier = draining(`
local workers = base .. 'workers'
local forMs = tonumber(ARGV[2])
if forMs <= 0 then return call('ZREM', workers, ARGV[1]) end
local now = nowMs()
call('ZREMRANGEBYSCORE', workers, '-inf', now)
call('ZADD', workers, now + forMs, ARGV[1])
call('EXPIRE', workers, ${String(keepSeconds)})
return 1`);

export const workersOf = script(`
return call('ZCOUNT', base .. 'workers', '(' .. nowMs(), '+inf')`);
