package redisstore

// The scripts. Each has one key, and touches no other. Numbers are exact up to 2^53.

// fields reads the value of a session, raw, in Lua.
const fields = `
local generation, created, rotated, late, idle, idle_until, ends, ended, rest =
  string.match(raw, '^(%d+) (%-?%d+) (%-?%d+) (%-?%d+) (%d+) (%-?%d+) (%-?%d+) ([01]) (.*)$')
`

// createScript adds the session ARGV[1] with the value ARGV[2], and returns 1, or 0 if
// it is there. It removes sessions whose end was before ARGV[3]. The hash lives for at
// least another ARGV[4] milliseconds: its life only grows, and is relative, so that
// the clock of the server does not matter.
const createScript = `
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return 0 end
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local raw = all[i+1]` + fields + `
  if tonumber(ends) < tonumber(ARGV[3]) then redis.call('HDEL', KEYS[1], all[i]) end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then redis.call('PEXPIRE', KEYS[1], ARGV[4]) end
return 1
`

// rotateScript makes the step of session.Step: ARGV is the ID, the generation that
// was presented, now, the grace, the time of one late retry, and the generation after
// the presented one. It returns the outcome and the value. A session whose token is
// reused is not changed: it has to be noted in the log before it is ended.
//
// The server does nothing else meanwhile, so the ordinary case converts few numbers.
const rotateScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
if not raw then return {'unknown', ''} end` + fields + `
local now, last_end = tonumber(ARGV[3]), tonumber(ends)
local outcome
if ended ~= '0' then
  outcome = 'ended'
elseif now >= last_end or now >= tonumber(idle_until) then
  outcome = 'expired'
elseif ARGV[2] == generation or tonumber(ARGV[2]) > tonumber(generation) then
  outcome = ARGV[2] == generation and 'rotated' or 'ahead'
  local idle_end = now + tonumber(idle)
  idle_until = idle_end < last_end and string.format('%.0f', idle_end) or ends
  generation, rotated = ARGV[6], ARGV[3]
else
  local grace, late_retry = tonumber(ARGV[4]), tonumber(ARGV[5])
  local last = ARGV[6] == generation
  if last and grace > 0 and (now < tonumber(rotated) + grace or late ~= '0' and now < tonumber(late) + grace) then
    outcome = 'retried'
  elseif last and late_retry > 0 and (late == '0' or now >= tonumber(late) + late_retry) then
    outcome = 'late'
    late = ARGV[3]
  else
    outcome = 'reused'
  end
end
if outcome == 'rotated' or outcome == 'ahead' or outcome == 'late' then
  raw = generation .. ' ' .. created .. ' ' .. rotated .. ' ' .. late .. ' ' .. idle .. ' ' .. idle_until .. ' ' ..
    ends .. ' ' .. ended .. ' ' .. rest
  redis.call('HSET', KEYS[1], ARGV[1], raw)
end
return {outcome, raw}
`

// getScript returns the value of the session ARGV[1], or an empty list.
const getScript = `
local raw = redis.call('HGET', KEYS[1], ARGV[1])
if not raw then return {} end
return {raw}
`

// listScript returns the IDs and values of all sessions.
const listScript = `
return redis.call('HGETALL', KEYS[1])
`

// endScript ends the sessions in ARGV, and returns the IDs of those that it ended.
const endScript = `
local list = {}
for _, id in ipairs(ARGV) do
  local raw = redis.call('HGET', KEYS[1], id)
  if raw then` + fields + `
    if ended == '0' then
      redis.call('HSET', KEYS[1], id,
        table.concat({generation, created, rotated, late, idle, idle_until, ends, '1', rest}, ' '))
      list[#list+1] = id
    end
  end
end
return list
`

// noteScript appends entries to the log, 5 arguments for each, and removes those that
// are older than ARGV[1] milliseconds. It publishes an empty message on the channel
// that is named like the log, which wakes the feeds that subscribe to it.
const noteScript = `
local t = redis.call('TIME')
local oldest = string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000) - tonumber(ARGV[1]))
for i = 2, #ARGV, 5 do
  redis.call('XADD', KEYS[1], 'MINID', '~', oldest, '*',
    'kind', ARGV[i], 'issuer', ARGV[i+1], 'id', ARGV[i+2], 'before', ARGV[i+3], 'until', ARGV[i+4])
end
redis.call('PUBLISH', KEYS[1], '')
return 1
`

// sinceScript returns the clock in milliseconds and up to ARGV[2] entries of the log
// from ARGV[1] on.
const sinceScript = `
local t = redis.call('TIME')
return {string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000)),
  redis.call('XRANGE', KEYS[1], ARGV[1], '+', 'COUNT', ARGV[2])}
`

// failuresScript returns the failures of a key, or an empty list.
const failuresScript = `
local raw = redis.call('GET', KEYS[1])
if not raw then return {} end
return {raw}
`

// setFailuresScript replaces the failures ARGV[1] by ARGV[2] for ARGV[3] milliseconds,
// and returns 1, or 0 if they are others. An empty argument stands for no failures.
const setFailuresScript = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1
`
