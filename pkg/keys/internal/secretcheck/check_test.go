package secretcheck_test

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/loginctl/loginctl/pkg/keys/internal/secretcheck"
)

const (
	good = "Zx9Qm4Tb7Lk2Rw8Yc5Vn1Hs6Jd3Gf0PaUeXiOoB"
	jwk  = `{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}`
	ssh  = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKNhkxkzZdBM95uipmWAnTx70+wueEeJpkxIewoJH6Ke ada@example"
)

func kindOf(t *testing.T, data string) (secretcheck.Kind, bool) {
	t.Helper()
	err := secretcheck.Check([]byte(data))
	if err == nil {
		return 0, false
	}
	var refusal *secretcheck.Refusal
	if !errors.As(err, &refusal) || len(err.Error()) > 200 {
		t.Fatalf("%T of %d bytes", err, len(err.Error()))
	}
	return refusal.Kind, true
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func quote(text string) string { b, _ := json.Marshal(text); return string(b) }

func encode16(text string, big bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

// layers are what may lie around a key that is given for a secret.
var layers = map[string]func(string) string{
	"as it is":         func(s string) string { return s },
	"with a newline":   func(s string) string { return s + "\n" },
	"blanks":           func(s string) string { return "  " + s + "  \n" },
	"UTF-8 mark":       func(s string) string { return "\ufeff" + s },
	"UTF-16LE":         func(s string) string { return encode16("\ufeff"+s, false) },
	"UTF-16 no mark":   func(s string) string { return encode16(s, false) },
	"UTF-16BE no mark": func(s string) string { return encode16(s, true) },
	"UTF-16 in quotes": func(s string) string { return "'" + encode16(s, false) + "'\n" },
	"quotes":           func(s string) string { return "'" + s + "'" },
	"JSON string":      quote,
	"JSON twice":       func(s string) string { return quote(quote(s)) },
	"NAME=":            func(s string) string { return "JWT_KEY=" + s },
	"NAME=\"\"":        func(s string) string { return "export JWT_KEY=" + quote(s) },
	"YAML":             func(s string) string { return "a: 1\nkey: " + quote(s) + "\n" },
	"JSON":             func(s string) string { return `{"a":{"b":[1,` + quote(s) + `]}}` },
	"percent":          url.PathEscape,
	"form":             url.QueryEscape,
	"base64":           base64Of,
	"base64url":        func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 twice":     func(s string) string { return base64Of(base64Of(s)) },
	"base64 thrice":    func(s string) string { return base64Of(base64Of(base64Of(s))) },
	"NAME=base64":      func(s string) string { return "KEY=" + base64Of(s) + "\n" },
	"base64 of NAME=":  func(s string) string { return base64Of("KEY=" + s) },
	"base64 of UTF-16": func(s string) string { return base64Of(encode16(s, false)) },
	"hexadecimal":      func(s string) string { return hex.EncodeToString([]byte(s)) },
	"wrapped":          func(s string) string { s = base64Of(s); return s[:20] + "\n" + s[20:] + "\n" },
}

func TestKeysInEveryLayer(t *testing.T) {
	things := map[string]string{"JWK": jwk, "JWK Set": `{"keys":[` + jwk + `]}`, "SSH": ssh}
	for _, file := range []string{"good/rsa.pub.pem", "good/p256.pub.pem", "good/ed25519.pub.pem", "good/rsa.pem", "good/rsa.pub.pkcs1.pem", "good/rsa.cert.pem", "encrypted/scrypt.pem"} {
		data, err := os.ReadFile("../../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		block, _ := pem.Decode(data)
		things[file] = text
		things[file+", DER"] = string(block.Bytes)
		things[file+", one line"] = strings.ReplaceAll(text, "\n", "")
		things[file+", literal \\n"] = strings.ReplaceAll(text, "\n", `\n`)
		things[file+", four dashes"] = text[1:]
		things[file+", en dashes"] = strings.ReplaceAll(text, "-----", "–––––")
		things[file+", without BEGIN"] = text[strings.Index(text, "\n")+1:]
		things[file+", without END"] = text[:strings.Index(text, "-----END")]
		things[file+", the body"] = base64Of(string(block.Bytes))
		things[file+", most of the body"] = base64Of(string(block.Bytes[:len(block.Bytes)-3]))
	}
	for thing, text := range things {
		for name, layer := range layers {
			if strings.HasSuffix(thing, "DER") && (strings.Contains(name, "UTF-16") || strings.Contains(name, "JSON") || strings.Contains(name, "YAML") || name == `NAME=""` || name == "base64 of UTF-16") {
				continue // which cannot hold bytes that are not text
			}
			if strings.HasSuffix(thing, "en dashes") && (strings.HasSuffix(name, "no mark") || name == "UTF-16 in quotes" || name == "base64 of UTF-16") {
				continue // only ASCII is recognized without a mark
			}
			if kind, refused := kindOf(t, layer(text)); !refused || kind != secretcheck.Key {
				t.Errorf("%s, %s: refused %t, kind %d", thing, name, refused, kind)
			}
		}
	}
}

func TestPartsOfKeys(t *testing.T) {
	modulus := make([]byte, 0, 256)
	for i := range 8 {
		part := sha256.Sum256([]byte{byte(i)})
		modulus = append(modulus, part[:]...)
	}
	modulus[0], modulus[255] = 0x80, 0x01
	for modulusIs := secretcheck.Check(modulus); modulusIs == nil; modulusIs = secretcheck.Check(modulus) {
		modulus[255] += 2 // until no small number divides it
	}
	for name, text := range map[string]string{
		"END alone":                  "-----END PUBLIC KEY-----",
		"a label":                    "BEGIN PUBLIC KEY and so on and so on",
		"a modulus":                  base64.RawURLEncoding.EncodeToString(modulus),
		"the modulus in hexadecimal": hex.EncodeToString(modulus),
		"a fingerprint of SSH":       "256 SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG ada@example (ED25519)",
		"a fragment of a JWK":        `"kty":"RSA","n":"AAAA`,
		"a JWK in single quotes":     `{'kty': 'RSA'}`,
		"escaped names":              `{"\u006bty":"oct","k":"AAAAAAAAAAAA"}`,
		"a blob of SSH":              "AAAAC3NzaC1lZDI1NTE5AAAAIKNhkxkzZdBM95uipmWAnTx70+wueEeJpkxIewoJH6Ke",
		"an SSH certificate":         "ssh-rsa-cert-v01@openssh.com AAAA",
		"RFC 4716":                   "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA",
		"PuTTY":                      "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n",
		"a thumbprint as a URI":      "urn:ietf:params:oauth:jwk-thumbprint:sha-256:NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
	} {
		if kind, refused := kindOf(t, text); !refused || kind != secretcheck.Key {
			t.Errorf("%s: refused %t, kind %d", name, refused, kind)
		}
	}
}

func TestOtherThings(t *testing.T) {
	for _, text := range []string{
		"<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>", "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "<p>not here</p>",
		"<your-secret-of-at-least-32-characters>", "${JWT_SECRET:-please-change-this-secret-now-ok}", "${JWT_SECRET}", "{{ .Values.jwt.secret }}", "{{JWT_SECRET}}",
		"${{ secrets.JWT_SECRET }}", "$(cat /run/secrets/jwt)", "$JWT_SECRET", "%JWT_SECRET%", "__JWT_SECRET__", "@JWT_SECRET@", "#{JwtSecret}", "<%= ENV.JWT_SECRET %>", "[your secret here]",
		"op://vault/item/field", "vault:secret/data/jwt#key", "arn:aws:secretsmanager:eu-central-1:1:secret:jwt", "projects/1/secrets/jwt/versions/latest", "file:///run/secrets/jwt",
		"/run/secrets/jwt", "https://example.com/secret", `C:\secrets\jwt`, "./secret.txt", "env:JWT_SECRET", "@Microsoft.KeyVault(SecretUri=x)", "/etc/app/secret.txt",
		"changeme-changeme-changeme-changeme", "CHANGE_ME_CHANGE_ME_CHANGE_ME_1234", "your-256-bit-secret-your-256-bit", "replace-me-with-a-real-secret-of-32", "this is a secret placeholder of 32",
		"cat: /run/secrets/jwt: No such file or directory", "bash: openssl: command not found", "Error: secret \"jwt\" not found", "Permission denied (publickey).", "Traceback (most recent call last):\n",
		`{"error":"not found","status":404}`, `["a","b"]`, "#!/bin/sh\necho\n", "Bearer abcdefghijklmnop", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.AAAA", "$2b$12$abcdefghijklmnopqrstuv",
		"$ANSIBLE_VAULT;1.1;AES256\n61\n", "ENC[AES256_GCM,data:AA==]", "version https://git-lfs.github.com/spec/v1\n", "AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD", "SHA256:abcd",
		"\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00", "\x89PNG\r\n\x1a\n\x00\x00", "\x7fELF" + strings.Repeat("\x00\x01\xff", 60), "\x1f\x8b\x08\x08abcd\x00\x03" + strings.Repeat("\xff\x01", 80),
		base64Of("${JWT_SECRET:-please-change-this-secret-now-ok}"), "SHA256 Fingerprint=AA:BB", "SECRET=${JWT_SECRET}",
	} {
		if kind, refused := kindOf(t, text); !refused || kind != secretcheck.Other {
			t.Errorf("%q: refused %t, kind %d", text, refused, kind)
		}
	}
}

func TestFormOfSecret(t *testing.T) {
	for name, text := range map[string]string{
		"two newlines": good + "\n\n", "two CRLF": good + "\r\n\r\n", "CR": good + "\r", "a blank before": " " + good, "a blank after": good + " \n", "a tab": good + "\t",
		"double quotes": `"` + good + `"`, "single quotes": "'" + good + "'\n", "backquotes": "`" + good + "`", "two lines": good + "\n" + good, "NAME=": "JWT_SECRET=" + good + "\n",
		"YAML": "secret: " + good, "export": "export JWT_SECRET=" + good, "a byte order mark": "\ufeff" + good, "UTF-16": encode16("\ufeff"+good, false), "UTF-16 without mark": encode16(good, false),
		"UTF-16 cut short": encode16("\ufeff"+good, false)[:79], "zero bytes": good + "\x00\x00", "a no-break space": good[:9] + "\u00a0" + good[9:], "a zero-width space": good + "\u200b", "camel case": "jwtSecret=" + good,
	} {
		if kind, refused := kindOf(t, text); !refused || kind != secretcheck.Form {
			t.Errorf("%s: refused %t, kind %d", name, refused, kind)
		}
	}
}

func TestSecrets(t *testing.T) {
	for _, text := range []string{
		"", good, good + "\n", good + "\r\n", "correct horse battery staple and more", "0123456789abcdef0123456789abcdef", "a=" + good, "Ab=" + good, strings.Repeat("pässwörd", 5), "\xff\xfe\xfd", "key" + good,
		base64Of(good), base64Of(base64Of(good)), `a"b'c<d>e{f}g$h(i)j%k` + good, "100%" + good, `a\b` + good, "<" + good, "[" + good, "{" + good, string(make([]byte, 256)), strings.Repeat("\x80", 256), "ends in BEGIN", "KEY", `"`,
		"SHA256:" + strings.Repeat("!", 43),
	} {
		if err := secretcheck.Check([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	if got := secretcheck.Trim([]byte("\xff\n")); len(got) != 2 {
		t.Error("a byte of a secret that is not text was cut")
	}
}

var random = flag.Int("secrets", 5_000, "random secrets for TestRandomSecrets")

// TestRandomSecrets: 32 random bytes, in each encoding of a secret, are a secret.
func TestRandomSecrets(t *testing.T) {
	secret := make([]byte, 32)
	for range *random {
		_, _ = rand.Read(secret)
		for name, text := range map[string]string{
			"raw":                    string(secret),
			"hexadecimal":            hex.EncodeToString(secret),
			"HEXADECIMAL":            strings.ToUpper(hex.EncodeToString(secret)),
			"base64":                 base64.StdEncoding.EncodeToString(secret),
			"base64url":              base64.RawURLEncoding.EncodeToString(secret),
			"base32":                 base32.StdEncoding.EncodeToString(secret),
			"base64 twice":           base64Of(base64Of(string(secret))),
			"base64url with padding": base64.URLEncoding.EncodeToString(secret) + "\n",
		} {
			if err := secretcheck.Check([]byte(text)); err != nil {
				t.Fatalf("%s: a random secret is refused: %v", name, err)
			}
			if trimmed := secretcheck.Trim([]byte(text)); string(trimmed) != strings.TrimSuffix(text, "\n") && name != "raw" || name == "raw" && len(trimmed) != 32 {
				t.Fatalf("%s: %d bytes are left", name, len(trimmed))
			}
		}
	}
}

// Layers within layers cost a bounded time.
func TestManyLayers(t *testing.T) {
	text := good
	for len(text) < 60_000 {
		text = quote(text + `"`)
	}
	for _, text := range []string{text, strings.Repeat("A1=B2=", 10_000), strings.Repeat("AB: x\n", 10_000), strings.Repeat("[", 60_000), strings.Repeat(`["a",`, 12_000), strings.Repeat("%41", 20_000), strings.Repeat("${", 30_000), strings.Repeat("<a>", 20_000)} {
		start := time.Now()
		_ = secretcheck.Check([]byte(text))
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes that begin with %q took %v", len(text), text[:4], took)
		}
	}
}

func FuzzCheck(f *testing.F) {
	for _, layer := range layers {
		f.Add([]byte(layer(jwk)))
		f.Add([]byte(layer(good)))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		err := secretcheck.Check(data)
		var refusal *secretcheck.Refusal
		if err != nil && (!errors.As(err, &refusal) || len(err.Error()) > 200) {
			t.Fatalf("%T", err)
		}
		if !bytes.Equal(data, before) {
			t.Fatal("the input was changed")
		}
		if trimmed := secretcheck.Trim(data); len(trimmed) < len(data)-2 {
			t.Fatal("more than a newline was cut")
		}
	})
}

// Text around the base64 or the hexadecimal of a key, and a loss at its beginning,
// do not make it a secret.
func TestKeysWithinOtherText(t *testing.T) {
	for _, file := range []string{"good/rsa.pub.pem", "good/p256.pub.pem", "good/ed25519.pub.pem"} {
		data, err := os.ReadFile("../../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(data)
		body, hexadecimal := base64Of(string(block.Bytes)), hex.EncodeToString(block.Bytes)
		for name, text := range map[string]string{
			"data URI": "data:;base64," + body, "base64:": "base64:" + body, "base64 of PEM": "base64:" + base64Of(string(data)), "Python": "b'" + body + "'", "parentheses": "(" + body + ")",
			"angles": "<" + body + ">", "semicolon": body + ";", "full stop": body + ".", "rest": body + "x", "name:value": "key:" + body, "flag": "--key=" + body, "three =": body + "===", "typographic": "“" + body + "”",
			"base32": base32.StdEncoding.EncodeToString(block.Bytes), "in groups": body[:20] + "-" + body[20:40] + "-" + body[40:],
			"without the first": body[1:], "without two": body[2:], "without three": body[3:], "the end of RSA": "+" + base64Of(strings.Repeat("\x9b", 60)+"\x02\x03\x01\x00\x01"), "commas": body[:30] + "," + body[30:], "bars": body[:30] + "|" + body[30:], "diff": "+" + body, "comment": "//" + body,
			"0x": "0x" + hexadecimal, "hexadecimal with -": hexadecimal[:2] + "-" + hexadecimal[2:4] + "-" + hexadecimal[4:], "hexadecimal without the first": hexadecimal[1:],
			"small letters": strings.ToLower(strings.ReplaceAll(string(data), "\n", "")), "decimals": decimalsOf(block.Bytes, "%d,"), "bytes of Go": decimalsOf(block.Bytes, "0x%02x, "), `\x`: decimalsOf(block.Bytes, `\x%02x`), `\ooo`: decimalsOf(block.Bytes, `\%03o`),
			`\u of PEM`: decimalsOf(data, `\u%04x`), "&# of PEM": decimalsOf(data, "&#%d;"), "&#x of PEM": decimalsOf(data, "&#x%x;"),
		} {
			if kind, refused := kindOf(t, text); !refused || kind != secretcheck.Key {
				t.Errorf("%s, %s: refused %t, kind %d", file, name, refused, kind)
			}
		}
	}
	for _, text := range []string{"{kty:EC,crv:P-256,x:f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU}", "kty=EC&crv=P-256&x=f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "\x00\x00\x00\x13ecdsa-sha2-nistp256\x00\x00\x00\x08nistp256"} {
		if kind, refused := kindOf(t, text); !refused || kind != secretcheck.Key {
			t.Errorf("%q: refused %t, kind %d", text, refused, kind)
		}
	}
}

// The refusal names the kind of the thing.
func TestKindIsNamed(t *testing.T) {
	for text, want := range map[string]string{
		"\xfe\xed\xfe\xed\x00\x00\x00\x02\x00\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01":         "a Java key store",
		"\x30\x14\x02\x01\x03\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x02\x04\x00": "a PKCS #12 file",
		"SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG=":                                      "the fingerprint of a key",
	} {
		if err := secretcheck.Check([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func decimalsOf(b []byte, format string) string {
	var text strings.Builder
	for _, c := range b {
		fmt.Fprintf(&text, format, c)
	}
	return strings.TrimSpace(text.String())
}

// Layers that are no form in which a key is used, and still leave it known to everyone.
func TestKeysInDisguise(t *testing.T) {
	deflated := func(s string) string {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, 9)
		w.Write([]byte(s))
		w.Close()
		return b.String()
	}
	zipped := func(s string) string {
		var b bytes.Buffer
		w := zlib.NewWriter(&b)
		w.Write([]byte(s))
		w.Close()
		return b.String()
	}
	gzipped := func(s string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write([]byte(s))
		w.Close()
		return b.String()
	}
	backwards := func(s string) string {
		b := []byte(s)
		slices.Reverse(b)
		return string(b)
	}
	turn := func(s string) string {
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return 'a' + (r-'a'+13)%26
			case r >= 'A' && r <= 'Z':
				return 'A' + (r-'A'+13)%26
			}
			return r
		}, s)
	}
	ascii85Of := func(s string) string {
		b := make([]byte, ascii85.MaxEncodedLen(len(s)))
		return string(b[:ascii85.Encode(b, []byte(s))])
	}
	number := func(base int) func(string) string {
		return func(s string) string { return new(big.Int).SetBytes([]byte(s)).Text(base) }
	}
	dump := func(s string) string {
		var line strings.Builder
		line.WriteString("00000000:")
		for i := range len(s) / 2 {
			fmt.Fprintf(&line, " %02x%02x", s[2*i], s[2*i+1])
		}
		return line.String() + "  ....\n"
	}
	disguises := map[string]func(string) string{
		"deflate": deflated, "zlib": zipped, "gzip": gzipped,
		"base64 of deflate": func(s string) string { return base64Of(deflated(s)) }, "base64 of zlib": func(s string) string { return base64Of(zipped(s)) },
		"base64 of gzip": func(s string) string { return base64Of(gzipped(s)) }, "base64 twice of gzip": func(s string) string { return base64Of(base64Of(gzipped(s))) }, "hex of gzip": func(s string) string { return hex.EncodeToString([]byte(gzipped(s))) },
		"ascii85": ascii85Of, "ascii85 of Adobe": func(s string) string { return "<~" + ascii85Of(s) + "~>" },
		"decimal": number(10), "base 36": number(36), "base 62": number(62), "binary": number(2), "octal": func(s string) string { return "0o" + number(8)(s) }, "0x": func(s string) string { return "0x" + number(16)(s) },
		"bits":                func(s string) string { return decimalsOf([]byte(s), "%08b ") },
		"backwards":           backwards,
		"base64 backwards":    func(s string) string { return backwards(base64Of(s)) },
		"hex backwards":       func(s string) string { return backwards(hex.EncodeToString([]byte(s))) },
		"ROT13 of base64":     func(s string) string { return turn(base64Of(s)) },
		"base64, small":       func(s string) string { return strings.ToLower(base64Of(s)) },
		"base64, large":       func(s string) string { return strings.ToUpper(base64Of(s)) },
		"base32, small":       func(s string) string { return strings.ToLower(base32.StdEncoding.EncodeToString([]byte(s))) },
		"base32hex":           func(s string) string { return base32.HexEncoding.EncodeToString([]byte(s)) },
		"dump":                dump,
		"base64 of a decimal": func(s string) string { return base64Of(number(10)(s)) },
	}
	for _, file := range []string{"good/rsa.pub.pem", "good/p256.pub.pem", "good/ed25519.pub.pem"} {
		data, err := os.ReadFile("../../testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(data)
		for name, disguise := range disguises {
			for form, text := range map[string]string{"PEM": string(data), "DER": string(block.Bytes)} {
				if kind, refused := kindOf(t, disguise(text)); !refused || kind == secretcheck.Form {
					t.Errorf("%s, %s of %s: refused %t, kind %d", file, name, form, refused, kind)
				}
			}
		}
	}
}

// Numbers of a public key, as programs print them.
func TestNumbersOfKeys(t *testing.T) {
	data, err := os.ReadFile("../../testdata/good/rsa.pub.pem")
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(data)
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	n := key.(*rsa.PublicKey).N
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := curve.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"decimal": n.Text(10), "hexadecimal": n.Text(16), "0x": "0x" + n.Text(16), "Python": "RSAPublicNumbers(e=65537, n=" + n.Text(10) + ")", "Go": "&{" + n.Text(10) + " 65537}",
		"base64 of the decimal": base64Of(n.Text(10)), "a point": base64Of(string(point)), "a point in hexadecimal": hex.EncodeToString(point), "x and y": base64Of(string(point[1:])),
	} {
		if kind, refused := kindOf(t, text); !refused || kind != secretcheck.Key {
			t.Errorf("%s: refused %t, kind %d", name, refused, kind)
		}
	}
}

// More texts that programs and people leave where a secret belongs.
func TestMoreOtherThings(t *testing.T) {
	for _, text := range []string{
		"passwordpasswordpasswordpassword", "secret-secret-secret-secret-secret-secret", "nullnullnullnullnullnullnullnullnull", "None None None None None None None None", "<nil><nil><nil><nil><nil><nil><nil>",
		"(sensitive value)(sensitive value)(sensitive value)", "a-string-secret-at-least-256-bits-long", "openssl rand -base64 32 | tr -d newline please", "head -c 32 /dev/urandom | base64 > secret.txt", "$(openssl rand -base64 32)",
		"Enter passphrase for key \"/home/ada/.ssh/id_rsa\":", "process.env.JWT_SECRET_FOR_THE_APPLICATION", "os.environ[\"JWT_SECRET_FOR_THE_APPLICATION\"]", "!Ref JwtSecretParameterForTheApplication", "%(JWT_SECRET)s and some more text",
		"@@JWT_SECRET_FOR_THE_APPLICATION@@", "##JWT_SECRET_FOR_THE_APPLICATION##", "secretref:jwt-signing-secret-in-the-store", "gcp:projects/my-project/secrets/jwt/versions/latest", "ENC(abcdefghijklmnopqrstuvwxyz0123456789AB)", "{cipher}AQAPTkDLmNQ0123456789abcdefabcdef",
		"{SSHA}abcdefghijklmnopqrstuvwxyz0123456789", "5f4dcc3b5aa765d61d8327deb882cf99  secret.txt", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "••••••••••••••••••••••••••••••••", "#<Object:0x000055d0c0a8e0f8 and more>",
		"00000000: 5a78 3951 6d34 5462 374c 6b32 5277 3859  Zx9Qm4Tb7Lk2Rw8Y", "%PDF-1.4 and some more text of the file", "0x0000000000000000000000000000000000000001",
	} {
		if kind, refused := kindOf(t, text); !refused || kind == secretcheck.Form {
			t.Errorf("%q: refused %t, kind %d", text, refused, kind)
		}
	}
}
