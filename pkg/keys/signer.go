package keys

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"math/big"
	"reflect"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// ContextSigner is a [crypto.Signer] that stops when a context is done, as one over a
// network should. [SigningKey.Sign] calls SignContext with the digest and
// the options that Sign gets.
type ContextSigner interface {
	crypto.Signer

	// SignContext is Sign with a context. It takes its random numbers from crypto/rand.
	SignContext(ctx context.Context, digest []byte, opts crypto.SignerOpts) ([]byte, error)
}

// NewSigner returns a key that signs with signer. If alg is zero, the algorithm is the
// one that [Parse] implies for the public half.
//
// A private key of the standard library (*[rsa.PrivateKey], *[ecdsa.PrivateKey],
// [ed25519.PrivateKey]) is copied and checked as Parse does, and the Marshal functions
// write it. Halves that do not belong together are [ErrMalformed].
//
// The private half of any other signer stays where it is: in a KMS, an HSM, an agent.
// Everything that signs takes the key, and nothing writes it ([ErrUnsupported]). The
// signer follows the contract of [crypto.Signer] for the type of its public key: PKCS #1
// v1.5, or PSS where the options are *[rsa.PSSOptions]; ASN.1 for ECDSA; the whole
// message for Ed25519. It has to be safe for concurrent use. Every signature is verified
// under the public half before it is returned, so that a signer with another key, or
// another version of it, is [ErrSignature] and not a token that every service refuses.
//
// A nil signer is [ErrNoKey], also a nil pointer. A public half of another type is
// [ErrUnsupported], one that alg does not fit [ErrAlgorithm], and a weak one [ErrWeak].
func NewSigner(signer crypto.Signer, alg Algorithm) (*SigningKey, error) {
	if isNil(signer) {
		return nil, keyerr.NothingTo("sign with")
	}
	k, err := signerKey(signer)
	if err != nil || alg == 0 {
		return k, err
	}
	return k.As(alg)
}

func signerKey(signer crypto.Signer) (*SigningKey, error) {
	copied, err := der.CopyPrivate(signer)
	switch {
	case err != nil:
		return nil, err
	case copied != nil:
		return newPrivate(copied)
	}
	// It is not asked for a signature here: that can be a call over a network, which no
	// caller of a constructor expects. Its first signature tells whether it fits.
	half, err := der.CopyPublic(signer.Public())
	if err != nil {
		return nil, err
	}
	public, err := newPublic(half)
	if err != nil {
		return nil, err
	}
	return newSigningKey(signingMaterial{public: public, private: func() crypto.Signer { return signer }, external: true}), nil
}

// isNil reports whether signer is nil or a nil pointer, whose methods would panic.
func isNil(signer crypto.Signer) bool {
	if signer == nil {
		return true
	}
	v := reflect.ValueOf(signer)
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Slice:
		return v.IsNil()
	}
	return false
}

func callSigner(ctx context.Context, signer crypto.Signer, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if s, ok := signer.(ContextSigner); ok {
		return s.SignContext(ctx, digest, opts)
	}
	return signer.Sign(rand.Reader, digest, opts)
}

// digestFor returns what a signer signs for input, and how (RFC 7518 section 3, RFC
// 8037 section 3.1).
func digestFor(alg Algorithm, input string) ([]byte, crypto.SignerOpts) {
	hash := profileOf(alg).hash
	if hash == 0 { // Ed25519 signs the message
		return []byte(input), crypto.Hash(0)
	}
	h := hash.New()
	h.Write([]byte(input))
	switch alg {
	case PS256, PS384, PS512:
		return h.Sum(nil), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash}
	}
	return h.Sum(nil), hash
}

// fromASN1 makes the r || s of RFC 7518 section 3.4 of an ECDSA signature in ASN.1.
func fromASN1(signature []byte, size int) ([]byte, error) {
	var r, s big.Int
	var seq cryptobyte.String
	in := cryptobyte.String(signature)
	if !in.ReadASN1(&seq, asn1.SEQUENCE) || !in.Empty() || !seq.ReadASN1Integer(&r) || !seq.ReadASN1Integer(&s) || !seq.Empty() ||
		r.Sign() <= 0 || s.Sign() <= 0 || r.BitLen() > 8*size || s.BitLen() > 8*size {
		return nil, fmt.Errorf("%w: the signer's answer is not an ECDSA signature in ASN.1", ErrSignature)
	}
	fixed := make([]byte, 2*size)
	r.FillBytes(fixed[:size])
	s.FillBytes(fixed[size:])
	return fixed, nil
}
