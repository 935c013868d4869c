package keys

import (
	"cmp"
	"errors"
	"fmt"
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
)

// ParseJWKS reads a JWK Set (RFC 7517 section 5) as keys that verify. Private
// members of an asymmetric key are ignored.
//
//   - Skipped, as the RFC asks, are keys for another purpose (another kty, curve or
//     alg, the use enc, key_ops without verify), keys that lack a required member,
//     and weak or oversized keys.
//   - The set is refused if it contains a secret ([ErrNotPublic]), the same kid
//     twice ([ErrDuplicateID]), a damaged key such as a point off its curve
//     ([ErrMalformed]), or an alg that does not fit its key ([ErrAlgorithm]).
//   - If every key is skipped, the error is that of the first key for signatures,
//     such as [ErrWeak], or [ErrNoKey].
//
// [Inspect] lists the keys that are used.
func ParseJWKS(data []byte) (*Set, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	defer doc.Clear()
	if len(doc.Named) > 0 {
		listed, err := namedKeys(doc)
		if err != nil {
			return nil, err
		}
		return NewSet(nil, listed...)
	}
	if doc.JSON == nil {
		return nil, fmt.Errorf("%w: a PEM block or another single key, where a JWK Set is expected", ErrUnsupported)
	}
	listed, err := readJWKS(doc.JSON)
	if err != nil {
		return nil, err
	}
	found, skipped, err := readListed(listed)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0 && skipped != nil:
		return nil, skipped
	case len(found) == 0:
		return nil, fmt.Errorf("%w: the JWK Set has %d keys, but not one for signatures with a supported algorithm", ErrNoKey, len(listed))
	}
	return NewSet(nil, found...)
}

// readListed reads the keys of a set. skipped is the error of the first key that is
// for signatures and was skipped.
func readListed(listed []jsontext.Value) (found []*VerificationKey, skipped, err error) {
	for i, text := range listed {
		k, err := parseMember(text)
		switch {
		case err == nil:
			found = append(found, k)
			continue
		case errors.Is(err, ErrUnsupported):
			continue
		}
		err = fmt.Errorf("key %d of the JWK Set: %w", i+1, err)
		if !outOfRange(err) {
			return nil, nil, err
		}
		skipped = cmp.Or(skipped, err)
	}
	return found, skipped, nil
}

// outOfRange reports whether RFC 7517 section 5 requires a key with that error to
// be ignored: it lacks a required member, or a value is out of the supported range.
func outOfRange(err error) bool {
	var missing missingMember
	return errors.Is(err, ErrWeak) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNoKey) || errors.As(err, &missing)
}

// privateMembers are the members of RFC 7518 that make an asymmetric JWK private.
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth"}

// parseMember reads one key of a set and ignores its private members.
func parseMember(text []byte) (*VerificationKey, error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	defer m.clear()
	operations := []string{"verify"}
	if m["d"] != nil {
		operations = append(operations, "sign")
	}
	public := maps.Clone(m)
	for _, name := range privateMembers {
		delete(public, name)
	}
	return public.publicKey(operations...)
}

// readJWKS returns the elements of the keys member.
func readJWKS(text []byte) ([]jsontext.Value, error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	if m["keys"] == nil {
		return nil, fmt.Errorf("%w: the JSON has no keys, so it is not a JWK Set", ErrNoKey)
	}
	var listed []jsontext.Value
	if m["keys"].Kind() != '[' || json.Unmarshal(m["keys"], &listed) != nil {
		return nil, fmt.Errorf("%w: the keys of the JWK Set are not a list", ErrMalformed)
	}
	return listed, nil
}
