package login

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// tokenTest is a token and its result at noon. A nil error means that it is accepted.
type tokenTest struct {
	name  string
	token string
	want  error
}

func (tt *tokenTest) run(t *testing.T, v *Verifier) {
	t.Helper()
	t.Run(tt.name, func(t *testing.T) {
		t.Helper()
		for range 2 { // the second time with the header, and perhaps the token, remembered
			c, err := v.Verify(t.Context(), tt.token)
			if !errors.Is(err, tt.want) || (tt.want == nil) != (err == nil) {
				t.Fatalf("error %v, want %v", err, tt.want)
			}
			if (err == nil) != (c != nil) {
				t.Fatalf("claims %v beside error %v", c, err)
			}
			if err != nil && !errors.Is(err, ErrInvalidToken) {
				t.Fatalf("error %v does not match ErrInvalidToken", err)
			}
		}
		if report := v.Inspect(t.Context(), tt.token); report.Valid() != (tt.want == nil) {
			t.Fatalf("Inspect says valid=%v: %v", report.Valid(), report.Failures)
		}
	})
}

// Only the algorithm of the key verifies, and a key has one algorithm.
func TestAlgorithms(t *testing.T) {
	hs, rs, es := testKey(keys.HS256), testKey(keys.RS256), testKey(keys.ES256)
	v := newTestVerifier(t, hs, Config{})
	input := encode(`{"alg":"none"}`) + "." + encode(goodClaims) + "."
	for _, tt := range []tokenTest{
		{"its own", signedClaims(hs, goodClaims), nil},
		{"none without a signature", input, ErrAlgorithm},
		{"none with a signature", input + "AAAA", ErrAlgorithm},
		{"None", signed(hs, `{"alg":"None"}`, goodClaims), ErrAlgorithm},
		{"in lower case", signed(hs, `{"alg":"hs256"}`, goodClaims), ErrAlgorithm},
		{"with a space", signed(hs, `{"alg":"HS256 "}`, goodClaims), ErrAlgorithm},
		{"empty", signed(hs, `{"alg":""}`, goodClaims), ErrAlgorithm},
		{"unknown", signed(hs, `{"alg":"XS256"}`, goodClaims), ErrAlgorithm},
		{"another of the family", signed(hs, `{"alg":"HS512"}`, goodClaims), ErrAlgorithm},
		{"another family", signedClaims(rs, goodClaims), ErrAlgorithm},
		{"missing", signed(hs, `{"typ":"JWT"}`, goodClaims), errNoAlgorithm},
		{"a number", signed(hs, `{"alg":256}`, goodClaims), errHeaderType},
		{"a list", signed(hs, `{"alg":["HS256"]}`, goodClaims), errHeaderType},
		{"null", signed(hs, `{"alg":null}`, goodClaims), ErrMalformed},
		{"in another case", signed(hs, `{"Alg":"HS256"}`, goodClaims), ErrMalformed},
		{"written with escapes", signed(hs, `{"\u0061lg":"HS\u0032\u0035\u0036"}`, goodClaims), nil},
	} {
		tt.run(t, v)
	}

	t.Run("public key as a secret", func(t *testing.T) {
		secret, err := keys.MarshalPublic(rs.VerificationKey())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := keys.ParseSecret(secret, keys.HS256); !errors.Is(err, keys.ErrNotSecret) {
			t.Errorf("error %v, want keys.ErrNotSecret", err)
		}
		tt := tokenTest{"at a verifier of RSA", signedClaims(hs, goodClaims), ErrAlgorithm}
		tt.run(t, newTestVerifier(t, rs.VerificationKey(), Config{}))
	})
	t.Run("one key is one algorithm", func(t *testing.T) {
		ps := testKey(keys.PS256)
		v := newTestVerifier(t, rs, Config{})
		tt := tokenTest{"PS256 at RS256", signedClaims(ps, goodClaims), ErrAlgorithm}
		tt.run(t, v)
		tt = tokenTest{"PS256 that says RS256", signed(ps, `{"alg":"RS256"}`, goodClaims), ErrSignature}
		tt.run(t, v)
	})
	t.Run("curve", func(t *testing.T) {
		if _, err := es.As(keys.ES384); !errors.Is(err, keys.ErrAlgorithm) {
			t.Errorf("error %v, want keys.ErrAlgorithm", err)
		}
		tt := tokenTest{"ES384 made on P-256", signed(es, `{"alg":"ES384"}`, goodClaims), ErrSignature}
		tt.run(t, newTestVerifier(t, testKey(keys.ES384), Config{}))
	})
}

// Keys come from the configuration, and nothing is fetched.
func TestKeysInTheHeader(t *testing.T) {
	transport := http.DefaultTransport.(*http.Transport)
	dial := transport.DialContext
	t.Cleanup(func() { transport.DialContext = dial })
	transport.DialContext = func(_ context.Context, _, address string) (net.Conn, error) {
		t.Errorf("the verifier dials %s", address)
		return nil, errors.New("no network in this test")
	}

	ours, theirs := testKey(keys.ES256), must(keys.Generate(keys.ES256))
	jwk := string(must(keys.MarshalPublicJWK(theirs.VerificationKey())))
	v := newTestVerifier(t, ours.VerificationKey(), Config{})
	for _, tt := range []tokenTest{
		{"jwk", signed(theirs, `{"alg":"ES256","jwk":`+jwk+`}`, goodClaims), ErrSignature},
		{"jku", signed(theirs, `{"alg":"ES256","jku":"http://127.0.0.1:1/jwks.json"}`, goodClaims), ErrSignature},
		{"x5u", signed(theirs, `{"alg":"ES256","x5u":"http://127.0.0.1:1/cert.pem"}`, goodClaims), ErrSignature},
		{"x5c", signed(theirs, `{"alg":"ES256","x5c":["MIIB"]}`, goodClaims), ErrSignature},
		{"kid is a URL", signed(theirs, `{"alg":"ES256","kid":"http://127.0.0.1:1/key"}`, goodClaims), ErrSignature},
		{"jwk beside our signature", signed(ours, `{"alg":"ES256","jwk":`+jwk+`}`, goodClaims), nil},
		{"jku beside our signature", signed(ours, `{"alg":"ES256","jku":7,"x5c":null}`, goodClaims), nil},
	} {
		tt.run(t, v)
	}
}

// kid is an exact look-up, and an unknown one is refused.
func TestKid(t *testing.T) {
	header := func(kid string) string { return `{"alg":"ES256","kid":` + kid + `}` }
	first := must(must(keys.Generate(keys.ES256)).WithID("first"))
	second := must(must(keys.Generate(keys.ES256)).WithID("second"))
	set := must(keys.NewSet(first, second.VerificationKey()))
	unnamed := testKey(keys.ES256)

	of := func(source keys.Source) *Verifier { return newTestVerifier(t, source, Config{}) }
	for _, row := range []struct {
		v *Verifier
		tokenTest
	}{
		{of(set), tokenTest{"the first of a set", signed(first, header(`"first"`), goodClaims), nil}},
		{of(set), tokenTest{"the second of a set", signed(second, header(`"second"`), goodClaims), nil}},
		{of(set), tokenTest{"no kid, so both are tried", signedClaims(second, goodClaims), nil}},
		{of(set), tokenTest{"the kid of the other", signed(second, header(`"first"`), goodClaims), ErrSignature}},
		{of(set), tokenTest{"unknown", signed(first, header(`"third"`), goodClaims), ErrUnknownKey}},
		{of(set), tokenTest{"in another case", signed(first, header(`"First"`), goodClaims), ErrUnknownKey}},
		{of(set), tokenTest{"a part of one", signed(first, header(`"fir"`), goodClaims), ErrUnknownKey}},
		{of(set), tokenTest{"empty", signed(first, header(`""`), goodClaims), ErrUnknownKey}},
		{of(set), tokenTest{"a path", signed(first, header(`"../../dev/null"`), goodClaims), ErrUnknownKey}},
		{of(set), tokenTest{"SQL", signed(first, header(`"x' UNION SELECT 'k"`), goodClaims), ErrUnknownKey}},
		{of(set), tokenTest{"a number", signed(first, header(`1`), goodClaims), errHeaderType}},
		{of(set), tokenTest{"null", signed(first, header(`null`), goodClaims), ErrMalformed}},
		{of(first), tokenTest{"one key that was given its kid", signed(first, header(`"other"`), goodClaims), ErrUnknownKey}},
		{of(unnamed), tokenTest{"one key that was not", signed(unnamed, header(`"other"`), goodClaims), nil}},
	} {
		row.run(t, row.v)
	}
}

// crit, b64 and zip are refused.
func TestExtensions(t *testing.T) {
	key := testKey(keys.HS256)
	v := newTestVerifier(t, key, Config{})
	for _, member := range []string{
		`"crit":["exp"]`, `"crit":["b64"],"b64":true`, `"crit":[]`, `"crit":null`, `"crit":"exp"`,
		`"b64":false`, `"b64":true`, `"zip":"DEF"`, `"zip":""`, `"zip":null`, `"cri\u0074":[]`,
	} {
		tt := tokenTest{member, signed(key, `{"alg":"HS256",`+member+`}`, goodClaims), errExtension}
		tt.run(t, v)
	}
	tt := tokenTest{"names in another case mean nothing", signed(key, `{"alg":"HS256","Crit":[],"ZIP":"DEF"}`, goodClaims), nil}
	tt.run(t, v)
}

// A token has three segments that are not empty and canonical base64url.
func TestCompactForm(t *testing.T) {
	key := testKey(keys.HS256)
	good := signedClaims(key, goodClaims)
	header, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	join := func(segments ...string) string { return strings.Join(segments, ".") }
	// 43 characters stand for 32 bytes, so two bits of the last are unused.
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", signature[42])
	twin := signature[:42] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last|1])

	v := newTestVerifier(t, key, Config{})
	for _, tt := range []tokenTest{
		{"as it was made", good, nil},
		{"empty", "", jws.ErrSegments},
		{"one dot", ".", jws.ErrEmptySegment},
		{"two dots", "..", jws.ErrEmptySegment},
		{"no dots", "abc", jws.ErrSegments},
		{"the header alone", header, jws.ErrSegments},
		{"the header and a dot", header + ".", jws.ErrSegments},
		{"no dots in what a header may take", strings.Repeat("A", jws.MaxHeader), jws.ErrSegments},
		{"no dots in more than that", strings.Repeat("A", jws.MaxHeader+1), jws.ErrHeaderLength},
		{"a dot too late", strings.Repeat("A", jws.MaxHeader+1) + "." + payload + "." + signature, jws.ErrHeaderLength},
		{"a dot just in time", strings.Repeat("A", jws.MaxHeader) + "." + payload + "." + signature, jws.HeaderFailures[jws.NotObject]},
		{"two segments", join(header, payload), jws.ErrSegments},
		{"four segments", join(header, payload, signature, "AAAA"), jws.ErrSegments},
		{"five segments, a JWE", join(header, "AAAA", "AAAA", "AAAA", "AAAA"), jws.ErrSegments},
		{"a dot behind", good + ".", jws.ErrSegments},
		{"a dot before the signature", join(header, payload, "", signature), jws.ErrSegments},
		{"empty header", join("", payload, signature), jws.ErrEmptySegment},
		{"empty payload", join(header, "", signature), jws.ErrEmptySegment},
		{"empty signature", join(header, payload, ""), jws.ErrEmptySegment},
		{"padding", good + "=", jws.ErrSignatureBase64},
		{"newline behind", good + "\n", jws.ErrSignatureBase64},
		{"newline before", "\n" + good, jws.ErrHeaderBase64},
		{"newline in the signature", join(header, payload, signature[:7]+"\n"+signature[7:]), ErrMalformed},
		{"CR LF in the signature", join(header, payload, signature[:8]+"\r\n"+signature[8:]), ErrMalformed},
		{"five characters with a newline", join(header, payload, "AA\nAA"), ErrMalformed},
		{"space in the payload", join(header, payload[:8]+" "+payload[8:], signature), ErrMalformed},
		{"standard alphabet", join(header, payload, strings.Repeat("+/", 21)+"A"), ErrMalformed},
		{"a byte over 127", join(header, payload, signature[:42]+"\xff"), ErrMalformed},
		{"NUL in the header", join("\x00"+header, payload, signature), ErrMalformed},
		{"a length no base64 has", join(header, payload, signature[:41]), ErrMalformed},
		{"unused bits in the signature", join(header, payload, twin), ErrMalformed},
		{"scheme before it", "Bearer " + good, ErrMalformed},
		{"JSON serialization", `{"protected":"` + header + `","payload":"` + payload + `","signature":"` + signature + `"}`, ErrMalformed},
	} {
		tt.run(t, v)
	}
}

// The header is a strict JSON object in UTF-8 without duplicate names.
func TestHeaderJSON(t *testing.T) {
	key := testKey(keys.HS256)
	v := newTestVerifier(t, key, Config{})
	deep := func(levels int) string {
		return `{"alg":"HS256","x":` + strings.Repeat("[", levels) + strings.Repeat("]", levels) + `}`
	}
	for _, tt := range []tokenTest{
		{"white space", signed(key, " {\t\"alg\"\r\n: \"HS256\" } ", goodClaims), nil},
		{"unknown members", signed(key, `{"alg":"HS256","x":[1,{"y":null}],"z":-0.5e+3}`, goodClaims), nil},
		{"32 levels", signed(key, deep(31), goodClaims), nil},
		{"33 levels", signed(key, deep(32), goodClaims), ErrMalformed},
		{"a great many levels", signed(key, deep(2000), goodClaims), ErrMalformed},
		{"array", signed(key, `[]`, goodClaims), ErrMalformed},
		{"string", signed(key, `"HS256"`, goodClaims), ErrMalformed},
		{"null", signed(key, `null`, goodClaims), ErrMalformed},
		{"nothing but space", signed(key, ` `, goodClaims), ErrMalformed},
		{"two objects", signed(key, `{"alg":"HS256"}{}`, goodClaims), ErrMalformed},
		{"cut short", signed(key, `{"alg":"HS256"`, goodClaims), ErrMalformed},
		{"trailing comma", signed(key, `{"alg":"HS256",}`, goodClaims), ErrMalformed},
		{"comment", signed(key, `{"alg":"HS256"/**/}`, goodClaims), ErrMalformed},
		{"single quotes", signed(key, `{'alg':'HS256'}`, goodClaims), ErrMalformed},
		{"byte order mark", signed(key, "\ufeff"+`{"alg":"HS256"}`, goodClaims), ErrMalformed},
		{"duplicate alg", signed(key, `{"alg":"none","alg":"HS256"}`, goodClaims), ErrMalformed},
		{"duplicate by an escape", signed(key, `{"alg":"HS256","\u0061lg":"HS256"}`, goodClaims), ErrMalformed},
		{"duplicate inside", signed(key, `{"alg":"HS256","x":{"y":1,"y":2}}`, goodClaims), ErrMalformed},
		{"not UTF-8", signed(key, `{"alg":"HS256","x":"`+"\xff"+`"}`, goodClaims), ErrMalformed},
		{"half a surrogate pair", signed(key, `{"alg":"HS256","x":"\ud800"}`, goodClaims), ErrMalformed},
		{"control character", signed(key, `{"alg":"HS256","x":"`+"\x01"+`"}`, goodClaims), ErrMalformed},
		{"longer than a header may be", signed(key, `{"alg":"HS256","x":"`+strings.Repeat("x", jws.MaxHeader)+`"}`, goodClaims), ErrMalformed},
	} {
		tt.run(t, v)
	}
}

// typ, if present, is an accepted type.
func TestType(t *testing.T) {
	key := testKey(keys.HS256)
	token := func(member string) string { return signed(key, `{`+member+`"alg":"HS256"}`, goodClaims) }
	byDefault := newTestVerifier(t, key, Config{})
	explicit := newTestVerifier(t, key, Config{Types: []string{"application/at+JWT"}})
	plain := newTestVerifier(t, key, Config{Types: []string{"JWT"}})
	for _, row := range []struct {
		v *Verifier
		tokenTest
	}{
		{byDefault, tokenTest{"absent", token(``), nil}},
		{byDefault, tokenTest{"JWT", token(`"typ":"JWT",`), nil}},
		{byDefault, tokenTest{"jwt", token(`"typ":"jwt",`), nil}},
		{byDefault, tokenTest{"at+jwt", token(`"typ":"at+jwt",`), nil}},
		{byDefault, tokenTest{"application/at+jwt", token(`"typ":"application/at+jwt",`), nil}},
		{byDefault, tokenTest{"a refresh token", token(`"typ":"rt+jwt",`), ErrClaims}},
		{byDefault, tokenTest{"a logout token", token(`"typ":"logout+jwt",`), ErrClaims}},
		{byDefault, tokenTest{"empty", token(`"typ":"",`), ErrClaims}},
		{byDefault, tokenTest{"another top-level type", token(`"typ":"text/jwt",`), ErrClaims}},
		{byDefault, tokenTest{"a number", token(`"typ":1,`), ErrMalformed}},
		{byDefault, tokenTest{"null", token(`"typ":null,`), ErrMalformed}},
		{explicit, tokenTest{"explicit, at+jwt", token(`"typ":"at+jwt",`), nil}},
		{explicit, tokenTest{"explicit, JWT", token(`"typ":"JWT",`), ErrClaims}},
		{explicit, tokenTest{"explicit, absent", token(``), ErrClaims}},
		{plain, tokenTest{"plain, absent", token(``), nil}},
		{plain, tokenTest{"plain, at+jwt", token(`"typ":"at+jwt",`), ErrClaims}},
	} {
		row.run(t, row.v)
	}

	t.Run("a forged typ is a bad signature", func(t *testing.T) {
		tt := tokenTest{"forged", signed(must(keys.Generate(keys.HS256)), `{"alg":"HS256","typ":"rt+jwt"}`, goodClaims), ErrSignature}
		tt.run(t, byDefault)
	})
	t.Run("says which", func(t *testing.T) {
		_, err := byDefault.Verify(t.Context(), token(`"typ":"rt+jwt",`))
		var claim *ClaimError
		if !errors.As(err, &claim) || claim.Claim != "typ" || claim.Missing {
			t.Errorf("error %#v, want a ClaimError for typ", err)
		}
	})
}

// The PSS salt is as long as the hash.
func TestPSSSalt(t *testing.T) {
	for _, h := range hostileExamples(t) {
		if strings.HasPrefix(h.ID, "pss-") {
			source, err := h.source()
			if err != nil {
				t.Fatal(err)
			}
			v := newTestVerifier(t, source, Config{Now: h.now})
			if _, err := v.Verify(t.Context(), h.Token); !errors.Is(err, ErrSignature) {
				t.Errorf("%s: error %v, want ErrSignature", h.ID, err)
			}
		}
	}
	tt := tokenTest{"as long as the hash", signedClaims(testKey(keys.PS256), goodClaims), nil}
	tt.run(t, newTestVerifier(t, testKey(keys.PS256), Config{}))
}
