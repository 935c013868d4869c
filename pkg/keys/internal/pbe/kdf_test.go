package pbe

import (
	"bytes"
	"errors"
	"math"
	"runtime"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// The ceilings themselves are allowed.
func TestKDFCeilings(t *testing.T) {
	for _, tt := range []struct {
		n   int
		err error
	}{{math.MinInt, keyerr.ErrMalformed}, {0, keyerr.ErrMalformed}, {1, nil}, {10_000_000, nil}, {10_000_001, keyerr.ErrTooCostly}, {math.MaxInt, keyerr.ErrTooCostly}} {
		if err := checkIterations(tt.n); !errors.Is(err, tt.err) {
			t.Errorf("%d iterations: got %v, want %v", tt.n, err, tt.err)
		}
	}
	const huge = math.MaxInt/2 + 1 // a power of two
	for _, tt := range []struct {
		n, r, p int
		err     error
	}{
		{1 << 18, 8, 1, nil}, {1 << 19, 8, 1, keyerr.ErrTooCostly},
		{1 << 17, 8, 8, nil}, {1 << 17, 8, 9, keyerr.ErrTooCostly},
		{2, 1 << 11, 1, nil}, {2, 1<<11 + 1, 1, keyerr.ErrTooCostly}, {4, 524288, 1, keyerr.ErrTooCostly}, {1 << 10, 1 << 11, 1, nil}, {1 << 11, 1 << 11, 1, keyerr.ErrTooCostly},
		{2, 8, 1<<9 - 1, nil}, {2, 8, 1 << 9, keyerr.ErrTooCostly}, {1 << 14, 8, 16, nil}, {1 << 14, 32, 16, nil},
		{huge, 1, 1, keyerr.ErrTooCostly}, {2, huge, 1, keyerr.ErrTooCostly}, {2, 1, huge, keyerr.ErrTooCostly}, {huge, huge, huge, keyerr.ErrTooCostly},
		{1, 8, 1, keyerr.ErrMalformed}, {0, 8, 1, keyerr.ErrMalformed}, {-2, 8, 1, keyerr.ErrMalformed}, {6, 8, 1, keyerr.ErrMalformed}, {2, 0, 1, keyerr.ErrMalformed}, {2, 8, 0, keyerr.ErrMalformed},
	} {
		if err := checkScrypt(tt.n, tt.r, tt.p); !errors.Is(err, tt.err) {
			t.Errorf("scrypt N=%d r=%d p=%d: got %v, want %v", tt.n, tt.r, tt.p, err, tt.err)
		}
	}
}

// scrypt allocates its table and little else, for all parameters.
func TestScryptMemory(t *testing.T) {
	for _, tt := range []struct{ n, r, p int }{{2, 1 << 11, 1}, {2, 8, 1<<9 - 1}, {2, 1, 1<<12 - 1}, {4, 524288, 1}, {1 << 10, 8, 1}} {
		if checkScrypt(tt.n, tt.r, tt.p) != nil {
			continue
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := deriveScrypt([]byte("passphrase"), []byte("salt"), tt.n, tt.r, tt.p, 32); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		took := int(after.TotalAlloc - before.TotalAlloc)
		if spare := took - 128*tt.n*tt.r; spare > maxScryptState+64<<10 {
			t.Errorf("N=%d r=%d p=%d takes %d KB beside its table", tt.n, tt.r, tt.p, spare>>10)
		}
	}
}

// RFC 7292 appendix B.1
func TestBMPString(t *testing.T) {
	for passphrase, want := range map[string]string{
		"":      "\x00\x00",
		"aä":    "\x00a\x00\xe4\x00\x00",
		"a\xe4": "\x00a\x00\xe4\x00\x00", // Latin-1
		"✓":     "\x27\x13\x00\x00",
		"🔑":     "\xd8\x3d\xdd\x11\x00\x00",
	} {
		if got := bmpString([]byte(passphrase)); !bytes.Equal(got, []byte(want)) {
			t.Errorf("%q is %x, want %x", passphrase, got, want)
		}
	}
}

func TestFillBlocks(t *testing.T) {
	for _, tt := range []struct {
		b    string
		want string
	}{{"", ""}, {"ab", "abab"}, {"abcd", "abcd"}, {"abcde", "abcdeabc"}} {
		if got := fillBlocks([]byte(tt.b), 4); !bytes.Equal(got, []byte(tt.want)) {
			t.Errorf("%q fills %q, want %q", tt.b, got, tt.want)
		}
	}
}
