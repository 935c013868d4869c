package keys_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// sentinels are the errors of this package and those of keyfile that Load passes on.
var sentinels = []error{
	keys.ErrNoKey, keys.ErrMalformed, keys.ErrUnsupported, keys.ErrWeak, keys.ErrPassphraseRequired,
	keys.ErrWrongPassphrase, keys.ErrNotEncrypted, keys.ErrNoSigningKey, keys.ErrNotPublic, keys.ErrNotSecret,
	keys.ErrTooLarge, keys.ErrTooCostly, keyfile.ErrNotRegular, keyfile.ErrExists, keyfile.ErrBusy, keys.ErrAlgorithm,
	keys.ErrUnknownKey, keys.ErrKeyID, keys.ErrSignature,
}

// wantErr checks that err matches want and no other error of the package.
func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if want == nil {
		if err != nil {
			t.Fatalf("got %v, want no error", err)
		}
		return
	}
	for _, sentinel := range sentinels {
		if is := errors.Is(err, sentinel); is != (sentinel == want) {
			t.Fatalf("got %v, which matches %q: %v; want %v alone", err, sentinel, is, want)
		}
	}
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// keyFor returns a key for alg. RSA keys are slow to make, so they are read.
func keyFor(t testing.TB, alg keys.Algorithm) *keys.SigningKey {
	t.Helper()
	if alg.Type() != "RSA" {
		return must(keys.Generate(alg))
	}
	k, err := keys.Parse(testdata(t, "good/rsa.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return must(k.As(alg))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// works checks that k verifies what it signs, and nothing else.
func works(t testing.TB, k *keys.SigningKey) {
	t.Helper()
	signature, err := k.Sign(context.Background(), "signed text")
	if err != nil {
		t.Fatal(err)
	}
	if err := k.VerificationKey().Verify("signed text", signature); err != nil {
		t.Errorf("its own signature: %v", err)
	}
	wantErr(t, k.VerificationKey().Verify("signed text.", signature), keys.ErrSignature)
	signature[len(signature)/2] ^= 1
	wantErr(t, k.VerificationKey().Verify("signed text", signature), keys.ErrSignature)
}
