package keys

import (
	"fmt"
	"slices"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Source provides keys to an issuer or a verifier: a *[SigningKey], a
// *[VerificationKey] or a *[Set].
type Source interface {
	// Snapshot returns the current keys. The result never changes, so that an
	// operation on one snapshot never sees half a rotation.
	Snapshot() *Snapshot
}

// maxTried bounds the number of signature checks for a token without a kid.
const maxTried = 8

// Snapshot is an immutable view of a [Source]. While a source does not change, it
// returns the same pointer.
type Snapshot struct {
	signer      *SigningKey
	keys        []*VerificationKey             // the signer's first, then in the order they were added
	byID        map[keyName][]*VerificationKey // at most maxTried each
	byAlgorithm [len(profiles)][]*VerificationKey
	cut         [len(profiles)]bool // byAlgorithm lacks keys over maxTried
	anyID       bool                // a single key without a stated kid: every kid selects it
	skipped     []SkippedKey        // entries of the JWK Set that the keys were read from
	whySkipped  map[string]error    // by kid, for Select
}

// keyName selects the keys for a token.
type keyName struct {
	id  string
	alg Algorithm
}

// emptySnapshot is the snapshot of nil and zero sources.
var emptySnapshot = &Snapshot{}

// newSnapshot returns the snapshot of one key.
func newSnapshot(signer *SigningKey, key *VerificationKey) *Snapshot {
	s := newSnapshotOf(signer, []*VerificationKey{key})
	s.anyID = !key.m.given
	return s
}

// newSnapshotOf returns the snapshot of keys with different kids. It keeps the
// slice.
func newSnapshotOf(signer *SigningKey, keys []*VerificationKey) *Snapshot {
	s := &Snapshot{signer: signer, keys: keys, byID: make(map[keyName][]*VerificationKey, len(keys))}
	for _, k := range keys {
		for _, bound := range k.eachAlgorithm() {
			s.index(bound)
		}
	}
	return s
}

// index makes Select find k.
func (s *Snapshot) index(k *VerificationKey) {
	if name := (keyName{k.m.id, k.m.alg}); len(s.byID[name]) < maxTried {
		s.byID[name] = append(s.byID[name], k)
	}
	if tried := &s.byAlgorithm[k.m.alg]; len(*tried) < maxTried {
		*tried = append(*tried, k)
	} else {
		s.cut[k.m.alg] = true
	}
}

// eachAlgorithm returns the key once for each algorithm that it verifies in a set: one,
// unless it is an RSA key of a JWK Set that states none. Its issuer may then sign with
// any hash (RFC 7517 section 4.4: alg is optional).
func (k *VerificationKey) eachAlgorithm() []*VerificationKey {
	if !k.m.unstated || k.m.alg != RS256 {
		return []*VerificationKey{k}
	}
	bound := []*VerificationKey{k}
	for _, alg := range []Algorithm{RS384, RS512} {
		if as, err := k.As(alg); err == nil {
			bound = append(bound, as)
		}
	}
	return bound
}

// Signer returns the key that signs, or [ErrNoSigningKey].
func (s *Snapshot) Signer() (*SigningKey, error) {
	if s == nil || s.signer == nil {
		return nil, ErrNoSigningKey
	}
	return s.signer, nil
}

// Select returns the keys that may verify a token whose header has alg and, if
// named is true, kid. A kid selects the keys with exactly that kid and alg: one, or
// up to eight of a JWK Set that names several alike. Without a kid, the keys for alg
// are tried, at most eight, the signing key first. A source that is a single key,
// not a [Set], and that was not given its kid, ignores the kid of a token.
//
// The error is [ErrNoKey] if the snapshot is empty, [ErrAlgorithm] if alg does not fit
// any key, and [ErrUnknownKey] otherwise, with the reason for the kid of a
// [SkippedKey].
// Select does not allocate.
func (s *Snapshot) Select(alg Algorithm, kid string, named bool) (Selection, error) {
	switch {
	case s == nil || len(s.keys) == 0:
		return Selection{}, ErrNoKey
	case int(alg) >= len(s.byAlgorithm) || len(s.byAlgorithm[alg]) == 0:
		return Selection{}, s.missing(kid, named, ErrAlgorithm)
	case !named || s.anyID:
		return Selection{keys: s.byAlgorithm[alg], cut: s.cut[alg]}, nil
	}
	list := s.byID[keyName{kid, alg}]
	if kid == "" || len(list) == 0 {
		return Selection{}, s.missing(kid, named, ErrUnknownKey)
	}
	return Selection{keys: list}, nil
}

// missing returns the error for a token without a key: otherwise, unless its kid
// is that of a skipped key.
func (s *Snapshot) missing(kid string, named bool, otherwise error) error {
	if s == nil || !named || s.whySkipped[kid] == nil {
		return otherwise
	}
	return s.whySkipped[kid]
}

// skipping adds the entries that were skipped when the keys were read.
func (s *Snapshot) skipping(skipped []SkippedKey) *Snapshot {
	s.skipped = skipped
	for _, k := range skipped {
		if k.ID == "" || s.whySkipped[k.ID] != nil {
			continue
		}
		if s.whySkipped == nil {
			s.whySkipped = make(map[string]error)
		}
		// The reason is not wrapped: an error matches one sentinel.
		s.whySkipped[k.ID] = fmt.Errorf("%w: %s", ErrUnknownKey, k.text())
	}
	return s
}

// VerificationKeys returns the keys that verify, in a new slice.
func (s *Snapshot) VerificationKeys() []*VerificationKey {
	if s == nil {
		return nil
	}
	return slices.Clone(s.keys)
}

// Selection is the keys that may verify one token.
type Selection struct {
	keys []*VerificationKey
	cut  bool // there are more keys than are tried
}

// errManyKeys is the error for a token without a kid when too many keys may be its.
var errManyKeys = fmt.Errorf("%w: there is no kid, and more than %d keys have the algorithm", ErrUnknownKey, maxTried)

// Verify returns the key for which signature is a valid signature of input. The
// error is [ErrSignature], or [ErrUnknownKey] if the token names no kid and more than
// eight keys may have made it.
func (s Selection) Verify(input string, signature []byte) (*VerificationKey, error) {
	for _, k := range s.keys {
		if k.Verify(input, signature) == nil {
			return k, nil
		}
	}
	if s.cut {
		return nil, errManyKeys
	}
	return nil, ErrSignature
}

// SkippedKey is an entry of a JWK Set that is not used.
type SkippedKey struct {
	Position int    // in the set; the first key has 1
	ID       string // kid; empty if the entry has no usable kid
	Err      error  // the reason; matches the error that [ParsePublic] returns for it
}

// text returns the position, the kid and the reason.
func (k SkippedKey) text() string { return keyerr.Entry(k.Position, k.ID, k.Err) }
