package keys

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// Set is one key that signs, if any, and the keys that verify. It is safe for
// concurrent use and changes atomically while a service runs. Every key in a
// Set has a kid of its own; a secret must be given one with
// [SigningKey.WithID]. A token that names a kid is checked by that key alone.
//
// To rotate without refusing a token: [Set.Publish] the next public key
// everywhere, [Set.Rotate] once every verifier has it, and [Set.Retire] the old
// one when its last token has expired. The zero Set has no keys.
type Set struct {
	change  sync.Mutex // held by writers; readers load current
	current atomic.Pointer[Snapshot]
}

// NewSet returns a set that signs with signer and verifies with it and others.
// signer may be nil: then the set only verifies. The error matches [ErrNoID],
// [ErrDuplicateID], or [ErrNoKey] when one of others is nil.
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
		return fmt.Errorf("%w: a secret has to be given one", ErrNoID)
	case len(withID(keys, k.ID())) > 0:
		return fmt.Errorf("%w: %q", ErrDuplicateID, clip(k.ID()))
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
// rotation. A key that is already there is left as it is; another key under
// its kid is [ErrDuplicateID].
func (s *Set) Publish(next *VerificationKey) error {
	if s == nil {
		return noSet("publishing a key")
	}
	s.change.Lock()
	defer s.change.Unlock()
	now := s.Snapshot()
	if now.holds(next) {
		return nil
	}
	if err := addable(next, now.keys); err != nil {
		return fmt.Errorf("publishing a key: %w", err)
	}
	s.store(now.signer, append(now.VerificationKeys(), next))
	return nil
}

// Rotate makes next the key that signs; it may have been published before. The
// key that signed until now goes on verifying.
func (s *Set) Rotate(next *SigningKey) error {
	if s == nil {
		return noSet("rotating")
	}
	s.change.Lock()
	defer s.change.Unlock()
	if !next.usable() {
		return fmt.Errorf("rotating: %w", ErrNoSigningKey)
	}
	now, public := s.Snapshot(), next.VerificationKey()
	rest := now.keys
	if now.holds(public) {
		rest = withoutID(rest, public.ID())
	}
	if err := addable(public, rest); err != nil {
		return fmt.Errorf("rotating: %w", err)
	}
	s.store(next, append([]*VerificationKey{public}, rest...))
	return nil
}

// Retire removes the key with that kid; tokens it signed are refused at once.
// An unknown kid is [ErrUnknownKey]. The key that signs cannot be retired: the
// error matches [ErrNoSigningKey].
func (s *Set) Retire(kid string) error {
	if s == nil {
		return noSet("retiring a key")
	}
	s.change.Lock()
	defer s.change.Unlock()
	now := s.Snapshot()
	if len(withID(now.keys, kid)) == 0 {
		return fmt.Errorf("retiring a key: %w: %q", ErrUnknownKey, clip(kid))
	}
	if now.signer != nil && now.signer.ID() == kid {
		return fmt.Errorf("retiring %q: %w would be left; rotate to another first", clip(kid), ErrNoSigningKey)
	}
	s.store(now.signer, withoutID(now.keys, kid))
	return nil
}

// Replace swaps all keys for those of another set in one step, as after
// reading a file again. A nil other leaves no keys. The error matches [ErrNoKey]
// when s itself is nil, as it does for every change to a nil set.
func (s *Set) Replace(other *Set) error {
	if s == nil {
		return noSet("replacing the keys")
	}
	s.change.Lock()
	defer s.change.Unlock()
	s.current.Store(other.Snapshot())
	return nil
}

// noSet is the error of a change to a nil set, which reads as one without keys.
func noSet(what string) error {
	return fmt.Errorf("%s: %w: the set is nil", what, ErrNoKey)
}

// Snapshot implements [Source].
func (s *Set) Snapshot() *Snapshot {
	if s == nil {
		return noKeys
	}
	if now := s.current.Load(); now != nil {
		return now
	}
	return noKeys
}

// Skipped returns the entries of the JWK Set that were not used when the set was
// read; see [ParseJWKS].
func (s *Set) Skipped() []SkippedKey { return slices.Clone(s.Snapshot().skipped) }

func (s *Set) store(signer *SigningKey, keys []*VerificationKey) {
	s.current.Store(newSnapshotOf(signer, keys).skipping(s.Snapshot().skipped))
}

// holds reports whether k is the only key of the snapshot with its kid: same
// algorithm and material.
func (s *Snapshot) holds(k *VerificationKey) bool {
	there := withID(s.keys, k.ID())
	return len(there) == 1 && there[0].Algorithm() == k.Algorithm() && there[0].Equal(k)
}
