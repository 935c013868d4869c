package login

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// claimsTest is a claims set with a good signature and the result it must have.
type claimsTest struct {
	name   string
	claims string
	want   error
}

func runClaims(t *testing.T, v *Verifier, tests []claimsTest) {
	t.Helper()
	for _, ct := range tests {
		tt := tokenTest{ct.name, signedClaims(testKey(keys.HS256), ct.claims), ct.want}
		tt.run(t, v)
	}
}

// Claims are a strict JSON object in UTF-8 without duplicate names.
func TestClaimsJSON(t *testing.T) {
	with := func(member string) string { return strings.TrimSuffix(goodClaims, "}") + "," + member + "}" }
	nested := func(levels int) string {
		return with(`"x":` + strings.Repeat(`{"y":`, levels) + "1" + strings.Repeat("}", levels))
	}
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf(`"claim-%d":%d`, i, i)
	}
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{}), []claimsTest{
		{"any JSON in a custom claim", with(`"x":[true,false,null,-1.5E+10,"é😀\u00e9\ud83d\ude00\n",{}]`), nil},
		{"white space", " \r\n\t" + with(` "x" : [ 1 , 2 ] `) + " ", nil},
		{"a hundred claims", with(strings.Join(many, ",")), nil},
		{"32 levels", nested(31), nil},
		{"33 levels", nested(32), ErrMalformed},
		{"array", `[]`, ErrMalformed},
		{"string", `"{}"`, ErrMalformed},
		{"null", `null`, ErrMalformed},
		{"number", `1`, ErrMalformed},
		{"a token inside a token", signedClaims(testKey(keys.HS256), goodClaims), ErrMalformed},
		{"two objects", goodClaims + goodClaims, ErrMalformed},
		{"cut short", goodClaims[:len(goodClaims)-1], ErrMalformed},
		{"cut in a string", `{"sub":"ad`, ErrMalformed},
		{"cut in an escape", `{"sub":"\`, ErrMalformed},
		{"cut after an escape", `{"sub":"\n`, ErrMalformed},
		{"cut before a colon", `{"sub"`, ErrMalformed},
		{"a name that is no string", `{sub:"ada"}`, ErrMalformed},
		{"no comma", `{"sub":"ada" "exp":1}`, ErrMalformed},
		{"trailing comma", with(``), ErrMalformed},
		{"trailing comma in an array", with(`"x":[1,]`), ErrMalformed},
		{"NaN", with(`"x":NaN`), ErrMalformed},
		{"Infinity", with(`"exp2":-Infinity`), ErrMalformed},
		{"hexadecimal", with(`"x":0x10`), ErrMalformed},
		{"leading zero", with(`"x":01`), ErrMalformed},
		{"plus sign", with(`"x":+1`), ErrMalformed},
		{"a point and no digits", with(`"x":1.`), ErrMalformed},
		{"an exponent and no digits", with(`"x":1e`), ErrMalformed},
		{"an exp that is no number", `{"exp":-}`, ErrMalformed},
		{"an escape in capitals", with(`"x":"\u00E9"`), nil},
		{"an unknown word", with(`"x":nil`), ErrMalformed},
		{"an unknown escape", with(`"x":"\q"`), ErrMalformed},
		{"a short escape", with(`"x":"\u12"`), ErrMalformed},
		{"a bad digit in an escape", with(`"x":"\u12g4"`), ErrMalformed},
		{"newline in a string", with("\"x\":\"\n\""), ErrMalformed},
		{"newline after an escape", with("\"x\":\"\\n\n\""), ErrMalformed},
		{"not UTF-8", with("\"x\":\"\xff\""), ErrMalformed},
		{"not UTF-8 after an escape", with("\"x\":\"\\n\xff\""), ErrMalformed},
		{"not UTF-8 in a name", with("\"\xc0\xaf\":1"), ErrMalformed},
		{"a surrogate in UTF-8", with("\"x\":\"\xed\xa0\x80\""), ErrMalformed},
		{"high surrogate alone", with(`"x":"\ud83d"`), ErrMalformed},
		{"low surrogate alone", with(`"x":"\ude00"`), ErrMalformed},
		{"surrogates in the wrong order", with(`"x":"\ude00\ud83d"`), ErrMalformed},
		{"high surrogate and a letter", with(`"x":"\ud83d\u0061"`), ErrMalformed},
		{"duplicate sub", with(`"sub":"admin"`), ErrMalformed},
		{"duplicate by an escape", with(`"s\u0075b":"admin"`), ErrMalformed},
		{"duplicate of a custom claim", with(`"x":1,"x":1`), ErrMalformed},
		{"duplicate after many", with(strings.Join(many, ",") + `,"claim-99":1`), ErrMalformed},
		{"duplicate deep inside", with(`"x":[{"y":{"z":1,"z":2}}]`), ErrMalformed},
		{"the same name in two objects", with(`"x":{"sub":1},"y":{"sub":1}`), nil},
	})
}

// exp is required, and now >= exp is refused.
func TestExpiry(t *testing.T) {
	exp := func(value string) string { return `{"sub":"ada","exp":` + value + `}` }
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{}), []claimsTest{
		{"in a second", exp("1772366401"), nil},
		{"in half a second", exp("1772366400.5"), nil},
		{"in less than a clock can tell", exp("1772366400.00000000001"), nil},
		{"in a second, with an exponent", exp("17723664.01e2"), nil},
		{"in a second, with a large exponent", exp("0.00000000001772366401E+20"), nil},
		{"in the year 9999", exp("253402300799"), nil},
		{"1e19", exp("1e19"), ErrClaims},
		{"a second after the year 9999", exp("253402300800"), ErrClaims},
		{"in milliseconds", exp("1772367300000"), ErrClaims},
		{"1e400", exp("1e400"), ErrClaims},
		{"an exponent no float has", exp("1e99999999999999999999"), ErrClaims},
		{"a digit beyond 2^64", exp("99999999999999999999"), ErrClaims},
		{"now", exp("1772366400"), ErrExpired},
		{"now, as a fraction", exp("1772366400.0"), ErrExpired},
		{"half a second ago", exp("1772366399.5"), ErrExpired},
		{"0", exp("0"), ErrExpired},
		{"-0", exp("-0"), ErrExpired},
		{"0e9", exp("0e9"), ErrExpired},
		{"-1", exp("-1"), ErrExpired},
		{"-1e19", exp("-1e19"), ErrExpired},
		{"-1e400", exp("-1e400"), ErrExpired},
		{"1e-400", exp("1e-400"), ErrExpired},
		{"-99999999999999999999", exp("-99999999999999999999"), ErrExpired},
		{"missing", `{"sub":"ada"}`, ErrClaims},
		{"in another case", `{"sub":"ada","EXP":1772366401}`, ErrClaims},
		{"the other case does not help", `{"sub":"ada","exp":1,"EXP":1772366401,"Exp":1772366401}`, ErrExpired},
		{"null", exp("null"), ErrClaims},
		{"a string", exp(`"1772366401"`), ErrClaims},
		{"true", exp("true"), ErrClaims},
		{"a list", exp("[1772366401]"), ErrClaims},
		{"an object", exp(`{"exp":1772366401}`), ErrClaims},
	})
}

// nbf and iat in the future are refused.
func TestNotYetValid(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.HS256), Config{})
	// The clock of an issuer may be ahead: iat by a minute, nbf not at all.
	for name, ahead := range map[string]int64{"nbf": 0, "iat": 60} {
		limit := strconv.FormatInt(1772366400+ahead, 10)
		at := func(value string) string { return `{"sub":"ada","exp":1772367300,"` + name + `":` + value + `}` }
		runClaims(t, v, []claimsTest{
			{name + " now", at("1772366400"), nil},
			{name + " half a second ago", at("1772366399.5"), nil},
			{name + " long ago", at("-1e30"), nil},
			{name + " at the limit", at(limit), nil},
			{name + " a second behind it", at(strconv.FormatInt(1772366401+ahead, 10)), ErrNotYetValid},
			{name + " in a nanosecond", at(limit + ".000000001"), ErrNotYetValid},
			{name + " in less than a clock can tell", at(limit + ".0000000000001"), ErrNotYetValid},
			{name + " 1e19", at("1e19"), ErrClaims},
			{name + " 1e400", at("1e400"), ErrClaims},
			{name + " null", at("null"), ErrClaims},
			{name + " a string", at(`"1772366400"`), ErrClaims},
		})
	}
}

// Leeway is zero unless configured, and at most five minutes.
func TestLeeway(t *testing.T) {
	for _, leeway := range []time.Duration{-1, maxLeeway + 1} {
		if _, err := NewVerifier(testKey(keys.HS256), Config{Leeway: leeway}); err == nil {
			t.Errorf("a leeway of %v is taken", leeway)
		}
	}
	v := newTestVerifier(t, testKey(keys.HS256), Config{Leeway: time.Minute})
	runClaims(t, v, []claimsTest{
		{"expired 59 seconds ago", `{"exp":1772366341}`, nil},
		{"expired a minute ago", `{"exp":1772366340}`, ErrExpired},
		{"valid in a minute", `{"exp":1772367300,"nbf":1772366460}`, nil},
		{"valid in 61 seconds", `{"exp":1772367300,"nbf":1772366461}`, ErrNotYetValid},
		{"issued in a minute", `{"exp":1772367300,"iat":1772366460}`, nil},
		{"issued in 61 seconds", `{"exp":1772367300,"iat":1772366461}`, ErrNotYetValid},
	})
	none := newTestVerifier(t, testKey(keys.HS256), Config{})
	runClaims(t, none, []claimsTest{{"none by default", `{"exp":1772366400}`, ErrExpired}})
	most := newTestVerifier(t, testKey(keys.HS256), Config{Leeway: maxLeeway})
	runClaims(t, most, []claimsTest{{"five minutes at most", `{"exp":1772366101}`, nil}})
}

// For a Manager sub is a string that is not empty.
func TestSubject(t *testing.T) {
	manager, err := newVerifier(testKey(keys.HS256), Config{Now: atNoon}, true)
	if err != nil {
		t.Fatal(err)
	}
	sub := func(member string) string { return `{"exp":1772367300` + member + `}` }
	bad := []claimsTest{
		{"empty", sub(`,"sub":""`), ErrClaims},
		{"null", sub(`,"sub":null`), ErrClaims},
		{"a number", sub(`,"sub":42`), ErrClaims},
		{"a list", sub(`,"sub":["ada"]`), ErrClaims},
		{"an object", sub(`,"sub":{"id":"ada"}`), ErrClaims},
	}
	runClaims(t, manager, append(bad,
		claimsTest{"a string", sub(`,"sub":"ada"`), nil},
		claimsTest{"missing", sub(``), ErrClaims},
		claimsTest{"in another case", sub(`,"Sub":"ada"`), ErrClaims}))
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{}), append(bad,
		claimsTest{"not asked for", sub(``), nil}))
}

// A token with audiences must name a configured one exactly.
func TestAudience(t *testing.T) {
	aud := func(member string) string { return `{"exp":1772367300` + member + `}` }
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{Audience: "api", AlsoAccept: []string{"admin"}}), []claimsTest{
		{"a string", aud(`,"aud":"api"`), nil},
		{"a list", aud(`,"aud":["api"]`), nil},
		{"one of several", aud(`,"aud":["web","api","api"]`), nil},
		{"also accepted", aud(`,"aud":"admin"`), nil},
		{"missing", aud(``), ErrAudience},
		{"another", aud(`,"aud":"web"`), ErrAudience},
		{"in another case", aud(`,"aud":"API"`), ErrAudience},
		{"a longer one", aud(`,"aud":"api2"`), ErrAudience},
		{"a part", aud(`,"aud":"ap"`), ErrAudience},
		{"with a space", aud(`,"aud":"api web"`), ErrAudience},
		{"an empty list", aud(`,"aud":[]`), ErrAudience},
		{"an empty string", aud(`,"aud":""`), ErrAudience},
		{"null", aud(`,"aud":null`), ErrClaims},
		{"a number", aud(`,"aud":1`), ErrClaims},
		{"a list with a number", aud(`,"aud":["api",1]`), ErrClaims},
		{"a list with null", aud(`,"aud":["api",null]`), ErrClaims},
		{"an object", aud(`,"aud":{"api":true}`), ErrClaims},
	})
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{}), []claimsTest{
		{"none configured, none named", aud(``), nil},
		{"none configured, an empty list", aud(`,"aud":[]`), nil},
		{"none configured, one named", aud(`,"aud":"api"`), ErrAudience},
		{"none configured, an empty string", aud(`,"aud":""`), ErrAudience},
	})
}

// iss matches exactly if one is configured.
func TestIssuer(t *testing.T) {
	iss := func(member string) string { return `{"exp":1772367300` + member + `}` }
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{Issuer: "https://login.example/"}), []claimsTest{
		{"exact", iss(`,"iss":"https://login.example/"`), nil},
		{"with escapes", iss(`,"iss":"https:\/\/login.example\/"`), nil},
		{"missing", iss(``), ErrIssuer},
		{"another", iss(`,"iss":"https://evil.example/"`), ErrIssuer},
		{"no slash", iss(`,"iss":"https://login.example"`), ErrIssuer},
		{"in another case", iss(`,"iss":"https://Login.example/"`), ErrIssuer},
		{"longer", iss(`,"iss":"https://login.example/x"`), ErrIssuer},
		{"null", iss(`,"iss":null`), ErrClaims},
		{"a list", iss(`,"iss":["https://login.example/"]`), ErrClaims},
		{"empty", iss(`,"iss":""`), ErrClaims},
	})
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{}), []claimsTest{
		{"any will do", iss(`,"iss":"https://evil.example/"`), nil},
		{"but not a number", iss(`,"iss":1`), ErrClaims},
	})
}

// jti is the key of a list of revoked tokens.
func TestTokenID(t *testing.T) {
	runClaims(t, newTestVerifier(t, testKey(keys.HS256), Config{}), []claimsTest{
		{"a string", `{"exp":1772367300,"jti":"1"}`, nil},
		{"a number", `{"exp":1772367300,"jti":1}`, ErrClaims},
		{"null", `{"exp":1772367300,"jti":null}`, ErrClaims},
		{"empty", `{"exp":1772367300,"jti":""}`, ErrClaims},
	})
}

// Scopes match element by element, without substrings, prefixes or case folding.
func TestScopes(t *testing.T) {
	v := newTestVerifier(t, testKey(keys.HS256), Config{})
	for _, tt := range []struct {
		name, member string
		want         []string
	}{
		{"absent", `"x":1`, nil},
		{"a list", `"scopes":["read","write"]`, []string{"read", "write"}},
		{"a string", `"scope":"read write"`, []string{"read", "write"}},
		{"scp as a list", `"scp":["read"]`, []string{"read"}},
		{"scp as a string", `"scp":"read write"`, []string{"read", "write"}},
		{"scopes as a string", `"scopes":"read"`, []string{"read"}},
		{"all three", `"scopes":["a"],"scope":"b a","scp":["c"]`, []string{"a", "b", "c"}},
		{"duplicates", `"scopes":["a","a"]`, []string{"a"}},
		{"many spaces", `"scope":"  a   b "`, []string{"a", "b"}},
		{"a tab is no separator", `"scope":"a\tb"`, []string{"a\tb"}},
		{"an element with a space is one scope", `"scopes":["read write"]`, []string{"read write"}},
		{"elements that are no strings", `"scopes":["a",1,null,true,["b"],{"c":"d"},"e"]`, []string{"a", "e"}},
		{"empty elements", `"scopes":["","a"]`, []string{"a"}},
		{"an empty list", `"scopes":[]`, nil},
		{"null", `"scopes":null`, nil},
		{"a number", `"scopes":7`, nil},
		{"an object", `"scopes":{"read":true}`, nil},
		{"in another case", `"Scopes":["read"]`, nil},
		{"more than a few", `"scope":"a b c d e f g h i j k l m n o p a b m n"`, strings.Split("abcdefghijklmnop", "")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c, err := v.Verify(t.Context(), signedClaims(testKey(keys.HS256), `{"exp":1772367300,`+tt.member+`}`))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(c.Scopes, tt.want) {
				t.Errorf("scopes %q, want %q", c.Scopes, tt.want)
			}
			if !c.HasScopes(tt.want...) {
				t.Errorf("does not have its own scopes %q", tt.want)
			}
		})
	}

	c := &Claims{Scopes: []string{"posts:read", "spread"}}
	for _, scope := range []string{"read", "posts", "posts:", "posts:read ", "Posts:Read", "posts:read spread", "*", ""} {
		if c.HasScopes(scope) {
			t.Errorf("%q passes for one of %q", scope, c.Scopes)
		}
	}
	if c.HasScopes("posts:read", "write") || !c.HasScopes("spread", "posts:read") || !c.HasScopes() {
		t.Error("every required scope has to be there, and no other")
	}
}

// After a good signature all failures are reported, in the order to answer by.
func TestSeveralFailures(t *testing.T) {
	v, err := newVerifier(testKey(keys.HS256), Config{Now: atNoon, Issuer: "us", Audience: "api"}, true)
	if err != nil {
		t.Fatal(err)
	}
	token := signed(testKey(keys.HS256), `{"alg":"HS256","typ":"x"}`, `{"jti":1,"aud":"web","iss":"them","iat":1772366461,"nbf":1772366401,"exp":5}`)
	c, err := v.Verify(t.Context(), token)
	if c != nil {
		t.Error("claims beside an error")
	}
	for _, want := range []error{ErrExpired, ErrNotYetValid, ErrIssuer, ErrAudience, ErrClaims, ErrInvalidToken} {
		if !errors.Is(err, want) {
			t.Errorf("error %q does not match %q", err, want)
		}
	}
	report := v.Inspect(t.Context(), token)
	var names []string
	for _, err := range report.Failures {
		var claim *ClaimError
		if !errors.As(err, &claim) {
			t.Fatalf("%v is no ClaimError", err)
		}
		names = append(names, claim.Claim)
	}
	if want := []string{"typ", "exp", "nbf", "iat", "iss", "aud", "sub", "jti"}; !slices.Equal(names, want) {
		t.Errorf("failures %q, want %q", names, want)
	}
	if !report.Signed || report.Valid() || report.Claims == nil || report.Claims.Issuer != "them" {
		t.Errorf("report %+v", report)
	}
}
