package keys_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// A service makes its key once, encrypted, and gives the public half to those
// who verify.
func Example() {
	dir, err := os.MkdirTemp("", "keys")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	passphrase := []byte("from a file, a prompt or the environment")

	key, err := keys.Generate(keys.ES256)
	if err != nil {
		log.Fatal(err)
	}
	private, err := keys.MarshalEncrypted(key, passphrase, keys.KDF{})
	if err != nil {
		log.Fatal(err)
	}
	public, err := keys.MarshalPublic(key.VerificationKey())
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, "signing.pem")
	if err := keyfile.SavePair(path, private, path+".pub", public, false); err != nil {
		log.Fatal(err)
	}

	key, err = keyfile.LoadEncrypted(path, passphrase)
	if err != nil {
		log.Fatal(err)
	}
	signature, err := key.Sign(context.Background(), "header.claims")
	if err != nil {
		log.Fatal(err)
	}
	verifier, err := keyfile.LoadPublic(path + ".pub")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(verifier.Algorithm(), verifier.Verify("header.claims", signature))
	fmt.Println(verifier.Verify("header.other", signature))
	// Output:
	// ES256 <nil>
	// signature does not verify
}

// A key is replaced without refusing a token: first every verifier learns of
// the next one, then it signs, and the old one goes when its tokens have expired.
func ExampleSet() {
	first, err := keys.Parse([]byte(rfc7515EC))
	if err != nil {
		log.Fatal(err)
	}
	first, err = first.WithID("2026-01")
	if err != nil {
		log.Fatal(err)
	}
	next, err := keys.Parse([]byte(rfc8037Key))
	if err != nil {
		log.Fatal(err)
	}
	next, err = next.WithID("2026-02")
	if err != nil {
		log.Fatal(err)
	}
	set, err := keys.NewSet(first)
	if err != nil {
		log.Fatal(err)
	}
	show := func() {
		signer, err := set.Snapshot().Signer()
		fmt.Println(signer, err, "verifies with", set.Snapshot().VerificationKeys())
	}
	set.Publish(next.VerificationKey())
	show()
	set.Rotate(next)
	show()
	set.Retire("2026-01")
	show()
	// Output:
	// ES256 private key "2026-01" [redacted] <nil> verifies with [ES256 public key "2026-01" EdDSA public key "2026-02"]
	// EdDSA private key "2026-02" [redacted] <nil> verifies with [EdDSA public key "2026-02" ES256 public key "2026-01"]
	// EdDSA private key "2026-02" [redacted] <nil> verifies with [EdDSA public key "2026-02"]
}
