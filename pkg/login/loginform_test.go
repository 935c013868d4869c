package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/browser"
)

// showLogin answers with a line about the error.
func showLogin(w http.ResponseWriter, r *http.Request, err error) error {
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(Status(err))
	reason := ""
	if err != nil {
		reason = Reason(err)
	}
	if r.Method != "HEAD" {
		fmt.Fprintf(w, "%d|%s|%s", Status(err), reason, browser.Next(r))
	}
	return nil
}

// A login form of another site is refused, names are not told from passwords, and next
// stays on this host.
func TestLoginForm(t *testing.T) {
	checks := map[string]error{"eve": ErrUserNotFound, "mallory": ErrForbidden, "busy": &RetryError{After: 5 * time.Second},
		"locked": &RetryError{Locked: true}, "down": ErrUnavailable, "odd": errors.New("secret detail")}
	m := newManager(t, func(c *Config) { c.Locations = InCookie })
	h := m.LoginForm(func(ctx context.Context, c *Credentials) (Grant, error) {
		if err := checks[c.Username]; err != nil {
			return Grant{}, err
		}
		return checkAda(ctx, c)
	}, showLogin)
	const wrong = "|bad_credentials|/posts"
	for _, tt := range []struct {
		name, method, target, body string
		status                     int
		want                       string // the page, or the Location
		fields                     []string
	}{
		{"the page", "GET", "/login?next=/posts", "", 200, "200||/posts", nil},
		{"only its header", "HEAD", "/login?next=/posts", "", 200, "", nil},
		{"the page without a way back", "GET", "/login", "", 200, "200||/", nil},
		{"a way to another site", "GET", "/login?next=//evil.example", "", 200, "200||/", nil},
		{"a login", "POST", "/login?next=/posts", "username=ada%40example.com&password=correct+horse", 303, "/posts", nil},
		{"a login by a hidden field", "POST", "/login", "username=ada%40example.com&password=correct+horse&next=/posts?a=1", 303, "/posts?a=1", nil},
		{"a login to another site", "POST", "/login", "username=ada%40example.com&password=correct+horse&next=https://evil.example", 303, "/", nil},
		{"a wrong password", "POST", "/login", "username=ada%40example.com&password=x&next=/posts", 401, "401" + wrong, nil},
		{"an unknown name", "POST", "/login", "username=eve&password=x&next=/posts", 401, "401" + wrong, nil},
		{"a name that may not", "POST", "/login", "username=mallory&password=x&next=/posts", 401, "401" + wrong, nil},
		{"no password", "POST", "/login", "username=ada", 400, "400|bad_request|/", nil},
		{"too many attempts", "POST", "/login", "username=busy&password=x", 429, "429|too_many_requests|/", nil},
		{"a locked account", "POST", "/login", "username=locked&password=x", 403, "403|locked|/", nil},
		{"an outage", "POST", "/login", "username=down&password=x", 503, "503|unavailable|/", nil},
		{"a failure", "POST", "/login", "username=odd&password=x", 500, "500|internal|/", nil},
		{"another site", "POST", "/login", "username=ada%40example.com&password=correct+horse", 403, "403|cross_origin|/",
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
		})
	}
}

// A page that cannot be written is an error of the service, with an event.
func TestLoginFormWithoutAPage(t *testing.T) {
	var events []Event
	m := newManager(t, func(c *Config) {
		c.Locations = InCookie
		c.OnEvent = func(_ context.Context, e Event) { events = append(events, e) }
	})
	h := m.LoginForm(checkAda, func(http.ResponseWriter, *http.Request, error) error { return errors.New("no template") })
	w := serve(h, request("GET", "/login"))
	if w.Code != 500 || len(events) != 1 || events[0].Reason != "internal" {
		t.Errorf("%d %s, events %+v", w.Code, w.Body, events)
	}
	for name, f := range map[string]func(){
		"without a page":  func() { m.LoginForm(checkAda, nil) },
		"without a check": func() { m.LoginForm(nil, showLogin) },
		"without cookies": func() { newManager(t, nil).LoginForm(checkAda, showLogin) },
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
