package redisstore

import (
	"fmt"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/session"
)

// Script writes commands about the sessions of one subject for a person to give to
// redis-cli, one a line. Every value is quoted, so a hostile name cannot change the
// command. An end is the same as that of [Store.End], also for each feed.
type Script struct {
	// Prefix is that of [Config].
	Prefix  string
	Subject string
	// Cluster is set for a cluster, where the log is in another slot than the sessions.
	// End is two commands then, and EndAll is none.
	Cluster bool
}

func (s Script) store() *Store {
	if s.Prefix == "" {
		s.Prefix = defaultPrefix
	}
	return &Store{config: Config{Prefix: s.Prefix}}
}

// List returns the command that shows the live sessions: the ID, the device as a JSON
// string, the times of the login and of the last refresh, and when it expires.
func (s Script) List() string {
	return command(showScript, []string{s.store().sessionsKey(s.Subject)})
}

// End returns the commands that end sessions by their IDs and show which they ended.
//
// In a cluster, the first command notes the IDs in the log and the second one ends the
// sessions, so that a mistyped ID is noted too.
func (s Script) End(ids ...string) string {
	store := s.store()
	if !s.Cluster {
		return command(endNotedScript, []string{store.sessionsKey(s.Subject), store.logKey()}, append([]string{noteTime, "", "some"}, ids...)...)
	}
	entries := []string{noteTime}
	for _, id := range ids {
		entries = append(entries, number(int64(session.RevokedSession)), "", id)
	}
	return command(noteTimedScript, []string{store.logKey()}, entries...) +
		command(endScript, []string{store.sessionsKey(s.Subject)}, ids...)
}

// EndAll returns the command that ends all sessions but one and shows which it ended. If
// except is empty, it ends all. In a cluster it is empty: use List and End.
func (s Script) EndAll(except string) string {
	if s.Cluster {
		return ""
	}
	store := s.store()
	return command(endNotedScript, []string{store.sessionsKey(s.Subject), store.logKey()}, noteTime, except, "all")
}

// noteTime is how long feeds keep an end, in milliseconds. The Config.Keep of the service
// is not known here, and access tokens live for less than that.
var noteTime = number((30 * 24 * time.Hour).Milliseconds())

// command returns the EVAL of a script on one line.
func command(script string, keys []string, args ...string) string {
	words := []string{"EVAL", quote(strings.Join(strings.Fields(script), " ")), number(int64(len(keys)))}
	for _, word := range append(keys, args...) {
		words = append(words, quote(word))
	}
	return strings.Join(words, " ") + "\n"
}

// quote returns a word as redis-cli reads it: bytes that are not printable ASCII are
// written in hexadecimal.
func quote(word string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(word) {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c > '~':
			fmt.Fprintf(&b, `\x%02x`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// clockMillis has the clock of the server in Lua.
const clockMillis = `
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
`

// showScript returns a line for each live session.
const showScript = clockMillis + `
local function date(ms)
  local s = math.floor(tonumber(ms) / 1000)
  local z = math.floor(s / 86400) + 719468
  local era = math.floor(z / 146097)
  local doe = z - era * 146097
  local yoe = math.floor((doe - math.floor(doe / 1460) + math.floor(doe / 36524) - math.floor(doe / 146096)) / 365)
  local doy = doe - (365 * yoe + math.floor(yoe / 4) - math.floor(yoe / 100))
  local mp = math.floor((5 * doy + 2) / 153)
  local m = mp < 10 and mp + 3 or mp - 9
  return string.format('%04d-%02d-%02d %02d:%02d:%02d', yoe + era * 400 + (m <= 2 and 1 or 0), m,
    doy - math.floor((153 * mp + 2) / 5) + 1, math.floor(s / 3600) % 24, math.floor(s / 60) % 60, s % 60)
end
local lines = {}
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local raw = all[i+1]` + fields + `
  if ended == '0' and tonumber(ends) > now and tonumber(idle_until) > now then
    local id = string.match(all[i], '^[%w_-]+$') or cjson.encode(all[i])
    lines[#lines+1] = id .. '|' .. cjson.encode(cjson.decode(rest).device or '') .. '|login ' .. date(created) ..
      '|refreshed ' .. date(rotated) .. '|expires ' .. date(idle_until)
  end
end
table.sort(lines)
return lines
`

// noteTimedScript notes entries in the log KEYS[1], 3 arguments for each, for ARGV[1]
// milliseconds. Unlike noteScript it removes nothing: it does not know Config.Keep.
const noteTimedScript = clockMillis + `
local till = string.format('%.0f', now + tonumber(ARGV[1]))
for i = 2, #ARGV, 3 do
  redis.call('XADD', KEYS[1], '*', 'kind', ARGV[i], 'issuer', ARGV[i+1], 'id', ARGV[i+2], 'before', '0', 'until', till)
end
redis.call('PUBLISH', KEYS[1], '')
return 'noted'
`

// endNotedScript ends sessions of KEYS[1] and notes them in the log KEYS[2] for ARGV[1]
// milliseconds: all but ARGV[2] if ARGV[3] is 'all', and otherwise those in the other
// arguments. It returns the IDs of those that it ended.
const endNotedScript = clockMillis + `
local till = string.format('%.0f', now + tonumber(ARGV[1]))
local ids, list = {}, {}
if ARGV[3] == 'all' then ids = redis.call('HKEYS', KEYS[1]) end
for i = 4, #ARGV do ids[#ids+1] = ARGV[i] end
for _, id in ipairs(ids) do
  local raw = redis.call('HGET', KEYS[1], id)
  if raw and id ~= ARGV[2] then` + fields + `
    if ended == '0' then
      redis.call('XADD', KEYS[2], '*', 'kind', '2', 'issuer', '', 'id', id, 'before', '0', 'until', till)
      redis.call('HSET', KEYS[1], id,
        table.concat({generation, created, rotated, late, idle, idle_until, ends, '1', rest}, ' '))
      list[#list+1] = id
    end
  end
end
if #list > 0 then redis.call('PUBLISH', KEYS[2], '') end
return list
`
