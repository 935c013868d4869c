package keys_test

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"log"

	"github.com/loginctl/loginctl/pkg/keys"
)

// The secret is the bytes of its text. A trailing newline is removed, so that the
// same secret can come from a file and from an environment variable.
func ExampleParseSecret() {
	text := "c2VjcmV0IG9mIDMyIHJhbmRvbSBieXRlcyBhcyB0ZXh0"
	fromVariable, err := keys.ParseSecret([]byte(text), keys.HS256)
	if err != nil {
		log.Fatal(err)
	}
	fromFile, err := keys.ParseSecret([]byte(text+"\n"), keys.HS256)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fromVariable)
	fmt.Println(fromVariable.VerificationKey().Equal(fromFile.VerificationKey()))

	_, err = keys.ParseSecret([]byte("password"), keys.HS256)
	fmt.Println(err)
	// Output:
	// HS256 secret [redacted]
	// true
	// key is too weak: HS256 needs a secret of at least 32 bytes, this one has 8
}

// A private key is written encrypted and read again with the same passphrase.
func ExampleMarshalEncrypted() {
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		log.Fatal(err)
	}
	passphrase := []byte("from a file, a prompt or the environment")
	text, err := keys.MarshalEncrypted(key, passphrase, keys.KDF{})
	if err != nil {
		log.Fatal(err)
	}
	again, err := keys.ParseEncrypted(text, passphrase)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(again.ID() == key.ID())

	_, err = keys.ParseEncrypted(text, []byte("another passphrase"))
	fmt.Println(err)
	_, err = keys.MarshalEncrypted(key, nil, keys.KDF{})
	fmt.Println(err)
	// Output:
	// true
	// wrong passphrase
	// passphrase required
}

// The kid of a new key is its thumbprint, unless WithID states another.
func ExampleGenerate() {
	key, err := keys.Generate(keys.ES256)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.ID() == key.VerificationKey().Thumbprint())
	key, err = key.WithID("2026-01")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key)
	// Output:
	// true
	// ES256 private key "2026-01" [redacted]
}

// A key that the program already has, here from its seed.
func ExampleNewSigner_standard() {
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A") // RFC 8037 appendix A.1
	if err != nil {
		log.Fatal(err)
	}
	key, err := keys.NewSigner(ed25519.NewKeyFromSeed(seed), 0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key)
	// Output:
	// EdDSA private key "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" [redacted]
}

// The keys of another issuer. A key for another purpose is skipped.
func ExampleParseJWKS() {
	set, err := keys.ParseJWKS([]byte(`{"keys": [
		{"kty": "OKP", "crv": "Ed25519", "kid": "signs", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},
		{"kty": "OKP", "crv": "X25519", "kid": "encrypts", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08"}
	]}`), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Snapshot().VerificationKeys())

	_, err = set.Snapshot().Select(keys.EdDSA, "encrypts", true)
	fmt.Println(err)
	// Output:
	// [EdDSA public key "signs"]
	// unknown key id: key 2 of the JWK Set (kid "encrypts"): unsupported kind of key: OKP on the curve "X25519"; only Ed25519 is supported
}
