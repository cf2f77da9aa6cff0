/** How long a key is kept that nothing touches, in seconds: longer than any call waits. */
export const keepSeconds = 24 * 3_600;

/** Those who are remembered though they do not wait are looked through once a node has so many of them. */
const lookedThroughFrom = 64;

/**
 * The shares of core/inference/line/share-tree.ts, in Redis: to the bit the same numbers, since both reckon in doubles. Keys of one
 * tier share a hash tag, so that a cluster keeps them together; KEYS[1] is what they begin with. NODE is the path to one of
 * those who share: none, URGENCY, URGENCY/TENANT, URGENCY/TENANT/PERSON.
 *   share:NODE    hash: the node's `#clock` and `#sharing`; of the root also `#waiting` and `#stamp`; and each child, packed
 *   waiting:NODE  sorted set: children in which somebody waits, by what they have had, and of the same by who came first
 *   many:NODE     set: of those, all who have more than one waiting, or another weight than 1
 *   idle:NODE     sorted set: children in which nobody waits or is served, who have had more than the clock when they left
 *   queue:NODE    sorted set: a person's jobs, in their order
 *   job:ID        hash: a job and its state: w (waits), h (in somebody's hands), l (lost by who had it)
 *   held          sorted set: jobs in hand or lost, by when that ends, in milliseconds
 *   workers       sorted set: who serves the tier, by until when
 */
export const shareScript = `
local base, call = KEYS[1], redis.call
local function text(number) return string.format('%.17g', number) end
local function shareOf(node) return base .. 'share:' .. node end
local function waitingOf(node) return base .. 'waiting:' .. node end
local function manyOf(node) return base .. 'many:' .. node end
local function idleOf(node) return base .. 'idle:' .. node end
local function queueOf(node) return base .. 'queue:' .. node end
local function jobKey(id) return base .. 'job:' .. id end
local held = base .. 'held'
local function below(node, name) if node == '' then return name end return node .. '/' .. name end
local function leafOf(names) return names[1] .. '/' .. names[2] .. '/' .. names[3] end
local function number(node, field) return tonumber(call('HGET', shareOf(node), field) or '0') end
local function set(node, field, to) call('HSET', shareOf(node), field, text(to)) end
local function nowMs()
  local time = call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function childOf(node, name)
  local packed = call('HGET', shareOf(node), name)
  if not packed then return nil end
  local child = cmsgpack.unpack(packed)
  return {had = child[1], since = child[2], waiting = child[3], weight = child[4], held = child[5]}
end
local function keep(node, name, child)
  call('HSET', shareOf(node), name,
    cmsgpack.pack({child.had, child.since, child.waiting, child.weight, child.held}))
end
local function placed(child, name) return string.format('%016d', child.since) .. name end
local function rank(node, name, child) call('ZADD', waitingOf(node), text(child.had), placed(child, name)) end

local function sort(node, name, child)
  if child.waiting > 1 or (child.waiting == 1 and child.weight ~= 1) then call('SADD', manyOf(node), name)
  else call('SREM', manyOf(node), name) end
end

local function touch(names)
  local node = ''
  for depth = 1, 3 do
    call('EXPIRE', shareOf(node), ${String(keepSeconds)})
    call('EXPIRE', waitingOf(node), ${String(keepSeconds)})
    call('EXPIRE', manyOf(node), ${String(keepSeconds)})
    call('EXPIRE', idleOf(node), ${String(keepSeconds)})
    node = below(node, names[depth])
  end
  call('EXPIRE', queueOf(node), ${String(keepSeconds)})
  call('EXPIRE', held, ${String(keepSeconds)})
end

local function enter(names, weights, stamp)
  set('', '#waiting', number('', '#waiting') + 1)
  local node = ''
  for depth = 1, 3 do
    local name = names[depth]
    local child = childOf(node, name) or {had = 0, since = 0, waiting = 0, weight = weights[depth], held = 0}
    local weight, before = weights[depth], child.weight
    child.weight = weight
    if child.waiting > 0 and weight ~= before then
      set(node, '#sharing', number(node, '#sharing') + weight - before)
      sort(node, name, child)
    end
    if child.waiting == 0 then
      child.had = math.max(child.had, number(node, '#clock'))
      child.since = stamp
      set(node, '#sharing', number(node, '#sharing') + child.weight)
      call('ZREM', idleOf(node), name)
      rank(node, name, child)
    end
    child.waiting = child.waiting + 1
    if child.waiting <= 2 then sort(node, name, child) end
    keep(node, name, child)
    node = below(node, name)
  end
end

-- So many fewer wait along the path, down to a depth, and each there has had so much more.
local function leave(names, downTo, amount, count)
  set('', '#waiting', math.max(0, number('', '#waiting') - count))
  local node = ''
  for depth = 1, downTo do
    local name = names[depth]
    local child = childOf(node, name)
    if child and child.waiting > 0 then
      local sharing = number(node, '#sharing')
      if amount > 0 then
        set(node, '#clock', number(node, '#clock') + amount / math.max(sharing, child.weight))
        child.had = child.had + amount / child.weight
      end
      child.waiting = math.max(0, child.waiting - count)
      if child.waiting <= 1 then sort(node, name, child) end
      if child.waiting == 0 then
        set(node, '#sharing', sharing - child.weight)
        call('ZREM', waitingOf(node), placed(child, name))
      else
        rank(node, name, child)
      end
      keep(node, name, child)
    end
    node = below(node, name)
  end
end

-- So many more are served along the path, and each there has had so much more.
local function correct(names, amount, count)
  local node = ''
  for depth = 1, 3 do
    local name = names[depth]
    local child = childOf(node, name)
    if child then
      child.had = child.had + amount / child.weight
      child.held = math.max(0, child.held + count)
      if amount ~= 0 and child.waiting > 0 then rank(node, name, child) end
      keep(node, name, child)
    end
    node = below(node, name)
  end
end

-- Forgets who neither waits nor is served nor has had more than it would have by now: it would begin at the clock again.
local function rest(names)
  local urgency, tenant, person = names[1], below(names[1], names[2]), names[3]
  local child = childOf(tenant, person)
  if child and child.waiting == 0 and child.held == 0 then
    if child.had <= number(tenant, '#clock') then call('HDEL', shareOf(tenant), person)
    else call('ZADD', idleOf(tenant), text(child.had), person) end
  end
  local past = call('ZRANGEBYSCORE', idleOf(tenant), '-inf', text(number(tenant, '#clock')), 'LIMIT', 0, 4)
  for _, name in ipairs(past) do
    call('ZREM', idleOf(tenant), name)
    call('HDEL', shareOf(tenant), name)
  end
  child = childOf(urgency, names[2])
  if child and child.waiting == 0 and child.held == 0 then
    call('ZADD', idleOf(urgency), text(child.had), names[2])
  end
  if call('ZCARD', idleOf(urgency)) > ${String(lookedThroughFrom)} then
    past = call('ZRANGEBYSCORE', idleOf(urgency), '-inf', text(number(urgency, '#clock')), 'LIMIT', 0, 2)
    for _, name in ipairs(past) do
      local node = below(urgency, name)
      call('ZREM', idleOf(urgency), name)
      call('HDEL', shareOf(urgency), name)
      call('UNLINK', shareOf(node), idleOf(node), waitingOf(node), manyOf(node))
    end
  end
end

local function jobOf(id)
  local job = call('HMGET', jobKey(id), 'u', 't', 'p', 'cost', 'wu', 'wt', 'deadline', 'state', 'attempts')
  if not job[1] then return nil end
  return {names = {job[1], job[2], job[3]}, cost = tonumber(job[4]), weights = {tonumber(job[5]), tonumber(job[6]), 1},
    deadline = tonumber(job[7]), state = job[8], attempts = tonumber(job[9])}
end
`;
