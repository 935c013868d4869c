package login_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"io"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// elsewhere is a signer whose private key is in another place, which may be down.
type elsewhere struct {
	key *ecdsa.PrivateKey
	err error
}

func (e *elsewhere) Public() crypto.PublicKey { return e.key.Public() }

func (e *elsewhere) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if e.err != nil {
		return nil, e.err
	}
	return e.key.Sign(r, digest, opts)
}

// Everything that signs takes a key of keys.NewSigner, and tells its errors.
func TestKeysThatAreHeldElsewhere(t *testing.T) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer := &elsewhere{key: private}
	key, err := keys.NewSigner(signer, keys.ES256)
	if err != nil {
		t.Fatal(err)
	}
	set, err := keys.NewSet(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, source := range map[string]keys.Source{"key": key, "set": set} {
		issuer, err := login.NewIssuer(source, login.Config{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		verifier, err := login.NewVerifier(source, login.Config{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		token, err := issuer.Issue(login.Grant{Subject: "ada"})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if claims, err := verifier.Verify(context.Background(), token.Reveal()); err != nil || claims.KeyID != key.ID() {
			t.Errorf("%s: the token is not good: %v", name, err)
		}
		signer.err = errors.New("the key service is down")
		if _, err := issuer.Issue(login.Grant{Subject: "ada"}); !errors.Is(err, signer.err) {
			t.Errorf("%s: got %v", name, err)
		}
		signer.err = nil
	}
}
