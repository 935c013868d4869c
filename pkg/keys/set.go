package keys

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Set has the keys that verify, and at most one key that signs. It is safe for
// concurrent use, and changes atomically while a service runs. Every key in a Set
// has a different kid; a secret needs [SigningKey.WithID] first. A token that names
// a kid is checked with that key only. The zero Set is empty.
//
// To rotate without refusing a token: [Set.Publish] the next public key everywhere,
// [Set.Rotate] when every verifier has it, and [Set.Retire] the old key when its
// last token has expired.
type Set struct {
	change  sync.Mutex // for writers; readers load current
	current atomic.Pointer[Snapshot]
}

var _ Source = (*Set)(nil)

// NewSet returns a set that signs with signer, and verifies with signer and others.
// If signer is nil, the set only verifies. The error matches [ErrKeyID] for a key
// without a kid, [ErrKeyID] for two keys with the same kid, or [ErrNoKey] if
// one of others is nil.
func NewSet(signer *SigningKey, others ...*VerificationKey) (*Set, error) {
	listed := others
	if signer != nil {
		listed = append([]*VerificationKey{signer.VerificationKey()}, others...)
	}
	var keys []*VerificationKey
	for _, k := range listed {
		if err := addable(k, keys); err != nil {
			return nil, fmt.Errorf("making a key set: %w", err)
		}
		keys = append(keys, k)
	}
	s := &Set{}
	s.current.Store(newSnapshotOf(signer, keys))
	return s, nil
}

// addable returns an error if k cannot be added to keys.
func addable(k *VerificationKey, keys []*VerificationKey) error {
	switch {
	case !k.usable():
		return fmt.Errorf("%w: a key is nil", ErrNoKey)
	case k.ID() == "":
		return fmt.Errorf("%w: a secret needs one, by WithID", ErrKeyID)
	case len(withID(keys, k.ID())) > 0:
		return fmt.Errorf("%w: %q is the kid of another key", ErrKeyID, keyerr.Truncate(k.ID()))
	}
	return nil
}

// withID returns the keys with that kid: one, unless a JWK Set was read that has
// several.
func withID(keys []*VerificationKey, kid string) []*VerificationKey {
	return slices.DeleteFunc(slices.Clone(keys), func(k *VerificationKey) bool { return k.ID() != kid })
}

// withoutID returns the other keys.
func withoutID(keys []*VerificationKey, kid string) []*VerificationKey {
	return slices.DeleteFunc(slices.Clone(keys), func(k *VerificationKey) bool { return k.ID() == kid })
}

// Publish adds a key that verifies and does not sign yet: the first step of a
// rotation. A key that is already in the set stays as it is; a different key with
// its kid is [ErrKeyID].
func (s *Set) Publish(next *VerificationKey) error {
	if s == nil {
		return nilSetError("publishing a key")
	}
	s.change.Lock()
	defer s.change.Unlock()
	now := s.Snapshot()
	if now.contains(next) {
		return nil
	}
	if err := addable(next, now.keys); err != nil {
		return fmt.Errorf("publishing a key: %w", err)
	}
	s.store(now.signer, append(now.VerificationKeys(), next))
	return nil
}

// Rotate makes next the key that signs, whether or not it was published before. The
// previous key still verifies.
func (s *Set) Rotate(next *SigningKey) error {
	if s == nil {
		return nilSetError("rotating")
	}
	s.change.Lock()
	defer s.change.Unlock()
	if !next.usable() {
		return fmt.Errorf("rotating: %w", ErrNoSigningKey)
	}
	now, public := s.Snapshot(), next.VerificationKey()
	rest := now.keys
	if now.contains(public) {
		rest = withoutID(rest, public.ID())
	}
	if err := addable(public, rest); err != nil {
		return fmt.Errorf("rotating: %w", err)
	}
	s.store(next, append([]*VerificationKey{public}, rest...))
	return nil
}

// Retire removes the key with that kid: tokens it signed are refused from now on.
// An unknown kid is [ErrUnknownKey]. The key that signs cannot be retired: the
// error matches [ErrNoSigningKey].
func (s *Set) Retire(kid string) error {
	if s == nil {
		return nilSetError("retiring a key")
	}
	s.change.Lock()
	defer s.change.Unlock()
	now := s.Snapshot()
	if len(withID(now.keys, kid)) == 0 {
		return fmt.Errorf("retiring a key: %w: %q", ErrUnknownKey, keyerr.Truncate(kid))
	}
	if now.signer != nil && now.signer.ID() == kid {
		return fmt.Errorf("retiring %q: %w would be left; rotate to another first", keyerr.Truncate(kid), ErrNoSigningKey)
	}
	s.store(now.signer, withoutID(now.keys, kid))
	return nil
}

// Replace replaces all keys by those of another set in one step, as after a file
// was read again. If other is nil, the set is empty afterwards. If s is nil, the
// error matches [ErrNoKey], as for every change to a nil set.
func (s *Set) Replace(other *Set) error {
	if s == nil {
		return nilSetError("replacing the keys")
	}
	s.change.Lock()
	defer s.change.Unlock()
	if next := other.Snapshot(); !next.equal(s.Snapshot()) {
		s.current.Store(next)
	}
	return nil
}

// equal reports whether two snapshots have the same keys in the same order, and skip
// the same entries. Replacing one by the other would only make verifiers forget the
// tokens they remember.
func (s *Snapshot) equal(other *Snapshot) bool {
	same := func(a, b *VerificationKey) bool {
		return a.m.id == b.m.id && a.m.alg == b.m.alg && a.m.unstated == b.m.unstated && a.Equal(b)
	}
	skip := func(a, b SkippedKey) bool { return a.text() == b.text() }
	return s.signer == other.signer && slices.EqualFunc(s.keys, other.keys, same) && slices.EqualFunc(s.skipped, other.skipped, skip)
}

// nilSetError is the error of a change to a nil set. A nil set can be read: it is
// empty.
func nilSetError(action string) error {
	return fmt.Errorf("%s: %w: the set is nil", action, ErrNoKey)
}

// Snapshot returns the current keys. It implements [Source].
func (s *Set) Snapshot() *Snapshot {
	if s == nil {
		return emptySnapshot
	}
	if now := s.current.Load(); now != nil {
		return now
	}
	return emptySnapshot
}

// Skipped returns the entries of the JWK Set that were not used when the set was
// read; see [ParseJWKS].
func (s *Set) Skipped() []SkippedKey { return slices.Clone(s.Snapshot().skipped) }

func (s *Set) store(signer *SigningKey, keys []*VerificationKey) {
	s.current.Store(newSnapshotOf(signer, keys).skipping(s.Snapshot().skipped))
}

// contains reports whether k is the only key in the snapshot with its kid, and has
// the same algorithm and key material there.
func (s *Snapshot) contains(k *VerificationKey) bool {
	there := withID(s.keys, k.ID())
	return len(there) == 1 && there[0].Algorithm() == k.Algorithm() && there[0].Equal(k)
}
