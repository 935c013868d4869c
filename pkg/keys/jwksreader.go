package keys

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// JWKSOptions restricts and extends the keys that [ParseJWKS] uses.
type JWKSOptions struct {
	// Algorithms is the list of allowed algorithms. A key with another alg is
	// skipped, and a key without alg verifies each listed algorithm of its type
	// and curve. If nil, all asymmetric algorithms are allowed. An RSA key without
	// alg then verifies RS256, RS384 and RS512, another key the algorithm of its
	// curve.
	Algorithms []Algorithm

	// Uses lists the accepted values of the member use in addition to sig, such
	// as jwt-svid in the bundles of SPIFFE.
	Uses []string
}

// maxJWKSKeys bounds a JWK Set. Real issuers publish two to twenty keys.
const maxJWKSKeys = 100

// readEntries reads each entry of a set for itself.
func (o *JWKSOptions) readEntries(entries []jsontext.Value) keyList {
	var list keyList
	for i, entry := range entries {
		found, kid, err := o.readEntry(entry)
		if err == nil {
			err = list.add(found)
		}
		if err != nil {
			list.skipped = append(list.skipped, SkippedKey{i + 1, kid, err})
		}
	}
	return list
}

// readEntry returns the keys that one entry of a set stands for, one for each of
// its algorithms, and its kid. The kid is returned with an error too.
func (o *JWKSOptions) readEntry(text jsontext.Value) (found []*VerificationKey, kid string, err error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, "", err
	}
	defer m.clear()
	if kid, _ = m.stringAt("kid"); checkID(kid) != nil {
		kid = ""
	}
	k, err := o.publicPart(m).publicKey(m.verifying()...)
	if err != nil {
		return nil, kid, err
	}
	found, err = o.bind(k)
	return found, kid, err
}

// privateMembers are the members of RFC 7518 that make an asymmetric JWK private.
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth"}

// publicPart returns m without its private members, and without a use that is
// configured to mean signatures.
func (o *JWKSOptions) publicPart(m jwkMembers) jwkMembers {
	public := maps.Clone(m)
	for _, name := range privateMembers {
		delete(public, name)
	}
	if use, err := m.stringAt("use"); err == nil && slices.Contains(o.Uses, use) {
		delete(public, "use")
	}
	return public
}

// verifying returns the key_ops of which a key needs one. A private key may state
// sign alone: its public half then verifies.
func (m jwkMembers) verifying() []string {
	if m.present("d") {
		return []string{"verify", "sign"}
	}
	return []string{"verify"}
}

// bind returns k once for each allowed algorithm.
func (o *JWKSOptions) bind(k *VerificationKey) ([]*VerificationKey, error) {
	if o.Algorithms == nil {
		m := *k.m
		m.unstated = !m.stated
		return []*VerificationKey{newVerificationKey(m)}, nil
	}
	var bound []*VerificationKey
	for _, alg := range o.Algorithms {
		if as, err := k.As(alg); err == nil {
			bound = append(bound, as)
		}
	}
	if len(bound) == 0 {
		return nil, fmt.Errorf("%w: %v is not allowed, only %v", ErrUnsupported, k.Algorithm(), o.Algorithms)
	}
	return bound, nil
}

// keyList collects the keys of a set.
type keyList struct {
	keys    []*VerificationKey
	skipped []SkippedKey
}

// add appends the keys of one entry that are not in the list yet. Different keys
// may have the same kid, up to maxTried for one algorithm: more would make a token
// with that kid expensive to refuse.
func (l *keyList) add(found []*VerificationKey) error {
	added := 0
	for _, k := range found {
		same := 0
		twin := slices.ContainsFunc(l.keys, func(other *VerificationKey) bool {
			if other.ID() != k.ID() || other.Algorithm() != k.Algorithm() {
				return false
			}
			same++
			return other.Equal(k)
		})
		if !twin && same < maxTried {
			l.keys = append(l.keys, k)
			added++
		}
	}
	if added == 0 {
		return fmt.Errorf("%w: the key is in the set already, or %d others have its kid and alg", ErrKeyID, maxTried)
	}
	return nil
}

// unusable returns the error of a set of which every key was skipped: that of the
// first key for signatures, or ErrNoKey.
func (l *keyList) unusable() error {
	for _, k := range l.skipped {
		if !errors.Is(k.Err, ErrUnsupported) {
			return fmt.Errorf("key %d of the JWK Set: %w", k.Position, k.Err)
		}
	}
	// The reason is not wrapped: an error matches one sentinel.
	return fmt.Errorf("%w: the JWK Set has no key that can be used; %s", ErrNoKey, l.skipped[0].text())
}
