package keyfile_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// The halves of a key are written together, and never over another key.
func ExampleSavePair() {
	dir, err := os.MkdirTemp("", "keyfile")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	private, public := filepath.Join(dir, "signing.pem"), filepath.Join(dir, "signing.pem.pub")

	err = keyfile.SavePair(private, []byte("the private key"), public, []byte("the public key"), false)
	fmt.Println(err)
	err = keyfile.SavePair(private, []byte("another key"), public, []byte("its public half"), false)
	fmt.Println(errors.Is(err, keyfile.ErrExists))
	// Output:
	// <nil>
	// true
}

// Two programs that update one file wait for each other, so no change is lost.
func ExampleUpdate() {
	dir, err := os.MkdirTemp("", "keyfile")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "jwks.json")
	if err := keyfile.SavePublic(path, []byte(`{"keys":[]}`), false); err != nil {
		log.Fatal(err)
	}
	err = keyfile.Update(path, func(old []byte) ([]byte, error) {
		return bytes.Replace(old, []byte("[]"), []byte(`[{"kty":"OKP"}]`), 1), nil
	})
	if err != nil {
		log.Fatal(err)
	}
	data, err := keyfile.Read(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", data)
	// Output:
	// {"keys":[{"kty":"OKP"}]}
}

// A key that is not encrypted. An encrypted one needs LoadEncrypted.
func ExampleLoad() {
	key, err := keyfile.Load("../testdata/good/p256.pem")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.Algorithm(), key.VerificationKey().Bits())

	_, err = keyfile.Load("../testdata/encrypted/scrypt.pem")
	fmt.Println(errors.Is(err, keys.ErrPassphraseRequired))

	_, err = keyfile.Load("../testdata")
	fmt.Println(errors.Is(err, keyfile.ErrNotRegular))
	// Output:
	// ES256 256
	// true
	// true
}

// A service that only verifies tokens needs the public key and no other.
func ExampleLoadPublic() {
	key, err := keyfile.LoadPublic("../testdata/good/rsa.pub.pem")
	if err != nil {
		log.Fatal(err)
	}
	// A PEM file does not state an algorithm: RS256 is the default for RSA.
	fmt.Println(key.Algorithm())
	key, err = key.As(keys.PS256)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key.Algorithm())
	// Output:
	// RS256
	// PS256
}

func ExampleInspect() {
	data, err := os.ReadFile("../testdata/recorded/rsa2048_enc_trad.pem")
	if err != nil {
		log.Fatal(err)
	}
	info, err := keyfile.Inspect(data)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.Format, info.Cipher, info.KDF)
	fmt.Println(info.Warnings[0])
	_, err = keys.Parse(data)
	fmt.Println(err)
	// Output:
	// RFC 1423 PEM AES-256-CBC MD5
	// encrypted as RFC 1423 PEM, whose passphrase is cheap to guess: save it again as encrypted PKCS #8
	// passphrase required
}
