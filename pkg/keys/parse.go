package keys

import (
	"encoding/pem"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/pbe"
)

// Parse reads one private key that is not encrypted: PEM (PKCS #8, PKCS #1,
// SEC 1) or JWK. The algorithm is the JWK's, or RS256 for RSA, the curve's for
// EC, EdDSA for Ed25519 and HS256 for an oct JWK; [SigningKey.As] states another.
//
// The error matches [ErrPassphraseRequired] for an encrypted key, [ErrNotPrivate]
// for a public one, [ErrAlgorithm] for a JWK whose alg is not for its key,
// [ErrNotSecret] for an oct JWK that holds the text of a key, and [ErrNoKey],
// [ErrMalformed], [ErrUnsupported], [ErrWeak] or [ErrTooLarge] for the rest.
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

// ParseEncrypted reads one encrypted private key in PEM: PKCS #8 (PBES2, RFC
// 8018, or the PBE-SHA1-3DES of RFC 7292) or RFC 1423, for which the key
// carries a warning. A key that is not encrypted is [ErrNotEncrypted], never
// quietly read.
//
// [ErrWrongPassphrase] means that nothing decrypted: the passphrase is wrong, or the
// salt, the parameters or the first bytes of the key are damaged, which looks
// the same because the formats carry no checksum. If the beginning decrypts to
// a key and the rest does not hold together, the passphrase was right and the error is
// [ErrMalformed]. An empty passphrase is [ErrPassphraseRequired]. A derivation that
// would cost more than 10,000,000 iterations of PBKDF2 or 256 MiB of scrypt is
// [ErrTooCostly]; the passphrase is not tried.
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
// certificate) or JWK. Given a private key that is not encrypted it returns its
// public half. The algorithm is as for [Parse].
//
// Of a certificate only the key is used: its dates, its issuer and its purpose
// are not checked, for a JWT says nothing of certificates. [Inspect] tells the dates.
//
// A secret is [ErrNotPublic]; otherwise the errors are those of [Parse].
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
