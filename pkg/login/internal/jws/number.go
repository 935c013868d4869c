package jws

import (
	"strings"
	"time"
)

// The range of times for a claim: Go's formats end with the year 9999, and the
// zero time means that a claim is absent. An earlier NumericDate counts as Earliest,
// and a later one as Beyond, which no claim may have. All are read only.
var (
	Earliest = time.Time{}.Add(time.Second)
	Latest   = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	Beyond   = Latest.Add(time.Second)
)

// NumericDate returns the time of a NumericDate (RFC 7519 section 2), a number of
// seconds that follows the grammar of JSON, rounded up to the nanosecond. A clock
// ticks in whole nanoseconds, so comparing it with the result is exact. A float
// would not do: converted to an integer, 1e19 is a time in the past.
func NumericDate(number string) time.Time {
	d := readDecimal(number)
	if d.point > 12 { // Latest has 12 digits
		if d.negative {
			return Earliest
		}
		return Beyond
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
	case t.Before(Earliest):
		return Earliest
	case t.After(Latest):
		return Beyond
	}
	return t
}

// decimal is the number 0.digits × 10^point. The digits neither begin nor end
// with a zero. For the number zero, digits is empty and point is 0.
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

// readExponent returns an exponent, at most 1<<24: no token is long enough for the
// difference to matter.
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

// between returns the digits from one position up to another as a number.
// Positions outside of the digits count as zeros.
func (d decimal) between(from, to int) (n int64) {
	for i := from; i < to; i++ {
		n *= 10
		if 0 <= i && i < len(d.digits) {
			n += int64(d.digits[i] - '0')
		}
	}
	return n
}

// Number reads a number and returns its text.
func (s *Scanner) Number() (text string, ok bool) {
	start := s.at
	s.accept('-')
	valid := (s.accept('0') || s.digits()) && (!s.accept('.') || s.digits())
	if valid && (s.accept('e') || s.accept('E')) {
		if !s.accept('+') {
			s.accept('-')
		}
		valid = s.digits()
	}
	switch {
	case !valid:
		s.fail(NotJSON)
		return "", false
	case s.at-start > MaxNumber:
		s.fail(LongNumber)
		return "", false
	}
	return s.Text[start:s.at], true
}

func (s *Scanner) accept(c byte) bool {
	if s.at < len(s.Text) && s.Text[s.at] == c {
		s.at++
		return true
	}
	return false
}

func (s *Scanner) digits() bool {
	start := s.at
	for s.at < len(s.Text) && '0' <= s.Text[s.at] && s.Text[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}
