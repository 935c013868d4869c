package keys

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
)

// ParseJWKS reads a JWK Set (RFC 7517 section 5), of the service itself or of
// another issuer, as keys that verify. Private members are ignored. If opts is
// nil, the zero value is used.
//
//   - Each entry is read for itself. Entries that cannot be used are skipped, and
//     [Set.Skipped] returns the reason of each: keys for another purpose (another
//     kty, curve or alg, the use enc, key_ops without verify), secrets, damaged or
//     weak keys, an alg that does not fit its key, and a key that is listed twice.
//   - Members that are null are absent, and leading zeros of n and e are ignored.
//   - Different keys may have the same kid, unlike those of [NewSet]: up to 8 for
//     one algorithm.
//   - A text that is not a JWK Set is [ErrMalformed] or [ErrNoKey], one over 512 KiB
//     or 100 keys [ErrTooLarge]. If every key is skipped, the error is that of the
//     first key for signatures, such as [ErrWeak], or [ErrNoKey].
func ParseJWKS(data []byte, opts *JWKSOptions) (*Set, error) {
	if opts == nil {
		opts = &JWKSOptions{}
	}
	entries, err := readJWKS(data)
	if err != nil {
		return nil, err
	}
	list := opts.readEntries(entries)
	if len(list.keys) == 0 {
		return nil, list.unusable()
	}
	s := &Set{}
	s.current.Store(newSnapshotOf(nil, list.keys).skipping(list.skipped))
	return s, nil
}

// readJWKS returns the entries of the member keys.
func readJWKS(data []byte) ([]jsontext.Value, error) {
	text, err := readJWKSText(data)
	if err != nil {
		return nil, err
	}
	entries, err := splitJWKS(text)
	switch {
	case err != nil:
		return nil, err
	case len(entries) == 0:
		return nil, fmt.Errorf("%w: the JWK Set is empty", ErrNoKey)
	case len(entries) > maxJWKSKeys:
		return nil, fmt.Errorf("%w: the JWK Set has %d keys, more than %d", ErrTooLarge, len(entries), maxJWKSKeys)
	}
	return entries, nil
}

func readJWKSText(data []byte) ([]byte, error) {
	doc, err := keytext.ReadUpTo(data, keytext.MaxSetSize)
	if err != nil {
		return nil, err
	}
	defer doc.Clear()
	if len(doc.Named) > 0 {
		listed, err := namedKeys(doc)
		if err != nil {
			return nil, err
		}
		return MarshalJWKS(listed...)
	}
	if doc.JSON == nil {
		return nil, fmt.Errorf("%w: a PEM block or another single key, where a JWK Set is expected", ErrUnsupported)
	}
	return bytes.Clone(doc.JSON), nil // which Clear overwrites
}

// splitJWKS finds the member keys. Names that an entry has twice and text that is
// not UTF-8 are left to the reading of that entry, so that they spoil only it.
func splitJWKS(text []byte) ([]jsontext.Value, error) {
	d := jsontext.NewDecoder(bytes.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if d.PeekKind() != '{' {
		return nil, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	d.ReadToken() // the brace
	var entries []jsontext.Value
	found := 0
	for d.PeekKind() == '"' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, notJSON(d)
		}
		if name.String() != "keys" {
			if d.SkipValue() != nil {
				return nil, notJSON(d)
			}
			continue
		}
		found++
		if entries, err = readArray(d); err != nil {
			return nil, err
		}
	}
	if _, err := d.ReadToken(); err != nil {
		return nil, notJSON(d)
	}
	if _, err := d.ReadToken(); err != io.EOF {
		return nil, notJSON(d)
	}
	switch found {
	case 0:
		return nil, fmt.Errorf("%w: the JSON has no keys, so it is not a JWK Set", ErrNoKey)
	case 1:
		return entries, nil
	}
	return nil, fmt.Errorf("%w: the JSON has a name twice", ErrMalformed)
}

// readArray reads a JSON array of any values.
func readArray(d *jsontext.Decoder) ([]jsontext.Value, error) {
	if d.PeekKind() != '[' {
		return nil, fmt.Errorf("%w: the keys of the JWK Set are not a list", ErrMalformed)
	}
	d.ReadToken() // the bracket
	var values []jsontext.Value
	for d.PeekKind() != ']' {
		value, err := d.ReadValue()
		if err != nil {
			return nil, notJSON(d)
		}
		values = append(values, value.Clone())
	}
	d.ReadToken() // the bracket
	return values, nil
}

// notJSON does not quote the error of the decoder, which may contain key text.
func notJSON(d *jsontext.Decoder) error {
	return fmt.Errorf("%w: not valid JSON near byte %d", ErrMalformed, d.InputOffset())
}

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
		return nil, fmt.Errorf("%w: %q is in the JWK Set twice", ErrKeyID, keyerr.Truncate(kid))
	case kid == "":
		return nil, fmt.Errorf("%w: the JWK Set has public keys only", ErrNoSigningKey)
	}
	return nil, fmt.Errorf("%w: %q in the JWK Set", ErrUnknownKey, keyerr.Truncate(kid))
}

// namedKeys reads public keys by key id, in the order of the ids.
func namedKeys(doc *keytext.Document) ([]*VerificationKey, error) {
	var found []*VerificationKey
	for _, named := range doc.Named {
		k, err := publicBlock(named.Block)
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
