package verdict

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
)

// ValueText writes a claim's value on one line: a plain string as it is, all else as JSON.
func ValueText(v jsontext.Value) string {
	v = v.Clone()
	if err := v.Compact(); err != nil {
		return "?"
	}
	return terminal.EscapeJSON(string(v))
}

// isTimeClaim reports whether the claim's number is a time (RFC 7519 section
// 4.1, OpenID Connect Core section 2).
func isTimeClaim(name string) bool {
	switch name {
	case "exp", "nbf", "iat", "auth_time", "updated_at":
		return true
	}
	return false
}

// ClaimTime reads a claim that is a time; ok is false for any other.
func ClaimTime(m input.Member, zone *time.Location) (t time.Time, ok bool) {
	if !isTimeClaim(m.Name) || m.Value.Kind() != '0' {
		return t, false
	}
	seconds, err := strconv.ParseFloat(string(m.Value), 64)
	if err != nil || seconds < 0 || seconds > timetext.MaxUnix {
		return t, false
	}
	return time.Unix(int64(math.Floor(seconds)), 0).In(zone), true
}

// BeyondTime reports whether a claim that is a time lies beyond the year 9999.
func BeyondTime(m input.Member) bool {
	seconds, err := strconv.ParseFloat(string(m.Value), 64)
	return isTimeClaim(m.Name) && m.Value.Kind() == '0' && err == nil && seconds > timetext.MaxUnix
}

// WarnOfAudience warns of what looks like several audiences. A comma may be
// part of one (RFC 7519 section 2: a StringOrURI), so it is not cut.
func WarnOfAudience(env *terminal.Env, audiences []string) {
	for _, audience := range audiences {
		if strings.ContainsAny(audience, ", ") {
			env.Warn("%q is one audience; for several give --aud several times", audience)
		}
	}
}
