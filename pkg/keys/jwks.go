package keys

import (
	"errors"
	"fmt"
	"maps"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ParseJWKS reads a JWK Set (RFC 7517 section 5) as keys that verify. Keys that
// are not for that (another kty, curve or alg, the use enc, key_ops without
// verify) are skipped, as the RFC asks, whatever else is wrong with them.
// Private members of an asymmetric key are dropped.
//
// A secret (oct) is [ErrNotPublic]: a set is for publishing. A kid twice among
// the keys that are kept is [ErrDuplicateID], and if one of them is malformed or
// weak the set is refused. Without any usable key the error is [ErrNoKey].
func ParseJWKS(data []byte) (*Set, error) {
	doc, err := readText(data)
	if err != nil {
		return nil, err
	}
	if doc.block != nil {
		return nil, fmt.Errorf("%w: a PEM block, where a JWK Set is expected", ErrUnsupported)
	}
	listed, err := readJWKS(doc.json)
	if err != nil {
		return nil, err
	}
	var found []*VerificationKey
	for i, text := range listed {
		k, err := parseMember(text)
		if errors.Is(err, ErrUnsupported) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("key %d of the JWK Set: %w", i+1, err)
		}
		found = append(found, k)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: none of the %d keys of the JWK Set is for signatures this package verifies", ErrNoKey, len(listed))
	}
	return NewSet(nil, found...)
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
