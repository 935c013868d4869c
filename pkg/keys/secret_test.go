package keys_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

const goodSecret = "golang secrets are no secret: 0123456789"

// Secrets shorter than the hash, and PEM, SSH and JWK text, are refused.
func TestSecretsThatAreRefused(t *testing.T) {
	block, _ := pem.Decode(testdata(t, "good/rsa.pub.pem"))
	body := base64.StdEncoding.EncodeToString(block.Bytes)
	private, _ := pem.Decode(testdata(t, "good/p256.pem"))
	weak, _ := pem.Decode(testdata(t, "recorded/rsa1024.pem"))
	other, _ := pem.Decode(testdata(t, "kinds/X25519.pub.pem"))
	ssh := string(testdata(t, "kinds/ssh.pub"))
	pemText := testdata(t, "good/rsa.pub.pem")
	for _, tt := range []struct {
		name   string
		secret string
		alg    keys.Algorithm
		err    error
	}{
		{"32 bytes", goodSecret[:32], keys.HS256, nil},
		{"a line with spaces", goodSecret, keys.HS256, nil},
		{"UTF-8", strings.Repeat("✓é", 10), keys.HS256, nil},
		{"begins with a zero, as DER does", "0" + goodSecret, keys.HS256, nil},
		{"begins with MII, as PEM bodies do", "MII" + strings.Repeat("x", 10) + goodSecret, keys.HS256, nil},
		{"JSON of something else", `{"secret":"` + goodSecret + `"}`, keys.HS256, keys.ErrNotSecret},

		{"a sentence with ssh-rsa in it", "never use ssh-rsa keys of this: " + goodSecret, keys.HS256, nil},
		{"a JSON list of something else", `["` + goodSecret + `"]`, keys.HS256, keys.ErrNotSecret},
		{"the base64 of something else", base64.StdEncoding.EncodeToString([]byte(goodSecret)), keys.HS256, nil},

		{"empty", "", keys.HS256, keys.ErrWeak},
		{"a newline", "\n", keys.HS256, keys.ErrWeak},
		{"31 bytes", goodSecret[:31], keys.HS256, keys.ErrWeak},
		{"31 bytes and a newline", goodSecret[:31] + "\n", keys.HS256, keys.ErrWeak},
		{"47 bytes for HS384", strings.Repeat("ab", 24)[:47], keys.HS384, keys.ErrWeak},
		{"63 bytes for HS512", strings.Repeat("ab", 32)[:63], keys.HS512, keys.ErrWeak},
		{"one byte repeated", strings.Repeat("a", 64), keys.HS256, keys.ErrWeak},
		{"zeros", strings.Repeat("\x00", 32), keys.HS256, keys.ErrWeak},
		{"for RS256", goodSecret, keys.RS256, keys.ErrAlgorithm},
		{"for no algorithm", goodSecret, 0, keys.ErrAlgorithm},
		{"a byte order mark", "\ufeff" + goodSecret, keys.HS256, keys.ErrMalformed},
		{"UTF-16", "\xff\xfe" + strings.Join(strings.Split(goodSecret, ""), "\x00") + "\x00", keys.HS256, keys.ErrMalformed},
		{"bytes that begin as UTF-16 does", "\xff\xfe" + strings.Repeat("\xd8\x01\xa7", 20), keys.HS256, nil},
		{"two newlines", goodSecret + "\n\n", keys.HS256, keys.ErrMalformed},
		{"a carriage return", goodSecret + "\r", keys.HS256, keys.ErrMalformed},
		{"a blank after", goodSecret + " ", keys.HS256, keys.ErrMalformed},
		{"a newline before", "\n" + goodSecret, keys.HS256, keys.ErrMalformed},
		{"quotes", `"` + goodSecret + `"`, keys.HS256, keys.ErrMalformed},
		{"NAME=", "JWT_SECRET=" + goodSecret, keys.HS256, keys.ErrMalformed},
		{"a placeholder", "${JWT_SECRET:-please-change-this-secret}", keys.HS256, keys.ErrNotSecret},
		{"a page", "<!DOCTYPE html><html><body>404</body></html>", keys.HS256, keys.ErrNotSecret},
		{"64 KiB", strings.Repeat("ab", keyfile.MaxSize/2), keys.HS256, nil},
		{"over 64 KiB", strings.Repeat("ab", 40000), keys.HS256, keys.ErrTooLarge},

		{"a public key", string(testdata(t, "good/rsa.pub.pem")), keys.HS256, keys.ErrNotSecret},
		{"a private key", string(testdata(t, "good/p256.pem")), keys.HS256, keys.ErrNotSecret},
		{"a certificate", string(testdata(t, "good/rsa.cert.pem")), keys.HS256, keys.ErrNotSecret},
		{"text before a PEM block", "x\n" + string(testdata(t, "good/rsa.pub.pem")), keys.HS256, keys.ErrNotSecret},
		{"a PEM block on one line", strings.ReplaceAll(string(testdata(t, "good/rsa.pub.pem")), "\n", `\n`), keys.HS256, keys.ErrNotSecret},
		{"the body of a PEM block", body, keys.HS256, keys.ErrNotSecret},
		{"the body of a PEM block in lines", strings.Join(strings.SplitAfter(body, "A"), "\n"), keys.HS256, keys.ErrNotSecret},
		{"the body of a private key", base64.StdEncoding.EncodeToString(private.Bytes), keys.HS256, keys.ErrNotSecret},
		{"the body of a weak key", base64.StdEncoding.EncodeToString(weak.Bytes), keys.HS256, keys.ErrNotSecret},
		{"DER of another kind", string(other.Bytes), keys.HS256, keys.ErrNotSecret},
		{"DER", string(block.Bytes), keys.HS256, keys.ErrNotSecret},
		{"an SSH key", string(testdata(t, "kinds/ssh.pub")), keys.HS256, keys.ErrNotSecret},
		{"an SSH key in RFC 4716", string(testdata(t, "kinds/ssh2.pub")), keys.HS256, keys.ErrNotSecret},
		{"an SSH key with options", `command="/bin/true",no-pty ` + ssh, keys.HS256, keys.ErrNotSecret},
		{"an SSH key after a host name", "[example.com]:22 " + ssh, keys.HS256, keys.ErrNotSecret},
		{"an SSH key with tabs", strings.ReplaceAll(ssh, " ", "\t"), keys.HS256, keys.ErrNotSecret},
		{"an SSH key without its type", strings.Fields(ssh)[1], keys.HS256, keys.ErrNotSecret},
		{"an ECDSA key of SSH without its type", "AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTY", keys.HS256, keys.ErrNotSecret},
		{"a certificate of SSH", "ssh-rsa-cert-v01@openssh.com AAAAHHNzaC1yc2EtY2VydC12MDFAb3BlbnNzaC5jb20", keys.HS256, keys.ErrNotSecret},
		{"a PuTTY key", "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n", keys.HS256, keys.ErrNotSecret},
		{"the body of a PEM block in base64url", base64.URLEncoding.EncodeToString(block.Bytes), keys.HS256, keys.ErrNotSecret},
		{"the body of a PEM block without padding", base64.RawStdEncoding.EncodeToString(block.Bytes), keys.HS256, keys.ErrNotSecret},
		{"the body of a PEM block in quotes", `"` + body + `"`, keys.HS256, keys.ErrNotSecret},
		{"the base64 of a PEM block", base64.StdEncoding.EncodeToString(pemText), keys.HS256, keys.ErrNotSecret},
		{"the base64url of a PEM block", base64.RawURLEncoding.EncodeToString(pemText), keys.HS256, keys.ErrNotSecret},
		{"a list of JWKs", "[" + rfc7638Key + "]", keys.HS256, keys.ErrNotSecret},
		{"a JWK in a string", string(must(json.Marshal(rfc7638Key))), keys.HS256, keys.ErrNotSecret},
		{"an OpenSSH key", string(testdata(t, "kinds/openssh.pem")), keys.HS256, keys.ErrNotSecret},
		{"a JWK", rfc7638Key, keys.HS256, keys.ErrNotSecret},
		{"a secret JWK", rfc7515HMC, keys.HS256, keys.ErrNotSecret},
		{"a broken JWK", rfc7515HMC[:60], keys.HS256, keys.ErrNotSecret},
		{"a JWK Set", `{"keys":[` + rfc7638Key + `]}`, keys.HS256, keys.ErrNotSecret},
		{"a JWK in single quotes", "'" + rfc7638Key + "'", keys.HS256, keys.ErrNotSecret},
		{"a JWK Set in single quotes", `'{"keys":[` + rfc7638Key + `]}'`, keys.HS256, keys.ErrNotSecret},
		{"a JWK in single quotes and a line", "'" + rfc7638Key + "'\n", keys.HS256, keys.ErrNotSecret},
		{"a JWK with single quotes", strings.ReplaceAll(rfc7638Key, `"`, `'`), keys.HS256, keys.ErrNotSecret},
		{"a JWK with an escaped kty", strings.Replace(rfc7638Key, "kty", `\u006bty`, 1), keys.HS256, keys.ErrNotSecret},
		{"a JWK Set with escaped keys", `{"\u006beys":[` + strings.Replace(rfc7638Key, "kty", `\u006bt\u0079`, 1) + `]}`, keys.HS256, keys.ErrNotSecret},
		{"an escaped JWK in a string", string(must(json.Marshal(strings.Replace(rfc7638Key, "kty", `\u006bty`, 1)))), keys.HS256, keys.ErrNotSecret},
		{"an escaped JWK in a member", string(must(json.Marshal(map[string]string{"key": strings.Replace(rfc7638Key, "kty", `\u006bty`, 1)}))), keys.HS256, keys.ErrNotSecret},
		{"the base64 of a JWK", base64.StdEncoding.EncodeToString([]byte(rfc7638Key)), keys.HS256, keys.ErrNotSecret},
		{"a JWK broken by a line break", strings.Replace(edit(rfc7638Key, "a", `"b"`), "Xcb", "X\ncb", 1), keys.HS256, keys.ErrNotSecret},
		{"a JWK after a byte order mark", "\ufeff" + rfc7638Key, keys.HS256, keys.ErrNotSecret},
		{"a JWK after a byte order mark, in single quotes", "'\ufeff" + rfc7638Key + "'", keys.HS256, keys.ErrNotSecret},
		{"DER and a newline", string(block.Bytes) + "\n", keys.HS256, keys.ErrNotSecret},
		{"DER, blanks and zeros", string(block.Bytes) + " \r\n\t\x00\x00", keys.HS256, keys.ErrNotSecret},
		{"private DER and zeros", string(private.Bytes) + "\x00", keys.HS256, keys.ErrNotSecret},
		{"the base64 of DER and a newline", base64.StdEncoding.EncodeToString(append(bytes.Clone(block.Bytes), '\n')), keys.HS256, keys.ErrNotSecret},
		{"a JWK after blanks", "\n " + rfc7638Key, keys.HS256, keys.ErrNotSecret},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := keys.ParseSecret([]byte(tt.secret), tt.alg)
			wantErr(t, err, tt.err)
			if err == nil {
				works(t, k)
			}
		})
	}
}

// The newline that is cut may be a part of the key.
func TestDERThatEndsInANewline(t *testing.T) {
	for {
		block, _ := pem.Decode(must(keys.MarshalPublic(must(keys.Generate(keys.EdDSA)).VerificationKey())))
		if bytes.HasSuffix(block.Bytes, []byte("\n")) {
			_, err := keys.ParseSecret(block.Bytes, keys.HS256)
			wantErr(t, err, keys.ErrNotSecret)
			return
		}
	}
}

// The secret is the bytes of the text, less one newline.
func TestSecretIsItsText(t *testing.T) {
	want := must(keys.ParseSecret([]byte(goodSecret), keys.HS256)).VerificationKey()
	for _, tt := range []struct {
		name string
		text string
		same bool
	}{
		{"as it is", goodSecret, true},
		{"a newline", goodSecret + "\n", true},
		{"a CRLF", goodSecret + "\r\n", true},
		{"a letter more", goodSecret + "x", false},
	} {
		if got := must(keys.ParseSecret([]byte(tt.text), keys.HS256)).VerificationKey().Equal(want); got != tt.same {
			t.Errorf("%s: the same secret is %v", tt.name, got)
		}
	}
	jwk := `{"kty":"oct","k":"` + base64.RawURLEncoding.EncodeToString([]byte(goodSecret)) + `"}`
	if !must(keys.Parse([]byte(jwk))).VerificationKey().Equal(want) {
		t.Error("the k of a JWK is not the text")
	}
}

// A key does not change with the bytes it was made from.
func TestSecretIsCopied(t *testing.T) {
	text := []byte(goodSecret)
	k := must(keys.ParseSecret(text, keys.HS256))
	before := must(k.Sign(context.Background(), "x"))
	clear(text)
	if !bytes.Equal(before, must(k.Sign(context.Background(), "x"))) {
		t.Error("it signs otherwise")
	}
}

func TestMarshalSecret(t *testing.T) {
	for text, want := range map[string]error{
		goodSecret: nil, goodSecret + " ": keys.ErrUnsupported, `"` + goodSecret + `"`: keys.ErrUnsupported, goodSecret + "\r": keys.ErrUnsupported,
		goodSecret + "\n\n": keys.ErrUnsupported, goodSecret + "\xff": keys.ErrUnsupported, goodSecret + "\x00": keys.ErrUnsupported,
	} {
		k := must(keys.Parse([]byte(`{"kty":"oct","k":"` + base64.RawURLEncoding.EncodeToString([]byte(text)) + `"}`)))
		written, err := keys.MarshalSecret(k)
		wantErr(t, err, want)
		if err == nil && !must(keys.ParseSecret(written, keys.HS256)).VerificationKey().Equal(k.VerificationKey()) {
			t.Errorf("%q: read as another secret", text)
		}
		jwk := must(keys.MarshalJWK(k))
		if !must(keys.Parse(jwk)).VerificationKey().Equal(k.VerificationKey()) {
			t.Errorf("%q: another secret in the JWK", text)
		}
	}
	_, err := keys.MarshalSecret(keyFor(t, keys.ES256))
	wantErr(t, err, keys.ErrUnsupported)
	_, err = keys.MarshalSecret(nil)
	wantErr(t, err, keys.ErrNoKey)
}

// A secret of random bytes is taken for one by every function: it is not a key that is
// damaged, and it is the secret that was made.
func TestRandomSecretsAreNotKeys(t *testing.T) {
	secret := make([]byte, 32)
	for range 2_000 {
		_, _ = rand.Read(secret)
		for name, text := range map[string]string{
			"raw": string(secret), "hexadecimal": hex.EncodeToString(secret), "base64": base64.StdEncoding.EncodeToString(secret),
			"base64url": base64.RawURLEncoding.EncodeToString(secret), "base64url with padding": base64.URLEncoding.EncodeToString(secret),
		} {
			if _, err := keyfile.Inspect([]byte(text)); !errors.Is(err, keys.ErrNoKey) {
				t.Fatalf("%s: %v", name, err)
			}
			k, err := keys.ParseSecret([]byte(text), keys.HS256)
			if err != nil || k.VerificationKey().Bits() != 8*len(text) {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
}
