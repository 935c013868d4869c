package login

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

const formType = "application/x-www-form-urlencoded"

// checkAda knows one password.
func checkAda(_ context.Context, c *Credentials) (Grant, error) {
	if c.Username != "ada@example.com" || c.Password != "correct horse" {
		return Grant{}, ErrBadCredentials
	}
	return Grant{Subject: c.Username, Scopes: []string{"read", "write"}}, nil
}

// post posts a form to a token handler.
func post(h http.Handler, contentType, body string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "/login", strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	return serve(h, r)
}

type loginBody struct {
	AccessToken string  `json:"access_token"`
	TokenType   string  `json:"token_type"`
	ExpiresIn   *int64  `json:"expires_in"`
	Scope       *string `json:"scope"`
	Error       string  `json:"error"`
	Description string  `json:"error_description"`
}

func decodeLogin(t *testing.T, w *httptest.ResponseRecorder) (body loginBody) {
	t.Helper()
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		t.Fatalf("the answer is no JSON of ours: %v", err)
	}
	return body
}

func TestTokenHandler(t *testing.T) {
	some := func(s string) *string { return &s }
	tests := []struct {
		name   string
		form   string
		scopes []string // granted
		scope  *string  // told
	}{
		{"name and password", "username=ada%40example.com&password=correct+horse", []string{"read", "write"}, nil},
		{"with the grant type", "grant_type=password&username=ada%40example.com&password=correct+horse", []string{"read", "write"}, nil},
		{"an empty grant type is none", "grant_type=&username=ada%40example.com&password=correct+horse", []string{"read", "write"}, nil},
		{"what other clients send", "username=ada%40example.com&password=correct+horse&client_id=&client_secret=&scope=", []string{"read", "write"}, nil},
		{"a scope narrows", "username=ada%40example.com&password=correct+horse&scope=read", []string{"read"}, nil},
		{"scopes in another order", "username=ada%40example.com&password=correct+horse&scope=write+read", []string{"read", "write"}, nil},
		{"a scope never adds", "username=ada%40example.com&password=correct+horse&scope=read+admin", []string{"read"}, some("read")},
		{"a scope that was not granted", "username=ada%40example.com&password=correct+horse&scope=admin", nil, some("")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := newManager(t, nil)
			w := post(m.TokenHandler(checkAda), formType, tt.form)
			if w.Code != 200 {
				t.Fatalf("got %d %s", w.Code, w.Body)
			}
			for field, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "Pragma": "no-cache", "Set-Cookie": ""} {
				if got := w.Header().Get(field); got != want {
					t.Errorf("%s is %q, want %q", field, got, want)
				}
			}
			body := decodeLogin(t, w)
			if body.TokenType != "bearer" || body.ExpiresIn == nil || *body.ExpiresIn != 900 {
				t.Errorf("got %q, %v", body.TokenType, body.ExpiresIn)
			}
			if (body.Scope == nil) != (tt.scope == nil) || body.Scope != nil && *body.Scope != *tt.scope {
				t.Errorf("scope %v, want %v", body.Scope, tt.scope)
			}
			c, err := m.Verify(t.Context(), body.AccessToken)
			if err != nil || c.Subject != "ada@example.com" || strings.Join(c.Scopes, " ") != strings.Join(tt.scopes, " ") {
				t.Errorf("claims %+v, %v", c, err)
			}
		})
	}
}

// Narrowing one login's scopes leaves those of the next as they are.
func TestTokenHandlerLeavesTheCheckItsScopes(t *testing.T) {
	everybody := []string{"read", "write"}
	h := newManager(t, nil).TokenHandler(func(context.Context, *Credentials) (Grant, error) {
		return Grant{Subject: "ada", Scopes: everybody}, nil
	})
	post(h, formType, "username=a&password=b&scope=write")
	if everybody[0] != "read" || everybody[1] != "write" {
		t.Errorf("the scopes of everybody are %q now", everybody)
	}
}

// RFC 6749 section 5.2.
func TestTokenHandlerErrors(t *testing.T) {
	const good = "username=ada%40example.com&password=correct+horse"
	tests := []struct {
		name        string
		contentType string
		body        string
		status      int
		code        string
	}{
		{"a wrong password", formType, "username=ada%40example.com&password=x", 400, "invalid_grant"},
		{"an unknown name", formType, "username=eve&password=x", 400, "invalid_grant"},
		{"no password", formType, "username=ada%40example.com", 400, "invalid_request"},
		{"an empty password", formType, "username=ada%40example.com&password=", 400, "invalid_request"},
		{"no name", formType, "password=x", 400, "invalid_request"},
		{"an empty body", formType, "", 400, "invalid_request"},
		{"another grant type", formType, "grant_type=client_credentials&" + good, 400, "unsupported_grant_type"},
		{"a malformed scope", formType, good + "&scope=%22", 400, "invalid_scope"},
		{"a scope of a blank that is no space", formType, good + "&scope=%C2%A0", 400, "invalid_scope"},
		{"scopes with a tab between them", formType, good + "&scope=read%09write", 400, "invalid_scope"},
		{"a scope that is not declared", formType, good + "&scope=unheard-of", 400, "invalid_scope"},
		{"a parameter twice", formType, good + "&username=ada", 400, "invalid_request"},
		{"a scope twice", formType, good + "&scope=read&scope=admin", 400, "invalid_request"},
		{"a broken form", formType, "username=%zz", 400, "invalid_request"},
		{"a form too large", formType, good + "&x=" + strings.Repeat("a", 64<<10), 400, "invalid_request"},
		{"JSON with a list", "application/json", `{"username":["ada@example.com"],"password":"correct horse"}`, 400, "invalid_request"},
		{"JSON with a name twice", "application/json", `{"username":"ada@example.com","password":"correct horse","password":"x"}`, 400, "invalid_request"},
		{"JSON that is cut off", "application/json", `{"username":"ada@example.com","password":"correct horse"`, 400, "invalid_request"},
		{"JSON of another kind", "application/json", `"ada@example.com"`, 400, "invalid_request"},
		{"JSON without a password", "application/json", `{"username":"ada@example.com","password":null}`, 400, "invalid_request"},
		{"plain text", "text/plain", good, 400, "invalid_request"},
		{"no type", "", good, 400, "invalid_request"},
		{"a broken multipart form", "multipart/form-data", good, 400, "invalid_request"},
	}
	m := newManager(t, func(c *Config) {
		c.Scopes = map[string]string{"read": "", "write": "", "admin": ""}
		c.Locations = InHeader | InCookie
	})
	h := m.TokenHandler(checkAda)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := post(h, tt.contentType, tt.body)
			body := decodeLogin(t, w)
			if w.Code != tt.status || body.Error != tt.code || body.Description == "" {
				t.Errorf("got %d %q %q, want %d %q", w.Code, body.Error, body.Description, tt.status, tt.code)
			}
			if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("Set-Cookie") != "" {
				t.Errorf("header %v", w.Header())
			}
		})
	}
}

// Whichever is wrong, the answer is the same.
func TestTokenHandlerTellsNoNames(t *testing.T) {
	h := newManager(t, nil).TokenHandler(checkAda)
	wrongPassword := post(h, formType, "username=ada%40example.com&password=x")
	wrongName := post(h, formType, "username=eve&password=x")
	if wrongPassword.Body.String() != wrongName.Body.String() || fmt.Sprint(wrongPassword.Header()) != fmt.Sprint(wrongName.Header()) {
		t.Error("the answers differ")
	}
}

func TestTokenHandlerCheckErrors(t *testing.T) {
	tests := []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"nobody of that name", ErrUserNotFound, 400, "invalid_grant"},
		{"account locked", ErrForbidden, 400, "invalid_grant"},
		{"unavailable", ErrUnavailable, 503, "temporarily_unavailable"},
		{"a deadline", context.DeadlineExceeded, 503, "temporarily_unavailable"},
		{"anything else", errors.New("secret detail"), 500, "server_error"},
		{"a bad token of its own", ErrExpired, 500, "server_error"},
		{"a bad request of its own", ErrBadRequest, 500, "server_error"},
		{"a grant without a subject", nil, 500, "server_error"},
		{"too many attempts", &RetryError{After: 90*time.Second + 1}, 429, "too_many_requests"},
		{"locked for a while", &RetryError{After: time.Minute, Locked: true}, 429, "invalid_grant"},
		{"locked", fmt.Errorf("locked: %w", &RetryError{Locked: true}), 400, "invalid_grant"},
		{"a directory that is down at the limit", errors.Join(&RetryError{After: 1}, ErrUnavailable), 503, "temporarily_unavailable"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := newManager(t, nil).TokenHandler(func(context.Context, *Credentials) (Grant, error) { return Grant{}, tt.err })
			w := post(h, formType, "username=a&password=b")
			text := w.Body.String()
			body := decodeLogin(t, w)
			if w.Code != tt.status || body.Error != tt.code || strings.Contains(text, "secret") {
				t.Errorf("got %d %s, want %d %s", w.Code, text, tt.status, tt.code)
			}
			if retry := w.Header().Get("Retry-After"); (retry != "") != (tt.status == 503 || tt.status == 429) || tt.name == "too many attempts" && retry != "91" {
				t.Errorf("Retry-After %q", retry)
			}
		})
	}
}

// FastAPI's clients may send the FormData of a browser.
func TestTokenHandlerMultipart(t *testing.T) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("username", "ada@example.com")
	form.WriteField("password", "correct horse")
	form.Close()
	w := post(newManager(t, nil).TokenHandler(checkAda), form.FormDataContentType(), body.String())
	if w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// A password in a URL ends up in logs.
func TestTokenHandlerNeverReadsTheURL(t *testing.T) {
	h := newManager(t, nil).TokenHandler(checkAda)
	query := url.Values{"username": {"ada@example.com"}, "password": {"correct horse"}}.Encode()
	r := httptest.NewRequest("POST", "/login?"+query, strings.NewReader(""))
	r.Header.Set("Content-Type", formType)
	if w := serve(h, r); w.Code != 400 {
		t.Errorf("POST: %d", w.Code)
	}
	if w := serve(h, request("GET", "/login?"+query)); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("GET: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
}

// A login sets a new token, and another site cannot log a visitor in.
func TestTokenHandlerSetsCookie(t *testing.T) {
	m := newManager(t, func(c *Config) { c.Locations = InHeader | InCookie })
	h := m.TokenHandler(checkAda)
	const good = "username=ada%40example.com&password=correct+horse"
	w := post(h, formType, good)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || cookies[0].Value != decodeLogin(t, w).AccessToken || cookies[0].MaxAge != 900 {
		t.Errorf("cookies %d", len(cookies))
	}
	again := post(h, formType, good, "Cookie", "access-token="+cookies[0].Value).Result().Cookies()
	if len(again) != 1 || again[0].Value == cookies[0].Value {
		t.Error("a second login has the token of the first")
	}
	w = post(h, formType, good, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site")
	if body := decodeLogin(t, w); w.Code != 403 || body.Error != "access_denied" || len(w.Result().Cookies()) != 0 {
		t.Errorf("another site's form: %d %q", w.Code, body.Error)
	}
	large := m.TokenHandler(func(context.Context, *Credentials) (Grant, error) {
		return Grant{Subject: "ada", Custom: map[string]any{"x": strings.Repeat("a", 4096)}}, nil
	})
	if w := post(large, formType, good); w.Code != 500 || len(w.Result().Cookies()) != 0 {
		t.Errorf("a token too large for a cookie: %d", w.Code)
	}
}

func TestTokenHandlerExpiresIn(t *testing.T) {
	at := noon.Add(400 * time.Millisecond) // exp is in whole seconds
	m := newManager(t, func(c *Config) { c.Now = func() time.Time { return at } })
	for name, tt := range map[string]struct {
		grant Grant
		want  string
	}{
		"the default": {Grant{Subject: "a"}, `"expires_in":900}`},
		"a day":       {Grant{Subject: "a", Lifetime: 24 * time.Hour}, `"expires_in":86400}`},
	} {
		h := m.TokenHandler(func(context.Context, *Credentials) (Grant, error) { return tt.grant, nil })
		if w := post(h, formType, "username=a&password=b"); !strings.HasSuffix(w.Body.String(), tt.want) {
			t.Errorf("%s: the answer does not end in %s", name, tt.want)
		}
	}
}

// Client credentials in the header are not ours to judge, and the client's
// leaving is no error of the service.
func TestTokenHandlerClientGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var events []Event
	m := newManager(t, func(c *Config) { c.OnEvent = func(_ context.Context, e Event) { events = append(events, e) } })
	h := m.TokenHandler(func(ctx context.Context, _ *Credentials) (Grant, error) { return Grant{}, ctx.Err() })
	r := httptest.NewRequest("POST", "/", strings.NewReader("username=a&password=b")).WithContext(ctx)
	r.Header.Set("Content-Type", formType)
	w := &once{httptest.NewRecorder(), t, 0}
	h.ServeHTTP(w, r)
	if w.began != 1 || w.Code != http.StatusServiceUnavailable || len(events) != 1 || events[0].Reason != "canceled" {
		t.Errorf("%d answers, events %+v", w.began, events)
	}
}

func TestTokenHandlerFollowsARotation(t *testing.T) {
	first, second := testKey(keys.EdDSA), must(keys.Generate(keys.EdDSA))
	set := must(keys.NewSet(first))
	m, err := New(set, loadMember, Config{Now: atNoon})
	if err != nil {
		t.Fatal(err)
	}
	h := m.TokenHandler(checkAda)
	if err := set.Rotate(second); err != nil {
		t.Fatal(err)
	}
	body := decodeLogin(t, post(h, formType, "username=ada%40example.com&password=correct+horse"))
	if c, err := m.Verify(t.Context(), body.AccessToken); err != nil || c.KeyID != second.ID() {
		t.Errorf("key %+v, %v", c, err)
	}
}

// Keys that cannot sign, as a set between two rotations may be, are an outage: they do
// not panic, and the operator hears of it.
func TestLoginWithoutASigner(t *testing.T) {
	var events []Event
	m, err := New(testKey(keys.EdDSA).VerificationKey(), loadMember, Config{
		Locations: InCookie, Now: atNoon, OnEvent: func(_ context.Context, e Event) { events = append(events, e) },
	})
	if err != nil {
		t.Fatal(err)
	}
	page := func(w http.ResponseWriter, r *http.Request, err error) error { WriteError(w, r, err); return nil }
	for name, h := range map[string]http.Handler{"TokenHandler": m.TokenHandler(checkAda), "LoginForm": m.LoginForm(checkAda, page)} {
		events = nil
		w := post(h, formType, "username=ada%40example.com&password=correct+horse")
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || len(w.Result().Cookies()) != 0 {
			t.Errorf("%s: %d, Retry-After %q", name, w.Code, w.Header().Get("Retry-After"))
		}
		if len(events) != 1 || events[0].Action != "login" || events[0].Reason != "unavailable" || !errors.Is(events[0].Err, keys.ErrNoSigningKey) {
			t.Errorf("%s: events %+v", name, events)
		}
	}
}

// FuzzTokenHandler sends any body. Nothing panics, and only the right password
// is answered with a token.
func FuzzTokenHandler(f *testing.F) {
	const good = "username=ada%40example.com&password=correct+horse"
	f.Add(formType, good)
	f.Add(formType, good+"&scope=read+admin&grant_type=password")
	f.Add(formType+"; charset=utf-8", "username=%zz&password")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=username\r\n\r\nada\r\n--x--")
	f.Add("application/json", "{}")
	f.Add("", "")
	checked := false
	m := newManager(f, func(c *Config) { c.Locations = InHeader | InCookie })
	h := m.TokenHandler(func(ctx context.Context, c *Credentials) (Grant, error) {
		g, err := checkAda(ctx, c)
		checked = err == nil
		return g, err
	})
	f.Fuzz(func(t *testing.T, contentType, body string) {
		checked = false
		w := post(h, contentType, body)
		if w.Code != 200 && w.Code != 400 || (w.Code == 200) != checked {
			t.Fatalf("answered %d, the password was right: %v", w.Code, checked)
		}
		if !json.Valid(w.Body.Bytes()) || (w.Header().Get("Set-Cookie") != "") != checked {
			t.Fatalf("the answer to a login is no JSON, or its cookie is wrong")
		}
	})
}

func TestTokenHandlerWithoutABody(t *testing.T) {
	h := newManager(t, nil).TokenHandler(checkAda)
	r := &http.Request{Method: "POST", URL: &url.URL{Path: "/"}, Header: fields("Content-Type", formType)}
	if w := serve(h, r); w.Code != 400 {
		t.Errorf("got %d", w.Code)
	}
}

// A malformed query in the URL does not matter to the form.
func TestTokenHandlerLeavesTheQuery(t *testing.T) {
	m := newManager(t, nil)
	r := httptest.NewRequest("POST", "/login?a;b&%zz&username=eve", strings.NewReader("username=ada%40example.com&password=correct+horse"))
	r.Header.Set("Content-Type", formType)
	if w := serve(m.TokenHandler(checkAda), r); w.Code != http.StatusOK {
		t.Errorf("got %d, %s", w.Code, w.Body)
	}
	if r.URL.RawQuery != "a;b&%zz&username=eve" {
		t.Errorf("the query is %q now", r.URL.RawQuery)
	}
}

// A check sees everything that the client sent, and prints none of it.
func TestTokenHandlerCredentials(t *testing.T) {
	var got *Credentials
	h := newManager(t, nil).TokenHandler(func(_ context.Context, c *Credentials) (Grant, error) {
		got = c
		return Grant{Subject: "ada", Scopes: []string{"read", "write"}}, nil
	})
	for name, body := range map[string][2]string{
		"a form": {formType, "username=ada&password=correct+horse&otp=123456&remember=true&scope=read"},
		"JSON":   {"application/json; charset=utf-8", `{"username":"ada","password":"correct horse","otp":123456,"remember":true,"scope":"read","tenant":null}`},
	} {
		r := httptest.NewRequest("POST", "/login?otp=0&tenant=x", strings.NewReader(body[1]))
		r.Header.Set("Content-Type", body[0])
		if w := serve(h, r); w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", name, w.Code, w.Body)
		}
		if got.Username != "ada" || got.Password != "correct horse" || got.Others.Get("otp") != "123456" || got.Others.Get("remember") != "true" ||
			len(got.Others) != 2 || fmt.Sprint(got.Scopes) != "[read]" || got.Request.URL.Path != "/login" {
			t.Errorf("%s: the check got another form", name)
		}
		outer := struct{ C *Credentials }{got}
		for _, text := range []string{fmt.Sprintf("%v %+v %#v %s", got, *got, got, *got), fmt.Sprintf("%+v", outer), got.LogValue().String(), string(must(json.Marshal(outer)))} {
			if strings.Contains(text, "horse") {
				t.Errorf("%s: the password is printed", name)
			}
		}
	}
}

// A wrong password is answered as fastapi-login does where everything else is.
func TestTokenHandlerOfFastAPI(t *testing.T) {
	m := newManager(t, func(c *Config) { c.OnError = WriteFastAPIError })
	w := post(m.TokenHandler(checkAda), formType, "username=ada%40example.com&password=x")
	if w.Code != 401 || w.Body.String() != `{"detail":"Invalid credentials"}` || w.Header().Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("got %d %s %v", w.Code, w.Body, w.Header())
	}
	if w := post(m.TokenHandler(checkAda), formType, "username=ada%40example.com"); w.Code != 400 {
		t.Errorf("an incomplete form: %d %s", w.Code, w.Body)
	}
}

// The operator hears of a cookie that the browser drops.
func TestLoginTellsOfLostCookies(t *testing.T) {
	const good = "username=ada%40example.com&password=correct+horse"
	var events []string
	withEvents := func(c *Config) {
		c.Locations = InHeader | InCookie
		c.OnEvent = func(_ context.Context, e Event) { events = append(events, e.Action+" "+e.Reason) }
	}
	m := newManager(t, withEvents)
	large := m.TokenHandler(func(context.Context, *Credentials) (Grant, error) {
		return Grant{Subject: "ada", Custom: map[string]any{"x": strings.Repeat("a", 4096)}}, nil
	})
	w := post(large, formType, good)
	if body := decodeLogin(t, w); w.Code != 500 || body.Description != "the token does not fit into its cookie" || fmt.Sprint(events) != "[login cookie_too_large]" {
		t.Errorf("too large: %d %q, events %q", w.Code, body.Description, events)
	}
	insecure := newManager(t, func(c *Config) { withEvents(c); c.Cookie.Insecure = true })
	for _, tt := range []struct {
		name, host string
		fields     []string
		m          *Manager[*member]
		want       string
	}{
		{"plain http", "intranet", []string{"Origin", "http://intranet"}, m, "[cookie cookie_dropped login ok]"},
		{"plain http by the referer", "10.0.0.7:8080", []string{"Referer", "http://10.0.0.7:8080/login?next=/"}, m, "[cookie cookie_dropped login ok]"},
		{"https", "intranet", []string{"Origin", "https://intranet"}, m, "[login ok]"},
		{"a program", "intranet", nil, m, "[login ok]"},
		{"the machine itself", "127.0.0.1:80", []string{"Origin", "http://127.0.0.1:80"}, m, "[login ok]"},
		{"the machine by name", "localhost", []string{"Origin", "http://localhost"}, m, "[login ok]"},
		{"a cookie that is not Secure", "intranet", []string{"Origin", "http://intranet"}, insecure, "[login ok]"},
	} {
		events = nil
		r := request("POST", "http://"+tt.host+"/login", append(tt.fields, "Content-Type", formType)...)
		r.Body = io.NopCloser(strings.NewReader(good))
		if w := serve(tt.m.TokenHandler(checkAda), r); w.Code != 200 || fmt.Sprint(events) != tt.want {
			t.Errorf("%s: %d, events %q, want %q", tt.name, w.Code, events, tt.want)
		}
	}
}

// Login is for pages of one's own: origin, cookie and event in one call.
func TestLogin(t *testing.T) {
	var events []Event
	m := newManager(t, func(c *Config) {
		c.Locations = InHeader | InCookie
		c.OnEvent = func(_ context.Context, e Event) { events = append(events, e) }
	})
	w := httptest.NewRecorder()
	token, err := m.Login(w, request("POST", "/"), Grant{Subject: "ada"})
	if cookies := w.Result().Cookies(); err != nil || len(cookies) != 1 || cookies[0].Value != token.Reveal() {
		t.Fatalf("%v, %d cookies", err, len(cookies))
	}
	if len(events) != 1 || events[0].Action != "login" || events[0].Subject != "ada" || events[0].TokenID != token.ID() {
		t.Errorf("events %+v", events)
	}
	w = httptest.NewRecorder()
	_, err = m.Login(w, request("POST", "/", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"), Grant{Subject: "ada"})
	if !errors.Is(err, ErrCrossOrigin) || len(w.Result().Cookies()) != 0 || len(events) != 2 || events[1].Subject != "" {
		t.Errorf("from another site: %v, events %+v", err, events)
	}
	if m.Deny(w, request("POST", "/"), err); w.Code != 403 || len(events) != 2 {
		t.Errorf("Deny: %d, %d events", w.Code, len(events))
	}
	// The answer of an identity provider comes from another site, with GET.
	if _, err := m.Login(httptest.NewRecorder(), request("GET", "/callback", "Sec-Fetch-Site", "cross-site"), Grant{Subject: "ada"}); err != nil {
		t.Errorf("a callback: %v", err)
	}
	if _, err := m.Login(w, request("POST", "/"), Grant{}); err == nil {
		t.Error("a grant without a subject logs in")
	}
	if _, err := (*Manager[*member])(nil).Login(w, request("POST", "/"), Grant{Subject: "ada"}); err == nil {
		t.Error("a nil manager logs in")
	}
}
