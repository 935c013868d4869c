package login

import (
	"strings"
	"time"
)

// The times that a claim can be given: Go's formats end with the year 9999,
// and its zero time means that a claim is absent. A NumericDate beyond either
// end stands for the end. Both are read only.
var (
	earliest = time.Time{}.Add(time.Second)
	latest   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// numericDate returns the time that a JSON number stands for as a NumericDate
// (RFC 7519 section 2), rounded up to the nanosecond. A clock ticks in whole
// nanoseconds, so comparing it with the result is exact. There is no detour
// through a float, which would take 1e19 for a time in the past.
func numericDate(number string) time.Time {
	if seconds, ok := plainSeconds(number); ok {
		return time.Unix(seconds, 0).UTC()
	}
	d := readDecimal(number)
	if d.point > 12 { // latest has 12 digits
		if d.negative {
			return earliest
		}
		return latest
	}
	seconds, nanos := d.between(0, d.point), d.between(d.point, d.point+9)
	switch {
	case d.negative:
		seconds, nanos = -seconds, -nanos
	case len(d.digits) > d.point+9:
		nanos++
	}
	return within(time.Unix(seconds, nanos).UTC())
}

func within(t time.Time) time.Time {
	switch {
	case t.Before(earliest):
		return earliest
	case t.After(latest):
		return latest
	}
	return t
}

// plainSeconds reads a number of at most eleven digits and nothing else: every
// date that tokens really have.
func plainSeconds(number string) (seconds int64, ok bool) {
	if len(number) > 11 {
		return 0, false
	}
	for _, c := range []byte(number) {
		if c < '0' || c > '9' {
			return 0, false
		}
		seconds = seconds*10 + int64(c-'0')
	}
	return seconds, true
}

// decimal is the number 0.digits × 10^point. The digits neither begin nor end
// with a zero; there are none, and point is 0, for the number zero.
type decimal struct {
	negative bool
	digits   string
	point    int
}

// readDecimal reads a number that follows the grammar of JSON.
func readDecimal(number string) decimal {
	number, negative := strings.CutPrefix(number, "-")
	mantissa, exponent := number, 0
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		mantissa, exponent = number[:i], readExponent(number[i+1:])
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction
	significant := strings.TrimLeft(digits, "0")
	point := len(whole) + exponent - (len(digits) - len(significant))
	significant = strings.TrimRight(significant, "0")
	if significant == "" {
		return decimal{}
	}
	return decimal{negative, significant, point}
}

// readExponent stops counting where no token is long enough to matter.
func readExponent(s string) int {
	s, negative := strings.CutPrefix(strings.TrimPrefix(s, "+"), "-")
	n := 0
	for _, c := range []byte(s) {
		n = min(n*10+int(c-'0'), 1<<24)
	}
	if negative {
		return -n
	}
	return n
}

// between returns the digits from one position up to another as a number;
// positions outside of the digits count as zeros.
func (d decimal) between(from, to int) (n int64) {
	for i := from; i < to; i++ {
		n *= 10
		if 0 <= i && i < len(d.digits) {
			n += int64(d.digits[i] - '0')
		}
	}
	return n
}
