package keys

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"math/big"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// jwkMembers is a JSON object. Names are matched exactly.
type jwkMembers map[string]jsontext.Value

// readMembers reads strict JSON: UTF-8, one object and nothing after it, each name
// once (RFC 8259 leaves the meaning of duplicate names open). Its errors never
// quote the text, as those of the JSON package do: the text may be secret.
func readMembers(text []byte) (jwkMembers, error) {
	var m jwkMembers
	err := json.Unmarshal(text, &m)
	var syntax *jsontext.SyntacticError
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return nil, fmt.Errorf("%w: the JSON has a name twice", ErrMalformed)
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("%w: not valid JSON near byte %d", ErrMalformed, syntax.ByteOffset)
	case err != nil || m == nil:
		return nil, fmt.Errorf("%w: not a JSON object", ErrMalformed)
	}
	// Some serializers write null for a member that is not set.
	maps.DeleteFunc(m, func(_ string, value jsontext.Value) bool { return value.Kind() == 'n' })
	return m, nil
}

func (m jwkMembers) present(name string) bool { return m[name] != nil }

// clear overwrites the values, which may be secret.
func (m jwkMembers) clear() {
	for _, value := range m {
		clear(value)
	}
}

// missingMember is the error for a JWK without a required member. It matches
// [ErrMalformed], but a JWK Set skips such a key instead of failing.
type missingMember struct{ name string }

func (e missingMember) Error() string {
	return fmt.Sprintf("%v: the JWK has no %s", ErrMalformed, e.name)
}

func (e missingMember) Unwrap() error { return ErrMalformed }

// stringAt returns a member that must be a string.
func (m jwkMembers) stringAt(name string) (string, error) {
	text, err := m.unquote(name)
	return string(text), err
}

// unquote is stringAt as bytes, which can be cleared.
func (m jwkMembers) unquote(name string) ([]byte, error) {
	value := m[name]
	if value == nil {
		return nil, missingMember{name}
	}
	if value.Kind() != '"' {
		return nil, fmt.Errorf("%w: the %s of the JWK is not a string", ErrMalformed, name)
	}
	return jsontext.AppendUnquote(nil, value)
}

// stringsAt returns a member that must be a list of distinct strings.
func (m jwkMembers) stringsAt(name string) ([]string, error) {
	var list []string
	if m[name].Kind() != '[' || json.Unmarshal(m[name], &list) != nil {
		return nil, fmt.Errorf("%w: the %s of the JWK is not a list of strings", ErrMalformed, name)
	}
	seen := make(map[string]bool, len(list))
	for _, text := range list {
		if seen[text] {
			return nil, fmt.Errorf("%w: the %s of the JWK has a value twice", ErrMalformed, name)
		}
		seen[text] = true
	}
	return list, nil
}

// bytesAt returns a member that must be canonical base64url without padding (RFC
// 7515 section 2), so that each value has exactly one text.
func (m jwkMembers) bytesAt(name string) ([]byte, error) {
	text, err := m.unquote(name)
	if err != nil {
		return nil, err
	}
	defer clear(text)
	decoded := make([]byte, base64.RawURLEncoding.DecodedLen(len(text)))
	// Line breaks are checked separately: the decoder skips them.
	if n, err := base64.RawURLEncoding.Strict().Decode(decoded, text); err != nil || n != len(decoded) || bytes.ContainsAny(text, "\r\n") {
		return nil, fmt.Errorf("%w: the %s of the JWK is not base64url", ErrMalformed, name)
	}
	return decoded, nil
}

// sizedAt returns a member of exactly size bytes.
func (m jwkMembers) sizedAt(name string, size int) ([]byte, error) {
	b, err := m.bytesAt(name)
	if err == nil && len(b) != size {
		return nil, fmt.Errorf("%w: the %s of the JWK has %d bytes, not %d", ErrMalformed, name, len(b), size)
	}
	return b, err
}

// readNumbers reads Base64urlUInt members (RFC 7518 section 2). Leading zeros are
// refused.
func (m jwkMembers) readNumbers(into map[string]*big.Int) error {
	for name, number := range into {
		b, err := m.bytesAt(name)
		if err != nil {
			return err
		}
		// Issuers that use BigInteger.toByteArray of Java publish n with a zero first
		// (RFC 7518 section 6.3.1.1 warns of it). The number is the same.
		if name == "n" || name == "e" {
			b = bytes.TrimLeft(b, "\x00")
		}
		if len(b) == 0 || b[0] == 0 {
			return fmt.Errorf("%w: the %s of the JWK is empty or has a leading zero", ErrMalformed, name)
		}
		number.SetBytes(b)
		clear(b)
	}
	return nil
}
