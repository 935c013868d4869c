package keys_test

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-jose/go-jose/v4"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Every parser has a fuzz target. For every input: no panic, and either a key that
// works and survives being written, or exactly one error of the package.

// seed adds every key file of the tests to a fuzz target.
func seed(f *testing.F, more ...string) {
	err := filepath.WalkDir("testdata", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasPrefix(path, filepath.Join("testdata", "fuzz")) {
			return err
		}
		data, err := os.ReadFile(path)
		f.Add(data)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range more {
		f.Add([]byte(text))
	}
}

func jwkSeeds() []string {
	return []string{
		rfc7638Key, rfc8037Key, rfc7515HMC, rfc7515EC, edit(rfc7515EC, "d", ""), edit(rfc7515EC, "key_ops", `["sign","verify"]`), edit(rfc7515EC, "key_ops", `["verify"]`),
		edit(rfc7515EC, "use", `"sig"`), edit(rfc7515HMC, "alg", `"HS512"`), `{"keys":[` + rfc7638Key + `,` + rfc8037Key + `]}`,
		`{"kty":"oct","k":""}`, `{"kty":"RSA","n":"AA","e":"AA"}`, `{"keys":[null]}`, `{"kty":"OKP","crv":"X25519","x":""}`,
	}
}

// oneError checks that a refusal matches exactly one error of the package.
func oneError(t *testing.T, err error) {
	t.Helper()
	matches := 0
	for _, sentinel := range sentinels {
		if errors.Is(err, sentinel) {
			matches++
		}
	}
	if matches != 1 {
		t.Fatalf("%v matches %d errors of the package", err, matches)
	}
	if len(err.Error()) > 500 || strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
		t.Fatalf("an error of %d bytes, or with control characters: %q", len(err.Error()), err)
	}
}

// survives checks that a key works and is the same after every way out and in.
func survives(t *testing.T, k *keys.SigningKey) {
	t.Helper()
	works(t, k)
	public := k.VerificationKey()
	marshal := []func(*keys.SigningKey) ([]byte, error){keys.MarshalPKCS8, keys.MarshalTraditional, keys.MarshalJWK}
	for _, marshal := range marshal {
		text, err := marshal(k)
		if errors.Is(err, keys.ErrUnsupported) {
			continue
		}
		again, err := keys.Parse(text)
		if err != nil || !again.VerificationKey().Equal(public) {
			t.Fatalf("written and read it is another key: %v", err)
		}
	}
	if k.Algorithm().Type() != "oct" {
		again, err := keys.ParsePublic(must(keys.MarshalPublicJWK(public)))
		if err != nil || !again.Equal(public) || again.ID() != public.ID() || again.Algorithm() != public.Algorithm() {
			t.Fatalf("its public JWK is another key: %v", err)
		}
	}
}

func FuzzParse(f *testing.F) {
	seed(f, jwkSeeds()...)
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		k, err := keys.Parse(data)
		if !bytes.Equal(data, before) {
			t.Fatal("the input was changed")
		}
		if err != nil {
			oneError(t, err)
			noSecret(t, data)
			return
		}
		survives(t, k)
		if _, err := keys.ParseEncrypted(data, []byte("x")); !errors.Is(err, keys.ErrNotEncrypted) {
			t.Fatalf("read as encrypted: %v", err)
		}
		noSecret(t, data)
	})
}

// noSecret checks that text read as a key, a public key or a set, is refused
// as a secret: as it is, in the quotes of a shell and in JSON.
func noSecret(t *testing.T, data []byte) {
	t.Helper()
	_, private := keys.Parse(data)
	_, public := keys.ParsePublic(data)
	_, set := keys.ParseJWKS(data, nil)
	if private != nil && public != nil && set != nil {
		return
	}
	texts := [][]byte{data, slices.Concat([]byte("'"), data, []byte("'\n")), must(json.Marshal(string(data)))}
	if !utf8.Valid(data) {
		texts = texts[:2] // JSON would have other bytes
	}
	for _, text := range texts {
		if _, err := keys.ParseSecret(text, keys.HS256); !errors.Is(err, keys.ErrNotSecret) && len(text) <= keyfile.MaxSize {
			t.Fatalf("a key is a secret: %v", err)
		}
	}
}

func FuzzParseEncrypted(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		passphrase := []byte("correct")
		if info, err := keyfile.Inspect(data); err != nil {
			oneError(t, err)
		} else if costly(info, data) {
			passphrase = nil // the parameters are still read
		}
		k, err := keys.ParseEncrypted(data, passphrase)
		if err != nil {
			oneError(t, err)
			return
		}
		survives(t, k)
	})
}

// costly reports whether opening the key takes more than a moment. Of scrypt
// only the parameters of the seeds are tried, for N says little of its cost.
func costly(info *keyfile.Info, data []byte) bool {
	if info.KDF != "scrypt" {
		return info.Iterations > 3000
	}
	block, _ := pem.Decode(data)
	return block == nil || !bytes.Contains(block.Bytes, []byte{2, 2, 4, 0, 2, 1, 8, 2, 1, 1})
}

// rsaPSS is the identifier of RSA-PSS, which crypto/x509 does not know.
var rsaPSS = []byte("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a")

func FuzzParsePublic(f *testing.F) {
	seed(f, jwkSeeds()...)
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := keys.ParsePublic(data)
		if err != nil {
			oneError(t, err)
			return
		}
		again, err := keys.ParsePublic(must(keys.MarshalPublic(k)))
		if err != nil || !again.Equal(k) {
			t.Fatalf("written and read it is another key: %v", err)
		}
		if strings.Contains(string(must(keys.MarshalPublicJWK(k))), `"d"`) {
			t.Fatal("the public JWK has a private member")
		}
		block, _ := pem.Decode(data)
		if block != nil && block.Type == "PUBLIC KEY" && !compressed(block.Bytes) && !bytes.Contains(block.Bytes, rsaPSS) {
			theirs, err := x509.ParsePKIXPublicKey(block.Bytes)
			if err != nil {
				t.Fatalf("crypto/x509 refuses it: %v", err)
			}
			if !must(keys.NewVerificationKey(theirs, 0)).Equal(k) {
				t.Fatal("crypto/x509 reads another key")
			}
		}
	})
}

// compressed reports whether an SPKI ends in a compressed point, which
// crypto/x509 does not read.
func compressed(der []byte) bool {
	for _, size := range []int{33, 49, 67} {
		if len(der) > size && der[len(der)-size-1] == 0 && (der[len(der)-size] == 2 || der[len(der)-size] == 3) {
			return true
		}
	}
	return false
}

func FuzzJWK(f *testing.F) {
	for _, text := range jwkSeeds() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := keys.ParsePublic(data)
		if err != nil {
			oneError(t, err)
			return
		}
		if info := must(keyfile.Inspect(data)); info.Format != "JWK" || !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) || k.Bits() > 4096 {
			return
		}
		var theirs jose.JSONWebKey
		if err := theirs.UnmarshalJSON(withoutCertificates(data)); err != nil {
			t.Fatalf("go-jose refuses it: %v", err)
		}
		ours := must(keys.MarshalPublicJWK(k))
		var again jose.JSONWebKey
		if err := again.UnmarshalJSON(ours); err != nil || again.KeyID != k.ID() {
			t.Fatalf("go-jose reads %q of what was written: %v", again.KeyID, err)
		}
	})
}

// withoutCertificates removes members that go-jose reads and keys does not.
func withoutCertificates(data []byte) []byte {
	text := string(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff"))))
	for _, name := range []string{"x5c", "x5u", "x5t", "x5t#S256", "k", "pub", "priv"} {
		text = edit(text, name, "")
	}
	return []byte(text)
}

func FuzzJWKS(f *testing.F) {
	for _, text := range jwkSeeds() {
		f.Add([]byte(text))
		f.Add([]byte(`{"keys":[` + text + `]}`))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		set, err := keys.ParseJWKS(data, nil)
		if err != nil {
			oneError(t, err)
			return
		}
		all := set.Snapshot().VerificationKeys()
		text, err := keys.MarshalJWKS(set.Snapshot().VerificationKeys()...)
		if errors.Is(err, keys.ErrKeyID) { // which is read, and not written
			return
		}
		again, err := keys.ParseJWKS(text, nil)
		if err != nil || len(all) == 0 || len(again.Snapshot().VerificationKeys()) != len(all) {
			t.Fatalf("%d keys, written and read others: %v", len(all), err)
		}
		for _, k := range all {
			if k.Algorithm().Type() == "oct" {
				t.Fatal("a secret in a JWK Set")
			}
			if _, err := set.Snapshot().Select(k.Algorithm(), k.ID(), true); err != nil {
				t.Fatalf("a key is not found by its id: %v", err)
			}
		}
	})
}

func FuzzSecret(f *testing.F) {
	seed(f, append(jwkSeeds(), goodSecret, goodSecret+"\r\n", strings.Repeat("a", 64))...)
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := keys.ParseSecret(data, keys.HS256)
		if err != nil {
			oneError(t, err)
			return
		}
		works(t, k)
		if k.VerificationKey().Bits() < 256 || bytes.Contains(data, []byte("-----BEGIN ")) {
			t.Fatal("it is no secret")
		}
		if again := must(keys.Parse(must(keys.MarshalJWK(k)))); !again.VerificationKey().Equal(k.VerificationKey()) {
			t.Fatal("its JWK is another secret")
		}
		if text, err := keys.MarshalSecret(k); err == nil && !slices.Equal(text[:len(text)-1], bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r"))) {
			t.Fatal("its text is another")
		}
	})
}

func FuzzInspect(f *testing.F) {
	seed(f, jwkSeeds()...)
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := keyfile.Inspect(data)
		if err != nil {
			oneError(t, err)
			return
		}
		if info.Format == "" || info.Encrypted != (info.KDF != "") || !info.Encrypted && info.Format != "JWK Set" && len(info.Keys) == 0 && info.Bits == 0 {
			t.Fatalf("it is %+v", info)
		}
	})
}
