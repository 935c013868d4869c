package jws

import (
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestNumericDate(t *testing.T) {
	for _, tt := range []struct {
		number string
		want   string
	}{
		{"0", "1970-01-01T00:00:00Z"},
		{"-0", "1970-01-01T00:00:00Z"},
		{"0.0e5", "1970-01-01T00:00:00Z"},
		{"1772366400", "2026-03-01T12:00:00Z"},
		{"1.7723664e9", "2026-03-01T12:00:00Z"},
		{"17723664000000000000e-10", "2026-03-01T12:00:00Z"},
		{"1772366400.5", "2026-03-01T12:00:00.5Z"},
		{"1772366400.000000001", "2026-03-01T12:00:00.000000001Z"},
		{"1772366400.0000000001", "2026-03-01T12:00:00.000000001Z"},
		{"1772366400.9999999991", "2026-03-01T12:00:01Z"},
		{"-1.5", "1969-12-31T23:59:58.5Z"},
		{"-1.0000000001", "1969-12-31T23:59:59Z"},
		{"1e-30", "1970-01-01T00:00:00.000000001Z"},
		{"-1e-30", "1970-01-01T00:00:00Z"},
		{"253402300799", "9999-12-31T23:59:59Z"},
		{"253402300799.5", "10000-01-01T00:00:00Z"},
		{"253402300800", "10000-01-01T00:00:00Z"},
		{"999999999999", "10000-01-01T00:00:00Z"},
		{"1e400", "10000-01-01T00:00:00Z"},
		{"1e9223372036854775808", "10000-01-01T00:00:00Z"},
		{"1e-9223372036854775808", "1970-01-01T00:00:00.000000001Z"},
		{"-62135596800", "0001-01-01T00:00:01Z"},
		{"-999999999999", "0001-01-01T00:00:01Z"},
		{"-1e400", "0001-01-01T00:00:01Z"},
		{strings.Repeat("9", 10_000), "10000-01-01T00:00:00Z"},
		{"0." + strings.Repeat("0", 10_000) + "1", "1970-01-01T00:00:00.000000001Z"},
		{"0." + strings.Repeat("0", 9_000) + "17723664e9010", "2026-03-01T12:00:00Z"},
	} {
		if got := NumericDate(tt.number).Format(time.RFC3339Nano); got != tt.want {
			t.Errorf("%.40s is %s, want %s", tt.number, got, tt.want)
		}
		for _, rest := range []string{"", "}", ",1]", " "} {
			s := Scanner{Text: tt.number + rest}
			got := s.Date().Format(time.RFC3339Nano)
			if long := len(tt.number) > MaxNumber; long != (s.FirstCause() == LongNumber) || !long && (got != tt.want || s.Text[s.at:] != rest) {
				t.Errorf("%.40s before %q is read as %s, want %s", tt.number, rest, got, tt.want)
			}
		}
	}
}

// A text that is not a number of JSON is not a date.
func TestDateRefuses(t *testing.T) {
	for _, text := range []string{"", "-", "01", "1.", ".5", "1e", "+1", "x", "00000000000"} {
		s := Scanner{Text: text}
		if date := s.Date(); s.End() {
			t.Errorf("%q is read as %v", text, date)
		}
	}
}

// NumericDate is exact: it agrees with rational arithmetic, and Date with it.
func FuzzNumericDate(f *testing.F) {
	for _, seed := range []string{"0", "-1", "1772366400.5", "1e19", "-1e-400", "12.5e+3", "0.000001772366400E15"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, number string) {
		s := Scanner{Text: number}
		if text, ok := s.Number(); !ok || text != number || len(number) > 300 {
			return
		}
		if i := strings.IndexAny(number, "eE"); i >= 0 && len(number)-i > 5 {
			return // too much for a rational number
		}
		exact, ok := new(big.Rat).SetString(number)
		if !ok {
			t.Fatalf("%q is no number", number)
		}
		got := NumericDate(number)
		s = Scanner{Text: number + "}"}
		if date := s.Date(); !date.Equal(got) || s.Text[s.at:] != "}" {
			t.Fatalf("Date reads %v, NumericDate %v", date, got)
		}
		if got == Beyond || got == Earliest {
			bound := big.NewRat(got.Unix(), 1)
			if got == Beyond && exact.Cmp(new(big.Rat).SetInt64(Latest.Unix())) <= 0 || got == Earliest && exact.Cmp(bound) > 0 {
				t.Errorf("%s is cut to %v", number, got)
			}
			return
		}
		// now >= number exactly when now >= got, for every time a clock can show
		nanos := new(big.Int).Add(new(big.Int).Mul(big.NewInt(got.Unix()), big.NewInt(1e9)), big.NewInt(int64(got.Nanosecond())))
		at := new(big.Rat).SetFrac(nanos, big.NewInt(1e9))
		before := new(big.Rat).Sub(at, big.NewRat(1, 1e9))
		if at.Cmp(exact) < 0 || before.Cmp(exact) >= 0 {
			t.Errorf("%s is %v", number, got)
		}
	})
}
