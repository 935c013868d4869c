package login

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/golang-jwt/jwt/v5"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// jsontextVerdict is the verdict of go-json-experiment, with its strict defaults, and of
// a count of the levels and of the characters of numbers.
func jsontextVerdict(text string) (valid bool) {
	d := jsontext.NewDecoder(strings.NewReader(text))
	if d.PeekKind() != '{' {
		return false
	}
	for {
		token, err := d.ReadToken()
		if errors.Is(err, io.EOF) {
			return d.StackDepth() == 0
		}
		if err != nil || d.StackDepth() > jws.MaxDepth || token.Kind() == '0' && len(token.String()) > jws.MaxNumber {
			return false
		}
		if d.StackDepth() == 0 { // the value is complete: only white space may follow
			_, err := d.ReadToken()
			return errors.Is(err, io.EOF)
		}
	}
}

func addJSONSeeds(f *testing.F) {
	for _, h := range hostileExamples(f) {
		for segment := range strings.SplitSeq(h.Token, ".") {
			if text, err := base64.RawURLEncoding.DecodeString(segment); err == nil {
				f.Add(string(text))
			}
		}
	}
	for _, seed := range []string{
		goodClaims, customClaims, `{"a":[1,-0.5e+3,true,false,null,{},[]]}`, `{"\ud83d\ude00":"\"\\\/\b\f\n\r\t"}`,
		strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32), strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33),
		`{"a":` + strings.Repeat("3", jws.MaxNumber) + "}", `{"a":` + strings.Repeat("3", jws.MaxNumber+1) + "}",
		`{"a":1,"\u0061":2}`, `{"scope":"a b","scp":["c",1],"scopes":null,"aud":["x"],"exp":1e400}`,
	} {
		f.Add(seed)
	}
}

// FuzzScanner compares the scanner with the verdict of jsontext.
func FuzzScanner(f *testing.F) {
	addJSONSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		want := jsontextVerdict(text)
		if got := jws.CheckObject(text) == 0; got != want {
			t.Errorf("%q: valid %v, jsontext says %v", text, got, want)
		}
		var c Claims
		if _, err := readClaims(text, &c); (err == nil) != want {
			t.Errorf("%q: readClaims says %v, jsontext valid=%v", text, err, want)
		}
		if _, err := readHeader(text); err == nil && !want {
			t.Errorf("%q: readHeader takes it, jsontext does not", text)
		}
	})
}

// FuzzClaims compares the claims with those that package json reads.
func FuzzClaims(f *testing.F) {
	addJSONSeeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		var c Claims
		types, err := readClaims(text, &c)
		if err != nil {
			return
		}
		var members map[string]any
		if err := c.Decode(&members); err != nil {
			t.Fatalf("%q: Decode: %v", text, err)
		}
		for _, claim := range claimOrder {
			value, present := members[claim.name]
			if present != (types.present&claim.bit != 0) {
				t.Errorf("%q: %s present=%v", text, claim.name, !present)
			}
			var got any
			switch claim.bit {
			case claimIss:
				got = c.Issuer
			case claimSub:
				got = c.Subject
			case claimJti:
				got = c.ID
			default:
				continue
			}
			good := types.mistyped&claim.bit == 0
			if text, ok := value.(string); present && good != (ok && text != "") || good && present && got != text {
				t.Errorf("%s is %v (good=%v), json says %v", claim.name, got, good, value)
			}
		}
		want := scopesOf(members)
		for _, scope := range c.Scopes {
			if !want[scope] {
				t.Errorf("%q: scope %q is granted", text, scope)
			}
		}
		if len(c.Scopes) != len(want) {
			t.Errorf("%q: scopes %q, want %v", text, c.Scopes, want)
		}
	})
}

// scopesOf is the rule for scopes, written down once more over decoded JSON.
func scopesOf(members map[string]any) map[string]bool {
	granted := make(map[string]bool)
	for _, name := range []string{"scopes", "scope", "scp"} {
		switch value := members[name].(type) {
		case string:
			for _, scope := range strings.Split(value, " ") {
				granted[scope] = true
			}
		case []any:
			for _, scope := range value {
				if text, ok := scope.(string); ok {
					granted[text] = true
				}
			}
		}
	}
	delete(granted, "")
	return granted
}

// fuzzKey is the same in every process that a fuzz target runs in.
var fuzzKey = must(keys.ParseSecret([]byte("a secret that is there for fuzzing, 43 bytes"), keys.HS256))

// FuzzHeader has any header under a good signature.
func FuzzHeader(f *testing.F) {
	addJSONSeeds(f)
	v := newTestVerifier(f, fuzzKey, Config{})
	f.Fuzz(func(t *testing.T, header string) {
		token := signed(fuzzKey, header, goodClaims)
		_, err := v.Verify(t.Context(), token)
		if err != nil {
			return
		}
		var members map[string]any
		if !jsontextVerdict(header) || json.Unmarshal([]byte(header), &members) != nil {
			t.Fatalf("header %q is taken and is no strict JSON", header)
		}
		typ, typed := members["typ"].(string)
		if _, there := members["typ"]; there && (!typed || !strings.Contains("jwt at+jwt application/jwt application/at+jwt", strings.ToLower(typ))) {
			t.Errorf("typ %v is taken", members["typ"])
		}
		if members["alg"] != "HS256" {
			t.Errorf("alg %v is taken", members["alg"])
		}
		for _, name := range []string{"crit", "b64", "zip"} {
			if _, there := members[name]; there {
				t.Errorf("%s is taken", name)
			}
		}
	})
}

// FuzzVerify has any text as a token: no panic, no claims beside an error, the
// same answer twice and from Inspect, and nothing that golang-jwt refuses.
func FuzzVerify(f *testing.F) {
	for _, h := range hostileExamples(f) {
		f.Add(h.Token)
	}
	for _, claims := range []string{goodClaims, customClaims, `{}`, `{"exp":1}`, `{"exp":1e400,"nbf":-5}`} {
		f.Add(signedClaims(fuzzKey, claims))
	}
	v := newTestVerifier(f, fuzzKey, Config{CacheSize: 64})
	f.Fuzz(func(t *testing.T, token string) {
		c, err := v.Verify(t.Context(), token)
		if (c == nil) != (err != nil) {
			t.Fatalf("claims %v beside error %v", c, err)
		}
		if err != nil && (!errors.Is(err, ErrInvalidToken) || Reason(err) == "internal") {
			t.Errorf("error %v is of no kind", err)
		}
		if _, again := v.Verify(t.Context(), token); Reason(again) != Reason(err) {
			t.Errorf("first %v, then %v", err, again)
		}
		if report := v.Inspect(t.Context(), token); report.Valid() != (err == nil) {
			t.Errorf("Inspect says %v, Verify says %v", report.Failures, err)
		}
		if err == nil && plainDates(c) && strictGolangJWT(token) != nil {
			t.Errorf("golang-jwt refuses what we take: %v", strictGolangJWT(token))
		}
	})
}

// FuzzSignedClaims has any claims under a good signature: golang-jwt with every strict
// option accepts those that we accept.
func FuzzSignedClaims(f *testing.F) {
	addJSONSeeds(f)
	v := newTestVerifier(f, fuzzKey, Config{})
	f.Fuzz(func(t *testing.T, claims string) {
		token := signedClaims(fuzzKey, claims)
		c, err := v.Verify(t.Context(), token)
		if err != nil {
			return
		}
		if !utf8.ValidString(claims) {
			t.Error("claims that are not UTF-8 are taken")
		}
		if err := strictGolangJWT(token); err != nil && plainDates(c) {
			t.Errorf("golang-jwt refuses %q: %v", claims, err)
		}
	})
}

// plainDates reports that every date is one that survives a float, through
// which golang-jwt takes them all: 1e400 is in its past.
func plainDates(c *Claims) bool {
	for _, date := range []time.Time{c.ExpiresAt, c.NotBefore, c.IssuedAt} {
		if !date.IsZero() && (date.Nanosecond() != 0 || date.Sub(noon).Abs() > 100*365*24*time.Hour) {
			return false
		}
	}
	return true
}

func strictGolangJWT(token string) error {
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithStrictDecoding(), jwt.WithJSONNumber(), jwt.WithTimeFunc(atNoon))
	secret := must(keys.MarshalSecret(fuzzKey))
	_, err := parser.Parse(token, func(*jwt.Token) (any, error) { return secret[:len(secret)-1], nil })
	return err
}
