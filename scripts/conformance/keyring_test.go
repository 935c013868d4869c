package conformance

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"sync"

	"github.com/loginctl/loginctl/pkg/keys"
)

// credential is one key as the standard library has it, and as ours.
type credential struct {
	name    string // JWS algorithm
	private any    // []byte, *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey
	public  any    // []byte, *rsa.PublicKey …
	pem     []byte // the public key, as it would be published
	ours    *keys.SigningKey
}

// keyring returns one credential for each algorithm, in the order of keys.Algorithms.
var keyring = sync.OnceValue(func() []credential {
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))
	curves := map[keys.Algorithm]elliptic.Curve{keys.ES256: elliptic.P256(), keys.ES384: elliptic.P384(), keys.ES512: elliptic.P521()}
	var ring []credential
	for _, algorithm := range keys.Algorithms() {
		c := credential{name: algorithm.String()}
		switch algorithm.Type() {
		case "oct":
			secret := []byte("the secret of " + c.name + ", which is long enough for any of the three hashes there are")
			c.private, c.public = secret, secret
			c.ours = must(keys.ParseSecret(secret, algorithm))
		case "RSA":
			c.private, c.public = rsaKey, &rsaKey.PublicKey
		case "EC":
			key := must(ecdsa.GenerateKey(curves[algorithm], rand.Reader))
			c.private, c.public = key, &key.PublicKey
		case "OKP":
			public, private, err := ed25519.GenerateKey(rand.Reader)
			if err != nil {
				panic(err)
			}
			c.private, c.public = private, public
		}
		if c.ours == nil {
			c.pem = pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(c.public))})
			private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(c.private))})
			c.ours = must(must(keys.Parse(private)).As(algorithm))
		}
		ring = append(ring, c)
	}
	return ring
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var hashes = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}

// sign signs with the standard library, because these tests compare verifiers, and a
// verifier agrees with its own signer too easily.
func (c credential) sign(input string) []byte {
	if key, ok := c.private.(ed25519.PrivateKey); ok {
		return ed25519.Sign(key, []byte(input))
	}
	hash := hashes[c.name[2:]]
	if secret, ok := c.private.([]byte); ok {
		mac := hmac.New(hash.New, secret)
		mac.Write([]byte(input))
		return mac.Sum(nil)
	}
	h := hash.New()
	h.Write([]byte(input))
	digest := h.Sum(nil)
	switch key := c.private.(type) {
	case *rsa.PrivateKey:
		if c.name[0] == 'P' {
			return must(rsa.SignPSS(rand.Reader, key, hash, digest, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}))
		}
		return must(rsa.SignPKCS1v15(rand.Reader, key, hash, digest))
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, digest)
		if err != nil {
			panic(err)
		}
		return concat(key.Curve, r, s)
	}
	panic(fmt.Sprintf("no way to sign with a %T", c.private))
}

// good reports whether signature is the JWS signature of input, by the standard library.
func (c credential) good(input string, signature []byte) bool {
	if key, ok := c.public.(ed25519.PublicKey); ok {
		return ed25519.Verify(key, []byte(input), signature)
	}
	if _, ok := c.private.([]byte); ok {
		return hmac.Equal(c.sign(input), signature)
	}
	hash := hashes[c.name[2:]]
	h := hash.New()
	h.Write([]byte(input))
	digest := h.Sum(nil)
	switch key := c.public.(type) {
	case *rsa.PublicKey:
		if c.name[0] == 'P' {
			return rsa.VerifyPSS(key, hash, digest, signature, &rsa.PSSOptions{SaltLength: hash.Size()}) == nil
		}
		return rsa.VerifyPKCS1v15(key, hash, digest, signature) == nil
	case *ecdsa.PublicKey:
		size := (key.Curve.Params().BitSize + 7) / 8
		if len(signature) != 2*size {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
		return ecdsa.Verify(key, digest, r, s)
	}
	panic(fmt.Sprintf("no way to verify with a %T", c.public))
}

// curveOf returns the curve of an ECDSA credential, nil for the others.
func curveOf(c credential) elliptic.Curve {
	if key, ok := c.public.(*ecdsa.PublicKey); ok {
		return key.Curve
	}
	return nil
}

// concat writes r and s side by side (RFC 7518 section 3.4).
func concat(curve elliptic.Curve, r, s *big.Int) []byte {
	size := (curve.Params().BitSize + 7) / 8
	out := make([]byte, 2*size)
	r.FillBytes(out[:size])
	s.FillBytes(out[size:])
	return out
}
