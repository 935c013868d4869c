package login

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

const invalidCredentials = `{"detail":"Invalid credentials"}`

// Each error has one status, challenge and body.
func TestWriteError(t *testing.T) {
	const (
		invalid = `Bearer error="invalid_token", error_description="The token is not valid"`
		expired = `Bearer error="invalid_token", error_description="The token has expired"`
		request = `Bearer error="invalid_request", error_description="The credentials are ambiguous or too large"`
		scope   = `Bearer error="insufficient_scope", scope="a b:c"`
	)
	tests := []struct {
		name      string
		err       error
		status    int
		body      string
		challenge string
		retry     string
	}{
		{"no token", ErrNoToken, 401, invalidCredentials, "Bearer", ""},
		{"bad credentials", ErrBadCredentials, 401, invalidCredentials, "Bearer", ""},
		{"expired", ErrExpired, 401, invalidCredentials, expired, ""},
		{"expired and of another issuer", failures{&ClaimError{Err: ErrExpired}, &ClaimError{Err: ErrIssuer}}, 401, invalidCredentials, expired, ""},
		{"of another issuer and expired", failures{&ClaimError{Err: ErrIssuer}, &ClaimError{Err: ErrExpired}}, 401, invalidCredentials, invalid, ""},
		{"forged", ErrSignature, 401, invalidCredentials, invalid, ""},
		{"malformed", jws.Malformed("x"), 401, invalidCredentials, invalid, ""},
		{"unknown key", ErrUnknownKey, 401, invalidCredentials, invalid, ""},
		{"another algorithm", ErrAlgorithm, 401, invalidCredentials, invalid, ""},
		{"not yet valid", ErrNotYetValid, 401, invalidCredentials, invalid, ""},
		{"another issuer", ErrIssuer, 401, invalidCredentials, invalid, ""},
		{"another audience", ErrAudience, 401, invalidCredentials, invalid, ""},
		{"bad claims", ErrClaims, 401, invalidCredentials, invalid, ""},
		{"revoked", ErrRevoked, 401, invalidCredentials, invalid, ""},
		{"user gone", ErrUserNotFound, 401, invalidCredentials, invalid, ""},
		{"ambiguous", errManyHeaders, 400, `{"detail":"Invalid request"}`, request, ""},
		{"too large", ErrTooLarge, 400, `{"detail":"Invalid request"}`, request, ""},
		{"scopes", &ScopeError{Required: []string{"a", "b:c"}}, 403, `{"detail":"Insufficient scope"}`, scope, ""},
		{"scopes without names", ErrInsufficientScope, 403, `{"detail":"Insufficient scope"}`, `Bearer error="insufficient_scope"`, ""},
		{"scopes that would break the quotes", &ScopeError{Required: []string{"a", `b", x="`}}, 403, `{"detail":"Insufficient scope"}`, `Bearer error="insufficient_scope"`, ""},
		{"cross-origin", fmt.Errorf("%w: x", ErrCrossOrigin), 403, `{"detail":"Cross-origin request refused"}`, "", ""},
		{"forbidden", ErrForbidden, 403, `{"detail":"Forbidden"}`, "", ""},
		{"unavailable", fmt.Errorf("%w: db is down", ErrUnavailable), 503, `{"detail":"Service unavailable"}`, "", "5"},
		{"unavailable while a token is bad", errors.Join(ErrExpired, ErrUnavailable), 503, `{"detail":"Service unavailable"}`, "", "5"},
		{"deadline", context.DeadlineExceeded, 503, `{"detail":"Service unavailable"}`, "", "5"},
		{"deadline of a connection", &net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, 503, `{"detail":"Service unavailable"}`, "", "5"},
		{"somebody else's cancellation", context.Canceled, 503, `{"detail":"Service unavailable"}`, "", "5"},
		{"anything else", errors.New("a secret detail"), 500, `{"detail":"Internal server error"}`, "", ""},
		{"no manager", errNotConfigured, 500, `{"detail":"Internal server error"}`, "", ""},
		{"no guard", errUnguarded, 500, `{"detail":"Internal server error"}`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			WriteError(w, httptest.NewRequest("GET", "/", nil), tt.err)
			h := w.Result().Header
			if w.Code != tt.status || w.Body.String() != tt.body || Status(tt.err) != tt.status {
				t.Errorf("got %d %s (Status %d), want %d %s", w.Code, w.Body, Status(tt.err), tt.status, tt.body)
			}
			if got := h.Get("WWW-Authenticate"); got != tt.challenge || Challenge(tt.err) != tt.challenge {
				t.Errorf("challenge %s, want %s", got, tt.challenge)
			}
			if got := h.Get("Retry-After"); got != tt.retry {
				t.Errorf("Retry-After %q, want %q", got, tt.retry)
			}
			if h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "application/json" {
				t.Errorf("header %v", h)
			}
		})
	}
	if Status(nil) != 200 || Challenge(nil) != "" {
		t.Errorf("no error: %d %q", Status(nil), Challenge(nil))
	}
}

func TestWriteFastAPIError(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"no token", ErrNoToken, 401, invalidCredentials},
		{"expired", ErrExpired, 401, invalidCredentials},
		{"ambiguous", ErrBadRequest, 401, invalidCredentials},
		{"scopes", &ScopeError{}, 400, `{"detail":"Insufficient scope"}`},
		{"anything else", io.EOF, 500, "Internal Server Error"},
		{"forbidden", ErrForbidden, 403, `{"detail":"Forbidden"}`},
		{"an outage", ErrUnavailable, 503, `{"detail":"Service unavailable"}`},
		{"an outage while scopes are missing", errors.Join(ErrInsufficientScope, ErrUnavailable), 503, `{"detail":"Service unavailable"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			WriteFastAPIError(w, request("GET", "/"), tt.err)
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %s, want %d %s", w.Code, w.Body, tt.status, tt.body)
			}
		})
	}
}

// All 401 bodies are alike: a client does not learn the reason.
func TestAll401BodiesAreAlike(t *testing.T) {
	m := newManager(t, nil)
	h := m.Require()(greet(m))
	good := issue(t, m, "ada@example.com")
	for name, token := range map[string]string{
		"forged":      good[:len(good)-4] + "AAAA",
		"expired":     signedClaims(testKey(keys.HS256), `{"sub":"ada@example.com","exp":1}`),
		"no subject":  signedClaims(testKey(keys.HS256), `{"exp":1772367300}`),
		"nobody":      issue(t, m, "<script>eve</script>"),
		"malformed":   "<script>",
		"unknown kid": signed(testKey(keys.HS256), `{"alg":"HS256","kid":"<script>"}`, goodClaims),
	} {
		w := serve(h, request("GET", "/", "Authorization", "Bearer "+token))
		if w.Code != 401 || w.Body.String() != invalidCredentials {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		for field, values := range w.Header() {
			if strings.Contains(strings.Join(values, ""), "<script") {
				t.Errorf("%s: the request is reflected in %s", name, field)
			}
		}
	}
}

// No cache keeps an answer, or gives it to another user.
func TestVaryAndCacheControl(t *testing.T) {
	custom := func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(418) }
	tests := []struct {
		name    string
		sources Location
		onError ErrorHandler
		vary    string
	}{
		{"header", InHeader, nil, "Authorization"},
		{"cookie", InCookie, nil, "Cookie"},
		{"both", InHeader | InCookie, nil, "Authorization, Cookie"},
		{"another answers", InHeader | InCookie, custom, "Authorization, Cookie"},
		{"fastapi-login's answers", InHeader, WriteFastAPIError, "Authorization"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newManager(t, func(c *Config) { c.Locations, c.OnError = tt.sources, tt.onError })
			navigation := request("GET", "/", "Accept", "text/html")
			for name, w := range map[string]*httptest.ResponseRecorder{
				"Require": serve(m.Require()(greet(m)), navigation),
				"Handle":  serve(m.Handle(func(http.ResponseWriter, *http.Request, *Principal[*member]) {}), navigation),
				"Deny":    serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { m.Deny(w, r, ErrNoToken) }), navigation),
			} {
				h := w.Header()
				if got := strings.Join(h.Values("Vary"), "|"); got != tt.vary || h.Get("Cache-Control") != "no-store" {
					t.Errorf("%s: Vary %q, Cache-Control %q", name, got, h.Get("Cache-Control"))
				}
			}
			w := serve(m.Optional(greet(m)), navigation)
			if got := strings.Join(w.Header().Values("Vary"), "|"); got != tt.vary {
				t.Errorf("Optional: Vary %q", got)
			}
		})
	}
}

func TestVaryKeepsWhatIsThere(t *testing.T) {
	m := newManager(t, nil)
	h := m.Require()(m.Require()(greet(m))) // nested guards add it once
	w := httptest.NewRecorder()
	w.Header().Set("Vary", "Origin")
	h.ServeHTTP(w, request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
	if got := strings.Join(w.Header().Values("Vary"), "|"); got != "Origin|Authorization" {
		t.Errorf("Vary %q", got)
	}
	cleared := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Del("Vary")
			next.ServeHTTP(w, r)
		})
	}
	added := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Add("Vary", "Accept") })
	for range 2 { // what one request adds is not there in the next
		w = serve(m.Require()(added), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
		if got := strings.Join(w.Header().Values("Vary"), "|"); got != "Authorization|Accept" {
			t.Errorf("Vary %q", got)
		}
	}
	w = serve(m.Require()(cleared(m.Require()(greet(m)))), request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")))
	if got := strings.Join(w.Header().Values("Vary"), "|"); got != "Authorization" {
		t.Errorf("Vary %q after it was cleared in between", got)
	}
}

// An answer to HEAD has the header of the answer to GET, without the body.
func TestHEADHasNoBody(t *testing.T) {
	m := newManager(t, nil)
	server := httptest.NewServer(m.Require()(greet(m)))
	defer server.Close()
	get, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	get.Body.Close()
	head, err := http.Head(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(head.Body)
	head.Body.Close()
	if err != nil || len(body) != 0 || head.StatusCode != 401 || head.ContentLength != get.ContentLength {
		t.Errorf("%d, %q, length %d and %d, %v", head.StatusCode, body, head.ContentLength, get.ContentLength, err)
	}
	w := serve(m.Require()(greet(m)), request("HEAD", "/"))
	if w.Body.Len() != 0 || w.Code != 401 {
		t.Errorf("%d, %q", w.Code, w.Body)
	}
}

// once fails the test when an answer is begun twice.
type once struct {
	*httptest.ResponseRecorder
	t     *testing.T
	began int
}

func (o *once) WriteHeader(status int) {
	if o.began++; o.began > 1 {
		o.t.Errorf("WriteHeader(%d) after the answer was begun", status)
	}
	o.ResponseRecorder.WriteHeader(status)
}

// Each answer is written once.
func TestAnswersAreWrittenOnce(t *testing.T) {
	handlers := map[string]ErrorHandler{
		"WriteError": WriteError, "WriteFastAPIError": WriteFastAPIError,
	}
	for name, handler := range handlers {
		for _, err := range []error{ErrNoToken, ErrBadRequest, ErrForbidden, ErrUnavailable, io.EOF, &ScopeError{}} {
			w := &once{httptest.NewRecorder(), t, 0}
			handler(w, request("GET", "/", "Accept", "text/html"), err)
			if w.began != 1 {
				t.Errorf("%s began %d answers to %v", name, w.began, err)
			}
		}
	}
}

// A context that ends early is answered 503: if the service gave up, the client waits
// for an answer, and if the client left, it goes nowhere. A proxy never reads it as 200,
// and a recovery middleware has nothing to log.
func TestClientGone(t *testing.T) {
	var reasons []string
	m, err := New(testKey(keys.HS256), func(ctx context.Context, _ string) (*member, error) {
		<-ctx.Done()
		return nil, errors.New("canceling statement due to user request") // as a driver says it
	}, Config{Now: atNoon, OnEvent: func(_ context.Context, e Event) { reasons = append(reasons, e.Reason) }})
	if err != nil {
		t.Fatal(err)
	}
	h := m.Require()(unreachable)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")).WithContext(ctx)

	w := &once{httptest.NewRecorder(), t, 0}
	h.ServeHTTP(w, r)
	if w.began != 1 || w.Code != http.StatusServiceUnavailable {
		t.Errorf("%d %s was written", w.Code, w.Body)
	}
	if len(reasons) != 1 || reasons[0] != "canceled" {
		t.Errorf("events %v", reasons)
	}
}

// unreachable is a handler that must not be reached.
var unreachable = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("let in") })

// A deadline of the service's own, as of http.TimeoutHandler, is not the client's leaving.
func TestDeadlineIs503(t *testing.T) {
	m, err := New(testKey(keys.HS256), func(ctx context.Context, _ string) (*member, error) {
		<-ctx.Done()
		return nil, nil // an outage must not pass for "no such user"
	}, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	r := request("GET", "/", "Authorization", "Bearer "+issue(t, m, "ada@example.com")).WithContext(ctx)
	for name, h := range map[string]http.Handler{"Require": m.Require()(unreachable), "Optional": m.Optional(unreachable)} {
		if w := serve(h, r); w.Code != 503 || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %v", name, w.Code, w.Header())
		}
	}
}

// Handlers receive the writer of the server, so streams and upgrades work.
func TestWriterIsNotWrapped(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InHeader | InCookie })
	token := issue(t, m, "ada@example.com")
	mine := httptest.NewRecorder()
	same := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if w != http.ResponseWriter(mine) {
			t.Errorf("the handler got a %T", w)
		}
	})
	r := request("GET", "/", "Authorization", "Bearer "+token)
	m.Require()(m.RequireAny("x")(same)).ServeHTTP(mine, r)
	m.Require()(same).ServeHTTP(mine, r)
	m.Optional(same).ServeHTTP(mine, r)
	m.Handle(func(w http.ResponseWriter, r *http.Request, _ *Principal[*member]) { same(w, r) }).ServeHTTP(mine, r)

	server := httptest.NewServer(m.Require()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, ok := w.(http.Flusher); !ok {
			t.Error("no Flusher")
		}
		if _, ok := w.(io.ReaderFrom); !ok {
			t.Error("no ReaderFrom")
		}
		conn, rw, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello")
		rw.Flush()
	})))
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: x\r\nAuthorization: Bearer %s\r\n\r\n", token)
	status, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.HasPrefix(status, "HTTP/1.1 101") {
		t.Errorf("%q, %v", status, err)
	}
}

// A handler that edits a header in place changes its own answer only.
func TestVaryIsNotShared(t *testing.T) {
	m := newManager(t, nil)
	h := m.Optional(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header()["Vary"][0] += ", Origin" }))
	for range 2 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if got := w.Header().Get("Vary"); got != "Authorization, Origin" {
			t.Errorf("Vary %q", got)
		}
	}
}
