package keys

import (
	"crypto"
	"fmt"
	"slices"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// jwk is a JWK (RFC 7517 section 4): its members and the key they contain.
type jwk struct {
	members jwkMembers
	kty     string
	private crypto.Signer    // nil for a public key
	public  crypto.PublicKey // nil for a secret
	secret  []byte           // nil unless kty is oct
}

// parsePrivateJWK reads a private JWK or a secret (oct) that may sign.
func parsePrivateJWK(text []byte) (*SigningKey, error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	defer m.clear()
	j, err := m.readKey()
	if err != nil {
		return nil, err
	}
	defer clear(j.secret)
	if j.secret == nil && j.private == nil {
		return nil, fmt.Errorf("%w: it is a public JWK", ErrNoSigningKey)
	}
	if err := m.permits("sign"); err != nil {
		return nil, err
	}
	if j.secret != nil {
		return j.secretKey()
	}
	k, err := newPrivate(j.private)
	if err != nil {
		return nil, err
	}
	return k.withPublic(j.bind(k.VerificationKey()))
}

// parsePublicJWK reads a JWK as a key that verifies.
func parsePublicJWK(text []byte) (*VerificationKey, error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	defer m.clear()
	if m["d"] != nil {
		return m.publicKey("verify", "sign")
	}
	return m.publicKey("verify")
}

// publicKey returns the key of a JWK that permits at least one of operations.
func (m jwkMembers) publicKey(operations ...string) (*VerificationKey, error) {
	// Check use first: skipped keys are not validated.
	if err := m.forJWS(operations...); err != nil {
		return nil, err
	}
	if kty, _ := m.stringAt("kty"); kty == "oct" {
		return nil, fmt.Errorf("%w: the JWK is a secret (oct)", ErrNotPublic)
	}
	j, err := m.readKey()
	if err != nil {
		return nil, err
	}
	k, err := newPublic(j.public)
	if err != nil {
		return nil, err
	}
	return j.bind(k)
}

// plainJWK is the error of ParseEncrypted for a JWK.
func plainJWK(text []byte) error {
	if _, err := parsePrivateJSON(text, ""); err != nil {
		return err
	}
	return fmt.Errorf("%w: it is a JWK", ErrNotEncrypted)
}

// readKey reads the key itself. Its use, alg and kid are checked by the caller.
func (m jwkMembers) readKey() (*jwk, error) {
	switch {
	case m["keys"] != nil:
		return nil, fmt.Errorf("%w: a JWK Set, where one key is expected", ErrUnsupported)
	case m["kty"] == nil:
		return nil, fmt.Errorf("%w: the JSON has no kty, so it is not a JWK", ErrNoKey)
	}
	kty, err := m.keyType()
	if err != nil {
		return nil, err
	}
	if err := m.complete(kty); err != nil {
		return nil, err
	}
	j := &jwk{members: m, kty: kty}
	switch j.kty {
	case "RSA":
		err = j.readRSA()
	case "EC":
		err = j.readEC()
	case "OKP":
		err = j.readOKP()
	case "oct":
		j.secret, err = m.bytesAt("k")
	}
	return j, err
}

// keyType returns the kty, if it is supported.
func (m jwkMembers) keyType() (string, error) {
	kty, err := m.stringAt("kty")
	if err != nil {
		return "", err
	}
	switch kty {
	case "RSA", "EC", "OKP", "oct":
		return kty, nil
	}
	return "", fmt.Errorf("%w: a JWK of the type %q; supported are RSA, EC, OKP and oct", ErrUnsupported, keyerr.Truncate(kty))
}

// complete returns an error if the JWK lacks a member that its type requires (RFC
// 7518 section 6, RFC 8037 section 2). It comes before any member is read.
func (m jwkMembers) complete(kty string) error {
	required := map[string][]string{"RSA": {"n", "e"}, "EC": {"crv", "x", "y"}, "OKP": {"crv", "x"}, "oct": {"k"}}
	for _, name := range required[kty] {
		if m[name] == nil {
			return missingMember{name}
		}
	}
	return nil
}

// permits checks that use and key_ops, if present, include signatures and one of
// operations (RFC 7517 sections 4.2 and 4.3).
func (m jwkMembers) permits(operations ...string) error {
	if m["use"] != nil {
		use, err := m.stringAt("use")
		if err != nil {
			return err
		}
		if use != "sig" {
			return fmt.Errorf("%w: the use of the JWK is %q, not sig", ErrUnsupported, keyerr.Truncate(use))
		}
	}
	if m["key_ops"] == nil {
		return nil
	}
	listed, err := m.stringsAt("key_ops")
	if err != nil {
		return err
	}
	for _, operation := range operations {
		if slices.Contains(listed, operation) {
			return nil
		}
	}
	return fmt.Errorf("%w: the key_ops of the JWK do not include %q", ErrUnsupported, operations[0])
}

// forJWS returns [ErrUnsupported] for a JWK whose kty, key_ops or alg rules out
// signatures. JSON that is not a JWK is left to readKey.
func (m jwkMembers) forJWS(operations ...string) error {
	if m["kty"] == nil {
		return nil
	}
	if _, err := m.keyType(); err != nil {
		return err
	}
	if err := m.permits(operations...); err != nil {
		return err
	}
	_, err := m.algorithm(0)
	return err
}

// bind returns k with the alg and the kid of the JWK, if it states them.
func (j *jwk) bind(k *VerificationKey) (*VerificationKey, error) {
	alg, err := j.members.algorithm(k.Algorithm())
	if err != nil {
		return nil, err
	}
	if k, err = k.As(alg); err != nil {
		return nil, err
	}
	m := *k.m
	m.stated = j.members["alg"] != nil
	if j.members["kid"] != nil {
		if m.id, err = j.members.stringAt("kid"); err != nil {
			return nil, err
		}
		if checkID(m.id) != nil {
			return nil, fmt.Errorf("%w: the kid of the JWK is empty, over 1024 bytes or has control characters", ErrMalformed)
		}
		m.given = true
	}
	return newVerificationKey(m), nil
}

// algorithm returns the alg of the JWK, by default implied. RFC 9864 renames EdDSA
// with Ed25519 to "Ed25519".
func (m jwkMembers) algorithm(implied Algorithm) (Algorithm, error) {
	if m["alg"] == nil {
		return implied, nil
	}
	name, err := m.stringAt("alg")
	if err != nil {
		return 0, err
	}
	if name == "Ed25519" {
		return EdDSA, nil
	}
	return ParseAlgorithm(name)
}

// secretKey returns the key of an oct JWK.
func (j *jwk) secretKey() (*SigningKey, error) {
	alg, err := j.members.algorithm(HS256)
	if err != nil {
		return nil, err
	}
	k, err := newSecret(j.secret, alg)
	if err != nil {
		return nil, err
	}
	return k.withPublic(j.bind(k.VerificationKey()))
}
