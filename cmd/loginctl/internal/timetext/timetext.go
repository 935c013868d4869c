// Package timetext reads and writes times and time spans as people type them.
package timetext

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

var errTooLong = errors.New("too long")

const (
	durationForms = "write 90s, 15m, 12h, 30d, 2w, 1y or 1d12h"

	// longest is the longest time span of a time.Duration, in whole days.
	longest = "106751d"
)

// ParseDuration reads a time span such as 12h, 1d12h or -5m. A day has 24 hours and a
// year 365 days. A number without a unit is refused, since tools disagree on its unit.
func ParseDuration(s string) (time.Duration, error) {
	rest, negative := strings.CutPrefix(s, "-")
	if !negative {
		rest = strings.TrimPrefix(rest, "+")
	}
	if rest == "" {
		return 0, fmt.Errorf("no time span: %s", durationForms)
	}
	if allDigits(rest) {
		return 0, fmt.Errorf("%s has no unit: write %ss for seconds", terminal.Shorten(s), s)
	}
	var sum time.Duration
	for rest != "" {
		d, after, err := leadingSpan(rest)
		if errors.Is(err, errTooLong) || d > math.MaxInt64-sum {
			return 0, fmt.Errorf("%s is %w: at most %s", terminal.Shorten(s), errTooLong, longest)
		}
		if err != nil {
			return 0, fmt.Errorf("%s is not a time span: %s", terminal.Shorten(s), durationForms)
		}
		sum, rest = sum+d, after
	}
	if negative {
		sum = -sum
	}
	return sum, nil
}

// leadingSpan reads the number and the unit that s begins with, and returns the rest.
func leadingSpan(s string) (time.Duration, string, error) {
	end := strings.IndexFunc(s, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 1 {
		return 0, "", errors.New("no number")
	}
	number, s := s[:end], s[end:]
	end = strings.IndexFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
	if end < 0 {
		end = len(s)
	}
	unit, rest := s[:end], s[end:]
	times := time.Duration(1)
	switch unit {
	case "d":
		unit, times = "h", 24
	case "w":
		unit, times = "h", 7*24
	case "y":
		unit, times = "h", 365*24
	case "h", "m", "s", "ms":
	default:
		return 0, "", errors.New("no unit")
	}
	if strings.Count(number, ".") > 1 || number == "." {
		return 0, "", errors.New("no number")
	}
	d, err := time.ParseDuration(number + unit)
	if err != nil || d > math.MaxInt64/times {
		return 0, "", errTooLong
	}
	return d * times, rest, nil
}

// ParseTime reads a time: a span from now, @ and Unix seconds, RFC 3339, or a date (UTC).
func ParseTime(s string, now time.Time) (time.Time, error) {
	switch {
	case s == "now":
		return now, nil
	case strings.HasPrefix(s, "@"):
		return parseUnix(s)
	case len(s) > 4 && s[4] == '-':
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly} {
			if t, err := time.Parse(layout, s); err == nil {
				return t, nil
			}
		}
		return time.Time{}, fmt.Errorf("%s is not a time: write it as 2026-11-23T09:00:00Z or 2026-11-23", terminal.Shorten(s))
	}
	d, err := ParseDuration(s)
	if errors.Is(err, errTooLong) {
		err = fmt.Errorf("%s is too far away: at most %s, or a time up to 9999-12-31", terminal.Shorten(s), longest)
	}
	if err != nil && s != "" && allDigits(s) {
		err = fmt.Errorf("%w, or @%s for a Unix time", err, s)
	}
	if err != nil {
		return time.Time{}, err
	}
	return now.Add(d), nil
}

func parseUnix(s string) (time.Time, error) {
	n, err := strconv.ParseInt(s[1:], 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) && n > 0, n > MaxUnix:
		return time.Time{}, fmt.Errorf("%s is too far away: at most @%d, and in seconds, not milliseconds", terminal.Shorten(s), int64(MaxUnix))
	case err != nil || n < 0:
		return time.Time{}, fmt.Errorf("%s is not a Unix time: write @ and the seconds since 1970", terminal.Shorten(s))
	}
	return time.Unix(n, 0), nil
}

// MaxUnix is the last second of the year 9999, the last one that RFC 3339 can express.
const MaxUnix = 253402300799

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// Relative writes the distance of t from now: "in 47m", "3m12s ago". Fractions of a
// second are dropped from both, or a new token of 12h would expire "in 11h59m".
func Relative(t, now time.Time) string {
	seconds := t.Unix() - now.Unix() // a time.Duration ends after 292 years
	switch {
	case seconds == 0:
		return "now"
	case seconds < 0:
		return SecondsText(-seconds) + " ago"
	}
	return "in " + SecondsText(seconds)
}

// WholeSeconds returns the number of whole seconds from one time to another.
func WholeSeconds(from, to time.Time) int64 {
	seconds := to.Unix() - from.Unix()
	if to.Nanosecond() < from.Nanosecond() {
		seconds--
	}
	return seconds
}

// Span writes a time span with its two largest units: 2d3h, 47m, 3m12s.
func Span(d time.Duration) string { return SecondsText(int64(d / time.Second)) }

// SecondsText does the same for a number of seconds, which may exceed a time.Duration.

func SecondsText(seconds int64) string {
	units := []struct {
		name string
		size int64
	}{{"y", 365 * 24 * 60 * 60}, {"d", 24 * 60 * 60}, {"h", 60 * 60}, {"m", 60}, {"s", 1}}
	var b strings.Builder
	for i, u := range units {
		n := seconds / u.size
		if n == 0 {
			continue
		}
		fmt.Fprintf(&b, "%d%s", n, u.name)
		if i+1 < len(units) {
			if n := (seconds % u.size) / units[i+1].size; n > 0 {
				fmt.Fprintf(&b, "%d%s", n, units[i+1].name)
			}
		}
		return b.String()
	}
	return "0s"
}
