package introspect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/introspect"
)

// endpoint is an introspection endpoint that answers by a function and counts.
type endpoint struct {
	*httptest.Server
	requests atomic.Int32
}

func serve(t *testing.T, answer http.HandlerFunc) *endpoint {
	t.Helper()
	e := &endpoint{}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.requests.Add(1)
		answer(w, r)
	}))
	t.Cleanup(func() {
		e.CloseClientConnections()
		e.Close()
	})
	return e
}

// text answers with a body.
func text(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, body)
	}
}

func newClient(t *testing.T, e *endpoint, change func(*introspect.Config)) *introspect.Client {
	t.Helper()
	config := introspect.Config{URL: e.URL + "/introspect", Issuer: "https://id.example", ClientID: "api:1", ClientSecret: "s e"}
	if change != nil {
		change(&config)
	}
	c, err := introspect.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The request is that of RFC 7662 section 2.1, and the token is in its body alone.
func TestRequest(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		for name, problem := range map[string]bool{
			"the method":      r.Method != "POST",
			"the URL":         strings.Contains(r.URL.String(), "opaque"),
			"the type":        r.Header.Get("Content-Type") != "application/x-www-form-urlencoded",
			"what it accepts": r.Header.Get("Accept") != "application/json",
			"the client":      id != url.QueryEscape("api:1") || secret != url.QueryEscape("s e"),
			"the token":       r.PostFormValue("token") != "opaque-1",
			"the hint":        r.PostFormValue("token_type_hint") != "access_token",
		} {
			if problem {
				t.Errorf("%s is another one", name)
			}
		}
		text(`{"active":true,"sub":"ada"}`)(w, r)
	})
	claims, err := newClient(t, e, nil).Introspect(t.Context(), "opaque-1")
	if err != nil || string(claims) != `{"iss":"https://id.example","active":true,"sub":"ada"}` {
		t.Errorf("%s, %v", claims, err)
	}
	c := newClient(t, e, func(c *introspect.Config) {
		c.ClientID, c.ClientSecret = "", ""
		c.Authenticate = func(context.Context, http.Header, url.Values) error { return errors.New("no assertion") }
	})
	if _, err := c.Introspect(t.Context(), "opaque-2"); !errors.Is(err, login.ErrUnavailable) || e.requests.Load() != 1 {
		t.Errorf("without authentication: %v, %d requests", err, e.requests.Load())
	}
}

// A good answer is used, one about the token refuses it, and any other is an outage.
func TestAnswers(t *testing.T) {
	long := `{"active":true,"x":"` + strings.Repeat("x", 64<<10) + `"}`
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		want   error
	}{
		{"active", text(`{"active":true,"sub":"ada","token_type":"Bearer"}`), nil},
		{"its own iss", text(`{"active":true,"iss":"https://id.example"}`), nil},
		{"not active", text(`{"active":false}`), login.ErrInvalidToken},
		{"a refresh token by token_type", text(`{"active":true,"token_type":"refresh_token"}`), login.ErrInvalidToken},
		{"a refresh token by token_use", text(`{"active":true,"token_type":"Bearer","token_use":"refresh_token"}`), login.ErrInvalidToken},
		{"a refresh token of Keycloak", text(`{"active":true,"typ":"Refresh"}`), login.ErrInvalidToken},
		{"an ID token", text(`{"active":true,"typ":"ID"}`), login.ErrInvalidToken},
		{"no active", text(`{"sub":"ada"}`), login.ErrUnavailable},
		{"active is null", text(`{"active":null}`), login.ErrUnavailable},
		{"active is a text", text(`{"active":"true"}`), login.ErrUnavailable},
		{"active twice", text(`{"active":false,"active":true}`), login.ErrUnavailable},
		{"another letter case", text(`{"Active":true}`), login.ErrUnavailable},
		{"HTML", text(`<!DOCTYPE html>`), login.ErrUnavailable},
		{"a list", text(`[{"active":true}]`), login.ErrUnavailable},
		{"nothing", text(``), login.ErrUnavailable},
		{"too long", text(long), login.ErrUnavailable},
		{"a redirect", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
		}, login.ErrUnavailable},
		{"wrong credentials", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(401) }, login.ErrUnavailable},
		{"bad request", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(400) }, login.ErrUnavailable},
		{"an outage", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(503) }, login.ErrUnavailable},
		{"a connection that breaks", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, login.ErrUnavailable},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := serve(t, test.answer)
			claims, err := newClient(t, e, nil).Introspect(t.Context(), "opaque-token")
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) || (claims == nil) != (err != nil) {
				t.Errorf("%s, %v", claims, err)
			}
			if err != nil && errors.Is(err, login.ErrInvalidToken) == errors.Is(err, login.ErrUnavailable) {
				t.Errorf("both or neither: %v", err)
			}
			if err != nil && (strings.Contains(err.Error(), "opaque") || strings.Contains(err.Error(), "s e")) {
				t.Errorf("the error has the token or the secret: %v", err)
			}
			if n := e.requests.Load(); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// An issuer that is slow, or sends byte by byte, costs no more than the timeout.
func TestSlowIssuer(t *testing.T) {
	for name, drip := range map[string]bool{"silent": false, "dripping": true} {
		e := serve(t, func(w http.ResponseWriter, r *http.Request) {
			r.ParseForm() // or the server would not notice that the client is gone
			for r.Context().Err() == nil {
				if drip {
					w.Write([]byte(" "))
					w.(http.Flusher).Flush()
				}
				select {
				case <-r.Context().Done():
				case <-time.After(10 * time.Millisecond):
				}
			}
		})
		c := newClient(t, e, func(c *introspect.Config) { c.Timeout = 100 * time.Millisecond })
		start := time.Now()
		_, err := c.Introspect(t.Context(), "opaque")
		if !errors.Is(err, login.ErrUnavailable) || time.Since(start) > 3*time.Second {
			t.Errorf("%s: %v after %v", name, err, time.Since(start))
		}
	}
}

// Answers are remembered for the TTL and never beyond exp, and refusals for less.
func TestRemembered(t *testing.T) {
	start := time.Unix(1_800_000_000, 0)
	var now atomic.Int64
	clock := func() time.Time { return start.Add(time.Duration(now.Load())) }
	for _, test := range []struct {
		name, body string
		change     func(*introspect.Config)
		steps      map[time.Duration]int32 // requests until then
	}{
		{"the TTL", `{"active":true}`, nil, map[time.Duration]int32{59 * time.Second: 1, 60 * time.Second: 2}},
		{"exp", `{"active":true,"exp":1800000030}`, nil, map[time.Duration]int32{29 * time.Second: 1, 30 * time.Second: 2}},
		{"an exp that is over", `{"active":true,"exp":1700000000}`, nil, map[time.Duration]int32{0: 2}},
		{"an exp that is later", `{"active":true,"exp":1800000090.5}`, nil, map[time.Duration]int32{59 * time.Second: 1, 60 * time.Second: 2}},
		{"no TTL", `{"active":true}`, func(c *introspect.Config) { c.TTL = -1 }, map[time.Duration]int32{0: 2}},
		{"not active", `{"active":false}`, nil, map[time.Duration]int32{9 * time.Second: 1, 10 * time.Second: 2}},
		{"no negative TTL", `{"active":false}`, func(c *introspect.Config) { c.NegativeTTL = -1 }, map[time.Duration]int32{0: 2}},
	} {
		for at, want := range test.steps {
			now.Store(0)
			e := serve(t, text(test.body))
			c := newClient(t, e, func(c *introspect.Config) {
				c.Now = clock
				if test.change != nil {
					test.change(c)
				}
			})
			first, err := c.Introspect(t.Context(), "opaque")
			now.Store(int64(at))
			again, errAgain := c.Introspect(t.Context(), "opaque")
			if string(first) != string(again) || (err == nil) != (errAgain == nil) {
				t.Errorf("%s: %s, %v, and then %s, %v", test.name, first, err, again, errAgain)
			}
			if n := e.requests.Load(); n != want {
				t.Errorf("%s, after %v: %d requests, want %d", test.name, at, n, want)
			}
		}
	}
}

// Junk cannot displace the answer for a good token, and memory is bounded.
func TestMemoryIsBounded(t *testing.T) {
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"active":%t}`, strings.HasPrefix(r.PostFormValue("token"), "good"))
	})
	c := newClient(t, e, func(c *introspect.Config) { c.CacheSize = 4 })
	ask := func(token string) {
		if _, err := c.Introspect(t.Context(), token); (err == nil) != strings.HasPrefix(token, "good") {
			t.Errorf("%s: %v", token, err)
		}
	}
	ask("good")
	for i := range 10 {
		ask(fmt.Sprint("junk", i))
	}
	before := e.requests.Load()
	ask("good")
	ask("junk9")
	if n := e.requests.Load(); n != before {
		t.Errorf("%d requests for answers that fit", n-before)
	}
	ask("junk0") // forgotten
	if n := e.requests.Load(); n != before+1 {
		t.Errorf("%d requests for an answer that does not fit", n-before)
	}
	for i := range 4 {
		ask(fmt.Sprint("good", i))
	}
	ask("good") // displaced by newer ones
	if n := e.requests.Load(); n != before+6 {
		t.Errorf("%d requests after newer answers", n-before)
	}
}

// Concurrent questions about one token are one request, and a caller that gives up does
// not end it for the others.
func TestSingleFlight(t *testing.T) {
	arrived, release := make(chan struct{}, 100), make(chan struct{})
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-release
		text(`{"active":true}`)(w, r)
	})
	c := newClient(t, e, nil)
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp := make(chan error)
	go func() {
		_, err := c.Introspect(ctx, "opaque")
		gaveUp <- err
	}()
	<-arrived
	var others sync.WaitGroup
	for range 16 {
		others.Go(func() {
			if _, err := c.Introspect(t.Context(), "opaque"); err != nil {
				t.Error(err)
			}
		})
	}
	cancel()
	if err := <-gaveUp; !errors.Is(err, login.ErrUnavailable) {
		t.Errorf("the caller that gave up: %v", err)
	}
	close(release)
	others.Wait()
	if n := e.requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// After failures in a row the issuer is left alone, and then asked again. A refusal of
// one request says nothing about the others.
func TestOutage(t *testing.T) {
	var now atomic.Int64
	var status atomic.Int32
	e := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if code := int(status.Load()); code != 200 {
			w.WriteHeader(code)
			return
		}
		text(`{"active":true}`)(w, r)
	})
	c := newClient(t, e, func(c *introspect.Config) { c.Now = func() time.Time { return time.Unix(now.Load(), 0) } })
	token := 0
	ask := func() error {
		token++
		_, err := c.Introspect(t.Context(), fmt.Sprint("opaque", token))
		return err
	}
	status.Store(200)
	if _, err := c.Introspect(t.Context(), "known"); err != nil {
		t.Fatal(err)
	}
	status.Store(400)
	for range 5 {
		ask()
	}
	status.Store(500)
	for range 10 {
		if err := ask(); !errors.Is(err, login.ErrUnavailable) {
			t.Fatal(err)
		}
	}
	if n := e.requests.Load(); n != 1+5+3 {
		t.Errorf("%d requests, want 3 of 10 in the outage", n)
	}
	if _, err := c.Introspect(t.Context(), "known"); err != nil {
		t.Errorf("a remembered token in an outage: %v", err)
	}
	status.Store(200)
	now.Add(2)
	if err := ask(); err != nil {
		t.Errorf("after the rest: %v", err)
	}
}

// A text that is not a token, or not of this issuer, is never sent.
func TestTokensThatAreNotSent(t *testing.T) {
	e := serve(t, text(`{"active":true}`))
	c := newClient(t, e, func(c *introspect.Config) {
		c.Accepts = func(token string) bool { return strings.HasPrefix(token, "id_") }
	})
	for token, want := range map[string]error{
		"": login.ErrMalformed, "a b": login.ErrMalformed, "id_\n": login.ErrMalformed, "id_ä": login.ErrMalformed,
		"=": login.ErrMalformed, "id_=a": login.ErrMalformed, "other": login.ErrIssuer,
	} {
		if _, err := c.Introspect(t.Context(), token); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", token, err, want)
		}
	}
	if n := e.requests.Load(); n != 0 {
		t.Errorf("%d requests", n)
	}
	if _, err := c.Introspect(t.Context(), "id_a+/~=="); err != nil {
		t.Error(err)
	}
}

func TestConfig(t *testing.T) {
	good := introspect.Config{URL: "https://id.example/introspect", ClientID: "a", ClientSecret: "secret-text"}
	for _, test := range []struct {
		message string
		change  func(*introspect.Config)
	}{
		{"Config.URL", func(c *introspect.Config) { c.URL = "" }},
		{"Config.URL", func(c *introspect.Config) { c.URL = "http://id.example/introspect" }},
		{"Config.URL", func(c *introspect.Config) { c.URL = "https://a:b@id.example/introspect" }},
		{"Config.URL", func(c *introspect.Config) { c.URL = "https://169.254.169.254/introspect" }},
		{"belong together", func(c *introspect.Config) { c.ClientSecret = "" }},
		{"does not authenticate", func(c *introspect.Config) { c.ClientID, c.ClientSecret = "", "" }},
		{"exclude each other", func(c *introspect.Config) {
			c.Authenticate = func(context.Context, http.Header, url.Values) error { return nil }
		}},
		{"Config.Timeout", func(c *introspect.Config) { c.Timeout = -1 }},
		{"Config.CacheSize", func(c *introspect.Config) { c.CacheSize = -1 }},
	} {
		config := good
		test.change(&config)
		if _, err := introspect.New(config); err == nil || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%v, want %q", err, test.message)
		}
	}
	c, err := introspect.New(good)
	if err != nil {
		t.Fatal(err)
	}
	if shown := fmt.Sprintf("%+v %#v", c, c); strings.Contains(shown, "secret-text") {
		t.Error("a print of the client has its secret")
	}
}

// TestOddAnswersAreNoOutage: an answer that cannot be read is that of one token.
func TestOddAnswersAreNoOutage(t *testing.T) {
	for name, body := range map[string]string{
		"a name twice": `{"active":true,"sub":"x","a":1,"a":2}`, "a number for text": `{"active":true,"token_type":5}`,
		"too long": `{"active":true,"x":"` + strings.Repeat("x", 70_000) + `"}`,
	} {
		c := newClient(t, serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.FormValue("token"), "odd") {
				_, _ = io.WriteString(w, body)
				return
			}
			_, _ = fmt.Fprintf(w, `{"active":true,"sub":"ada","exp":%d}`, time.Now().Add(time.Hour).Unix())
		})), nil)
		for i := range 4 {
			if _, err := c.Introspect(t.Context(), fmt.Sprint("odd", i)); !errors.Is(err, login.ErrUnavailable) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := c.Introspect(t.Context(), "good"); err != nil {
			t.Errorf("%s: the next token: %v", name, err)
		}
	}
}
