package login

import (
	"context"
	"crypto/rsa"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"math/big"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// The signature is checked first: the claims of a forged token make no difference.
func TestSignatureBeforeClaims(t *testing.T) {
	key, forger := testKey(keys.HS256), must(keys.Generate(keys.HS256))
	v := newTestVerifier(t, key, Config{Issuer: "us", Revocations: refusing{t: t}})
	for _, claims := range []string{
		goodClaims, `{"exp":1}`, `{}`, `[]`, `null`, `{"sub":`, "\xff", `{"sub":"a","sub":"b"}`,
		strings.Repeat("[", 5000), strings.Repeat(`{"a":`, 1000),
	} {
		tt := tokenTest{"forged", signedClaims(forger, claims), ErrSignature}
		tt.run(t, v)
		if report := v.Inspect(t.Context(), tt.token); report.Signed || report.Claims != nil {
			t.Errorf("Inspect gives claims away: %+v", report)
		}
	}
}

// refusing is a revocation store that must not be asked.
type refusing struct {
	Revocations
	t *testing.T
}

func (r refusing) Revoked(context.Context, *Claims) (bool, error) {
	r.t.Error("the revocation store is asked about a bad token")
	return false, nil
}

// TestOrder has tokens with two faults: the one that is found first is reported.
func TestOrder(t *testing.T) {
	key := testKey(keys.HS256)
	v := newTestVerifier(t, key, Config{MaxTokenBytes: 1000})
	for _, tt := range []tokenTest{
		{"too large, then no dots", strings.Repeat("x", 1001), ErrTooLarge},
		{"header, then empty segments", encode(`{"alg":"none"}`) + "..", ErrAlgorithm},
		{"header base64, then no second dot", "e!." + encode(goodClaims), jws.ErrHeaderBase64},
		{"header JSON before its alg", signed(key, `{"alg":"none","alg":"none"}`, goodClaims), jws.HeaderFailures[jws.DuplicateName]},
		{"alg before crit", signed(key, `{"alg":"none","crit":[]}`, goodClaims), ErrAlgorithm},
		{"crit before the signature", signed(key, `{"alg":"HS256","crit":[]}`, goodClaims) + "A", errExtension},
		{"segments before the signature", encode(`{"alg":"HS256"}`) + ".e!.AAAA", jws.ErrPayloadBase64},
		{"signature before the JSON", encode(`{"alg":"HS256"}`) + "." + encode(`{`) + ".AAAA", ErrSignature},
		{"JSON before exp", signedClaims(key, `{"exp":1,"exp":1}`), jws.ClaimsFailures[jws.DuplicateName]},
	} {
		tt.run(t, v)
	}
}

// A token over the size cap is refused unread.
func TestSizeCap(t *testing.T) {
	key := testKey(keys.HS256)
	padded := func(size int) string {
		for n := size * 3 / 4; ; n-- {
			token := signedClaims(key, `{"exp":1772367300,"x":"`+strings.Repeat("x", n)+`"}`)
			if len(token) <= size {
				return token
			}
		}
	}
	byDefault := newTestVerifier(t, key, Config{})
	for _, row := range []struct {
		v *Verifier
		tokenTest
	}{
		{byDefault, tokenTest{"16 KiB", padded(16 << 10), nil}},
		{byDefault, tokenTest{"16 KiB and a byte", padded(16<<10) + "A", ErrTooLarge}},
		{byDefault, tokenTest{"a megabyte of dots", strings.Repeat(".", 1<<20), ErrTooLarge}},
		{newTestVerifier(t, key, Config{MaxTokenBytes: 200}), tokenTest{"over a cap of 200", padded(300), ErrTooLarge}},
		{newTestVerifier(t, key, Config{MaxTokenBytes: 1 << 20}), tokenTest{"300 kB with a cap of a megabyte", padded(300_000), nil}},
	} {
		row.run(t, row.v)
	}
	huge := strings.Repeat("A", 10<<20)
	if allocs := testing.AllocsPerRun(10, func() { byDefault.Verify(t.Context(), huge) }); allocs != 0 {
		t.Errorf("refusing 10 MiB makes %v allocations", allocs)
	}
	small := newTestVerifier(t, key, Config{MaxTokenBytes: 200})
	if r := small.Inspect(t.Context(), padded(300)); r.Header != nil || !errors.Is(errors.Join(r.Failures...), ErrTooLarge) {
		t.Errorf("Inspect reads the header %q of a token over the cap, and fails with %v", r.Header, r.Failures)
	}
}

// Weak keys are refused.
func TestWeakKeys(t *testing.T) {
	for name, make := range map[string]func() (*keys.SigningKey, error){
		"empty secret": func() (*keys.SigningKey, error) { return keys.ParseSecret(nil, keys.HS256) },
		"short secret": func() (*keys.SigningKey, error) {
			return keys.ParseSecret([]byte("0123456789abcdef0123456789abcde"), keys.HS256)
		},
		"secret for it": func() (*keys.SigningKey, error) { return testKey(keys.HS256).As(keys.HS512) },
		"RSA-1024": func() (*keys.SigningKey, error) {
			_, err := keys.NewVerificationKey(&rsa.PublicKey{N: new(big.Int).SetBit(big.NewInt(1), 1023, 1), E: 65537}, keys.RS256)
			return nil, err
		},
	} {
		if _, err := make(); !errors.Is(err, keys.ErrWeak) {
			t.Errorf("%s: error %v, want keys.ErrWeak", name, err)
		}
	}
}

// Verification is deterministic and safe for concurrent use.
func TestConcurrentVerification(t *testing.T) {
	set := must(keys.NewSet(must(testKey(keys.ES256).WithID("es")), must(testKey(keys.HS256).WithID("hs")).VerificationKey()))
	v := newTestVerifier(t, set, Config{CacheSize: 16})
	tokens := map[string]string{ // and the word for what comes of it
		signedClaims(testKey(keys.ES256), goodClaims):                             "ok",
		signedClaims(testKey(keys.HS256), goodClaims):                             "ok",
		signed(testKey(keys.HS256), `{"alg":"HS256"}`, goodClaims):                "ok",
		signedClaims(testKey(keys.ES256), `{"exp":1}`):                            "expired",
		signedClaims(must(keys.Generate(keys.ES256)), goodClaims):                 "bad_signature",
		signed(testKey(keys.ES256), `{"alg":"ES256","kid":"nobody"}`, goodClaims): "unknown_key",
		signed(testKey(keys.ES256), `{"alg":"RS256"}`, goodClaims):                "algorithm_not_allowed",
		"rubbish": "malformed",
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				for token, want := range tokens {
					c, err := v.Verify(t.Context(), token)
					if got := Reason(err); got != want {
						t.Errorf("reason %q, want %q", got, want)
					}
					if err == nil {
						c.Subject, c.Scopes[0] = "changed", "changed" // must not be seen by others
					} else if c != nil {
						t.Error("claims beside an error")
					}
					if c != nil && c.ID != "id-1" {
						t.Errorf("claims %+v", c)
					}
				}
			}
		})
	}
	wg.Wait()
	for token, want := range tokens {
		if want == "ok" {
			if c, err := v.Verify(t.Context(), token); err != nil || c.Subject != "ada" || c.Scopes[0] != "posts:read" {
				t.Errorf("claims %+v, error %v", c, err)
			}
		}
	}
}

// Secrets and MACs are compared in constant time, with crypto/subtle or crypto/hmac, so
// the quick ways to compare bytes do not occur.
func TestNoQuickComparison(t *testing.T) {
	for _, f := range sourceFiles(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, _ := selector.X.(*ast.Ident)
			if pkg != nil && pkg.Name == "bytes" && (selector.Sel.Name == "Equal" || selector.Sel.Name == "Compare") {
				t.Error("bytes are compared with package bytes")
			}
			return true
		})
	}
}

// sourceFiles parses the files of this package, and of those inside it, that are not
// tests.
func sourceFiles(t *testing.T) []*ast.File {
	t.Helper()
	inside, err := filepath.Glob("internal/*/*.go")
	if err != nil || len(inside) < 8 {
		t.Fatal("the internal packages are not here", err)
	}
	names := append(must(filepath.Glob("*.go")), inside...)
	var files []*ast.File
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			files = append(files, must(parser.ParseFile(token.NewFileSet(), name, nil, 0)))
		}
	}
	if len(files) < 10 {
		t.Fatal("the sources of the package are not here")
	}
	return files
}

// The cost of a forged header grows with its length and not faster, for any content.
func TestHeaderOfManyEscapes(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.HS256), Config{})
	forged := func(element string) string {
		return encode(`{"alg":"HS256","x":[`+strings.Repeat(element+`,`, 1000)+`0]}`) + ".e30.AAAA"
	}
	plain, escaped := forged(`"nn"`), forged(`"\n"`)
	allocations := func(token string) float64 {
		return testing.AllocsPerRun(10, func() { _, _ = v.Verify(t.Context(), token) })
	}
	if a, b := allocations(plain), allocations(escaped); b > a+10 {
		t.Errorf("%.0f allocations with escapes, %.0f without", b, a)
	}
}
