package keys

import (
	"encoding/pem"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/pbe"
)

// Parse reads one private key that is not encrypted: PEM (PKCS #8, PKCS #1, SEC 1)
// or JWK. The algorithm is that of the JWK; without one, RS256 for RSA, that of the
// curve for EC, EdDSA for Ed25519, and HS256 for an oct JWK. [SigningKey.As]
// selects another.
//
// The error matches [ErrPassphraseRequired] for an encrypted key, [ErrNotPrivate] for
// a public key, [ErrAlgorithm] for a JWK whose alg does not fit its key,
// [ErrNotSecret] for an oct JWK that contains the text of a key, and otherwise
// [ErrNoKey], [ErrMalformed], [ErrUnsupported], [ErrWeak] or [ErrTooLarge].
func Parse(data []byte) (*SigningKey, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	if doc.Block == nil {
		return parsePrivateJWK(doc.JSON)
	}
	defer clear(doc.Block.Bytes)
	return parsePrivateBlock(doc.Block)
}

// ParseEncrypted reads one encrypted private key in PEM: PKCS #8 (PBES2 of RFC
// 8018, or PBE-SHA1-3DES of RFC 7292), or RFC 1423. The last two are weak, and
// [SigningKey.Warnings] reports them. A key that is not encrypted is
// [ErrNotEncrypted].
//
// [ErrWrongPassphrase] means that the result is not a key. The formats have no
// checksum, so a wrong passphrase cannot be told from a damaged salt, damaged
// parameters or damaged first bytes. If the beginning decrypts to a key and the
// rest is damaged, the error is [ErrMalformed]. An empty passphrase is
// [ErrPassphraseRequired]. A derivation that costs more than 10,000,000 iterations of
// PBKDF2 or 256 MiB of scrypt is [ErrTooCostly] and is not run. The other errors
// are those of [Parse].
func ParseEncrypted(data, passphrase []byte) (*SigningKey, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	if doc.Block == nil {
		return nil, plainJWK(doc.JSON)
	}
	defer clear(doc.Block.Bytes)
	return decryptBlock(doc.Block, passphrase)
}

// ParsePublic reads one public key: PEM (SubjectPublicKeyInfo, PKCS #1,
// certificate) or JWK. For a private key that is not encrypted, it returns the
// public half. The algorithm is as for [Parse].
//
// Only the key of a certificate is used. Its dates, issuer and purpose are not
// checked, because a JWT does not depend on them; [Inspect] returns the dates.
//
// A secret is [ErrNotPublic]; the other errors are those of [Parse].
func ParsePublic(data []byte) (*VerificationKey, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	if doc.Block == nil {
		return parsePublicJWK(doc.JSON)
	}
	defer clear(doc.Block.Bytes)
	if format, ok := der.Public(doc.Block.Type); ok {
		public, err := format.Parse(doc.Block.Bytes)
		if err != nil {
			return nil, err
		}
		return newPublic(public)
	}
	k, err := parsePrivateBlock(doc.Block)
	return k.VerificationKey(), err
}

func parsePrivateBlock(b *pem.Block) (*SigningKey, error) {
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
