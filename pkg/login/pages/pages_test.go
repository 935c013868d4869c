package pages_test

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
	"github.com/loginctl/loginctl/pkg/login/pages"
)

const formType = "application/x-www-form-urlencoded"

// newManager is a manager whose users are their subjects.
func newManager(t *testing.T, change func(*login.Config)) *login.Manager[*login.Claims] {
	t.Helper()
	var config login.Config
	change(&config)
	m, err := login.New(logintest.Key(t, keys.HS256), login.ClaimsOnly, config)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func checkAda(_ context.Context, c *login.Credentials) (login.Grant, error) {
	if c.Username != "ada@example.com" || c.Password != "correct horse" {
		return login.Grant{}, login.ErrBadCredentials
	}
	return login.Grant{Subject: c.Username}, nil
}

// request makes a request with the header fields given as name, value, …
func request(method, target string, fields ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	r.Header = fieldsOf(fields...)
	return r
}

func fieldsOf(pairs ...string) http.Header {
	h := http.Header{}
	for i := 0; i < len(pairs); i += 2 {
		h.Add(pairs[i], pairs[i+1])
	}
	return h
}

// serve returns the answer of h to r.
func serve(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

var unreachable = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("let in") })

func TestRedirect(t *testing.T) {
	const page = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
	tests := []struct {
		name   string
		path   string
		method string
		target string
		fields []string
		err    error
		want   string // the Location; empty when there is none
	}{
		{"a page", "/login", "GET", "/posts?a=1&b=%2F", []string{"Accept", page}, login.ErrNoToken, "/login?next=%2Fposts%3Fa%3D1%26b%3D%252F"},
		{"a page with an expired token", "/login", "GET", "/posts", []string{"Accept", page}, login.ErrExpired, "/login?next=%2Fposts"},
		{"a page of a browser that says so", "/login", "GET", "/posts", []string{"Accept", page, "Sec-Fetch-Mode", "navigate"}, login.ErrNoToken, "/login?next=%2Fposts"},
		{"only its header", "/login", "HEAD", "/posts", []string{"Accept", page}, login.ErrNoToken, "/login?next=%2Fposts"},
		{"a login page with a query", "/login?lang=de", "GET", "/", []string{"Accept", page}, login.ErrNoToken, "/login?lang=de&next=%2F"},
		{"a path that would lead elsewhere", "/login", "GET", "http://example.com//evil.example", []string{"Accept", page}, login.ErrNoToken, "/login"},
		{"a very long address", "/login", "GET", "/" + strings.Repeat("a", 2048), []string{"Accept", page}, login.ErrNoToken, "/login"},
		{"HTML in capitals", "/login", "GET", "/", []string{"Accept", "Text/HTML"}, login.ErrNoToken, "/login?next=%2F"},

		{"the login page itself", "/login", "GET", "/login?x=1", []string{"Accept", page}, login.ErrNoToken, ""},
		{"a form", "/login", "POST", "/posts", []string{"Accept", page}, login.ErrNoToken, ""},
		{"a script", "/login", "GET", "/posts", []string{"Accept", "application/json"}, login.ErrNoToken, ""},
		{"a script that takes all", "/login", "GET", "/posts", []string{"Accept", "*/*"}, login.ErrNoToken, ""},
		{"a script that takes HTML", "/login", "GET", "/posts", []string{"Accept", page, "Sec-Fetch-Mode", "cors"}, login.ErrNoToken, ""},
		{"one that refuses HTML", "/login", "GET", "/posts", []string{"Accept", "text/html;q=0, application/json"}, login.ErrNoToken, ""},
		{"one that refuses HTML at length", "/login", "GET", "/posts", []string{"Accept", "text/html;level=1; Q=0.000"}, login.ErrNoToken, ""},
		{"nothing said", "/login", "GET", "/posts", nil, login.ErrNoToken, ""},
		{"a scope is missing", "/login", "GET", "/posts", []string{"Accept", page}, &login.ScopeError{}, ""},
		{"an outage", "/login", "GET", "/posts", []string{"Accept", page}, login.ErrUnavailable, ""},
		{"ambiguous credentials", "/login", "GET", "/posts", []string{"Accept", page}, login.ErrBadRequest, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			pages.Redirect(tt.path)(w, request(tt.method, tt.target, tt.fields...), tt.err)
			want := http.StatusSeeOther
			if tt.want == "" {
				want = login.Status(tt.err)
			}
			if got := w.Header().Get("Location"); got != tt.want || w.Code != want {
				t.Errorf("got %d %q, want %d %q", w.Code, got, want, tt.want)
			}
			if tt.want != "" && (w.Body.Len() != 0 || w.Header().Get("Cache-Control") != "no-store") {
				t.Errorf("%q, %v", w.Body, w.Header())
			}
		})
	}
}

// Behind http.StripPrefix the way back is still the address that the browser asked for.
func TestRedirectKnowsTheWholePath(t *testing.T) {
	m := newManager(t, func(c *login.Config) { c.OnError = pages.Redirect("/login") })
	h := http.StripPrefix("/admin", m.Require()(unreachable))
	w := serve(h, request("GET", "/admin/users?page=2", "Accept", "text/html"))
	if got := w.Header().Get("Location"); got != "/login?next=%2Fadmin%2Fusers%3Fpage%3D2" {
		t.Errorf("Location %q", got)
	}
	page := http.StripPrefix("/admin", newManager(t, func(c *login.Config) { c.OnError = pages.Redirect("/admin/login") }).Require()(unreachable))
	if w := serve(page, request("GET", "/admin/login?next=%2F", "Accept", "text/html")); w.Code != 401 {
		t.Errorf("a guarded login page sends to itself: %d %q", w.Code, w.Header().Get("Location"))
	}
	r := &http.Request{Method: "GET", URL: &url.URL{Path: "/a b"}, Header: fieldsOf("Accept", "text/html")} // not from a server
	w = serve(m.Require()(unreachable), r)
	if got := w.Header().Get("Location"); got != "/login?next=%2Fa%2520b" {
		t.Errorf("Location %q", got)
	}
}

// A link to the login page cannot lead to another site.
func TestNext(t *testing.T) {
	tests := []struct{ name, next, want string }{
		{"a path", "/posts", "/posts"},
		{"a path with a query and more", "/posts?a=1&b=%2F%0d#top", "/posts?a=1&b=%2F%0d#top"},
		{"nothing", "", "/"},
		{"the root", "/", "/"},
		{"a path with a double slash inside", "/a//b", "/a//b"},
		{"another host", "//evil.example", "/"},
		{"another host with more slashes", "///evil.example", "/"},
		{"a backslash, which browsers turn around", `/\evil.example`, "/"},
		{"two of them", `\\evil.example`, "/"},
		{"a backslash later", `/a\..\\evil.example`, "/"},
		{"a tab, which browsers skip", "/\t/evil.example", "/"},
		{"a line break, which browsers skip", "/\n/evil.example", "/"},
		{"a null byte", "/\x00", "/"},
		{"a header of its own", "/a\r\nSet-Cookie: x=y", "/"},
		{"a blank before it", " /posts", "/"},
		{"a letter beyond ASCII", "/\u00e9", "/"},
		{"a slash beyond ASCII", "/\uff0fevil.example", "/"},
		{"a whole address", "https://evil.example/", "/"},
		{"a script", "javascript:alert(1)", "/"},
		{"a relative path", "posts", "/"},
		{"a user name", "@evil.example", "/"},
		{"an address without slashes", "https:evil.example", "/"},
		{"too long", "/" + strings.Repeat("a", 2048), "/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			query := "/login?" + url.Values{"next": {tt.next}}.Encode()
			if got := pages.Next(httptest.NewRequest("GET", query, nil)); got != tt.want {
				t.Errorf("from the query: %q, want %q", got, tt.want)
			}
			form := httptest.NewRequest("POST", "/login", strings.NewReader(url.Values{"next": {tt.next}}.Encode()))
			form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if got := pages.Next(form); got != "/" {
				t.Errorf("from a form that nobody parsed: %q", got)
			}
			if err := form.ParseForm(); err != nil {
				t.Fatal(err)
			}
			if got := pages.Next(form); got != tt.want {
				t.Errorf("from the form: %q, want %q", got, tt.want)
			}
		})
	}
}

// Next returns each address that Redirect passes on.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{"/", "/posts?a=b", "//evil.example", `/\evil`, "/%2f%2fevil", "/\t/x", "/..//x", "/é"} {
		f.Add(seed)
	}
	redirect := pages.Redirect("/login")
	f.Fuzz(func(t *testing.T, next string) {
		got := pages.Next(&http.Request{URL: &url.URL{RawQuery: url.Values{"next": {next}}.Encode()}})
		to, err := (&url.URL{Scheme: "https", Host: "own.example", Path: "/login"}).Parse(got)
		if err == nil && to.Host != "own.example" {
			t.Fatalf("%q leads to %q", next, to.Host)
		}
		if len(got) > 1 && (got[1] == '/' || got[1] == '\\') {
			t.Fatalf("%q leads to %q", next, got)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return r <= ' ' || r == '\\' || r >= 0x7f }) {
			t.Fatalf("%q is passed on as %q", next, got)
		}
		r := &http.Request{Method: "GET", RequestURI: next, URL: &url.URL{Path: "/x"}, Header: fieldsOf("Accept", "text/html")}
		w := httptest.NewRecorder()
		redirect(w, r, login.ErrNoToken)
		if location := w.Header().Get("Location"); !strings.HasPrefix(location, "/login") {
			t.Fatalf("%q redirects to %q", next, location)
		}
	})
}

// showLogin is a login page of one line, which must be escaped.
func showLogin(w io.Writer, p *pages.Page) error {
	_, err := fmt.Fprintf(w, "%d|%s|%s|%s|%s", p.Status, p.Reason, html.EscapeString(p.Next), html.EscapeString(p.Username), p.Message)
	return err
}

// The form is shown again with the status of the failure, escaped and never framed.
func TestForm(t *testing.T) {
	checks := map[string]error{"eve": login.ErrUserNotFound, "mallory": login.ErrForbidden, "busy": &login.RetryError{After: 5 * time.Second},
		"locked": &login.RetryError{Locked: true}, "down": login.ErrUnavailable, "odd": errors.New("secret detail")}
	m := newManager(t, func(c *login.Config) { c.Locations = login.InCookie })
	h := m.LoginForm(func(ctx context.Context, c *login.Credentials) (login.Grant, error) {
		if err := checks[c.Username]; err != nil {
			return login.Grant{}, err
		}
		return checkAda(ctx, c)
	}, pages.Form(showLogin))
	const wrong = "|bad_credentials|/posts|"
	for _, tt := range []struct {
		name, method, target, body string
		status                     int
		want                       string // the page, or the Location
		fields                     []string
	}{
		{"the page", "GET", "/login?next=/posts", "", 200, "200||/posts||", nil},
		{"only its header", "HEAD", "/login?next=/posts", "", 200, "", nil},
		{"the page without a way back", "GET", "/login", "", 200, "200||/||", nil},
		{"a way to another site", "GET", "/login?next=//evil.example", "", 200, "200||/||", nil},
		{"a login", "POST", "/login?next=/posts", "username=ada%40example.com&password=correct+horse", 303, "/posts", nil},
		{"a login by a hidden field", "POST", "/login", "username=ada%40example.com&password=correct+horse&next=/posts?a=1", 303, "/posts?a=1", nil},
		{"a login to another site", "POST", "/login", "username=ada%40example.com&password=correct+horse&next=https://evil.example", 303, "/", nil},
		{"a wrong password", "POST", "/login", "username=ada%40example.com&password=x&next=/posts", 401, "401" + wrong + "ada@example.com|", nil},
		{"an unknown name", "POST", "/login", "username=eve&password=x&next=/posts", 401, "401" + wrong + "eve|", nil},
		{"a name that may not", "POST", "/login", "username=mallory&password=x&next=/posts", 401, "401" + wrong + "mallory|", nil},
		{"a name of HTML", "POST", "/login", "username=%3Cb%3E&password=x&next=/posts", 401, "401" + wrong + "&lt;b&gt;|", nil},
		{"no password", "POST", "/login", "username=ada", 400, "400|bad_request|/|ada|", nil},
		{"too many attempts", "POST", "/login", "username=busy&password=x", 429, "429|too_many_requests|/|busy|", nil},
		{"a locked account", "POST", "/login", "username=locked&password=x", 403, "403|locked|/|locked|", nil},
		{"an outage", "POST", "/login", "username=down&password=x", 503, "503|unavailable|/|down|", nil},
		{"a failure", "POST", "/login", "username=odd&password=x", 500, "500|internal|/|odd|", nil},
		{"another site", "POST", "/login", "username=ada%40example.com&password=correct+horse", 403, "403|cross_origin|/||",
			[]string{"Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"}},
		{"another method", "PUT", "/login", "", 405, `{"detail"`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, tt.target, strings.NewReader(tt.body))
			r.Header.Set("Content-Type", formType)
			for i := 0; i < len(tt.fields); i += 2 {
				r.Header.Set(tt.fields[i], tt.fields[i+1])
			}
			w := serve(h, r)
			got := w.Body.String()
			if tt.status == 303 {
				got = w.Header().Get("Location")
			}
			if w.Code != tt.status || !strings.HasPrefix(got, tt.want) || strings.Contains(got, "secret") {
				t.Errorf("got %d %q, want %d %q", w.Code, got, tt.status, tt.want)
			}
			if cookies := len(w.Result().Cookies()); (cookies == 1) != (tt.status == 303) || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%d cookies, %v", cookies, w.Header())
			}
			if frames := w.Header().Get("X-Frame-Options"); (frames == "DENY") != strings.HasPrefix(got, fmt.Sprint(tt.status)+"|") && tt.method != "HEAD" {
				t.Errorf("X-Frame-Options %q", frames)
			}
			if (w.Header().Get("Retry-After") != "") != (tt.status == 429 || tt.status == 503) || (w.Header().Get("WWW-Authenticate") != "") != (tt.status == 401) {
				t.Errorf("header %v", w.Header())
			}
		})
	}
}

// A page that cannot be written is an error of the service, with an event.
func TestFormWithoutAPage(t *testing.T) {
	var events []login.Event
	m := newManager(t, func(c *login.Config) {
		c.Locations = login.InCookie
		c.OnEvent = func(_ context.Context, e login.Event) { events = append(events, e) }
	})
	h := m.LoginForm(checkAda, pages.Form(func(w io.Writer, _ *pages.Page) error {
		io.WriteString(w, "half a page")
		return errors.New("no template")
	}))
	w := serve(h, request("GET", "/login"))
	if w.Code != 500 || strings.Contains(w.Body.String(), "half") || len(events) != 1 || events[0].Reason != "internal" {
		t.Errorf("%d %s, events %+v", w.Code, w.Body, events)
	}
	for name, f := range map[string]func(){
		"without a page":   func() { m.LoginForm(checkAda, nil) },
		"without a check":  func() { m.LoginForm(nil, pages.Form(showLogin)) },
		"without cookies":  func() { newManager(t, nil).LoginForm(checkAda, pages.Form(showLogin)) },
		"without any page": func() { pages.Errors("/login", nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			f()
		}()
	}
}

// Browsers see a page for every refusal, programs see JSON.
func TestErrors(t *testing.T) {
	handle := pages.Errors("/login", func(w io.Writer, p *pages.Page) error {
		_, err := fmt.Fprintf(w, "%d|%s|%s|%s", p.Status, p.Reason, p.Login, p.Next)
		return err
	})
	html := []string{"Accept", "text/html,*/*;q=0.8", "Sec-Fetch-Mode", "navigate"}
	from := append(html, "Referer", "http://example.com/posts/new?draft=1")
	for _, tt := range []struct {
		name, method string
		err          error
		fields       []string
		status       int
		want         string
	}{
		{"a page without a login", "GET", login.ErrNoToken, html, 303, ""},
		{"a form after the login ended", "POST", login.ErrExpired, from, 401, "401|expired|/login?next=%2Fposts%2Fnew%3Fdraft%3D1|"},
		{"a form of an unknown page", "POST", login.ErrExpired, html, 401, "401|expired|/login|"},
		{"a form of another site", "POST", login.ErrCrossOrigin, append(html, "Referer", "https://evil.example/x"), 403, "403|cross_origin|/login|"},
		{"no permission", "GET", login.ErrForbidden, html, 403, "403|forbidden|/login?next=%2Fadmin|"},
		{"no permission for a form", "POST", login.ErrForbidden, html, 403, "403|forbidden|/login|"},
		{"a scope is missing", "GET", &login.ScopeError{Required: []string{"a"}}, html, 403, "403|scope_missing|/login?next=%2Fadmin|"},
		{"an outage", "GET", login.ErrUnavailable, html, 503, "503|unavailable|/login?next=%2Fadmin|"},
		{"a program", "POST", login.ErrExpired, nil, 401, `{"detail":"Invalid credentials"}`},
		{"a script", "GET", login.ErrUnavailable, []string{"Accept", "text/html", "Sec-Fetch-Mode", "cors"}, 503, `{"detail":"Service unavailable"}`},
	} {
		w := httptest.NewRecorder()
		handle(w, request(tt.method, "http://example.com/admin", tt.fields...), tt.err)
		if w.Code != tt.status || w.Body.String() != tt.want {
			t.Errorf("%s: got %d %q, want %d %q", tt.name, w.Code, w.Body, tt.status, tt.want)
		}
		if tt.status == 503 && w.Header().Get("Retry-After") == "" || tt.status == 401 && w.Header().Get("WWW-Authenticate") == "" {
			t.Errorf("%s: header %v", tt.name, w.Header())
		}
	}
	// The plain page of Redirect leads back to the form.
	w := httptest.NewRecorder()
	pages.Redirect("/login?lang=de")(w, request("POST", "http://example.com/admin", from...), login.ErrExpired)
	if !strings.Contains(w.Body.String(), `<a href="/login?lang=de&amp;next=%2Fposts%2Fnew%3Fdraft%3D1">`) {
		t.Errorf("the page is %s", w.Body)
	}
}

// Behind a proxy that cuts off a prefix, browsers are sent to addresses with it.
func TestForwardedPrefix(t *testing.T) {
	for _, tt := range []struct {
		name     string
		trusted  bool
		prefixes []string
		want     string // where a page leads, and a login without next
	}{
		{"trusted", true, []string{"/app"}, "/app/login?next=%2Fapp%2Fposts /app/"},
		{"trusted, with a slash", true, []string{"/app/"}, "/app/login?next=%2Fapp%2Fposts /app/"},
		{"not trusted", false, []string{"/app"}, "/login?next=%2Fposts /"},
		{"absent", true, nil, "/login?next=%2Fposts /"},
		{"the root", true, []string{"/"}, "/login?next=%2Fposts /"},
		{"another host", true, []string{"//evil.example"}, "/login?next=%2Fposts /"},
		{"a URL", true, []string{"https://evil.example"}, "/login?next=%2Fposts /"},
		{"two of them", true, []string{"/a", "/b"}, "/login?next=%2Fposts /"},
		{"a list", true, []string{"/a, /b"}, "/login?next=%2Fposts /"},
	} {
		m := newManager(t, func(c *login.Config) {
			c.Locations, c.OnError, c.ForwardedPrefix = login.InCookie, pages.Redirect("/login"), tt.trusted
		})
		r := request("GET", "/posts", "Accept", "text/html")
		r.Header["X-Forwarded-Prefix"] = tt.prefixes
		page := serve(m.Require()(http.NotFoundHandler()), r).Header().Get("Location")
		r = request("POST", "/login", "Content-Type", formType)
		r.Header["X-Forwarded-Prefix"] = tt.prefixes
		r.Body = io.NopCloser(strings.NewReader("username=ada%40example.com&password=correct+horse"))
		w := serve(m.LoginForm(checkAda, pages.Form(showLogin)), r)
		if got := page + " " + w.Header().Get("Location"); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestPagesWithoutAURL(t *testing.T) {
	r := &http.Request{Method: "GET", Header: fieldsOf("Accept", "text/html")}
	if next := pages.Next(r); next != "/" {
		t.Errorf("Next is %q", next)
	}
	w := httptest.NewRecorder()
	if pages.Redirect("/login")(w, r, login.ErrNoToken); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/login" {
		t.Errorf("got %d %q", w.Code, w.Header().Get("Location"))
	}
}
