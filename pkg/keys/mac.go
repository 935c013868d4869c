package keys

import (
	"bytes"
	"crypto/hmac"
	"errors"
	"fmt"
	"hash"
	"sync"

	"github.com/loginctl/loginctl/pkg/keys/internal/secretcheck"
)

// macKey computes HMACs under one secret. Its states are pooled, because hmac.New
// costs more than the HMAC of a token: a state that is reset starts from the hashed
// key pads. The result equals that of golang-jwt's SigningMethodHMAC.
//
// The secret is in a closure, where printing by reflection cannot find it. The
// states, which are as sensitive as the secret, are in the pool behind untyped
// pointers.
type macKey struct {
	secret func() []byte
	pool   sync.Pool
}

// macState is one computation. Its buffers avoid allocations: a string passed to a
// hash.Hash would be copied to the heap.
type macState struct {
	hash hash.Hash
	in   [512]byte
	out  [64]byte
}

func newMACKey(secret []byte, alg Algorithm) *macKey {
	m := &macKey{secret: func() []byte { return secret }}
	newHash := profileOf(alg).hash.New
	m.pool.New = func() any { return &macState{hash: hmac.New(newHash, secret)} }
	return m
}

func (m *macKey) compute(s *macState, input string) []byte {
	s.hash.Reset()
	for len(input) > 0 {
		n := copy(s.in[:], input)
		s.hash.Write(s.in[:n])
		input = input[n:]
	}
	return s.hash.Sum(s.out[:0])
}

func (m *macKey) sign(input string) []byte {
	s := m.pool.Get().(*macState)
	defer m.pool.Put(s)
	return append([]byte(nil), m.compute(s, input)...)
}

// verify compares in constant time.
func (m *macKey) verify(input string, signature []byte) bool {
	s := m.pool.Get().(*macState)
	ok := hmac.Equal(m.compute(s, input), signature)
	clear(s.out[:]) // or the pool would keep the right MAC of a forged token
	m.pool.Put(s)
	return ok
}

// checkSecret refuses secrets that are the text of a key, too short for alg (RFC
// 7518 section 3.2), or one byte repeated.
func checkSecret(secret []byte, alg Algorithm) error {
	if err := secretError(secretcheck.Substance(secret)); err != nil {
		return err
	}
	if need := profileOf(alg).hash.Size(); len(secret) < need {
		return fmt.Errorf("%w: %v needs a secret of at least %d bytes, this one has %d", ErrWeak, alg, need, len(secret))
	}
	if bytes.Count(secret, secret[:1]) == len(secret) {
		return fmt.Errorf("%w: the secret is one byte repeated", ErrWeak)
	}
	return nil
}

// secretError gives a refusal of package secretcheck the error of this package.
func secretError(err error) error {
	var refusal *secretcheck.Refusal
	switch {
	case !errors.As(err, &refusal):
		return err
	case refusal.Kind == secretcheck.Form:
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	case refusal.Kind == secretcheck.Key:
		return fmt.Errorf("%w: %w; make a secret, or load it as the key it is", ErrNotSecret, err)
	}
	return fmt.Errorf("%w: %w", ErrNotSecret, err)
}
