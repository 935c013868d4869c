package sshkey_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/internal/sshkey"
)

func generated(t testing.TB) map[string]crypto.Signer {
	t.Helper()
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]crypto.Signer{"RSA": rsaKey}
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		k, err := ecdsa.GenerateKey(curve, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		all[curve.Params().Name] = k
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	all["Ed25519"] = edwards
	return all
}

func marshal(t testing.TB, k crypto.PrivateKey) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(k, "a comment")
	if err != nil {
		t.Fatal(err)
	}
	return block.Bytes
}

func encrypt(t testing.TB, k crypto.PrivateKey) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKeyWithPassphrase(k, "", []byte("correct"))
	if err != nil {
		t.Fatal(err)
	}
	return block.Bytes
}

type equaler interface{ Equal(crypto.PublicKey) bool }

func TestPrivate(t *testing.T) {
	for name, k := range generated(t) {
		got, err := sshkey.Private(marshal(t, k))
		if err != nil || !got.Public().(equaler).Equal(k.Public()) {
			t.Errorf("%s: got %v", name, err)
		}
		sealed := encrypt(t, k)
		if _, err := sshkey.Private(sealed); !errors.Is(err, keyerr.ErrPassphraseRequired) {
			t.Errorf("%s, encrypted: got %v", name, err)
		}
		got, err = sshkey.Decrypt(sealed, []byte("correct"))
		if err != nil || !got.Public().(equaler).Equal(k.Public()) {
			t.Errorf("%s, decrypted: got %v", name, err)
		}
		h, err := sshkey.ReadHeader(sealed)
		if err != nil || !h.Encrypted() || h.KDF != "bcrypt" || h.Rounds < 16 || h.Cipher != "aes256-ctr" {
			t.Errorf("%s: the header is %+v, %v", name, h, err)
		}
	}
}

func TestPassphrases(t *testing.T) {
	_, k, _ := ed25519.GenerateKey(rand.Reader)
	for passphrase, want := range map[string]error{"wrong": keyerr.ErrWrongPassphrase, "": keyerr.ErrPassphraseRequired} {
		if _, err := sshkey.Decrypt(encrypt(t, k), []byte(passphrase)); !errors.Is(err, want) {
			t.Errorf("%q: got %v", passphrase, err)
		}
	}
	if _, err := sshkey.Decrypt(marshal(t, k), []byte("correct")); !errors.Is(err, keyerr.ErrNotEncrypted) {
		t.Errorf("a plain key: got %v", err)
	}
	if _, err := sshkey.Decrypt([]byte("x"), []byte("correct")); !errors.Is(err, keyerr.ErrMalformed) {
		t.Errorf("not a key: got %v", err)
	}
}

func text(s string) string {
	return string(binary.BigEndian.AppendUint32(nil, uint32(len(s)))) + s
}

// header is a file with an empty private part.
func header(cipher, kdf, options string, keys uint32) string {
	return "openssh-key-v1\x00" + text(cipher) + text(kdf) + text(options) + string(binary.BigEndian.AppendUint32(nil, keys)) + text("public") + text("private")
}

func TestHeadersThatAreRefused(t *testing.T) {
	rounds := func(n uint32) string { return text("0123456789abcdef") + string(binary.BigEndian.AppendUint32(nil, n)) }
	for name, tt := range map[string]struct {
		content string
		want    error
	}{
		"nothing":              {"", keyerr.ErrMalformed},
		"another magic":        {"openssh-key-v2\x00", keyerr.ErrMalformed},
		"cut short":            {header("none", "none", "", 1)[:40], keyerr.ErrMalformed},
		"more after it":        {header("none", "none", "", 1) + "x", keyerr.ErrMalformed},
		"no keys":              {header("none", "none", "", 0), keyerr.ErrMalformed},
		"two keys":             {header("none", "none", "", 2), keyerr.ErrUnsupported},
		"a cipher, no KDF":     {header("aes256-ctr", "none", "", 1), keyerr.ErrMalformed},
		"a KDF, no cipher":     {header("none", "bcrypt", rounds(16), 1), keyerr.ErrMalformed},
		"another KDF":          {header("aes256-ctr", "argon2", rounds(16), 1), keyerr.ErrUnsupported},
		"another cipher":       {header("aes256-gcm@openssh.com", "bcrypt", rounds(16), 1), keyerr.ErrUnsupported},
		"no rounds":            {header("aes256-ctr", "bcrypt", rounds(0), 1), keyerr.ErrMalformed},
		"a bomb":               {header("aes256-ctr", "bcrypt", rounds(1<<31), 1), keyerr.ErrTooCostly},
		"one round too many":   {header("aes256-ctr", "bcrypt", rounds(sshkey.MaxRounds+1), 1), keyerr.ErrTooCostly},
		"options cut short":    {header("aes256-ctr", "bcrypt", rounds(16)[:20], 1), keyerr.ErrMalformed},
		"no salt":              {header("aes256-ctr", "bcrypt", text("")+"\x00\x00\x00\x10", 1), keyerr.ErrMalformed},
		"a long salt":          {header("aes256-ctr", "bcrypt", text(strings.Repeat("s", 65))+"\x00\x00\x00\x10", 1), keyerr.ErrMalformed},
		"a length of 4 GiB":    {"openssh-key-v1\x00\xff\xff\xff\xff", keyerr.ErrMalformed},
		"a large private part": {"openssh-key-v1\x00" + text("none") + text("none") + text("") + "\x00\x00\x00\x01" + text("") + text(strings.Repeat("x", 9000)), keyerr.ErrTooLarge},
	} {
		if _, err := sshkey.ReadHeader([]byte(tt.content)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := sshkey.Decrypt([]byte(tt.content), []byte("x")); !errors.Is(err, tt.want) {
			t.Errorf("%s: Decrypt: %v", name, err)
		}
	}
	for _, rounds := range []string{rounds(16)} {
		content := header("aes256-ctr", "bcrypt", rounds, 1)
		if _, err := sshkey.Decrypt([]byte(content), []byte("x")); !errors.Is(err, keyerr.ErrMalformed) {
			t.Errorf("a public part that is not a key: %v", err)
		}
	}
}

// The public half that is shown has to be that of the private one.
func TestSwappedPublicHalf(t *testing.T) {
	all := generated(t)
	_, other, _ := ed25519.GenerateKey(rand.Reader)
	content := marshal(t, all["Ed25519"])
	mine := []byte(all["Ed25519"].Public().(ed25519.PublicKey))
	at := bytes.Index(content, mine)
	copy(content[at:], other.Public().(ed25519.PublicKey)) // the first is outside of the private part
	if _, err := sshkey.Private(content); !errors.Is(err, keyerr.ErrMalformed) {
		t.Errorf("got %v", err)
	}
	damaged := marshal(t, all["P-256"])
	damaged[len(damaged)-1] ^= 1
	if _, err := sshkey.Private(damaged); !errors.Is(err, keyerr.ErrMalformed) {
		t.Errorf("padding: got %v", err)
	}
	weak, _ := rsa.GenerateKey(rand.Reader, 1024)
	if _, err := sshkey.Private(marshal(t, weak)); !errors.Is(err, keyerr.ErrWeak) {
		t.Errorf("1024 bits: got %v", err)
	}
}

func line(t testing.TB, public any) string {
	t.Helper()
	k, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(k)))
}

func TestPublic(t *testing.T) {
	for name, k := range generated(t) {
		one := line(t, k.Public())
		blob := strings.Fields(one)[1]
		for form, text := range map[string]string{
			"a line": one, "a comment": one + " ada@example.com\n", "CRLF": one + "\r\n", "options": `from="10.0.0.0/8",no-pty ` + one, "known_hosts": "example.com " + one,
			"comments": "# keys\n\n" + one + "\n", "twice": one + "\n" + one + "\n", "the blob": blob, "quotes": `"` + blob + `"`,
			"RFC 4716": "---- BEGIN SSH2 PUBLIC KEY ----\nComment: \"a \\\nb\"\n" + blob[:60] + "\n" + blob[60:] + "\n---- END SSH2 PUBLIC KEY ----\n",
		} {
			if !sshkey.IsPublic([]byte(text)) {
				t.Errorf("%s, %s: not recognized", name, form)
			}
			got, err := sshkey.Public([]byte(text))
			if err != nil || !got.(equaler).Equal(k.Public()) {
				t.Errorf("%s, %s: got %v", name, form, err)
			}
		}
	}
}

func TestPublicKeysThatAreRefused(t *testing.T) {
	all := generated(t)
	a, b := line(t, all["Ed25519"].Public()), line(t, all["P-256"].Public())
	for name, tt := range map[string]struct {
		text string
		want error
	}{
		"nothing":           {"", keyerr.ErrMalformed},
		"two keys":          {a + "\n" + b, keyerr.ErrMalformed},
		"another line":      {a + "\nand more", keyerr.ErrMalformed},
		"damaged base64":    {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5!", keyerr.ErrMalformed},
		"cut short":         {a[:40], keyerr.ErrMalformed},
		"DSA":               {"ssh-dss " + base64.StdEncoding.EncodeToString([]byte(text("ssh-dss")+text("p"))), keyerr.ErrUnsupported},
		"a security key":    {"sk-ssh-ed25519@openssh.com " + base64.StdEncoding.EncodeToString([]byte(text("sk-ssh-ed25519@openssh.com")+text("p"))), keyerr.ErrUnsupported},
		"damaged":           {"ssh-rsa " + base64.StdEncoding.EncodeToString([]byte(text("ssh-rsa")+text("p"))), keyerr.ErrMalformed},
		"RFC 4716, no END":  {"---- BEGIN SSH2 PUBLIC KEY ----\n" + strings.Fields(a)[1], keyerr.ErrMalformed},
		"RFC 4716 and more": {"---- BEGIN SSH2 PUBLIC KEY ----\n" + strings.Fields(a)[1] + "\n---- END SSH2 PUBLIC KEY ----\nmore", keyerr.ErrMalformed},
		"RFC 4716, damaged": {"---- BEGIN SSH2 PUBLIC KEY ----\n!\n---- END SSH2 PUBLIC KEY ----", keyerr.ErrMalformed},
	} {
		if _, err := sshkey.Public([]byte(tt.text)); !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, text := range []string{"", "ssh-rsa", "AAAA", "AAAAAAAAAAAAAAAAAAAA", "AAAA!!!!!!!!!!!!!!!!", "words"} {
		if sshkey.IsPublic([]byte(text)) {
			t.Errorf("%q is a key", text)
		}
	}
}

func FuzzPrivate(f *testing.F) {
	for _, k := range generated(f) {
		f.Add(marshal(f, k))
	}
	for _, file := range []string{"../../testdata/kinds/openssh.pem", "../../testdata/recorded/rsa2048_openssh.pem"} {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		block, _ := pem.Decode(data)
		f.Add(block.Bytes)
	}
	f.Add([]byte(header("aes256-ctr", "bcrypt", text("0123456789abcdef")+"\x00\x00\x00\x10", 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if k, err := sshkey.Private(data); err == nil && k == nil {
			t.Fatal("no key and no error")
		}
		blob := base64.StdEncoding.EncodeToString(data)
		if k, err := sshkey.Public([]byte("AAAA" + blob)); err == nil && k == nil {
			t.Fatal("no key and no error")
		}
		_, _ = sshkey.Public(data)
	})
}
