package der

import (
	"crypto"
	"crypto/rsa"
	"encoding/asn1"
	"fmt"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// PSSPublicKey is an RSA key whose file restricts it to RSASSA-PSS (RFC 4055), and to
// Hash if that is not zero.
type PSSPublicKey struct {
	*rsa.PublicKey
	Hash crypto.Hash
}

// PSSPrivateKey is the private half.
type PSSPrivateKey struct {
	*rsa.PrivateKey
	Hash crypto.Hash
}

// Public returns a [PSSPublicKey].
func (k PSSPrivateKey) Public() crypto.PublicKey {
	return PSSPublicKey{&k.PrivateKey.PublicKey, k.Hash}
}

func parsePSSPrivate(parameters, private cryptobyte.String) (crypto.Signer, error) {
	hash, err := readPSSHash(parameters)
	if err != nil {
		return nil, err
	}
	k, err := parsePKCS1(private)
	if err != nil {
		return nil, err
	}
	return PSSPrivateKey{k.(*rsa.PrivateKey), hash}, nil
}

func parsePSSPublic(parameters cryptobyte.String, public []byte) (crypto.PublicKey, error) {
	hash, err := readPSSHash(parameters)
	if err != nil {
		return nil, err
	}
	k, err := parsePKCS1Public(public)
	if err != nil {
		return nil, err
	}
	return PSSPublicKey{k.(*rsa.PublicKey), hash}, nil
}

// pssHashes are the hashes of the PS algorithms (RFC 7518 section 3.5).
var pssHashes = map[string]crypto.Hash{
	"2.16.840.1.101.3.4.2.1": crypto.SHA256,
	"2.16.840.1.101.3.4.2.2": crypto.SHA384,
	"2.16.840.1.101.3.4.2.3": crypto.SHA512,
}

// readPSSHash reads RSASSA-PSS-params (RFC 4055 section 3.1). Without parameters the
// key is for every hash. With them it is for one, which both functions have to use, and
// for salts from a length on, which must not be above that of the hash: a JWS has that
// one.
func readPSSHash(in cryptobyte.String) (crypto.Hash, error) {
	if in.Empty() {
		return 0, nil
	}
	var seq cryptobyte.String
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() {
		return 0, keyerr.Unreadable("RSA-PSS parameters")
	}
	hash, err := readPSSFunction(&seq, 0)
	if err != nil {
		return 0, err
	}
	mask, err := readPSSFunction(&seq, 1)
	if err != nil {
		return 0, err
	}
	var explicit cryptobyte.String
	var stated bool
	salt, trailer := 20, 1 // the DEFAULTs
	if !seq.ReadOptionalASN1(&explicit, &stated, contextTag(2)) || stated && (!explicit.ReadASN1Integer(&salt) || !explicit.Empty()) ||
		!seq.ReadOptionalASN1(&explicit, &stated, contextTag(3)) || stated && (!explicit.ReadASN1Integer(&trailer) || !explicit.Empty()) || !seq.Empty() {
		return 0, keyerr.Unreadable("RSA-PSS parameters")
	}
	if hash == 0 || mask != hash || salt < 0 || salt > hash.Size() || trailer != 1 {
		return 0, fmt.Errorf("%w: RSA-PSS whose parameters no PS algorithm has (SHA-256, SHA-384 or SHA-512, the same for MGF1, a salt as long)", keyerr.ErrUnsupported)
	}
	return hash, nil
}

func contextTag(n uint8) tag.Tag { return tag.Tag(n).Constructed().ContextSpecific() }

// readPSSFunction reads the hash in [n], or that of MGF1 for n = 1. It returns 0 for
// one that is not used, as the DEFAULT, SHA-1, is.
func readPSSFunction(seq *cryptobyte.String, n uint8) (crypto.Hash, error) {
	var explicit, algorithm cryptobyte.String
	var oid asn1.ObjectIdentifier
	var stated bool
	switch {
	case !seq.ReadOptionalASN1(&explicit, &stated, contextTag(n)):
		return 0, keyerr.Unreadable("RSA-PSS parameters")
	case !stated:
		return 0, nil
	case !explicit.ReadASN1(&algorithm, tag.SEQUENCE) || !explicit.Empty() || !algorithm.ReadASN1ObjectIdentifier(&oid):
		return 0, keyerr.Unreadable("RSA-PSS parameters")
	}
	if n == 1 {
		var inner cryptobyte.String
		if oid.String() != "1.2.840.113549.1.1.8" { // MGF1
			return 0, nil
		}
		if !algorithm.ReadASN1(&inner, tag.SEQUENCE) || !inner.ReadASN1ObjectIdentifier(&oid) {
			return 0, keyerr.Unreadable("RSA-PSS parameters")
		}
	}
	return pssHashes[oid.String()], nil
}
