package timetext

import (
	"strings"
	"testing"
	"time"
)

func TestParseDuration(t *testing.T) {
	const day = 24 * time.Hour
	for _, test := range []struct {
		text string
		want time.Duration
	}{
		{"90s", 90 * time.Second}, {"15m", 15 * time.Minute}, {"12h", 12 * time.Hour}, {"30d", 30 * day}, {"2w", 14 * day},
		{"1d12h", 36 * time.Hour}, {"1w2d3h4m5s", 9*day + 3*time.Hour + 4*time.Minute + 5*time.Second}, {"500ms", 500 * time.Millisecond},
		{"1.5h", 90 * time.Minute}, {"0.5d", 12 * time.Hour}, {"-5m", -5 * time.Minute}, {"+5m", 5 * time.Minute}, {"0s", 0},
		{"1y", 365 * day}, {"3y38d", (3*365 + 38) * day}, {"106751d", 106751 * day},
	} {
		if got, err := ParseDuration(test.text); err != nil || got != test.want {
			t.Errorf("%s is %v, %v, want %v", test.text, got, err, test.want)
		}
	}
}

func TestParseDurationRefuses(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"3600", "has no unit: write 3600s for seconds"},
		{"-1", "has no unit"},
		{"", "no time span"}, {"-", "no time span"}, {"h", "is not a time span"}, {"1yr", "is not a time span"}, {"1H", "is not a time span"},
		{"12h30", "is not a time span"}, {"1 h", "is not a time span"}, {"1h ", "is not a time span"}, {"h1", "is not a time span"}, {"--1h", "is not a time span"},
		{"1..5h", "is not a time span"}, {".h", "is not a time span"}, {"1e3s", "is not a time span"}, {"NaNh", "is not a time span"},
		{"106752d", "is too long: at most 106751d"}, {"99999999999999999999h", "is too long"}, {"106751d24h", "is too long"}, {"15251w", "is too long"}, {"293y", "is too long"},
	} {
		got, err := ParseDuration(test.text)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q is %v, %v, want an error with %q", test.text, got, err, test.want)
		}
	}
}

func TestParseTime(t *testing.T) {
	now := time.Unix(1800000000, 0).UTC() // 2027-01-15 08:00:00
	for _, test := range []struct{ text, want string }{
		{"now", "2027-01-15T08:00:00Z"}, {"1h", "2027-01-15T09:00:00Z"}, {"-1h", "2027-01-15T07:00:00Z"},
		{"@0", "1970-01-01T00:00:00Z"}, {"@1800000001", "2027-01-15T08:00:01Z"}, {"@253402300799", "9999-12-31T23:59:59Z"},
		{"2026-11-23T09:00:00Z", "2026-11-23T09:00:00Z"}, {"2026-11-23T09:00:00+01:00", "2026-11-23T08:00:00Z"},
		{"2026-11-23T09:00:00", "2026-11-23T09:00:00Z"}, {"2026-11-23 09:00", "2026-11-23T09:00:00Z"}, {"2026-11-23", "2026-11-23T00:00:00Z"},
	} {
		got, err := ParseTime(test.text, now)
		if err != nil || got.UTC().Format(time.RFC3339) != test.want {
			t.Errorf("%s is %v, %v, want %s", test.text, got, err, test.want)
		}
	}
	for _, text := range []string{"", "@", "@x", "@-1", "@253402300800", "@99999999999999999999", "2026-13-01", "2026-11-23T25:00:00Z", "tomorrow", "1800000000"} {
		if got, err := ParseTime(text, now); err == nil {
			t.Errorf("%q is %v, want an error", text, got)
		}
	}
}

func TestParseTimeTooFar(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"9999999h", "is too far away: at most 106751d, or a time up to 9999-12-31"}, {"293y", "is too far away"},
		{"@253402300800", "is too far away: at most @253402300799"}, {"@99999999999999999999", "is too far away"},
		{"@1800000000000", "in seconds, not milliseconds"}, {"@-99999999999999999999", "is not a Unix time"},
	} {
		got, err := ParseTime(test.text, time.Unix(1800000000, 0))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q is %v, %v, want an error with %q", test.text, got, err, test.want)
		}
	}
}

func TestRelative(t *testing.T) {
	now := time.Unix(1800000000, 700_000_000)
	for _, test := range []struct {
		after time.Duration
		want  string
	}{
		{0, "now"}, {200 * time.Millisecond, "now"}, {47 * time.Minute, "in 47m"}, {12 * time.Hour, "in 12h"}, {-192 * time.Second, "3m12s ago"},
		{51*time.Hour + time.Minute, "in 2d3h"}, {400 * 24 * time.Hour, "in 1y35d"}, {-time.Second, "1s ago"},
	} {
		if got := Relative(now.Add(test.after), now); got != test.want {
			t.Errorf("%v from now is %q, want %q", test.after, got, test.want)
		}
	}
}
