package keys

import (
	"crypto"
	"encoding/pem"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/pbe"
	"github.com/loginctl/loginctl/pkg/keys/internal/sshkey"
)

// Parse reads one private key that is not encrypted: PEM or DER (PKCS #8, PKCS #1, SEC
// 1), OpenSSH, JWK, a JWK Set with one private key, or the JSON of a service account.
// The algorithm is the JWK's, or RS256 for RSA, PS256 for RSA that is restricted to
// PSS, the curve's for EC, EdDSA for Ed25519 and HS256 for an oct JWK; [SigningKey.As]
// states another. The kid of a service account is its private_key_id.
//
// The text may be handed over in another form: base64 of it, up to three times; without
// its BEGIN and END lines or its line breaks; with literal \n; indented, in quotes or
// after NAME=; in UTF-16. Text around a PEM block is ignored. The certificates of the
// key and the public key may stand beside it, and have to belong to it.
//
// The error matches [ErrPassphraseRequired] for an encrypted key, [ErrNoSigningKey]
// for a public one, [ErrAlgorithm] for a JWK whose alg is not for its key,
// [ErrNotSecret] for an oct JWK that holds the text of a key, and [ErrNoKey],
// [ErrMalformed], [ErrUnsupported], [ErrWeak] or [ErrTooLarge] for the rest. A file of
// another program is [ErrUnsupported], with the command that converts it.
func Parse(data []byte) (*SigningKey, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	defer doc.Clear()
	if doc.JSON != nil {
		return parsePrivateJSON(doc.JSON, "")
	}
	k, err := parsePrivate(doc, plainPrivate)
	return k, doc.Explain(err)
}

// ParseMember reads the private key or the secret with that kid in a JWK Set.
// The error matches [ErrUnknownKey] when no key of the set has it, and those of
// [Parse] otherwise.
func ParseMember(data []byte, kid string) (*SigningKey, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	defer doc.Clear()
	if doc.JSON == nil {
		return nil, fmt.Errorf("%w: a key that is not in a JWK Set; load it without a kid", ErrUnsupported)
	}
	return parsePrivateJSON(doc.JSON, kid)
}

// ParseEncrypted reads one encrypted private key in PEM or DER: PKCS #8 (PBES2, RFC
// 8018, or the PBE-SHA1-3DES of RFC 7292), OpenSSH (bcrypt), or RFC 1423, for which the
// key carries a warning. The text may have the forms of [Parse]. A key that is not
// encrypted is [ErrNotEncrypted], never quietly read.
//
// [ErrWrongPassphrase] means that nothing decrypted: the passphrase is wrong, or the
// salt, the parameters or the first bytes of the key are damaged, which looks the same
// because the formats carry no checksum. If the beginning decrypts to a key and the
// rest does not hold together, the passphrase was right and the error is
// [ErrMalformed]. A passphrase with letters that Unicode writes in two ways is tried in
// both normal forms. An empty passphrase is [ErrPassphraseRequired]. A derivation that
// would cost more than 10,000,000 iterations of PBKDF2, 256 MiB of scrypt or 500 rounds
// of bcrypt is [ErrTooCostly]; the passphrase is not tried.
func ParseEncrypted(data, passphrase []byte) (*SigningKey, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	defer doc.Clear()
	if doc.JSON != nil {
		return nil, plainJWK(doc.JSON)
	}
	k, err := parsePrivate(doc, func(b *pem.Block) (*SigningKey, error) { return decryptBlock(b, passphrase) })
	return k, doc.Explain(err)
}

// ParsePublic reads one public key: PEM or DER (SubjectPublicKeyInfo, PKCS #1,
// certificate), OpenSSH, RFC 4716 or JWK, in the forms of [Parse]. Given a private key
// that is not encrypted it returns its public half, and of the chain of a certificate the
// leaf's key. The algorithm is as for [Parse].
//
// Only the key of a certificate is used. Its dates, issuer and purpose are not
// checked, because a JWT does not depend on them; keyfile.Inspect returns the dates.
//
// A secret is [ErrNotPublic]; the other errors are those of [Parse].
func ParsePublic(data []byte) (*VerificationKey, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	defer doc.Clear()
	switch {
	case doc.JSON != nil:
		return parsePublicJWK(doc.JSON)
	case len(doc.Named) > 0:
		return onlyNamed(doc)
	case doc.Private == nil || doc.Public != nil && encrypted(doc.Private):
		k, err := publicBlock(doc.Public)
		return k, doc.Explain(err)
	}
	k, err := parsePrivate(doc, plainPrivate)
	return k.VerificationKey(), doc.Explain(err)
}

// parsePrivate reads the private key of doc with open, and holds the public keys beside
// it to be its own.
func parsePrivate(doc *keytext.Document, open func(b *pem.Block) (*SigningKey, error)) (*SigningKey, error) {
	if doc.Private == nil {
		return nil, notPrivate(doc)
	}
	k, err := open(doc.Private)
	if err != nil {
		return nil, err
	}
	if !ownsOne(k.VerificationKey(), doc) {
		return nil, fmt.Errorf("%w: the certificate or the public key in the file does not belong to its private key; keep one", ErrMalformed)
	}
	if doc.KeyID == "" {
		return k, nil
	}
	if err := checkID(doc.KeyID); err != nil {
		return nil, fmt.Errorf("%w: the private_key_id of the service account is over 1024 bytes or has control characters", ErrMalformed)
	}
	return k.WithID(doc.KeyID)
}

// ownsOne reports whether the public key beside a private one is k, or one certificate
// is that of k, if there is any.
func ownsOne(k *VerificationKey, doc *keytext.Document) bool {
	others := doc.Others
	if doc.Public != nil {
		others = append(others[:len(others):len(others)], doc.Public)
	}
	for _, b := range others {
		if other, err := publicBlock(b); err == nil && other.Equal(k) {
			return true
		}
	}
	return len(others) == 0
}

func notPrivate(doc *keytext.Document) error {
	if len(doc.Named) > 0 {
		return fmt.Errorf("%w: the JSON has public keys by key id", ErrNoSigningKey)
	}
	if name := publicFormatOf(doc.Public); name != "" {
		return fmt.Errorf("%w: it is a public key (%s)", ErrNoSigningKey, name)
	}
	return keytext.NotPrivate(doc.Public)
}

func publicFormatOf(b *pem.Block) string {
	if b.Type == keytext.SSHPublic {
		return "OpenSSH"
	}
	format, _ := der.Public(b.Type)
	return format.Name
}

// publicBlock reads a public key.
func publicBlock(b *pem.Block) (*VerificationKey, error) {
	if b.Type == keytext.SSHPublic {
		return checkedPublic(sshkey.Public(b.Bytes))
	}
	known, ok := der.Public(b.Type)
	if !ok {
		return nil, keytext.NotPrivate(b)
	}
	return checkedPublic(known.Parse(b.Bytes))
}

func checkedPublic(public crypto.PublicKey, err error) (*VerificationKey, error) {
	if err != nil {
		return nil, err
	}
	return newPublic(public)
}

func onlyNamed(doc *keytext.Document) (*VerificationKey, error) {
	if len(doc.Named) > 1 {
		return nil, fmt.Errorf("%w: %d public keys by key id, where one key is expected; load them as a key set", ErrUnsupported, len(doc.Named))
	}
	set, err := namedKeys(doc)
	if err != nil {
		return nil, err
	}
	return set[0], nil
}

// encrypted reports whether a block needs a passphrase.
func encrypted(b *pem.Block) bool {
	if b.Type != sshkey.Label {
		return pbe.Encrypted(b)
	}
	header, err := sshkey.ReadHeader(b.Bytes)
	return err == nil && header.Encrypted()
}

// plainPrivate reads a private key that is not encrypted.
func plainPrivate(b *pem.Block) (*SigningKey, error) {
	if b.Type == sshkey.Label {
		private, err := sshkey.Private(b.Bytes)
		if err != nil {
			return nil, err
		}
		return newPrivate(private)
	}
	if pbe.Encrypted(b) {
		return nil, ErrPassphraseRequired
	}
	format, ok := der.Private(b.Type)
	if !ok {
		return nil, keytext.NotPrivate(b)
	}
	private, err := format.Parse(b.Bytes)
	if err != nil {
		return nil, err
	}
	return newPrivate(private)
}
