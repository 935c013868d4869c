package login

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// decodeIssued is the token of a grant, decoded without a verifier.
func decodeIssued(t *testing.T, i *Issuer, g Grant) (token Token, header, claims string) {
	t.Helper()
	token, err := i.Issue(g)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token.Reveal(), ".")
	text := must(base64.RawURLEncoding.DecodeString(parts[0]))
	return token, string(text), string(must(base64.RawURLEncoding.DecodeString(parts[1])))
}

// Issued tokens have exp, iat, typ and jti, and live 15 minutes unless configured.
func TestIssue(t *testing.T) {
	key := testKey(keys.HS256)
	for _, tt := range []struct {
		name   string
		config Config
		grant  Grant
		want   string
	}{
		{"nothing but a subject", Config{}, Grant{Subject: "ada", ID: "1"},
			`{"sub":"ada","exp":1772367300,"iat":1772366400,"jti":"1"}`},
		{"not even that", Config{}, Grant{ID: "1"},
			`{"exp":1772367300,"iat":1772366400,"jti":"1"}`},
		{"issuer and audience", Config{Issuer: "us", Audience: "api"}, Grant{ID: "1"},
			`{"iss":"us","aud":"api","exp":1772367300,"iat":1772366400,"jti":"1"}`},
		{"audiences of its own", Config{Audience: "api"}, Grant{ID: "1", Audience: []string{"a", "b", "a"}},
			`{"aud":["a","b"],"exp":1772367300,"iat":1772366400,"jti":"1"}`},
		{"scopes as a list", Config{}, Grant{ID: "1", Scopes: []string{"b", "a", "b"}},
			`{"exp":1772367300,"iat":1772366400,"jti":"1","scopes":["b","a"]}`},
		{"scopes as a string", Config{ScopeClaim: "scope"}, Grant{ID: "1", Scopes: []string{"b", "a"}},
			`{"exp":1772367300,"iat":1772366400,"jti":"1","scope":"b a"}`},
		{"scopes as scp", Config{ScopeClaim: "scp"}, Grant{ID: "1", Scopes: []string{"b"}},
			`{"exp":1772367300,"iat":1772366400,"jti":"1","scp":["b"]}`},
		{"configured lifetime", Config{Lifetime: time.Hour}, Grant{ID: "1"},
			`{"exp":1772370000,"iat":1772366400,"jti":"1"}`},
		{"lifetime of its own", Config{Lifetime: time.Hour}, Grant{ID: "1", Lifetime: time.Second},
			`{"exp":1772366401,"iat":1772366400,"jti":"1"}`},
		{"expiry of its own", Config{}, Grant{ID: "1", ExpiresAt: noon.Add(2500 * time.Millisecond)},
			`{"exp":1772366402,"iat":1772366400,"jti":"1"}`},
		{"never expires", Config{}, Grant{ID: "1", NeverExpires: true},
			`{"iat":1772366400,"jti":"1"}`},
		{"not before", Config{}, Grant{ID: "1", NotBefore: noon.Add(1500 * time.Millisecond)},
			`{"exp":1772367300,"nbf":1772366402,"iat":1772366400,"jti":"1"}`},
		{"fractions of the clock are cut off", Config{Now: func() time.Time { return noon.Add(999 * time.Millisecond) }}, Grant{ID: "1"},
			`{"exp":1772367300,"iat":1772366400,"jti":"1"}`},
		{"text is quoted", Config{}, Grant{Subject: "a\"\\\n<é😀", ID: "1"},
			`{"sub":"a\"\\\n<é😀","exp":1772367300,"iat":1772366400,"jti":"1"}`},
		{"custom claims of a map", Config{}, Grant{ID: "1", Custom: map[string]any{"role": "admin", "n": int64(9007199254740993), "a": nil}},
			`{"exp":1772367300,"iat":1772366400,"jti":"1","a":null,"n":9007199254740993,"role":"admin"}`},
		{"custom claims of a struct", Config{}, Grant{ID: "1", Custom: struct {
			Role string `json:"role"`
			Team []string
		}{"admin", nil}},
			`{"exp":1772367300,"iat":1772366400,"jti":"1","role":"admin","Team":[]}`},
		{"no custom claims in the map", Config{}, Grant{ID: "1", Custom: map[string]any{}},
			`{"exp":1772367300,"iat":1772366400,"jti":"1"}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token, header, claims := decodeIssued(t, newTestIssuer(t, key, tt.config), tt.grant)
			if claims != tt.want {
				t.Errorf("claims\n%s, want\n%s", claims, tt.want)
			}
			if want := `{"alg":"HS256","typ":"JWT"}`; header != want {
				t.Errorf("header %s, want %s", header, want)
			}
			if token.ID() != "1" {
				t.Errorf("ID %q", token.ID())
			}
			verify := Config{Leeway: 2 * time.Second}
			if strings.Contains(claims, `"aud"`) {
				verify.Audience, verify.AlsoAccept = "api", []string{"a"}
			}
			verifier := newTestVerifier(t, key, verify)
			c, err := verifier.Verify(t.Context(), token.Reveal())
			if tt.grant.NeverExpires {
				if !errors.Is(err, ErrClaims) || !token.ExpiresAt().IsZero() {
					t.Errorf("a token without exp: %v, expires %v", err, token.ExpiresAt())
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if !token.ExpiresAt().Equal(c.ExpiresAt) || c.Subject != tt.grant.Subject || string(c.JSON()) != tt.want {
				t.Errorf("token expires %v, claims %+v", token.ExpiresAt(), c)
			}
		})
	}
}

// A jti has 128 random bits and differs each time.
func TestRandomID(t *testing.T) {
	i := newTestIssuer(t, testKey(keys.HS256), Config{})
	seen := make(map[string]bool)
	for range 1000 {
		id := must(i.Issue(Grant{})).ID()
		if bits, err := base64.RawURLEncoding.DecodeString(id); err != nil || len(bits) != 16 || seen[id] {
			t.Fatalf("ID %q: %v, seen %v", id, err, seen[id])
		}
		seen[id] = true
	}
}

func TestIssuedHeader(t *testing.T) {
	named := must(testKey(keys.HS256).WithID(`k"1`))
	for _, tt := range []struct {
		name  string
		key   *keys.SigningKey
		grant Grant
		want  string
	}{
		{"the kid of the key", named, Grant{}, `{"alg":"HS256","typ":"JWT","kid":"k\"1"}`},
		{"once more", named, Grant{}, `{"alg":"HS256","typ":"JWT","kid":"k\"1"}`},
		{"another type", named, Grant{Type: "at+jwt"}, `{"alg":"HS256","typ":"at+jwt","kid":"k\"1"}`},
		{"a parameter", testKey(keys.HS256), Grant{Header: map[string]any{"cty": "x"}}, `{"alg":"HS256","typ":"JWT","cty":"x"}`},
		{"a thumbprint", testKey(keys.ES256), Grant{}, fmt.Sprintf(`{"alg":"ES256","typ":"JWT","kid":%q}`, testKey(keys.ES256).ID())},
	} {
		i := newTestIssuer(t, tt.key, Config{})
		for range 2 {
			if _, header, _ := decodeIssued(t, i, tt.grant); header != tt.want {
				t.Errorf("%s: header %s, want %s", tt.name, header, tt.want)
			}
		}
	}
}

// A rotation changes the key and the header of the next token together.
func TestIssueFollowsRotation(t *testing.T) {
	first, second := must(testKey(keys.ES256).WithID("1")), must(testKey(keys.RS256).WithID("2"))
	set := must(keys.NewSet(first))
	i := newTestIssuer(t, set, Config{})
	for _, want := range []string{`{"alg":"ES256","typ":"JWT","kid":"1"}`, `{"alg":"RS256","typ":"JWT","kid":"2"}`} {
		if _, header, _ := decodeIssued(t, i, Grant{}); header != want {
			t.Errorf("header %s, want %s", header, want)
		}
		if err := set.Rotate(second); err != nil {
			t.Fatal(err)
		}
	}
}

// An invalid grant is refused and never corrected.
func TestIssueRefuses(t *testing.T) {
	deep := any(1)
	for range jws.MaxDepth {
		deep = []any{deep}
	}
	for _, tt := range []struct {
		name  string
		grant Grant
		want  string // in the error
	}{
		{"two lifetimes", Grant{Lifetime: time.Hour, ExpiresAt: noon.Add(time.Hour)}, "more than one of"},
		{"never and a lifetime", Grant{Lifetime: time.Hour, NeverExpires: true}, "more than one of"},
		{"negative lifetime", Grant{Lifetime: -time.Hour}, "at least a second"},
		{"half a second", Grant{Lifetime: time.Second / 2}, "at least a second"},
		{"expired", Grant{ExpiresAt: noon.Add(-time.Hour)}, "not in the future"},
		{"expires now", Grant{ExpiresAt: noon}, "not in the future"},
		{"expires within the second", Grant{ExpiresAt: noon.Add(time.Second / 2)}, "not in the future"},
		{"after the year 9999", Grant{ExpiresAt: jws.Latest.Add(time.Second)}, "year 9999"},
		{"never valid", Grant{NotBefore: noon.Add(15 * time.Minute)}, "NotBefore"},
		{"not before the year 10000", Grant{NotBefore: jws.Latest.Add(time.Second), NeverExpires: true}, "year 9999"},
		{"empty scope", Grant{Scopes: []string{""}}, "scope is empty"},
		{"scope with a space", Grant{Scopes: []string{"read write"}}, "RFC 6749"},
		{"scope with a quote", Grant{Scopes: []string{`read"`}}, "RFC 6749"},
		{"scope with a backslash", Grant{Scopes: []string{`read\`}}, "RFC 6749"},
		{"scope with a newline", Grant{Scopes: []string{"read\n"}}, "RFC 6749"},
		{"scope with a letter that is not ASCII", Grant{Scopes: []string{"lés"}}, "RFC 6749"},
		{"empty audience", Grant{Audience: []string{"a", ""}}, "empty audience"},
		{"subject that is not UTF-8", Grant{Subject: "\xff"}, "sub is not UTF-8"},
		{"type that is none", Grant{Type: "a b"}, "media type"},
		{"type with two slashes", Grant{Type: "a/b/c"}, "media type"},
		{"custom list", Grant{Custom: []string{"role"}}, "want a struct or a map"},
		{"custom string", Grant{Custom: "role"}, "want a struct or a map"},
		{"custom number that is none", Grant{Custom: map[string]any{"x": func() {}}}, "Grant.Custom"},
		{"custom text that is not UTF-8", Grant{Custom: map[string]any{"x": "\xff"}}, "Grant.Custom"},
		{"custom claim too deep", Grant{Custom: map[string]any{"x": deep}}, "32 levels"},
		{"header that is too long", Grant{Header: map[string]any{"x": strings.Repeat("x", jws.MaxHeader)}}, "Grant.Header"},
		{"header of a function", Grant{Header: map[string]any{"x": func() {}}}, "Grant.Header"},
		{"header too deep", Grant{Header: map[string]any{"x": deep}}, "32 levels"},
		{"too long for the verifier", Grant{Subject: strings.Repeat("x", 16<<10)}, "MaxTokenBytes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token, err := newTestIssuer(t, testKey(keys.HS256), Config{}).Issue(tt.grant)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if errors.Is(err, ErrInvalidToken) {
				t.Errorf("error %v says that somebody's token is not good", err)
			}
			if token != (Token{}) {
				t.Error("a token beside an error")
			}
		})
	}
}

// Custom claims cannot have a name that a reader could mistake for a registered one.
func TestReservedClaims(t *testing.T) {
	i := newTestIssuer(t, testKey(keys.HS256), Config{})
	for _, name := range []string{
		"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scopes", "scope", "scp",
		"EXP", "Exp", "Sub", "SCOPES", "\u017fub", "i\u017fs",
	} {
		if _, err := i.Issue(Grant{Custom: map[string]any{name: 1}}); err == nil || !strings.Contains(err.Error(), "reserved") {
			t.Errorf("%q: error %v", name, err)
		}
	}
	type smuggler struct {
		Expiry int64 `json:"exp"`
	}
	if _, err := i.Issue(Grant{Custom: smuggler{1 << 40}}); err == nil {
		t.Error("a struct smuggles exp in")
	}
	for _, name := range []string{"alg", "ALG", "typ", "kid", "crit", "b64", "zip", "jwk", "jku", "x5c", "x5u", "x5t", "X5T#S256"} {
		if _, err := i.Issue(Grant{Header: map[string]any{name: "x"}}); err == nil || !strings.Contains(err.Error(), "reserved") {
			t.Errorf("header %q: error %v", name, err)
		}
	}
	if _, err := i.Issue(Grant{Custom: map[string]any{"expires": 1, "subject": 2, "x": map[string]any{"exp": 1}}}); err != nil {
		t.Errorf("names that are like reserved ones, and one inside: %v", err)
	}
}

// aud is always set if an audience is configured.
func TestAudienceIsAlwaysSet(t *testing.T) {
	i := newTestIssuer(t, testKey(keys.HS256), Config{Audience: "api"})
	for _, audience := range [][]string{nil, {}} {
		if _, _, claims := decodeIssued(t, i, Grant{Audience: audience}); !strings.Contains(claims, `"aud":"api"`) {
			t.Errorf("claims %s", claims)
		}
	}
}

func TestPreview(t *testing.T) {
	i := newTestIssuer(t, testKey(keys.HS256), Config{Issuer: "us"})
	grant := Grant{Subject: "ada", ID: "1", Scopes: []string{"read"}, Custom: map[string]any{"role": "admin"}}
	header, claims, err := i.Preview(grant)
	if err != nil {
		t.Fatal(err)
	}
	_, wantHeader, wantClaims := decodeIssued(t, i, grant)
	if string(header) != wantHeader || string(claims) != wantClaims {
		t.Errorf("preview %s %s, issued %s %s", header, claims, wantHeader, wantClaims)
	}
	if _, _, err := i.Preview(Grant{Lifetime: -1}); err == nil {
		t.Error("a preview of a token that cannot be issued")
	}
}

func TestIssueWithoutAKey(t *testing.T) {
	public := testKey(keys.ES256).VerificationKey()
	if _, err := NewIssuer(public, Config{}); !errors.Is(err, keys.ErrNoSigningKey) {
		t.Errorf("error %v, want keys.ErrNoSigningKey", err)
	}
	later, err := newIssuer(public, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := later.Issue(Grant{}); !errors.Is(err, keys.ErrNoSigningKey) {
		t.Errorf("error %v, want keys.ErrNoSigningKey", err)
	}
	for _, i := range []*Issuer{nil, {}} {
		if _, err := i.Issue(Grant{}); err == nil {
			t.Error("an issuer that no constructor made issues")
		}
		if _, _, err := i.Preview(Grant{}); err == nil {
			t.Error("an issuer that no constructor made previews")
		}
	}
	var noKey *keys.SigningKey
	for _, source := range []keys.Source{nil, noKey, &keys.Set{}} {
		if _, err := NewIssuer(source, Config{}); err == nil {
			t.Errorf("an issuer over %T", source)
		}
		// A set may be filled later.
		_, set := source.(*keys.Set)
		if _, err := NewVerifier(source, Config{}); (err == nil) != set {
			t.Errorf("a verifier over %T: %v", source, err)
		}
	}
	if _, err := newIssuer(nil, Config{}); err == nil {
		t.Error("an issuer over nothing")
	}
}

// A configuration accepts the tokens that it issues.
func TestIssuedTypeIsAccepted(t *testing.T) {
	key := testKey(keys.HS256)
	for _, types := range [][]string{nil, {"JWT"}, {"at+jwt"}, {"application/at+JWT", "jwt"}} {
		config := Config{Types: types}
		token, err := newTestIssuer(t, key, config).Issue(Grant{Subject: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := newTestVerifier(t, key, config).Verify(t.Context(), token.Reveal()); err != nil {
			t.Errorf("Types %q: %v", types, err)
		}
	}
}

// A manager refuses tokens without exp, so it does not issue them.
func TestManagerIssuesNothingForEver(t *testing.T) {
	m := must(New(testKey(keys.HS256), ClaimsOnly, Config{}))
	if _, err := m.Issue(Grant{Subject: "ada", NeverExpires: true}); err == nil {
		t.Error("issued")
	}
}
