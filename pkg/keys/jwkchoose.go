package keys

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
)

// parsePrivateJSON reads a JWK, or the private key of a JWK Set: the one with that kid,
// or the only one if kid is empty.
func parsePrivateJSON(text []byte, kid string) (*SigningKey, error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	defer m.clear()
	if m["keys"] == nil && kid == "" {
		return parsePrivateJWK(text)
	}
	listed, err := readJWKS(text)
	if err != nil {
		return nil, err
	}
	member, err := chooseMember(listed, kid)
	if err != nil {
		return nil, err
	}
	return parsePrivateJWK(member)
}

// chooseMember returns the only member with that kid, or the only private one.
func chooseMember(listed []jsontext.Value, kid string) (jsontext.Value, error) {
	var chosen jsontext.Value
	count := 0
	for _, text := range listed {
		m, err := readMembers(text)
		if err != nil {
			continue // a damaged entry is not the one that is meant
		}
		id, _ := m.stringAt("kid")
		if kid == "" && (m["d"] != nil || m["k"] != nil) || kid != "" && id == kid {
			chosen = text
			count++
		}
		m.clear()
	}
	switch {
	case count == 1:
		return chosen, nil
	case count > 1 && kid == "":
		return nil, fmt.Errorf("%w: a JWK Set with %d private keys, where one is expected; name one by its kid", ErrUnsupported, count)
	case count > 1:
		return nil, fmt.Errorf("%w: %q in the JWK Set", ErrDuplicateID, keyerr.Truncate(kid))
	case kid == "":
		return nil, fmt.Errorf("%w: the JWK Set has no private key", ErrNotPrivate)
	}
	return nil, fmt.Errorf("%w: %q in the JWK Set", ErrUnknownKey, keyerr.Truncate(kid))
}

// namedKeys reads public keys by key id, in the order of the ids.
func namedKeys(doc *keytext.Document) ([]*VerificationKey, error) {
	var found []*VerificationKey
	for _, named := range doc.Named {
		_, k, err := publicBlock(named.Block)
		if err != nil {
			return nil, err
		}
		if k, err = k.WithID(named.ID); err != nil {
			return nil, err
		}
		found = append(found, k)
	}
	return found, nil
}
