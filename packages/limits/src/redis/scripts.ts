/** What all scripts know: the time of the server, so that the clocks of its clients do not matter. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`

/**
 * A limit is one value: what was taken, oldest first, as { time, amount }, at most one a grain of its window; and the
 * claims of those who wait, oldest first, as { taker, amount, last seen }.
 */
const WINDOW = `
local function load(key, window)
  local packed = redis.call('GET', key)
  local limit = packed and cmsgpack.unpack(packed) or { takes = {}, claims = {} }
  local takes, sum = {}, 0
  for _, take in ipairs(limit.takes) do
    if take[1] + window > now then
      takes[#takes + 1] = take
      sum = sum + take[2]
    end
  end
  limit.takes = takes
  return limit, sum
end

local function save(key, window, limit)
  redis.call('SET', key, cmsgpack.pack(limit), 'PX', window * 2)
end

local function same(a, b, grain)
  return math.floor(a / grain) == math.floor(b / grain)
end

-- Takes within one grain count as the last of them: for longer than they need, never for less.
local function add(takes, amount, grain)
  local last = takes[#takes]
  if last and same(last[1], now, grain) then
    last[1], last[2] = now, last[2] + amount
  else
    takes[#takes + 1] = { now, amount }
  end
end
`

/** KEYS: limits. ARGV: taker, lease, then limit, window, grain and amount of each. Gives how long to wait, and the time. */
export const TAKE: string = `${NOW}${WINDOW}
local taker, lease = ARGV[1], tonumber(ARGV[2])
local limits, wait = {}, 0
for i, key in ipairs(KEYS) do
  local most, window, amount = tonumber(ARGV[i * 4 - 1]), tonumber(ARGV[i * 4]), tonumber(ARGV[i * 4 + 2])
  local limit, sum = load(key, window)
  -- Those who came before are served before, unless they have not asked again for so long that they must be gone.
  local claims, before, own = {}, 0, nil
  for _, claim in ipairs(limit.claims) do
    if claim[1] == taker then
      own = claim
      claims[#claims + 1] = claim
    elseif claim[3] + lease > now then
      claims[#claims + 1] = claim
      if not own then before = before + claim[2] end
    end
  end
  limit.claims, limits[i] = claims, limit
  local excess, ready = sum + before + amount - most, window
  if excess > 0 then
    for _, take in ipairs(limit.takes) do
      excess = excess - take[2]
      if excess <= 0 then
        ready = take[1] + window - now
        break
      end
    end
    wait = math.max(wait, ready)
  end
end
for i, key in ipairs(KEYS) do
  local limit, amount = limits[i], tonumber(ARGV[i * 4 + 2])
  local claims, own = {}, nil
  for _, claim in ipairs(limit.claims) do
    if claim[1] == taker then own = claim end
    if wait > 0 or claim[1] ~= taker then claims[#claims + 1] = claim end
  end
  if wait == 0 then
    add(limit.takes, amount, tonumber(ARGV[i * 4 + 1]))
  elseif own then
    own[2], own[3] = amount, now
  else
    claims[#claims + 1] = { taker, amount, now }
  end
  limit.claims = claims
  save(key, tonumber(ARGV[i * 4]), limit)
end
return { wait, now }
`

/** KEYS: a limit. ARGV: window, grain, amount, and the time of the take that is corrected. */
export const ADJUST: string = `${NOW}${WINDOW}
local window, grain, amount, at = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local limit = load(KEYS[1], window)
if amount > 0 then
  add(limit.takes, amount, grain)
else
  for _, take in ipairs(limit.takes) do
    if same(take[1], at, grain) then take[2] = math.max(0, take[2] + amount) end
  end
end
save(KEYS[1], window, limit)
`

/**
 * An account is a hash of what is spent and what is held, and a sorted set of the reservations, "id tokens cost", by when
 * they lapse. Numbers stay text, so that money keeps its digits.
 */
const ACCOUNT = `
local account, reservations = KEYS[1], KEYS[2]

local function add(state, tokens, cost, sign)
  redis.call('HINCRBYFLOAT', account, state .. 'Tokens', sign .. tokens)
  redis.call('HINCRBYFLOAT', account, state .. 'Cost', sign .. cost)
end

local function release(reservation)
  if redis.call('ZREM', reservations, reservation) == 0 then return end
  local tokens, cost = string.match(reservation, ' (%S+) (%S+)$')
  add('held', tokens, cost, '-')
end

local function keepUntil(time)
  if time == '' then return end
  redis.call('PEXPIREAT', account, time)
  redis.call('PEXPIREAT', reservations, time)
end
`

/** ARGV: id, tokens, cost, the most of both or nothing, how long it is held, until when the account is kept or nothing. */
export const RESERVE: string = `${NOW}${ACCOUNT}
for _, reservation in ipairs(redis.call('ZRANGEBYSCORE', reservations, '-inf', now)) do release(reservation) end
local values = redis.call('HMGET', account, 'spentTokens', 'heldTokens', 'spentCost', 'heldCost')
for i = 1, 4 do values[i] = tonumber(values[i] or 0) end
local tokens, cost = values[1] + values[2], values[3] + values[4]
local fits = tokens + ARGV[2] <= (tonumber(ARGV[4]) or math.huge) and cost + ARGV[3] <= (tonumber(ARGV[5]) or math.huge)
if fits then
  add('held', ARGV[2], ARGV[3], '')
  redis.call('ZADD', reservations, now + ARGV[6], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
  keepUntil(ARGV[7])
end
return { fits and 1 or 0, string.format('%.17g', tokens), string.format('%.17g', cost) }
`

/** ARGV: id, tokens and cost of the reservation; tokens and cost that were used; until when the account is kept. */
export const SETTLE: string = `${NOW}${ACCOUNT}
release(ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
add('spent', ARGV[4], ARGV[5], '')
keepUntil(ARGV[6])
`
