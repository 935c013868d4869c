package login_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/dpop"
)

// prover is a client with a key.
type prover struct{ key *keys.SigningKey }

func newProver(t *testing.T, alg keys.Algorithm) prover {
	t.Helper()
	key, err := keys.Generate(alg)
	if err != nil {
		t.Fatal(err)
	}
	return prover{key}
}

// parts are the header and the claims of a proof for a GET of https://api.example/posts.
func (p prover) parts(t *testing.T, token string) (header, claims map[string]any) {
	t.Helper()
	text, err := keys.MarshalPublicJWK(p.key.VerificationKey())
	if err != nil {
		t.Fatal(err)
	}
	jwk := map[string]any{}
	if err := json.Unmarshal(text, &jwk); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"kid", "alg", "use"} {
		delete(jwk, name)
	}
	ath := sha256.Sum256([]byte(token))
	header = map[string]any{"typ": "dpop+jwt", "alg": p.key.Algorithm().String(), "jwk": jwk}
	claims = map[string]any{
		"jti": time.Now().Format(time.RFC3339Nano), "htm": "GET", "htu": "https://api.example/posts",
		"iat": time.Now().Unix(), "ath": base64.RawURLEncoding.EncodeToString(ath[:]),
	}
	return header, claims
}

func (p prover) sign(t *testing.T, header, claims map[string]any) string {
	t.Helper()
	input := segmentOf(t, header) + "." + segmentOf(t, claims)
	signature, err := p.key.Sign(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	return input + "." + base64Text(signature)
}

func (p prover) proof(t *testing.T, token string) string {
	t.Helper()
	header, claims := p.parts(t, token)
	return p.sign(t, header, claims)
}

// dpopService is a manager with proofs, and a token that is bound to the prover's key.
func dpopService(t *testing.T, p prover, change func(*login.Config)) (*login.Manager[*login.Claims], string) {
	t.Helper()
	config := login.Config{DPoP: dpop.Config{Mode: dpop.Accepted, Origins: []string{"https://api.example"}}}
	if change != nil {
		change(&config)
	}
	m := claimsManager(t, trustedKey(t), config)
	token, err := m.Issue(login.Grant{Subject: "ada", Custom: map[string]any{"cnf": map[string]any{"jkt": p.key.VerificationKey().Thumbprint()}}})
	if err != nil {
		t.Fatal(err)
	}
	return m, token.Reveal()
}

// send is the answer to a GET of /posts behind a guard.
func send(m *login.Manager[*login.Claims], authorization string, proofs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/posts?page=2", nil)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	for _, proof := range proofs {
		r.Header.Add("DPoP", proof)
	}
	w := httptest.NewRecorder()
	m.Require()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
	return w
}

// One fault of a proof after the other (RFC 9449 section 4.3).
func TestProofs(t *testing.T) {
	p, thief := newProver(t, keys.ES256), newProver(t, keys.ES256)
	m, token := dpopService(t, p, nil)
	header, claims := p.parts(t, token)
	jwk := header["jwk"].(map[string]any)
	private, err := keys.MarshalJWK(p.key)
	if err != nil {
		t.Fatal(err)
	}
	privateJWK := map[string]any{}
	if err := json.Unmarshal(private, &privateJWK); err != nil {
		t.Fatal(err)
	}
	with := func(of map[string]any, name string, value any) map[string]any {
		changed := maps.Clone(of)
		if changed[name] = value; value == nil {
			delete(changed, name)
		}
		return changed
	}
	secret := map[string]any{"kty": "oct", "k": base64Text(make([]byte, 32))}
	n := 0
	for _, test := range []struct {
		name           string
		header, claims map[string]any
		ok             bool
	}{
		{"good", header, claims, true},
		{"query and fragment", header, with(claims, "htu", "https://api.example/posts?x=y#z"), true},
		{"scheme, host and port by syntax", header, with(claims, "htu", "HTTPS://API.Example:443/%70osts"), true},
		{"a kid and more members", with(header, "kid", "x"), with(claims, "more", []int{1}), true},
		{"no typ", with(header, "typ", nil), claims, false},
		{"typ of a token", with(header, "typ", "JWT"), claims, false},
		{"no alg", with(header, "alg", nil), claims, false},
		{"alg none", with(header, "alg", "none"), claims, false},
		{"alg HS256 with a secret", with(with(header, "alg", "HS256"), "jwk", secret), claims, false},
		{"alg of another key", with(header, "alg", "ES384"), claims, false},
		{"no jwk", with(header, "jwk", nil), claims, false},
		{"a private jwk", with(header, "jwk", privateJWK), claims, false},
		{"a jwk for encryption", with(header, "jwk", with(jwk, "use", "enc")), claims, false},
		{"jwk of another key", with(header, "jwk", newProverJWK(t)), claims, false},
		{"crit", with(header, "crit", []string{"b64"}), claims, false},
		{"no htm", header, with(claims, "htm", nil), false},
		{"another method", header, with(claims, "htm", "POST"), false},
		{"another letter case of the method", header, with(claims, "htm", "get"), false},
		{"no htu", header, with(claims, "htu", nil), false},
		{"another path", header, with(claims, "htu", "https://api.example/posts/1"), false},
		{"another host", header, with(claims, "htu", "https://evil.example/posts"), false},
		{"the host of the request", header, with(claims, "htu", "http://example.com/posts"), false},
		{"another scheme", header, with(claims, "htu", "http://api.example/posts"), false},
		{"another port", header, with(claims, "htu", "https://api.example:444/posts"), false},
		{"dot segments", header, with(claims, "htu", "https://api.example/x/../posts"), false},
		{"a path alone", header, with(claims, "htu", "/posts"), false},
		{"no iat", header, with(claims, "iat", nil), false},
		{"iat is a text", header, with(claims, "iat", "1"), false},
		{"an old iat", header, with(claims, "iat", time.Now().Add(-2*time.Minute).Unix()), false},
		{"an iat in the future", header, with(claims, "iat", time.Now().Add(2*time.Minute).Unix()), false},
		{"iat in milliseconds", header, with(claims, "iat", time.Now().UnixMilli()), false},
		{"no jti", header, with(claims, "jti", nil), false},
		{"an empty jti", header, with(claims, "jti", ""), false},
		{"no ath", header, with(claims, "ath", nil), false},
		{"ath of another token", header, with(claims, "ath", base64Text(make([]byte, 32))), false},
		{"a nonce that is a number", header, with(claims, "nonce", 1), false},
	} {
		n++
		if jti, ok := test.claims["jti"].(string); ok && jti != "" {
			test.claims = with(test.claims, "jti", jti+strings.Repeat("x", n))
		}
		w := send(m, "DPoP "+token, p.sign(t, test.header, test.claims))
		if (w.Code == 200) != test.ok || !test.ok && w.Code != 401 {
			t.Errorf("%s: %d", test.name, w.Code)
		}
		if challenge := w.Header().Get("WWW-Authenticate"); !test.ok && !strings.Contains(challenge, `DPoP algs="ES256 `) || !test.ok && !strings.Contains(challenge, `error="invalid_dpop_proof"`) {
			t.Errorf("%s: %s", test.name, challenge)
		}
	}
	good := p.proof(t, token)
	for name, w := range map[string]*httptest.ResponseRecorder{
		"no proof":             send(m, "DPoP "+token),
		"two proofs":           send(m, "DPoP "+token, p.proof(t, token), p.proof(t, token)),
		"another client's key": send(m, "DPoP "+token, thief.proof(t, token)),
		"a changed signature":  send(m, "DPoP "+token, good[:len(good)-4]+"AAAA"),
		"a changed claim":      send(m, "DPoP "+token, strings.Replace(good, ".", ".A", 1)),
		"not a JWS":            send(m, "DPoP "+token, "a.b"),
		"long":                 send(m, "DPoP "+token, strings.Repeat("a", 9<<10)),
	} {
		if w.Code != 401 || !strings.Contains(w.Header().Get("WWW-Authenticate"), `error="invalid_dpop_proof"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Header().Get("WWW-Authenticate"))
		}
	}
}

func newProverJWK(t *testing.T) map[string]any {
	header, _ := newProver(t, keys.ES256).parts(t, "")
	return header["jwk"].(map[string]any)
}

// Every algorithm of public keys makes proofs.
func TestProofAlgorithms(t *testing.T) {
	for _, alg := range []keys.Algorithm{keys.ES256, keys.ES384, keys.ES512, keys.EdDSA, keys.RS256, keys.PS256} {
		p := newProver(t, alg)
		m, token := dpopService(t, p, nil)
		if w := send(m, "dpop "+token, p.proof(t, token)); w.Code != 200 {
			t.Errorf("%v: %d", alg, w.Code)
		}
		m, token = dpopService(t, p, func(c *login.Config) { c.DPoP.Algorithms = []keys.Algorithm{keys.RS512} })
		if w := send(m, "DPoP "+token, p.proof(t, token)); w.Code != 401 {
			t.Errorf("%v, which is not listed: %d", alg, w.Code)
		}
	}
}

// A proof is accepted once, whichever instance of the service sees it.
func TestReplayedProof(t *testing.T) {
	p := newProver(t, keys.EdDSA)
	store := new(dpop.Memory)
	m, token := dpopService(t, p, func(c *login.Config) { c.DPoP.Replays = store })
	proof := p.proof(t, token)
	for i, want := range []int{200, 401, 401} {
		if w := send(m, "DPoP "+token, proof); w.Code != want {
			t.Errorf("use %d: %d, want %d", i+1, w.Code, want)
		}
	}
	for name, err := range map[string]error{"down": errors.New("down"), "confused": login.ErrRevoked} {
		m, token := dpopService(t, p, func(c *login.Config) { c.DPoP.Replays = failing{err} })
		if w := send(m, "DPoP "+token, p.proof(t, token)); w.Code != 503 {
			t.Errorf("a store that is %s: %d", name, w.Code)
		}
	}
}

type failing struct{ err error }

func (f failing) Use(context.Context, string, time.Time) (bool, error) { return false, f.err }

// A token is accepted only in the way that it is bound.
func TestBoundTokens(t *testing.T) {
	p := newProver(t, keys.ES256)
	for _, mode := range []dpop.Mode{dpop.Off, dpop.Accepted, dpop.Required} {
		m, bound := dpopService(t, p, func(c *login.Config) {
			c.Locations = login.InHeader | login.InCookie
			if c.DPoP.Mode = mode; mode == dpop.Off {
				c.DPoP = dpop.Config{}
			}
		})
		token, err := m.Issue(login.Grant{Subject: "ada"})
		if err != nil {
			t.Fatal(err)
		}
		odd, err := m.Issue(login.Grant{Subject: "ada", Custom: map[string]any{"cnf": map[string]any{"jkt": 1}}})
		if err != nil {
			t.Fatal(err)
		}
		free := token.Reveal()
		cookie := func(token string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("GET", "/posts", nil)
			r.AddCookie(&http.Cookie{Name: "access-token", Value: token})
			w := httptest.NewRecorder()
			m.Require()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})).ServeHTTP(w, r)
			return w
		}
		off, required := mode == dpop.Off, mode == dpop.Required
		for _, test := range []struct {
			name   string
			answer *httptest.ResponseRecorder
			ok     bool
		}{
			{"a free token as bearer", send(m, "Bearer "+free), !required},
			{"a free token with a proof", send(m, "DPoP "+free, p.proof(t, free)), false},
			{"a free token in a cookie", cookie(free), !required},
			{"a bound token as bearer", send(m, "Bearer "+bound), off},
			{"a bound token as bearer with a proof", send(m, "Bearer "+bound, p.proof(t, bound)), off},
			{"a bound token in a cookie", cookie(bound), off},
			{"a bound token with a proof", send(m, "DPoP "+bound, p.proof(t, bound)), !off},
			{"a token with an odd cnf", send(m, "Bearer "+odd.Reveal()), off},
		} {
			if (test.answer.Code == 200) != test.ok || !test.ok && test.answer.Code != 401 {
				t.Errorf("mode %d, %s: %d", mode, test.name, test.answer.Code)
			}
		}
		if _, err := m.AuthenticateToken(t.Context(), bound); (err == nil) != off {
			t.Errorf("mode %d, without a request: %v", mode, err)
		}
		if _, err := m.AuthenticateToken(t.Context(), free); (err == nil) == required {
			t.Errorf("mode %d, a free token without a request: %v", mode, err)
		}
		challenge := send(m, "").Header().Get("WWW-Authenticate")
		want := map[dpop.Mode]string{dpop.Off: "Bearer", dpop.Accepted: "Bearer, DPoP algs=", dpop.Required: "DPoP algs="}[mode]
		if !strings.HasPrefix(challenge, want) || off && challenge != want {
			t.Errorf("mode %d: the challenge is %s", mode, challenge)
		}
	}
}

// A first request without a nonce gets one, with which the proof is good for any iat.
func TestNonces(t *testing.T) {
	p := newProver(t, keys.ES256)
	now := time.Now()
	m, token := dpopService(t, p, func(c *login.Config) {
		c.Lifetime, c.DPoP.RequireNonce, c.DPoP.NonceKey = time.Hour, true, make([]byte, 32)
		c.Now = func() time.Time { return now }
	})
	w := send(m, "DPoP "+token, p.proof(t, token))
	nonce := w.Header().Get("DPoP-Nonce")
	if w.Code != 401 || nonce == "" || !strings.Contains(w.Header().Get("WWW-Authenticate"), `error="use_dpop_nonce"`) {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	with := func(nonce string) *httptest.ResponseRecorder {
		header, claims := p.parts(t, token)
		claims["nonce"], claims["iat"] = nonce, 1
		return send(m, "DPoP "+token, p.sign(t, header, claims))
	}
	if w := with(nonce); w.Code != 200 || w.Header().Get("DPoP-Nonce") == "" {
		t.Errorf("with the nonce: %d", w.Code)
	}
	for _, wrong := range []string{"", "x", nonce + "A", "B" + nonce[1:], base64Text(make([]byte, 24))} {
		if w := with(wrong); w.Code != 401 {
			t.Errorf("with a nonce that was not made here: %d", w.Code)
		}
	}
	now = now.Add(4 * time.Minute)
	if w := with(nonce); w.Code != 200 {
		t.Errorf("a nonce of 4 minutes: %d", w.Code)
	}
	now = now.Add(time.Minute)
	if w := with(nonce); w.Code != 401 {
		t.Errorf("a nonce of 5 minutes: %d", w.Code)
	}
}

// Nested guards and Reauthenticate use the proof of a request once.
func TestProofInNestedGuards(t *testing.T) {
	p := newProver(t, keys.ES256)
	m, token := dpopService(t, p, nil)
	r := httptest.NewRequest("GET", "/posts", nil)
	r.Header.Set("Authorization", "DPoP "+token)
	r.Header.Set("DPoP", p.proof(t, token))
	w := httptest.NewRecorder()
	inner := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if _, err := m.Authenticate(r); err != nil {
			t.Errorf("Authenticate: %v", err)
		}
		for range 2 {
			if _, err := m.Reauthenticate(r); err != nil {
				t.Errorf("Reauthenticate: %v", err)
			}
		}
	})
	m.Require()(m.Require()(inner)).ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("%d", w.Code)
	}
	if _, err := m.Authenticate(r); err == nil || login.Status(err) != 401 {
		t.Errorf("the same proof in another request: %v", err)
	}
	w = httptest.NewRecorder()
	if _, err := m.Authenticate(r); err != nil {
		m.Deny(w, r, err)
	}
	if challenge := w.Header().Get("WWW-Authenticate"); !strings.Contains(challenge, `error="invalid_dpop_proof"`) {
		t.Errorf("Deny: %s", challenge)
	}
}

// The path that a proxy cuts off is in the origin, and StripPrefix changes nothing.
func TestProofBehindAPrefix(t *testing.T) {
	p := newProver(t, keys.ES256)
	m, token := dpopService(t, p, func(c *login.Config) { c.DPoP.Origins = []string{"https://api.example/v1/", "http://localhost:8080"} })
	for htu, want := range map[string]int{
		"https://api.example/v1/admin/posts": 200, "http://localhost:8080/admin/posts": 200,
		"https://api.example/v1/posts": 401, "https://api.example/admin/posts": 401,
	} {
		header, claims := p.parts(t, token)
		claims["htu"] = htu
		r := httptest.NewRequest("GET", "/admin/posts", nil)
		r.Header.Set("Authorization", "DPoP "+token)
		r.Header.Set("DPoP", p.sign(t, header, claims))
		w := httptest.NewRecorder()
		http.StripPrefix("/admin", m.Require()(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))).ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%s: %d, want %d", htu, w.Code, want)
		}
	}
}

func TestDPoPIsConfigured(t *testing.T) {
	origins := []string{"https://api.example"}
	for _, test := range []struct {
		message string
		config  login.Config
	}{
		{"Mode is not", login.Config{DPoP: dpop.Config{Origins: origins}}},
		{"Mode is 9", login.Config{DPoP: dpop.Config{Mode: 9, Origins: origins}}},
		{"Origins is empty", login.Config{DPoP: dpop.Config{Mode: dpop.Required}}},
		{"not an address", login.Config{DPoP: dpop.Config{Mode: dpop.Required, Origins: []string{"api.example"}}}},
		{"Window", login.Config{DPoP: dpop.Config{Mode: dpop.Required, Origins: origins, Window: time.Hour}}},
		{"NonceKey", login.Config{DPoP: dpop.Config{Mode: dpop.Required, Origins: origins, NonceKey: make([]byte, 32)}}},
		{"NonceKey", login.Config{DPoP: dpop.Config{Mode: dpop.Required, Origins: origins, RequireNonce: true, NonceKey: make([]byte, 8)}}},
		{"Algorithms is empty", login.Config{DPoP: dpop.Config{Mode: dpop.Required, Origins: origins, Algorithms: []keys.Algorithm{}}}},
		{"not an algorithm of public keys", login.Config{DPoP: dpop.Config{Mode: dpop.Required, Origins: origins, Algorithms: []keys.Algorithm{keys.HS256}}}},
		{"in Authorization", login.Config{Header: "X-Token", DPoP: dpop.Config{Mode: dpop.Required, Origins: origins}}},
		{"in Authorization", login.Config{Locations: login.InCookie, DPoP: dpop.Config{Mode: dpop.Required, Origins: origins}}},
	} {
		if _, err := login.New(trustedKey(t), login.ClaimsOnly, test.config); err == nil || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%v, want %q", err, test.message)
		}
	}
	if _, err := login.NewVerifier(trustedKey(t), login.Config{DPoP: dpop.Config{Mode: dpop.Required, Origins: origins}}); err == nil {
		t.Error("a Verifier alone was made with proofs")
	}
}

// The memory of proofs is bounded, and forgets those that are over.
func TestMemoryOfProofs(t *testing.T) {
	now := time.Now()
	m := &dpop.Memory{Most: 2, Now: func() time.Time { return now }}
	use := func(id string) (bool, error) { return m.Use(t.Context(), id, now.Add(time.Minute)) }
	for _, step := range []struct {
		id     string
		wait   time.Duration
		first  bool
		failed bool
	}{{"a", 0, true, false}, {"a", 0, false, false}, {"b", 30 * time.Second, true, false}, {"c", 0, false, true}, {"c", 31 * time.Second, true, false}, {"a", 0, false, true}} {
		now = now.Add(step.wait)
		if first, err := use(step.id); first != step.first || (err != nil) != step.failed {
			t.Errorf("%+v: %t, %v", step, first, err)
		}
	}
}

// Clients with libraries of other languages make proofs that are accepted. Each word list
// of LOGINCTL_PROVERS, separated by semicolons, is a command and an algorithm, to which
// the token and the URL are added: scripts/interop.sh sets it.
func TestProofsOfOtherLibraries(t *testing.T) {
	commands := os.Getenv("LOGINCTL_PROVERS")
	if commands == "" {
		t.Skip("LOGINCTL_PROVERS is not set: scripts/interop.sh runs this")
	}
	for command := range strings.SplitSeq(commands, ";") {
		words := strings.Fields(command)
		prove := func(token string) (thumbprint, proof string) {
			out, err := exec.Command(words[0], append(words[1:], token, "https://api.example/posts")...).Output()
			lines := strings.Fields(string(out))
			if err != nil || len(lines) != 2 {
				t.Fatalf("%s: %v", command, err)
			}
			return lines[0], lines[1]
		}
		m, stranger := dpopService(t, newProver(t, keys.ES256), nil)
		thumbprint, _ := prove("")
		token, err := m.Issue(login.Grant{Subject: "ada", Custom: map[string]any{"cnf": map[string]any{"jkt": thumbprint}}})
		if err != nil {
			t.Fatal(err)
		}
		_, proof := prove(token.Reveal())
		if w := send(m, "DPoP "+token.Reveal(), proof); w.Code != 200 {
			t.Errorf("%s: %d %s", command, w.Code, w.Header().Get("WWW-Authenticate"))
		}
		if _, proof := prove(stranger); send(m, "DPoP "+stranger, proof).Code != 401 {
			t.Errorf("%s: its proof is good for the token of another client", command)
		}
	}
}
