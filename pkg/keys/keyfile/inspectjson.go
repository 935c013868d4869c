package keyfile

import (
	"errors"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// members is a JSON object that package keys reads more strictly. Damage in one entry
// of a JWK Set does not hide the others here.
type members map[string]jsontext.Value

func readMembers(text []byte) members {
	var m members
	if json.Unmarshal(text, &m, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) != nil {
		return nil
	}
	return m
}

// present reports whether m has a member with a value: null is the same as none.
func (m members) present(name string) bool { return m[name] != nil && m[name].Kind() != 'n' }

// clear overwrites the values, which may be secret.
func (m members) clear() {
	for _, value := range m {
		clear(value)
	}
}

func inspectJSON(text []byte) (*Info, error) {
	m := readMembers(text)
	defer m.clear()
	if m == nil || m["keys"] != nil {
		return inspectJWKS(text, m)
	}
	if !m.private() {
		k, err := keys.ParsePublic(text)
		if err != nil {
			return nil, err
		}
		return describeKey("JWK", k), nil
	}
	k, err := keys.Parse(text)
	switch {
	case errors.Is(err, keys.ErrUnsupported) && m.verifyOnly():
		return inspectVerifyOnly(text, err)
	case err != nil:
		return nil, err
	}
	return describePrivate("JWK", k.VerificationKey()), nil
}

// private reports whether m is a private JWK or a secret.
func (m members) private() bool {
	var kty string
	return m.present("d") || json.Unmarshal(m["kty"], &kty) == nil && kty == "oct"
}

// verifyOnly reports whether the key_ops of a JWK do not permit signing.
func (m members) verifyOnly() bool {
	var operations []string
	return json.Unmarshal(m["key_ops"], &operations) == nil && !slices.Contains(operations, "sign")
}

// inspectVerifyOnly describes a private JWK that may only verify.
func inspectVerifyOnly(text []byte, refused error) (*Info, error) {
	k, err := keys.ParsePublic(text)
	if err != nil {
		return nil, refused
	}
	info := describePrivate("JWK", k)
	info.Warnings = append(info.Warnings, refused.Error())
	return info, nil
}

func inspectJWKS(text []byte, m members) (*Info, error) {
	set, err := keys.ParseJWKS(text, nil)
	if err != nil {
		return nil, err
	}
	info := &Info{Format: "JWK Set", Keys: describeSet("JWK", set)}
	for _, skipped := range set.Skipped() {
		if !errors.Is(skipped.Err, keys.ErrUnsupported) { // such keys are for another purpose
			info.Warnings = append(info.Warnings, keyerr.Entry(skipped.Position, skipped.ID, skipped.Err))
		}
	}
	var entries []jsontext.Value
	_ = json.Unmarshal(m["keys"], &entries, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for _, entry := range entries {
		one := readMembers(entry)
		info.Private = info.Private || one.present("d") || one.present("k")
		one.clear()
	}
	if info.Private {
		info.Warnings = append(info.Warnings, "the JWK Set holds private keys: do not publish it")
	}
	return info, nil
}
