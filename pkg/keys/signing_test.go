package keys_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/pkg/keys"
)

func TestEveryAlgorithmSignsAndVerifies(t *testing.T) {
	for _, alg := range keys.Algorithms() {
		t.Run(alg.String(), func(t *testing.T) {
			k := keyFor(t, alg)
			works(t, k)
			if k.Algorithm() != alg || k.VerificationKey().Algorithm() != alg {
				t.Error("the two halves differ")
			}
			wantErr(t, k.VerificationKey().Verify("", nil), keys.ErrSignature)
			other := keyFor(t, alg)
			if alg.Type() != "RSA" {
				signature := must(other.Sign(context.Background(), "text"))
				wantErr(t, k.VerificationKey().Verify("text", signature), keys.ErrSignature)
			}
		})
	}
}

// One key has one algorithm: no other verifies its signatures.
func TestAlgorithmsOfOneKeyDoNotMix(t *testing.T) {
	rsaKey := keyFor(t, keys.RS256)
	secret := must(must(keys.Generate(keys.HS512)).As(keys.HS256))
	for _, family := range []struct {
		key  *keys.SigningKey
		algs []keys.Algorithm
	}{
		{rsaKey, []keys.Algorithm{keys.RS256, keys.RS384, keys.RS512, keys.PS256, keys.PS384, keys.PS512}},
		{secret, []keys.Algorithm{keys.HS256, keys.HS384, keys.HS512}},
	} {
		for _, signs := range family.algs {
			signature := must(must(family.key.As(signs)).Sign(context.Background(), "text"))
			for _, checks := range family.algs {
				err := must(family.key.VerificationKey().As(checks)).Verify("text", signature)
				if (err == nil) != (signs == checks) {
					t.Errorf("%v verifies what %v signed: %v", checks, signs, err)
				}
			}
		}
	}
}

// The pooled HMAC is golang-jwt's, for inputs around its buffer's size too.
func TestMACEqualsGolangJWT(t *testing.T) {
	methods := map[keys.Algorithm]*jwt.SigningMethodHMAC{
		keys.HS256: jwt.SigningMethodHS256, keys.HS384: jwt.SigningMethodHS384, keys.HS512: jwt.SigningMethodHS512,
	}
	secret := []byte(strings.Repeat("0123456789abcdef", 5))
	for alg, method := range methods {
		k := must(keys.ParseSecret(secret, alg))
		for _, n := range []int{0, 1, 63, 64, 511, 512, 513, 1024, 5000} {
			input := strings.Repeat("x", n)
			want := must(method.Sign(input, secret))
			got := must(k.Sign(context.Background(), input))
			if string(got) != string(want) {
				t.Errorf("%v of %d bytes differs", alg, n)
			}
			for _, signature := range [][]byte{want, want[:len(want)-1], append(want[:len(want):len(want)], 0), nil} {
				ours, theirs := k.VerificationKey().Verify(input, signature), method.Verify(input, signature, secret)
				if (ours == nil) != (theirs == nil) {
					t.Errorf("%v of %d bytes: %v, golang-jwt %v", alg, n, ours, theirs)
				}
			}
		}
	}
}

// The PSS salt is as long as the hash; golang-jwt's PS methods accept other lengths.
func TestPSSSaltMustBeAsLongAsTheHash(t *testing.T) {
	k := must(keyFor(t, keys.RS256).As(keys.PS256))
	private := standardRSA(t)
	sum := sha256.Sum256([]byte("text"))
	for _, tt := range []struct {
		name string
		salt int
		err  error
	}{
		{"as long as the hash", 32, nil},
		{"none", 0, keys.ErrSignature},
		{"shorter", 20, keys.ErrSignature},
		{"longest", rsa.PSSSaltLengthAuto, keys.ErrSignature},
	} {
		t.Run(tt.name, func(t *testing.T) {
			signature := must(rsa.SignPSS(rand.Reader, private, crypto.SHA256, sum[:], saltOptions(tt.salt)))
			wantErr(t, k.VerificationKey().Verify("text", signature), tt.err)
		})
	}
}

func saltOptions(salt int) *rsa.PSSOptions {
	if salt == 0 {
		return &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthAuto, Hash: crypto.SHA256}
	}
	return &rsa.PSSOptions{SaltLength: salt}
}

func standardRSA(t *testing.T) *rsa.PrivateKey {
	block, _ := pem.Decode(testdata(t, "good/rsa.pem"))
	return must(x509.ParsePKCS8PrivateKey(block.Bytes)).(*rsa.PrivateKey)
}

// The algorithm fits the curve of the key; golang-jwt verifies ES384 with P-256.
func TestCurveMustBeTheAlgorithms(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		private := must(ecdsa.GenerateKey(curve, rand.Reader))
		for _, alg := range []keys.Algorithm{keys.ES256, keys.ES384, keys.ES512, keys.EdDSA, keys.RS256, keys.HS256} {
			k, err := keys.NewSigner(private, alg)
			name := map[keys.Algorithm]string{keys.ES256: "P-256", keys.ES384: "P-384", keys.ES512: "P-521"}[alg]
			if name == curve.Params().Name {
				wantErr(t, err, nil)
				works(t, k)
				continue
			}
			wantErr(t, err, keys.ErrAlgorithm)
		}
	}
}

func TestAs(t *testing.T) {
	stated := must(keys.Parse([]byte(`{"kty":"oct","alg":"HS256","k":"` + strings.Repeat("QUJD", 30) + `"}`)))
	for _, tt := range []struct {
		name string
		key  *keys.SigningKey
		alg  keys.Algorithm
		err  error
	}{
		{"the same algorithm", keyFor(t, keys.RS256), keys.RS256, nil},
		{"another of the family", keyFor(t, keys.RS256), keys.PS384, nil},
		{"RSA as a secret", keyFor(t, keys.RS256), keys.HS256, keys.ErrAlgorithm},
		{"a secret as RSA", keyFor(t, keys.HS256), keys.RS256, keys.ErrAlgorithm},
		{"a secret shorter than the hash", keyFor(t, keys.HS256), keys.HS512, keys.ErrWeak},
		{"Ed25519 as ES256", keyFor(t, keys.EdDSA), keys.ES256, keys.ErrAlgorithm},
		{"no algorithm", keyFor(t, keys.RS256), 0, keys.ErrAlgorithm},
		{"an unknown algorithm", keyFor(t, keys.HS256), 99, keys.ErrAlgorithm},
		{"against the JWK's alg", stated, keys.HS384, keys.ErrAlgorithm},
		{"a nil key", nil, keys.RS256, keys.ErrAlgorithm},
	} {
		t.Run(tt.name, func(t *testing.T) {
			k, err := tt.key.As(tt.alg)
			wantErr(t, err, tt.err)
			if err != nil {
				if k != nil {
					t.Error("a key beside the error")
				}
				return
			}
			if k.Algorithm() != tt.alg || k.ID() != tt.key.ID() {
				t.Errorf("it is %v", k)
			}
			works(t, k)
		})
	}
}

func TestWithID(t *testing.T) {
	k := keyFor(t, keys.ES256)
	named := must(k.WithID("2026-01"))
	if named.ID() != "2026-01" || named.VerificationKey().ID() != "2026-01" || k.ID() != k.VerificationKey().Thumbprint() {
		t.Errorf("ids %q, %q", named.ID(), k.ID())
	}
	works(t, named)
	if id := keyFor(t, keys.HS256).ID(); id != "" {
		t.Errorf("a secret has the id %q of itself", id)
	}
	for _, id := range []string{"", "a\nb", "a\x00", "\xff", strings.Repeat("x", 1025)} {
		_, err := k.WithID(id)
		wantErr(t, err, keys.ErrKeyID)
		_, err = k.VerificationKey().WithID(id)
		wantErr(t, err, keys.ErrKeyID)
	}
}

// Nil and zero keys answer with errors: a program that ignored one does not crash.
func TestKeysThatAreNone(t *testing.T) {
	for _, k := range []*keys.SigningKey{nil, {}} {
		_, err := k.Sign(context.Background(), "text")
		wantErr(t, err, keys.ErrNoSigningKey)
		_, err = k.WithID("id")
		wantErr(t, err, keys.ErrKeyID)
		if k.ID() != "" || k.Algorithm() != 0 || k.VerificationKey() != nil || k.Warnings() != nil {
			t.Error("no key has properties")
		}
		_, err = k.Snapshot().Signer()
		wantErr(t, err, keys.ErrNoSigningKey)
	}
	for _, k := range []*keys.VerificationKey{nil, {}} {
		wantErr(t, k.Verify("text", []byte("signature")), keys.ErrSignature)
		if k.ID() != "" || k.Bits() != 0 || k.Thumbprint() != "" || k.Equal(k) {
			t.Error("no key has properties")
		}
		_, err := k.Snapshot().Select(keys.RS256, "", false)
		wantErr(t, err, keys.ErrNoKey)
	}
}

func TestEqual(t *testing.T) {
	rsaKey, secret := keyFor(t, keys.RS256), keyFor(t, keys.HS256)
	for _, tt := range []struct {
		name string
		a, b *keys.SigningKey
		want bool
	}{
		{"another algorithm", rsaKey, must(rsaKey.As(keys.PS256)), true},
		{"another id", rsaKey, must(rsaKey.WithID("x")), true},
		{"another key", keyFor(t, keys.ES256), keyFor(t, keys.ES256), false},
		{"a secret and its copy", secret, must(secret.WithID("x")), true},
		{"two secrets", secret, keyFor(t, keys.HS256), false},
		{"a secret and a key", secret, rsaKey, false},
	} {
		if tt.a.VerificationKey().Equal(tt.b.VerificationKey()) != tt.want {
			t.Errorf("%s: not %v", tt.name, tt.want)
		}
	}
}

// Signing and verifying are safe for concurrent use.
func TestOneKeyManyGoroutines(t *testing.T) {
	for _, alg := range []keys.Algorithm{keys.HS256, keys.ES256, keys.EdDSA} {
		k := keyFor(t, alg)
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for range 50 {
					text := strings.Repeat("x", i*100)
					signature, err := k.Sign(context.Background(), text)
					if err != nil || k.VerificationKey().Verify(text, signature) != nil {
						t.Errorf("%v: a signature among others does not verify: %v", alg, err)
					}
					if k.VerificationKey().Verify(text+"y", signature) == nil {
						t.Errorf("%v: another text verifies", alg)
					}
				}
			})
		}
		all.Wait()
	}
}

// More allocations than the budget fail.
func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector makes sync.Pool drop what it is given")
	}
	k := keyFor(t, keys.HS256)
	input := strings.Repeat("x", 700)
	signature := must(k.Sign(context.Background(), input))
	public := k.VerificationKey()
	set := must(keys.NewSet(must(k.WithID("one")), keyFor(t, keys.ES256).VerificationKey()))
	for _, tt := range []struct {
		name string
		most float64
		f    func()
	}{
		{"verify HS256", 0, func() { wantErr(t, public.Verify(input, signature), nil) }},
		{"refuse HS256", 0, func() { wantErr(t, errOr(public.Verify("y", signature)), nil) }},
		{"sign HS256", 1, func() { must(k.Sign(context.Background(), input)) }},
		{"select by kid and verify", 0, func() { must(must(set.Snapshot().Select(keys.HS256, "one", true)).Verify(input, signature)) }},
		{"select by algorithm", 0, func() { must(set.Snapshot().Select(keys.ES256, "", false)) }},
		{"select nothing", 0, func() { set.Snapshot().Select(keys.HS256, "two", true) }},
	} {
		if got := testing.AllocsPerRun(100, tt.f); got > tt.most {
			t.Errorf("%s: %v allocations, at most %v", tt.name, got, tt.most)
		}
	}
}

// errOr turns a refusal into success.
func errOr(err error) error {
	if err == nil {
		return keys.ErrSignature
	}
	return nil
}
