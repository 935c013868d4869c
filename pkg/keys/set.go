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
// If signer is nil, the set only verifies. The error matches [ErrNoID] for a key
// without a kid, [ErrDuplicateID] for two keys with the same kid, or [ErrNoKey] if
// one of others is nil.
func NewSet(signer *SigningKey, others ...*VerificationKey) (*Set, error) {
	keys := slices.Clone(others)
	if signer != nil {
		keys = append([]*VerificationKey{signer.VerificationKey()}, keys...)
	}
	snapshot, err := checkedSnapshot(signer, keys)
	if err != nil {
		return nil, fmt.Errorf("making a key set: %w", err)
	}
	s := &Set{}
	s.current.Store(snapshot)
	return s, nil
}

// checkedSnapshot checks that every key has a kid and that the kids differ.
func checkedSnapshot(signer *SigningKey, keys []*VerificationKey) (*Snapshot, error) {
	seen := make(map[string]bool, len(keys))
	for _, k := range keys {
		switch {
		case !k.usable():
			return nil, fmt.Errorf("%w: a key is nil", ErrNoKey)
		case k.ID() == "":
			return nil, fmt.Errorf("%w: a secret needs WithID", ErrNoID)
		case seen[k.ID()]:
			return nil, fmt.Errorf("%w: %q", ErrDuplicateID, keyerr.Truncate(k.ID()))
		}
		seen[k.ID()] = true
	}
	return newSnapshotOf(signer, keys), nil
}

// Publish adds a key that verifies and does not sign yet: the first step of a
// rotation. A key that is already in the set stays as it is; a different key with
// its kid is [ErrDuplicateID].
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
	return s.store("publishing a key", now.signer, append(now.VerificationKeys(), next))
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
	rest := now.VerificationKeys()
	if now.contains(public) {
		rest = slices.DeleteFunc(rest, func(k *VerificationKey) bool { return k.ID() == public.ID() })
	}
	return s.store("rotating", next, append([]*VerificationKey{public}, rest...))
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
	if now.find(kid) == nil {
		return fmt.Errorf("retiring a key: %w: %q", ErrUnknownKey, keyerr.Truncate(kid))
	}
	if now.signer != nil && now.signer.ID() == kid {
		return fmt.Errorf("retiring %q: %w would be left; rotate to another first", keyerr.Truncate(kid), ErrNoSigningKey)
	}
	rest := slices.DeleteFunc(now.VerificationKeys(), func(k *VerificationKey) bool { return k.ID() == kid })
	return s.store("retiring a key", now.signer, rest)
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
	s.current.Store(other.Snapshot())
	return nil
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

func (s *Set) store(action string, signer *SigningKey, keys []*VerificationKey) error {
	snapshot, err := checkedSnapshot(signer, keys)
	if err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	s.current.Store(snapshot)
	return nil
}

// find returns the key with that kid, or nil.
func (s *Snapshot) find(kid string) *VerificationKey {
	if one := s.byID[kid]; len(one) == 1 {
		return one[0]
	}
	return nil
}

// contains reports whether k is in the snapshot, with the same kid, algorithm and
// key material.
func (s *Snapshot) contains(k *VerificationKey) bool {
	there := s.find(k.ID())
	return there != nil && there.Algorithm() == k.Algorithm() && there.Equal(k)
}
