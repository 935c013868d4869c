package limit_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/limit"
)

func newAuth(t *testing.T) *login.Manager[*login.Claims] {
	t.Helper()
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	auth, err := login.New(key, login.ClaimsOnly, login.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return auth
}

func post(h http.Handler, name, password, forwarded string) *httptest.ResponseRecorder {
	form := url.Values{"username": {name}, "password": {password}}
	r := httptest.NewRequest("POST", "/login", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("X-Forwarded-For", forwarded)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// The password is not looked at while a name waits, and the answer is the same for a name
// that no user has and for the right password.
func TestTokenHandler(t *testing.T) {
	checked := 0
	check := func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		checked++
		if c.Username == "ada" && c.Password == "right" {
			return login.Grant{Subject: "ada"}, nil
		}
		return login.Grant{}, login.ErrBadCredentials
	}
	limiter, err := limit.New(limit.Config{Store: &limit.Memory{}})
	if err != nil {
		t.Fatal(err)
	}
	h := newAuth(t).TokenHandler(limiter.Check(check))
	if w := post(h, "ada", "right", ""); w.Code != http.StatusOK {
		t.Fatalf("a good login is answered %d", w.Code)
	}
	for _, name := range []string{"ada", "nobody-has-it"} {
		for range 5 {
			if w := post(h, name, "wrong", ""); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "invalid_grant") {
				t.Fatalf("a failure of %s is answered %d %s", name, w.Code, w.Body)
			}
		}
	}
	before := checked
	var bodies []string
	for _, name := range []string{"ada", "nobody-has-it"} {
		// A header that any client can send makes it no other client.
		w := post(h, name, "right", "198.51.100.7")
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "1" {
			t.Errorf("the sixth login of %s is answered %d, Retry-After %q", name, w.Code, w.Header().Get("Retry-After"))
		}
		bodies = append(bodies, w.Body.String())
	}
	if checked != before {
		t.Error("the password was looked at while the name had to wait")
	}
	if bodies[0] != bodies[1] {
		t.Errorf("the answers tell which name exists: %q", bodies)
	}
}
