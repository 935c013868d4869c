package login

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"hash"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Each algorithm has these rows, so that one run gives the ratios:
//
//	floor       the signature check and the base64 of the token, nothing else
//	golang-jwt  its strictest parser into a struct
//	uncached    Verifier.Verify without the cache of verified tokens
//	cached      a hit in that cache
//
// go test ./pkg/login -run '^$' -bench Verify -count 10 | tee new && benchstat new
var benchAlgorithms = []keys.Algorithm{keys.HS256, keys.RS256, keys.ES256, keys.EdDSA}

func benchToken(b testing.TB, alg keys.Algorithm) string {
	issuer := newTestIssuer(b, testKey(alg), Config{Now: time.Now, Issuer: "https://login.example.com"})
	token, err := issuer.Issue(Grant{Subject: "ada@example.com", Scopes: []string{"posts:read", "posts:write"}, Lifetime: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	return token.Reveal()
}

func BenchmarkVerify(b *testing.B) {
	for _, alg := range benchAlgorithms {
		key, token := testKey(alg), benchToken(b, alg)
		b.Run(alg.String(), func(b *testing.B) {
			b.Run("floor", func(b *testing.B) { loop(b, floor(b, key, token)) })
			b.Run("golang-jwt", func(b *testing.B) { loop(b, golangJWT(b, key, token)) })
			b.Run("uncached", func(b *testing.B) { loop(b, ours(b, key, token, -1)) })
			b.Run("cached", func(b *testing.B) { loop(b, ours(b, key, token, 1024)) })
		})
	}
}

func BenchmarkVerifyParallel(b *testing.B) {
	for _, alg := range benchAlgorithms {
		key, token := testKey(alg), benchToken(b, alg)
		b.Run(alg.String(), func(b *testing.B) {
			b.Run("golang-jwt", func(b *testing.B) { parallel(b, golangJWT(b, key, token)) })
			b.Run("uncached", func(b *testing.B) { parallel(b, ours(b, key, token, -1)) })
			b.Run("cached", func(b *testing.B) { parallel(b, ours(b, key, token, 1024)) })
		})
	}
}

func loop(b *testing.B, work func() error) {
	b.ReportAllocs()
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
}

func parallel(b *testing.B, work func() error) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := work(); err != nil {
				b.Error(err)
			}
		}
	})
}

func ours(b *testing.B, key keys.Source, token string, cacheSize int) func() error {
	v := newTestVerifier(b, key, Config{Now: time.Now, CacheSize: cacheSize})
	return func() error {
		_, err := v.Verify(b.Context(), token)
		return err
	}
}

type benchClaims struct {
	jwt.RegisteredClaims
	Scopes []string `json:"scopes"`
}

func golangJWT(b *testing.B, key *keys.SigningKey, token string) func() error {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{key.Algorithm().String()}),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithStrictDecoding())
	public := any(publicOf(b, key))
	lookup := func(*jwt.Token) (any, error) { return public, nil }
	return func() error {
		_, err := parser.ParseWithClaims(token, new(benchClaims), lookup)
		return err
	}
}

// publicOf is the key as golang-jwt wants it.
func publicOf(b testing.TB, key *keys.SigningKey) any {
	if key.Algorithm().Type() == "oct" {
		text := must(keys.MarshalSecret(key))
		return text[:len(text)-1]
	}
	block, _ := pem.Decode(must(keys.MarshalPublic(key.VerificationKey())))
	return must(x509.ParsePKIXPublicKey(block.Bytes))
}

// privateOf is the key as golang-jwt wants it.
func privateOf(b testing.TB, key *keys.SigningKey) any {
	if key.Algorithm().Type() == "oct" {
		return publicOf(b, key)
	}
	block, _ := pem.Decode(must(keys.MarshalPKCS8(key)))
	return must(x509.ParsePKCS8PrivateKey(block.Bytes))
}

var errFloor = errors.New("the floor does not verify")

// floor is the least that any verifier does.
func floor(b *testing.B, key *keys.SigningKey, token string) func() error {
	check := bareCheck(publicOf(b, key))
	payload, signature := make([]byte, 1024), make([]byte, 1024)
	first := strings.IndexByte(token, '.')
	last := strings.LastIndexByte(token, '.')
	input := []byte(token[:last])
	return func() error {
		n, err := base64.RawURLEncoding.Decode(payload, []byte(token[first+1:last]))
		if err != nil || n == 0 {
			return errFloor
		}
		n, err = base64.RawURLEncoding.Decode(signature, []byte(token[last+1:]))
		if err != nil || !check(input, signature[:n]) {
			return errFloor
		}
		return nil
	}
}

func bareCheck(public any) func(input, signature []byte) bool {
	switch k := public.(type) {
	case []byte:
		var mac hash.Hash = hmac.New(sha256.New, k)
		sum := make([]byte, 0, 32)
		return func(input, signature []byte) bool {
			mac.Reset()
			mac.Write(input)
			return hmac.Equal(mac.Sum(sum), signature)
		}
	case *rsa.PublicKey:
		return func(input, signature []byte) bool {
			digest := sha256.Sum256(input)
			return rsa.VerifyPKCS1v15(k, crypto.SHA256, digest[:], signature) == nil
		}
	case *ecdsa.PublicKey:
		return func(input, signature []byte) bool {
			digest := sha256.Sum256(input)
			r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
			return ecdsa.Verify(k, digest[:], r, s)
		}
	}
	k := public.(ed25519.PublicKey)
	return func(input, signature []byte) bool { return ed25519.Verify(k, input, signature) }
}
