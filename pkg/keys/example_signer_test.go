package keys_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// kms stands for the client of a key management service. The private key is on the other
// side; each signature is a request that takes time and may fail.
type kms struct {
	key     *ecdsa.PrivateKey
	latency time.Duration
	err     error
}

func (k *kms) Public() crypto.PublicKey { return k.key.Public() }

func (k *kms) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return k.SignContext(context.Background(), digest, opts)
}

func (k *kms) SignContext(ctx context.Context, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(k.latency):
	}
	if k.err != nil {
		return nil, k.err
	}
	return k.key.Sign(rand.Reader, digest, opts)
}

var errThrottled = errors.New("the key management service throttles requests")

// A key that lives in a KMS signs like any other, with a context for its requests.
func ExampleNewSigner() {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	service := &kms{key: private, latency: time.Millisecond}
	key, err := keys.NewSigner(service, keys.ES256)
	if err != nil {
		log.Fatal(err)
	}
	signature, err := key.Sign(context.Background(), "header.claims")
	fmt.Println(len(signature), err, key.VerificationKey().Verify("header.claims", signature))

	service.err = errThrottled
	_, err = key.Sign(context.Background(), "header.claims")
	fmt.Println(errors.Is(err, errThrottled), err)

	service.latency = time.Hour
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	_, err = key.Sign(ctx, "header.claims")
	fmt.Println(err)

	_, err = keys.MarshalPKCS8(key)
	fmt.Println(err)
	// Output:
	// 64 <nil> <nil>
	// true signing with ES256: the key management service throttles requests
	// signing with ES256: context deadline exceeded
	// unsupported kind of key: the private key is held by a crypto.Signer, which does not give it away
}
