package login

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestRedirectToLogin(t *testing.T) {
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
		{"a page", "/login", "GET", "/posts?a=1&b=%2F", []string{"Accept", page}, ErrNoToken, "/login?next=%2Fposts%3Fa%3D1%26b%3D%252F"},
		{"a page with an expired token", "/login", "GET", "/posts", []string{"Accept", page}, ErrExpired, "/login?next=%2Fposts"},
		{"a page of a browser that says so", "/login", "GET", "/posts", []string{"Accept", page, "Sec-Fetch-Mode", "navigate"}, ErrNoToken, "/login?next=%2Fposts"},
		{"only its header", "/login", "HEAD", "/posts", []string{"Accept", page}, ErrNoToken, "/login?next=%2Fposts"},
		{"a login page with a query", "/login?lang=de", "GET", "/", []string{"Accept", page}, ErrNoToken, "/login?lang=de&next=%2F"},
		{"a path that would lead elsewhere", "/login", "GET", "http://example.com//evil.example", []string{"Accept", page}, ErrNoToken, "/login"},
		{"a very long address", "/login", "GET", "/" + strings.Repeat("a", 2048), []string{"Accept", page}, ErrNoToken, "/login"},
		{"HTML in capitals", "/login", "GET", "/", []string{"Accept", "Text/HTML"}, ErrNoToken, "/login?next=%2F"},

		{"the login page itself", "/login", "GET", "/login?x=1", []string{"Accept", page}, ErrNoToken, ""},
		{"a form", "/login", "POST", "/posts", []string{"Accept", page}, ErrNoToken, ""},
		{"a script", "/login", "GET", "/posts", []string{"Accept", "application/json"}, ErrNoToken, ""},
		{"a script that takes all", "/login", "GET", "/posts", []string{"Accept", "*/*"}, ErrNoToken, ""},
		{"a script that takes HTML", "/login", "GET", "/posts", []string{"Accept", page, "Sec-Fetch-Mode", "cors"}, ErrNoToken, ""},
		{"one that refuses HTML", "/login", "GET", "/posts", []string{"Accept", "text/html;q=0, application/json"}, ErrNoToken, ""},
		{"one that refuses HTML at length", "/login", "GET", "/posts", []string{"Accept", "text/html;level=1; Q=0.000"}, ErrNoToken, ""},
		{"nothing said", "/login", "GET", "/posts", nil, ErrNoToken, ""},
		{"a scope is missing", "/login", "GET", "/posts", []string{"Accept", page}, &ScopeError{}, ""},
		{"an outage", "/login", "GET", "/posts", []string{"Accept", page}, ErrUnavailable, ""},
		{"ambiguous credentials", "/login", "GET", "/posts", []string{"Accept", page}, ErrBadRequest, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			RedirectToLogin(tt.path)(w, request(tt.method, tt.target, tt.fields...), tt.err)
			want := http.StatusSeeOther
			if tt.want == "" {
				want = Status(tt.err)
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
	m := newManager(t, func(c *Config) { c.OnError = RedirectToLogin("/login") })
	h := http.StripPrefix("/admin", m.Require()(unreachable))
	w := serve(h, request("GET", "/admin/users?page=2", "Accept", "text/html"))
	if got := w.Header().Get("Location"); got != "/login?next=%2Fadmin%2Fusers%3Fpage%3D2" {
		t.Errorf("Location %q", got)
	}
	page := http.StripPrefix("/admin", newManager(t, func(c *Config) { c.OnError = RedirectToLogin("/admin/login") }).Require()(unreachable))
	if w := serve(page, request("GET", "/admin/login?next=%2F", "Accept", "text/html")); w.Code != 401 {
		t.Errorf("a guarded login page sends to itself: %d %q", w.Code, w.Header().Get("Location"))
	}
	r := &http.Request{Method: "GET", URL: &url.URL{Path: "/a b"}, Header: fields("Accept", "text/html")} // not from a server
	w = serve(m.Require()(unreachable), r)
	if got := w.Header().Get("Location"); got != "/login?next=%2Fa%2520b" {
		t.Errorf("Location %q", got)
	}
}

// A link to the login page cannot lead to another site.
func TestNextPath(t *testing.T) {
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
			if got := NextPath(httptest.NewRequest("GET", query, nil)); got != tt.want {
				t.Errorf("from the query: %q, want %q", got, tt.want)
			}
			form := httptest.NewRequest("POST", "/login", strings.NewReader(url.Values{"next": {tt.next}}.Encode()))
			form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if got := NextPath(form); got != "/" {
				t.Errorf("from a form that nobody parsed: %q", got)
			}
			if err := form.ParseForm(); err != nil {
				t.Fatal(err)
			}
			if got := NextPath(form); got != tt.want {
				t.Errorf("from the form: %q, want %q", got, tt.want)
			}
		})
	}
}

// NextPath returns each address that RedirectToLogin passes on.
func FuzzNextPath(f *testing.F) {
	for _, seed := range []string{"/", "/posts?a=b", "//evil.example", `/\evil`, "/%2f%2fevil", "/\t/x", "/..//x", "/é"} {
		f.Add(seed)
	}
	redirect := RedirectToLogin("/login")
	f.Fuzz(func(t *testing.T, next string) {
		got := NextPath(&http.Request{URL: &url.URL{RawQuery: url.Values{"next": {next}}.Encode()}})
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
		r := &http.Request{Method: "GET", RequestURI: next, URL: &url.URL{Path: "/x"}, Header: fields("Accept", "text/html")}
		w := httptest.NewRecorder()
		redirect(w, r, ErrNoToken)
		if location := w.Header().Get("Location"); !strings.HasPrefix(location, "/login") {
			t.Fatalf("%q redirects to %q", next, location)
		}
	})
}
