package keys

import (
	"fmt"
	"slices"
)

// Source is where an issuer or a verifier takes its keys from: a [*SigningKey],
// a [*VerificationKey] or a [*Set].
type Source interface {
	// Snapshot returns the keys as they stand now. The result never changes,
	// so one operation that uses one snapshot never sees half a rotation.
	Snapshot() *Snapshot
}

// maxTried is how many keys a token without a kid is checked against, so that
// one bad token costs a bounded number of signature checks.
const maxTried = 8

// Snapshot is an immutable view of a [Source]. Two snapshots of an unchanged
// source are the same pointer.
type Snapshot struct {
	signer      *SigningKey
	keys        []*VerificationKey            // the signer's first, then as they were added
	byID        map[string][]*VerificationKey // of one key each, so that Select need not make a slice
	byAlgorithm [len(profiles)][]*VerificationKey
	anyID       bool // one key that was not given its kid: every kid selects it
}

// emptySnapshot is the snapshot of nil and zero sources.
var emptySnapshot = &Snapshot{}

// newSnapshot is the view of one key.
func newSnapshot(signer *SigningKey, key *VerificationKey) *Snapshot {
	s := newSnapshotOf(signer, []*VerificationKey{key})
	s.anyID = !key.m.given
	return s
}

// newSnapshotOf is the view of keys with ids of their own. It keeps the slice.
func newSnapshotOf(signer *SigningKey, keys []*VerificationKey) *Snapshot {
	s := &Snapshot{signer: signer, keys: keys, byID: make(map[string][]*VerificationKey, len(keys))}
	for _, k := range keys {
		s.byID[k.m.id] = []*VerificationKey{k}
		if tried := &s.byAlgorithm[k.m.alg]; len(*tried) < maxTried {
			*tried = append(*tried, k)
		}
	}
	return s
}

// Signer returns the key that signs, or [ErrNoSigningKey].
func (s *Snapshot) Signer() (*SigningKey, error) {
	if s == nil || s.signer == nil {
		return nil, ErrNoSigningKey
	}
	return s.signer, nil
}

// Select returns the keys that may verify a token whose header names alg and,
// when named is true, kid. A named kid selects the key with exactly that (kid,
// alg); a source that is one key, not a [Set], and was not given its kid ignores it. Without a
// kid, the keys of alg are tried, eight at most, the one that signs first. The error is [ErrAlgorithm]
// when no key has that algorithm and [ErrUnknownKey] otherwise. It does not allocate.
func (s *Snapshot) Select(alg Algorithm, kid string, named bool) (Selection, error) {
	if s == nil || int(alg) >= len(s.byAlgorithm) || len(s.byAlgorithm[alg]) == 0 {
		return Selection{}, ErrAlgorithm
	}
	if !named || s.anyID {
		return Selection{keys: s.byAlgorithm[alg]}, nil
	}
	one := s.byID[kid]
	if kid == "" || len(one) == 0 || one[0].m.alg != alg {
		return Selection{}, ErrUnknownKey
	}
	return Selection{keys: one}, nil
}

// VerificationKeys returns a copy of the list of keys that verify.
func (s *Snapshot) VerificationKeys() []*VerificationKey {
	if s == nil {
		return nil
	}
	return slices.Clone(s.keys)
}

// JWKS returns the JWK Set (RFC 7517 section 5) of the public keys. Secrets are
// left out; without any public key the error is [ErrNotPublic].
func (s *Snapshot) JWKS() ([]byte, error) {
	var public []*VerificationKey
	for _, k := range s.VerificationKeys() {
		if k.m.mac == nil {
			public = append(public, k)
		}
	}
	if len(public) == 0 {
		return nil, fmt.Errorf("%w: there is none to publish in a JWK Set", ErrNotPublic)
	}
	return MarshalJWKS(public...)
}

// Selection is the keys that may verify one token.
type Selection struct{ keys []*VerificationKey }

// Verify returns the key under which signature is good for input, or [ErrSignature].
func (s Selection) Verify(input string, signature []byte) (*VerificationKey, error) {
	for _, k := range s.keys {
		if k.Verify(input, signature) == nil {
			return k, nil
		}
	}
	return nil, ErrSignature
}
