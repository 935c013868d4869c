package main

import (
	"encoding/base64"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/lint"
)

// lintNow is 2026-11-23 09:00:00 UTC.
var lintNow = time.Unix(1795424400, 0)

const (
	fineHeader = `{"alg":"RS256","kid":"k1","typ":"JWT"}`
	fineClaims = `{"iss":"i","aud":"a","sub":"s","jti":"j","iat":1795424400,"exp":1795425300}`
	privateJWK = `{"kty":"EC","crv":"P-256","kid":"e","alg":"ES256",` +
		`"x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",` +
		`"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}` // RFC 7515 appendix A.3
)

var publicJWK = strings.Replace(privateJWK, `,"d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"`, "", 1)

// compact writes a token with a signature that is none.
func compact(header, claims string) string {
	encode := base64.RawURLEncoding.EncodeToString
	return encode([]byte(header)) + "." + encode([]byte(claims)) + ".c2lnbmF0dXJl"
}

// recorded reads a key that openssl wrote.
func recorded(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "pkg", "keys", "testdata", "recorded", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func set(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }

func claimsToken(claims string) string { return compact(fineHeader, claims) }
func headerToken(header string) string { return compact(header, fineClaims) }

type lintCase struct {
	name  string
	input string
	mode  fs.FileMode
	want  []string // rules
}

func lintCases(t *testing.T) []lintCase {
	jwk := func(old, new string) string { return strings.Replace(publicJWK, old, new, 1) }
	with := func(more string) string { return strings.Replace(fineClaims, `{`, `{`+more+`,`, 1) }
	return []lintCase{
		{"a token with all it should have", compact(fineHeader, fineClaims), 0, nil},
		{"two of them in a file", compact(fineHeader, fineClaims) + "\n" + compact(fineHeader, fineClaims) + "\n", 0o600, nil},
		{"one in an OAuth answer", `{"access_token":"` + compact(fineHeader, fineClaims) + `"}`, 0, nil},
		{"one with Bearer before it", "Bearer " + compact(fineHeader, fineClaims), 0, nil},
		{"a token that others can read", compact(fineHeader, fineClaims), 0o644, []string{"file-mode-token"}},
		{"two parts of a token and a dot", strings.TrimSuffix(compact(fineHeader, fineClaims), "c2lnbmF0dXJl"), 0, []string{"token-malformed"}},
		{"a padded header", strings.Replace(headerToken(`{"alg":"RS256","kid":"k1","typ":"JWT" }`), ".", "=.", 1), 0, []string{"token-malformed"}},
		{"claims that are a list", claimsToken(`[]`), 0, []string{"token-malformed"}},
		{"claims that are no UTF-8", claimsToken("{\"sub\":\"\xff\"}"), 0, []string{"token-malformed"}},
		{"exp twice", claimsToken(with(`"exp":1`)), 0, []string{"token-duplicate"}},
		{"20,000 bytes", claimsToken(with(`"x":"` + strings.Repeat("x", 15000) + `"`)), 0, []string{"token-too-large"}},
		{"5,000 bytes", claimsToken(with(`"x":"` + strings.Repeat("x", 3600) + `"`)), 0, []string{"token-cookie"}},
		{"a JWE", headerToken(`{"alg":"RSA-OAEP","enc":"A256GCM","kid":"k","typ":"JWT"}`) + ".x.y", 0, []string{"token-encrypted"}},
		{"alg none", headerToken(`{"alg":"nOnE","kid":"k1","typ":"JWT"}`), 0, []string{"alg-none"}},
		{"an algorithm of another kind", headerToken(`{"alg":"ES256K","kid":"k1","typ":"JWT"}`), 0, []string{"alg-unknown"}},
		{"alg none behind a blank", headerToken(` {"alg":"none","kid":"k1","typ":"JWT"}`), 0, []string{"alg-none"}},
		{"alg none behind a newline", headerToken("\n\t{\"alg\":\"none\",\"kid\":\"k1\",\"typ\":\"JWT\"}"), 0, []string{"alg-none"}},
		{"no algorithm", headerToken(`{"kid":"k1","typ":"JWT"}`), 0, []string{"alg-unknown"}},
		{"jku", headerToken(`{"alg":"RS256","kid":"k1","typ":"JWT","jku":"https://evil.example"}`), 0, []string{"header-remote-key"}},
		{"x5u", headerToken(`{"alg":"RS256","kid":"k1","typ":"JWT","x5u":"https://evil.example"}`), 0, []string{"header-remote-key"}},
		{"jwk", headerToken(`{"alg":"RS256","kid":"k1","typ":"JWT","jwk":{}}`), 0, []string{"header-own-key"}},
		{"crit", headerToken(`{"alg":"RS256","kid":"k1","typ":"JWT","crit":["b64"],"b64":false}`), 0, []string{"header-extension"}},
		{"no kid", headerToken(`{"alg":"RS256","typ":"JWT"}`), 0, []string{"kid-missing"}},
		{"a kid that climbs", headerToken(`{"alg":"RS256","typ":"JWT","kid":"../../dev/null"}`), 0, []string{"kid-suspect"}},
		{"a kid with a quote", headerToken(`{"alg":"RS256","typ":"JWT","kid":"x' OR '1'='1"}`), 0, []string{"kid-suspect"}},
		{"no typ", headerToken(`{"alg":"RS256","kid":"k1"}`), 0, []string{"typ-missing"}},

		{"a cookie as it should be", "Set-Cookie: __Host-t=" + compact(fineHeader, fineClaims) + "; Path=/; Secure; HttpOnly; SameSite=Lax\n", 0, nil},
		{"a bare cookie for a domain", "set-cookie: t=" + compact(fineHeader, fineClaims) + "; Domain=example.com", 0,
			[]string{"cookie-plain", "cookie-script", "cookie-same-site", "cookie-domain"}},
		{"a cookie of 5,000 bytes", "Set-Cookie: t=" + strings.Repeat("x", 5000) + "; Secure; HttpOnly; SameSite=Strict", 0, []string{"cookie-too-large"}},

		{"no exp", claimsToken(strings.Replace(fineClaims, `,"exp":1795425300`, "", 1)), 0, []string{"exp-missing"}},
		{"exp a second ago", claimsToken(strings.Replace(fineClaims, "1795425300", "1795424399", 1)), 0, []string{"expired"}},
		{"exp now", claimsToken(strings.Replace(fineClaims, "1795425300", "1795424400", 1)), 0, []string{"expired"}},
		{"24 hours", claimsToken(strings.Replace(fineClaims, "1795425300", "1795510800", 1)), 0, nil},
		{"24 hours and a second", claimsToken(strings.Replace(fineClaims, "1795425300", "1795510801", 1)), 0, []string{"life-long"}},
		{"exp in milliseconds", claimsToken(strings.Replace(fineClaims, "1795425300", "1795425300000", 1)), 0, []string{"time-milliseconds"}},
		{"nbf after exp", claimsToken(with(`"nbf":1795425301`)), 0, []string{"time-order"}},
		{"iat in an hour", claimsToken(strings.Replace(fineClaims, "1795424400", "1795428000", 1)), 0, []string{"iat-future"}},
		{"no iat", claimsToken(strings.Replace(fineClaims, `"iat":1795424400,`, "", 1)), 0, []string{"iat-missing"}},
		{"nothing but exp and iat", claimsToken(`{"iat":1795424400,"exp":1795425300}`), 0,
			[]string{"iss-missing", "aud-missing", "sub-missing", "jti-missing"}},
		{"exp as text", claimsToken(strings.Replace(fineClaims, "1795425300", `"1795425300"`, 1)), 0, []string{"claim-type"}},
		{"a number for sub", claimsToken(strings.Replace(fineClaims, `"s"`, "5", 1)), 0, []string{"claim-type"}},
		{"a number among the audiences", claimsToken(strings.Replace(fineClaims, `"a"`, `["a",5]`, 1)), 0, []string{"claim-type"}},
		{"scopes as an object", claimsToken(with(`"scopes":{"read":true}`)), 0, []string{"scopes-type"}},
		{"a password claim", claimsToken(with(`"user_Password":"x"`)), 0, []string{"claim-sensitive"}},

		{"a public key", recorded(t, "rsa2048.pub.pem"), 0o644, []string{"key-rsa-bits"}},
		{"a plain private key", recorded(t, "rsa3072.pem"), 0o600, []string{"key-plain"}},
		{"one that all can read", recorded(t, "rsa3072.pem"), 0o604, []string{"file-mode", "key-plain"}},
		{"one that the group can read", recorded(t, "rsa3072.pem"), 0o640, []string{"file-mode-group", "key-plain"}},
		{"a private JWK", privateJWK, 0o600, []string{"key-plain"}},
		{"RSA of 1024 bits", recorded(t, "rsa1024.pem"), 0o600, []string{"key-weak"}},
		{"DSA", recorded(t, "dsa2048.pem"), 0o600, []string{"key-unusable"}},
		{"half a PEM block", recorded(t, "ec_p256.pem")[:90], 0o600, []string{"key-unusable"}},
		{"openssl's 2048 iterations", recorded(t, "rsa2048_enc_pkcs8.pem"), 0o600, []string{"kdf-cheap", "key-not-opened"}},
		{"3DES", recorded(t, "rsa2048_enc_pkcs8_des3.pem"), 0o600, []string{"kdf-cheap", "cipher-old", "key-not-opened"}},
		{"RFC 1423", recorded(t, "rsa2048_enc_trad.pem"), 0o600, []string{"kdf-legacy", "key-not-opened"}},
		{"a certificate of 2020", oldCertificate, 0o644, []string{"cert-expired"}},

		{"a set of one public key", set(publicJWK), 0o644, nil},
		{"a private key in a set", set(privateJWK), 0o600, []string{"set-private"}},
		{"a secret in a set", set(publicJWK, `{"kty":"oct","kid":"o","alg":"HS256","k":"`+strings.Repeat("QWxn", 11)+`"}`), 0o644,
			[]string{"set-private", "file-mode"}},
		{"a kid twice", set(publicJWK, publicJWK), 0o644, []string{"set-duplicate"}},
		{"an empty set", set(), 0o644, []string{"set-empty"}},
		{"a set of encryption keys", set(jwk(`"kid"`, `"use":"enc","kid"`)), 0o644, []string{"set-key-unused", "set-empty"}},
		{"a key without kid and alg", set(jwk(`"kid":"e","alg":"ES256",`, "")), 0o644, []string{"set-kid-missing", "set-alg-missing"}},
		{"a damaged key in a set", set(publicJWK, jwk(`"x":"f83O`, `"x":"AAAA`)), 0o644, []string{"key-unusable", "set-duplicate"}},
		{"a weak key in a set", set(publicJWK, `{"kty":"RSA","kid":"r","n":"`+strings.Repeat("_", 172)+`","e":"AQAB"}`), 0o644, []string{"key-weak"}},
		{"a set with keys twice", `{"keys":[` + publicJWK + `],"keys":[` + publicJWK + `]}`, 0o644, []string{"key-unusable"}},
		{"a set with a number in it", set(publicJWK, "5"), 0o644, []string{"key-unusable"}},

		{"a random secret", "qL7xGZt6sJmVnb0oYdCwRfKpE3Hh5uXiT9aB2NgkS8M\n", 0o600, nil},
		{"a random secret that begins with 0", "09e1c7a4f2b85d3690ac7be1f4d2835c6a90e7b1d4f82c3559ab60de17f3c842", 0o600, nil},
		{"a variable with one", "JWT_SECRET=qL7xGZt6sJmVnb0oYdCwRfKpE3Hh5uXiT9aB2NgkS8M\n", 0o600, []string{"secret-env"}},
		{"32 random bytes", "\x8f\x01\n\xfe" + strings.Repeat("\x90\xc4\x07\xe1", 7), 0o600, nil},
		{"31 bytes", "qL7xGZt6sJmVnb0oYdCwRfKpE3Hh5uX", 0o600, []string{"secret-short"}},
		{"the secret of a tutorial", "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7", 0o600, []string{"secret-guessable"}},
		{"the secret of a web site", "a-string-secret-at-least-256-bits-long", 0o600, []string{"secret-guessable"}},
		{"abab", strings.Repeat("ab", 20), 0o600, []string{"secret-guessable"}},
		{"the alphabet", "abcdefghijklmnopqrstuvwxyz0123456789", 0o600, []string{"secret-guessable"}},
		{"words", "this is the signing secret of our service", 0o600, []string{"secret-words"}},
		{"a secret with a blank behind it", "qL7xGZt6sJmVnb0oYdCwRfKpE3Hh5uXiT9aB2NgkS8M \n", 0o600, []string{"secret-blank"}},
		{"a secret behind a byte order mark", "\ufeffqL7xGZt6sJmVnb0oYdCwRfKpE3Hh5uXiT9aB2NgkS8M\n", 0o600, []string{"secret-refused"}},
		{"an SSH key as a secret", "the file of\nssh-rsa AAAA", 0o644, []string{"file-unknown"}},
		{"a part of a public key as a secret", "30820122300d06092a864886f70d01010105000382010f00", 0o600, []string{"secret-is-key"}},
		{"a placeholder of a shell", "${JWT_SECRET:-please set the variable}", 0o600, []string{"secret-placeholder"}},
		{"a placeholder in base64", base64.StdEncoding.EncodeToString([]byte("replace-this-with-a-long-random-value")), 0o600, []string{"secret-placeholder"}},
		{"a placeholder of a template", "{{ .Values.jwt.signingSecret.value }}", 0o600, []string{"secret-placeholder"}},
		{"a reference to a secret", "op://vault/signing/secret-of-the-service", 0o600, []string{"secret-refused"}},
		{"the message of a program", "cat: /run/secrets/jwt: No such file or directory", 0o600, []string{"secret-refused"}},
		{"a refresh token", "lrt1.YWRh.SID-1.3.azE.c2lnbmF0dXJlc2lnbmF0dXJl\n", 0o600, []string{"token-refresh"}},
		{"two lines", "first line of a text\nsecond line", 0o644, []string{"file-unknown"}},
		{"nothing", "", 0o644, []string{"file-unknown"}},
	}
}

func TestLint(t *testing.T) {
	for _, test := range lintCases(t) {
		t.Run(test.name, func(t *testing.T) {
			if got := rulesFound(test.input, test.mode); !slices.Equal(got, slices.Sorted(slices.Values(test.want))) {
				t.Errorf("rules %v, want %v", got, test.want)
			}
		})
	}
}

// TestLintRules compares the table of rules with the cases: a rule that
// nothing finds is dead.
func TestLintRules(t *testing.T) {
	seen := map[string]bool{}
	for _, test := range lintCases(t) {
		for _, id := range rulesFound(test.input, test.mode) {
			seen[id] = true
		}
	}
	// These are about files that Content is not given; lint_files.txtar has them.
	seen["file-unread"], seen["file-skipped"] = true, true
	for _, r := range lint.Rules() {
		if !seen[r.ID] {
			t.Errorf("no case finds %s", r.ID)
		}
		delete(seen, r.ID)
		if !slices.Contains(lint.Levels(), r.Level) || r.About == "" || r.Fix == "" {
			t.Errorf("%s: level %q, about %q, fix %q", r.ID, r.Level, r.About, r.Fix)
		}
	}
	for id := range seen {
		t.Errorf("%s is in no table", id)
	}
}

// FuzzLint checks that lint ends without a panic and reports only rules of its table.
func FuzzLint(f *testing.F) {
	for _, seed := range []string{compact(fineHeader, fineClaims), set(publicJWK, privateJWK), privateJWK, oldCertificate,
		"JWT_SECRET=abcdefghijkl", "Set-Cookie: a=b", "a.b.c.d.e", "{\"keys\":[5]}", "\xff"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := lint.NewLinter(lintNow)
		l.Content("input", data, 0o644)
		for _, found := range l.Sorted() {
			if found.Level == "" || found.Fix == "" {
				t.Errorf("the finding %q is by no rule of the table", found.Rule)
			}
		}
	})
}

// rulesFound lints input and returns the rules that found something, sorted.
func rulesFound(input string, mode fs.FileMode) []string {
	l := lint.NewLinter(lintNow)
	l.Content("input", []byte(input), mode)
	var ids []string
	for _, f := range l.Sorted() {
		ids = append(ids, f.Rule)
	}
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

// oldCertificate was good from 2020-01-01 to 2020-12-31.
const oldCertificate = `-----BEGIN CERTIFICATE-----
MIIBDzCBt6ADAgECAgEBMAoGCCqGSM49BAMCMBIxEDAOBgNVBAMTB2V4cGlyZWQw
HhcNMjAwMTAxMDAwMDAwWhcNMjAxMjMxMDAwMDAwWjASMRAwDgYDVQQDEwdleHBp
cmVkMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEnVyRw/DZNT7c5qk2LAxtGAEb
Iko4PnNe5sb8fRSkfDs/eAm/GzISzOG4toWPKFajwKhiKr5B8e/ztpuYEfkJGjAK
BggqhkjOPQQDAgNHADBEAiANtsaAtmja4EgIaW4+kSC4BxrWDUnd7iwFH0prAZwZ
kwIgIhKs6GTLdw4/OpdOGhlgtwOVIjGhP88a75X1QTOAbAo=
-----END CERTIFICATE-----
`
