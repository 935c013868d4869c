package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"os"
	"strings"
	"testing"
)

// answerFiles writes the files of [TestAnswers] into the current folder, and returns the
// tokens and some of the files by name.
func answerFiles(t *testing.T) map[string]string {
	t.Helper()
	const claims = `{"sub":"ada","n":7,"in":{"name":"x"},"list":["a","b"],"none":null}`
	texts := map[string]string{}
	for _, line := range []string{
		"keygen hmac -o k", "keygen hmac -o other", "keygen ed25519 -o open.pem --no-passphrase", "keygen ed25519 -o ed.pem --no-passphrase",
		"keygen ec -o ec.pem --no-passphrase", "keygen rsa --bits 2048 -o rsa --no-passphrase", "keygen hmac --format jwk -o oct.jwk",
		"jwks new ed.pem --kid k1 -o set.json", "jwks add set.json ec.pem --kid k2",
		"mint --secret-file k -o good --scopes read --expires 1h " + claims, "mint --secret-file k --sub ada -o old --at 2026-01-01",
		"mint --secret-file k --sub ada -o forever --expires never", "mint --secret-file k --sub ada -o aud --aud api",
		"mint --key ed.pem --kid k1 --sub ada -o ed",
	} {
		if r := try(t, strings.Fields(line)...); r.code != 0 {
			t.Fatalf("%s: %s", line, r.stderr)
		}
	}
	for name, data := range map[string]string{
		"empty": "", "pass": "correct horse\n", "two": "correct\nhorse\n",
		"none.jwt": "eyAiYWxnIjoibm9uZSIgfQ.eyJzdWIiOiJhZGEifQ.",
		"badaud":   signClaims(t, "k", `{"sub":"ada","exp":4102444800,"aud":7}`), "noiat": signClaims(t, "k", `{"sub":"ada","exp":4102444800}`),
		"late": signClaims(t, "k", `{"sub":"ada","exp":1795878777000}`),
	} {
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	private := try(t, "key", "convert", "ed.pem", "--format", "jwk", "--no-passphrase").stdout
	open, err := os.ReadFile("k")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"open": string(open), "private.json": `{"keys":[` + strings.TrimSpace(private) + `]}`} {
		if err := os.WriteFile(name, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if r := try(t, "keygen", "ed25519", "-o", "enc.pem", "--passphrase-file", "pass", "-q"); r.code != 0 {
		t.Fatal(r.stderr)
	}
	if err := os.Symlink("ed.pem", "link.pem"); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod("open.pem", 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"good", "old", "set.json", "open.pem"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts[name] = string(data)
		if name == "good" || name == "old" {
			texts[name] = strings.TrimSpace(texts[name])
		}
	}
	return texts
}

// signClaims returns a token with exactly these claims, under the secret in a file.
func signClaims(t *testing.T, file, claims string) string {
	t.Helper()
	secret, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(`{"alg":"HS256","typ":"JWT"}`)) + "." + encode([]byte(claims))
	mac := hmac.New(sha256.New, []byte(strings.TrimSpace(string(secret))))
	mac.Write([]byte(signed))
	return signed + "." + encode(mac.Sum(nil))
}
