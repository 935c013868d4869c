package keycmd

import (
	"errors"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestKeysOfASize(t *testing.T) {
	for _, tt := range []struct {
		alg  keys.Algorithm
		bits int
		err  error
	}{
		{keys.HS256, 256, nil}, {keys.HS512, 512, nil}, {keys.HS256, 4096, nil}, {keys.PS384, 2048, nil},
		{keys.HS256, 248, keys.ErrWeak}, {keys.HS512, 256, keys.ErrWeak}, {keys.HS256, 4104, keys.ErrTooLarge}, {keys.HS256, 257, keys.ErrUnsupported},
		{keys.RS256, 2047, keys.ErrWeak}, {keys.RS256, 1024, keys.ErrWeak}, {keys.RS256, 8193, keys.ErrTooLarge}, {keys.RS256, 2049, keys.ErrUnsupported},
		{keys.RS256, 0, keys.ErrWeak}, {keys.RS256, -1, keys.ErrWeak},
	} {
		k, err := keyOfSize(tt.alg, tt.bits)
		switch {
		case !errors.Is(err, tt.err):
			t.Errorf("%v of %d bits: got %v, want %v", tt.alg, tt.bits, err, tt.err)
		case err == nil && (k.Algorithm() != tt.alg || k.VerificationKey().Bits() < tt.bits):
			t.Errorf("%v of %d bits: it is %v", tt.alg, tt.bits, k)
		}
	}
}
