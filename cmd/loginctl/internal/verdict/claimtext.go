package verdict

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
)

// ValueText writes a claim's value as JSON on one line.
func ValueText(v jsontext.Value) string {
	v = v.Clone()
	if err := v.Compact(); err != nil {
		return "?"
	}
	return terminal.EscapeJSON(string(v))
}

// isTimeClaim reports whether the number in a claim is a time (RFC 7519 section 4.1,
// OpenID Connect Core section 2).
func isTimeClaim(name string) bool {
	switch name {
	case "exp", "nbf", "iat", "auth_time", "updated_at":
		return true
	}
	return false
}

// ClaimTime returns the time in a claim; ok is false if the claim is not a time, or one
// outside the years 1 to 9999, which verify refuses.
func ClaimTime(m input.Member, zone *time.Location) (t time.Time, ok bool) {
	seconds, ok := claimSeconds(m)
	if !ok || seconds < minUnix || seconds > timetext.MaxUnix {
		return t, false
	}
	return time.Unix(int64(math.Floor(seconds)), 0).In(zone), true
}

// minUnix is the first second of the year 1.
const minUnix = -62135596800

// claimSeconds returns the number in a claim that is a time. One that is too great for
// a float is infinite.
func claimSeconds(m input.Member) (seconds float64, ok bool) {
	if !isTimeClaim(m.Name) || m.Value.Kind() != '0' {
		return 0, false
	}
	seconds, err := strconv.ParseFloat(string(m.Value), 64)
	return seconds, err == nil || errors.Is(err, strconv.ErrRange)
}

// BeyondTime says what is wrong with a claim that is a time after the year 9999, or
// returns "".
func BeyondTime(m input.Member) string {
	seconds, ok := claimSeconds(m)
	switch {
	case !ok || seconds <= timetext.MaxUnix:
		return ""
	case seconds < 1e13: // as milliseconds a year up to 2286
		return "after the year 9999: milliseconds in place of seconds?"
	}
	return "after the year 9999"
}

// WarnOfAudience warns of a value that looks like several audiences. It is not split: an
// audience may contain a comma (RFC 7519 section 2: a StringOrURI).
func WarnOfAudience(env *terminal.Env, audiences []string) {
	for _, audience := range audiences {
		if strings.ContainsAny(audience, ", ") {
			env.Warn("%q is one audience; for several give --aud several times", audience)
		}
	}
}
