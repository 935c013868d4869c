package main

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// valueText writes a claim's value on one line: a plain string as it is, all else as JSON.
func valueText(v jsontext.Value) string {
	v = v.Clone()
	if err := v.Compact(); err != nil {
		return "?"
	}
	return escapeJSON(string(v))
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

// claimTime reads a claim that is a time; ok is false for any other.
func claimTime(m member, zone *time.Location) (t time.Time, ok bool) {
	if !isTimeClaim(m.name) || m.value.Kind() != '0' {
		return t, false
	}
	seconds, err := strconv.ParseFloat(string(m.value), 64)
	if err != nil || seconds < 0 || seconds > maxUnix {
		return t, false
	}
	return time.Unix(int64(math.Floor(seconds)), 0).In(zone), true
}

// beyondTime reports whether a claim that is a time lies beyond the year 9999.
func beyondTime(m member) bool {
	seconds, err := strconv.ParseFloat(string(m.value), 64)
	return isTimeClaim(m.name) && m.value.Kind() == '0' && err == nil && seconds > maxUnix
}

// warnOfAudience warns of what looks like several audiences. A comma may be
// part of one (RFC 7519 section 2: a StringOrURI), so it is not cut.
func warnOfAudience(env *app, audiences []string) {
	for _, audience := range audiences {
		if strings.ContainsAny(audience, ", ") {
			env.warn("%q is one audience; for several give --aud several times", audience)
		}
	}
}
