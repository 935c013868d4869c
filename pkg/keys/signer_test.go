package keys_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// held is a signer whose answers a test chooses.
type held struct {
	crypto.Signer
	public crypto.PublicKey
	answer func(digest []byte, opts crypto.SignerOpts) ([]byte, error)
}

func (h held) Public() crypto.PublicKey { return h.public }

func (h held) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if h.answer != nil {
		return h.answer(digest, opts)
	}
	return h.Signer.Sign(r, digest, opts)
}

func standardKeys(t *testing.T) map[string]crypto.Signer {
	t.Helper()
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]crypto.Signer{
		"RSA": must(rsa.GenerateKey(rand.Reader, 2048)), "P-256": must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)),
		"P-384": must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)), "P-521": must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)), "Ed25519": edwards,
	}
}

func TestNewSigner(t *testing.T) {
	standard := standardKeys(t)
	for _, tt := range []struct {
		kind string
		alg  keys.Algorithm
		want keys.Algorithm
	}{
		{"RSA", 0, keys.RS256}, {"RSA", keys.RS384, keys.RS384}, {"RSA", keys.RS512, keys.RS512}, {"RSA", keys.PS256, keys.PS256}, {"RSA", keys.PS384, keys.PS384}, {"RSA", keys.PS512, keys.PS512},
		{"P-256", 0, keys.ES256}, {"P-384", keys.ES384, keys.ES384}, {"P-521", 0, keys.ES512}, {"Ed25519", keys.EdDSA, keys.EdDSA},
	} {
		signer := standard[tt.kind]
		k, err := keys.NewSigner(held{Signer: signer, public: signer.Public()}, tt.alg)
		wantErr(t, err, nil)
		if k.Algorithm() != tt.want || k.ID() != must(keys.NewVerificationKey(signer.Public(), 0)).ID() {
			t.Errorf("%s: it is %v", tt.kind, k)
		}
		works(t, k)
		works(t, must(k.WithID("of the KMS")))
		for i := range 20 { // ECDSA numbers have leading zeros now and then
			input := fmt.Sprint("input ", i)
			wantErr(t, k.VerificationKey().Verify(input, must(k.Sign(context.Background(), input))), nil)
		}
		for name, marshal := range map[string]func(*keys.SigningKey) ([]byte, error){"PKCS8": keys.MarshalPKCS8, "traditional": keys.MarshalTraditional, "JWK": keys.MarshalJWK} {
			if _, err := marshal(must(k.WithID("x"))); !errors.Is(err, keys.ErrUnsupported) {
				t.Errorf("%s: %s: %v", tt.kind, name, err)
			}
		}
		if text := fmt.Sprintf("%+v %#v", k, struct{ K *keys.SigningKey }{k}); !strings.Contains(text, "[redacted]") || strings.Contains(text, "held") {
			t.Errorf("it prints %s", text)
		}
	}
}

func TestSignersThatAreRefused(t *testing.T) {
	standard := standardKeys(t)
	weak := must(rsa.GenerateKey(rand.Reader, 1024))
	curve := must(ecdsa.GenerateKey(elliptic.P224(), rand.Reader))
	for name, tt := range map[string]struct {
		signer crypto.Signer
		alg    keys.Algorithm
		want   error
	}{
		"nil":                       {nil, 0, keys.ErrNoKey},
		"without a public half":     {held{}, 0, keys.ErrNoKey},
		"of an unknown type":        {held{public: "x"}, 0, keys.ErrUnsupported},
		"P-256 for ES384":           {standard["P-256"], keys.ES384, keys.ErrAlgorithm},
		"RSA for ES256":             {standard["RSA"], keys.ES256, keys.ErrAlgorithm},
		"for HS256":                 {standard["RSA"], keys.HS256, keys.ErrAlgorithm},
		"RSA of 1024 bits":          {weak, 0, keys.ErrWeak},
		"P-224":                     {curve, 0, keys.ErrUnsupported},
		"Ed25519 of the wrong size": {held{public: ed25519.PublicKey("short")}, 0, keys.ErrMalformed},
	} {
		_, err := keys.NewSigner(tt.signer, tt.alg)
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// An answer that is not a signature of the public half never becomes a token.
func TestAnswersOfSigners(t *testing.T) {
	standard := standardKeys(t)
	unavailable := errors.New("the KMS is not there")
	other := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	for name, tt := range map[string]struct {
		kind   string
		answer func([]byte, crypto.SignerOpts) ([]byte, error)
		want   error
	}{
		"an error":       {"RSA", func([]byte, crypto.SignerOpts) ([]byte, error) { return nil, unavailable }, unavailable},
		"nothing":        {"RSA", func([]byte, crypto.SignerOpts) ([]byte, error) { return nil, nil }, keys.ErrSignature},
		"nothing for EC": {"P-256", func([]byte, crypto.SignerOpts) ([]byte, error) { return nil, nil }, keys.ErrSignature},
		"another key":    {"P-256", func(d []byte, o crypto.SignerOpts) ([]byte, error) { return other.Sign(rand.Reader, d, o) }, keys.ErrSignature},
		"zeros": {"P-256", func([]byte, crypto.SignerOpts) ([]byte, error) {
			return []byte("\x30\x06\x02\x01\x00\x02\x01\x00"), nil
		}, keys.ErrSignature},
		"a negative number": {"P-256", func([]byte, crypto.SignerOpts) ([]byte, error) {
			return []byte("\x30\x06\x02\x01\xff\x02\x01\x01"), nil
		}, keys.ErrSignature},
		"too long": {"P-256", func([]byte, crypto.SignerOpts) ([]byte, error) {
			return append([]byte("\x30\x27\x02\x22\x01"), append(make([]byte, 33), 2, 1, 1)...), nil
		}, keys.ErrSignature},
		"r and s": {"P-256", func([]byte, crypto.SignerOpts) ([]byte, error) { return make([]byte, 64), nil }, keys.ErrSignature},
		"another salt": {"RSA", func(d []byte, o crypto.SignerOpts) ([]byte, error) {
			return standard["RSA"].Sign(rand.Reader, d, &rsa.PSSOptions{SaltLength: 0, Hash: o.HashFunc()})
		}, keys.ErrSignature},
	} {
		alg := keys.Algorithm(0)
		if name == "another salt" {
			alg = keys.PS256
		}
		k := must(keys.NewSigner(held{standard[tt.kind], standard[tt.kind].Public(), tt.answer}, alg))
		if signature, err := k.Sign(context.Background(), "input"); !errors.Is(err, tt.want) || signature != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// remote is a signer over a network.
type remote struct {
	held
	takes time.Duration
}

func (r remote) SignContext(ctx context.Context, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	select {
	case <-time.After(r.takes):
		return r.Sign(rand.Reader, digest, opts)
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func TestSignersGetTheContext(t *testing.T) {
	signer := standardKeys(t)["P-256"]
	k := must(keys.NewSigner(remote{held{Signer: signer, public: signer.Public()}, time.Hour}, 0))
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := k.Sign(ctx, "input"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a slow signer: %v", err)
	}
	k = must(keys.NewSigner(remote{held{Signer: signer, public: signer.Public()}, 0}, 0))
	wantErr(t, k.VerificationKey().Verify("input", must(k.Sign(t.Context(), "input"))), nil)
	works(t, k)

	done, stop := context.WithCancelCause(t.Context())
	reason := errors.New("the user left")
	stop(reason)
	outside := must(keys.NewSigner(struct{ crypto.Signer }{signer}, 0))
	if _, err := outside.Sign(done, "input"); !errors.Is(err, reason) {
		t.Errorf("a context that is done: %v", err)
	}
	if _, err := keyFor(t, keys.HS256).Sign(done, "input"); err != nil {
		t.Errorf("a secret needs no context: %v", err)
	}
	if _, err := (*keys.SigningKey)(nil).Sign(done, "input"); !errors.Is(err, keys.ErrNoSigningKey) {
		t.Errorf("no key: %v", err)
	}
}

type remoteSigner struct{ public crypto.PublicKey }

func (s *remoteSigner) Public() crypto.PublicKey { return s.public }
func (s *remoteSigner) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, errors.New("not reached")
}

// A signer that cannot work is refused when it is given, not when it first signs.
func TestSignerIsRefusedAtOnce(t *testing.T) {
	one, other := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	one.PublicKey = other.PublicKey
	_, private, err := ed25519.GenerateKey(rand.Reader)
	wantErr(t, err, nil)
	private[40] ^= 1
	for name, tt := range map[string]struct {
		signer crypto.Signer
		want   error
	}{
		"a nil pointer":             {(*remoteSigner)(nil), keys.ErrNoKey},
		"a nil RSA key":             {(*rsa.PrivateKey)(nil), keys.ErrNoKey},
		"a nil Ed25519 key":         {ed25519.PrivateKey(nil), keys.ErrNoKey},
		"a short Ed25519 key":       {ed25519.PrivateKey(make([]byte, 9)), keys.ErrMalformed},
		"the public half of others": {one, keys.ErrMalformed},
		"halves of Ed25519":         {private, keys.ErrMalformed},
	} {
		if k, err := keys.NewSigner(tt.signer, 0); !errors.Is(err, tt.want) || k != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := keys.NewSigner(&remoteSigner{other.Public()}, keys.RS256); err == nil || !strings.Contains(err.Error(), "not for a P-256 key") {
		t.Errorf("got %v", err)
	}
}
