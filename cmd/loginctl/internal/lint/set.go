package lint

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// holdsSet reports whether data is JSON with a list of keys, which may be faulty.
func holdsSet(data []byte) bool {
	var set struct {
		Keys jsontext.Value `json:"keys"`
	}
	return json.Unmarshal(data, &set, jsontext.AllowDuplicateNames(true)) == nil && set.Keys.Kind() == '['
}

// set lints a JWK Set key by key, so that one bad key does not hide the others.
func (l *linter) set(data []byte, mode fs.FileMode) {
	if !jsontext.Value(data).IsValid() { // IsValid is strict: duplicate names count
		_, err := keys.ParseJWKS(data, nil)
		l.add("key-unusable", "%v", err)
	}
	var set struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if err := json.Unmarshal(data, &set, jsontext.AllowDuplicateNames(true)); err != nil {
		return
	}
	usable, private, seen := 0, false, map[string]bool{}
	for i, text := range set.Keys {
		var m input.Members
		if err := json.Unmarshal(text, &m, jsontext.AllowDuplicateNames(true)); err != nil {
			l.add("key-unusable", "key %d is not a JSON object", i+1)
			continue
		}
		name := keyInSet(m, i)
		if kid, _ := m.Text("kid"); m["kid"] != nil {
			if seen[kid] {
				l.add("set-duplicate", "%s: another key has that kid", name)
			}
			seen[kid] = true
		}
		if names := m.Present(input.PrivateMembers...); names != "" {
			private = true
			l.add("set-private", "%s holds its private part (%s)", name, names)
		}
		if l.member(name, text, m) {
			usable++
		}
	}
	if usable == 0 {
		l.add("set-empty", "no key of %s verifies a token", terminal.Plural(len(set.Keys), "key"))
	}
	if private {
		l.mode(mode)
	}
}

// member lints one key of a set and reports whether it can verify a token.
func (l *linter) member(name string, text jsontext.Value, m input.Members) bool {
	info, err := keyfile.Inspect(bytes.TrimSpace(text))
	switch {
	case errors.Is(err, keys.ErrUnsupported):
		l.add("set-key-unused", "%s: %v", name, err)
		return false
	case errors.Is(err, keys.ErrWeak):
		l.add("key-weak", "%s: %v", name, err)
		return false
	case err != nil:
		l.add("key-unusable", "%s: %v", name, err)
		return false
	}
	if m["kid"] == nil {
		l.add("set-kid-missing", "%s has no kid", name)
	}
	if m["alg"] == nil {
		l.add("set-alg-missing", "%s has no alg", name)
	}
	if info.Type == "RSA" && info.Bits < 3072 {
		l.add("key-rsa-bits", "%s: RSA of %d bits", name, info.Bits)
	}
	return info.Type != "oct"
}

// keyInSet returns the name of a key for messages.
func keyInSet(m input.Members, i int) string {
	if kid, ok := m.Text("kid"); ok {
		return fmt.Sprintf("key %d (kid %s)", i+1, terminal.Shorten(kid))
	}
	return fmt.Sprintf("key %d", i+1)
}
