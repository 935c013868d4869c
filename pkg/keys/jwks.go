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

// ParseJWKS reads a JWK Set (RFC 7517 section 5) as keys that verify. As the RFC
// asks, keys are skipped that are not for that (another kty, curve or alg, the
// use enc, key_ops without verify), whatever else is wrong with them, that lack a
// member they must have, or that are out of the range in use (weak, RSA over 8192
// bits). Private members of an asymmetric key are dropped. [Inspect] lists the
// keys that are left.
//
// A secret (oct) is [ErrNotPublic]: a set is for publishing. A kid twice among
// the keys that are kept is [ErrDuplicateID]. If a key is damaged (a member of
// the wrong type, not base64url, a point off its curve) the set is refused as
// [ErrMalformed], and if its alg is for another kind or curve than its own, as
// [ErrAlgorithm], for then nothing in it can be relied on. Without any usable key
// the error is that of the first one that is for signatures, such as [ErrWeak], or
// [ErrNoKey] when none is.
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
		return nil, fmt.Errorf("%w: none of the %d keys of the JWK Set is for signatures this package verifies", ErrNoKey, len(listed))
	}
	return NewSet(nil, found...)
}

// readListed reads the keys of a set. skipped is why the first one is not used
// that is for signatures.
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

// outOfRange reports whether RFC 7517 section 5 asks for a key to be ignored for
// that error: it lacks a member it must have, or has values out of the supported
// ranges.
func outOfRange(err error) bool {
	var missing missingMember
	return errors.Is(err, ErrWeak) || errors.Is(err, ErrTooLarge) || errors.Is(err, ErrNoKey) || errors.As(err, &missing)
}

// privateMembers are the members of RFC 7518 that make an asymmetric JWK private.
var privateMembers = []string{"d", "p", "q", "dp", "dq", "qi", "oth"}

// parseMember reads one key of a set, without looking at its private members.
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

func readJWKS(text []byte) ([]jsontext.Value, error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	if m["keys"] == nil {
		return nil, fmt.Errorf("%w: the JSON has no keys, so it is no JWK Set", ErrNoKey)
	}
	var listed []jsontext.Value
	if m["keys"].Kind() != '[' || json.Unmarshal(m["keys"], &listed) != nil {
		return nil, fmt.Errorf("%w: the keys of the JWK Set are not a list", ErrMalformed)
	}
	return listed, nil
}
