package login

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/pkg/keys"
)

// BenchmarkMint has, for each algorithm, the bare signature of a token of the
// same length, golang-jwt with the same claims, and Issuer.Issue.
func BenchmarkMint(b *testing.B) {
	for _, alg := range benchAlgorithms {
		key := testKey(alg)
		b.Run(alg.String(), func(b *testing.B) {
			b.Run("bare", func(b *testing.B) { loop(b, bareSign(key, benchToken(b, alg))) })
			b.Run("golang-jwt", func(b *testing.B) { loop(b, mintGolangJWT(b, key)) })
			b.Run("ours", func(b *testing.B) { loop(b, mintOurs(b, key)) })
			b.Run("ours-parallel", func(b *testing.B) { parallel(b, mintOurs(b, key)) })
		})
	}
}

func bareSign(key *keys.SigningKey, token string) func() error {
	input := token[:strings.LastIndexByte(token, '.')]
	return func() error {
		_, err := key.Sign(context.Background(), input)
		return err
	}
}

var benchGrant = Grant{Subject: "ada@example.com", Scopes: []string{"posts:read", "posts:write"}}

func mintOurs(b testing.TB, key *keys.SigningKey) func() error {
	issuer := newTestIssuer(b, key, Config{Now: time.Now, Issuer: "https://login.example.com"})
	return func() error {
		_, err := issuer.Issue(benchGrant)
		return err
	}
}

// mintGolangJWT issues a token like Issue: with a random jti, iat, exp and a kid.
func mintGolangJWT(b testing.TB, key *keys.SigningKey) func() error {
	private, method, kid := privateOf(b, key), jwt.GetSigningMethod(key.Algorithm().String()), key.ID()
	return func() error {
		var id [16]byte
		rand.Read(id[:])
		now := time.Now()
		token := jwt.NewWithClaims(method, benchClaims{
			RegisteredClaims: jwt.RegisteredClaims{
				Issuer:    "https://login.example.com",
				Subject:   "ada@example.com",
				ExpiresAt: jwt.NewNumericDate(now.Add(15 * time.Minute)),
				IssuedAt:  jwt.NewNumericDate(now),
				ID:        base64.RawURLEncoding.EncodeToString(id[:]),
			},
			Scopes: []string{"posts:read", "posts:write"},
		})
		if kid != "" {
			token.Header["kid"] = kid
		}
		_, err := token.SignedString(private)
		return err
	}
}
