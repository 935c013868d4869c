//go:build !nosqlite

package stores

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/pages"
	"github.com/loginctl/loginctl/pkg/login/session"
)

// TestSQLiteManager is the way of two clients over SQLite: a browser and curl log in,
// refresh and are listed at one replica. Their sessions are ended there, and the other
// replica refuses them.
func TestSQLiteManager(t *testing.T) {
	engine := openSQLite(t)
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	here, one := startReplica(t, engine, key)
	there, two := startReplica(t, engine, key)
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() { defer close(stopped); there.Feed().Run(ctx, nil) }()
	defer func() { cancel(); <-stopped }()

	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	browser.Jar, _ = cookiejar.New(nil)
	form := url.Values{"username": {"ada"}, "password": {"correct horse"}, "remember": {"on"}, "next": {"/"}}
	if status := send(t, browser, "POST", one+"/login", form); status != http.StatusSeeOther {
		t.Fatalf("the browser's login is answered %d", status)
	}
	address, _ := url.Parse(one)
	browser.Jar.SetCookies(address, []*http.Cookie{{Name: "access-token", Path: "/", MaxAge: -1}})
	if status := send(t, browser, "GET", one+"/", nil); status != http.StatusOK {
		t.Fatalf("the browser without an access token is answered %d", status)
	}
	// Both replicas have one host, so the jar sends the cookies to both.
	if status := send(t, browser, "GET", two+"/", nil); status != http.StatusOK {
		t.Fatalf("the other replica answers the browser %d", status)
	}

	old, _ := curl(t, one, "username=ada", "password=correct horse")
	refresh, access := curl(t, two, "grant_type=refresh_token", "refresh_token="+old)
	if refresh == old || access == "" {
		t.Fatal("curl has no next refresh token")
	}
	list, err := here.List(t.Context(), "ada")
	if err != nil || len(list) != 2 {
		t.Fatalf("%d sessions are listed, %v", len(list), err)
	}
	if _, err := there.Verify(t.Context(), access); err != nil {
		t.Fatalf("the other replica, before the end: %v", err)
	}
	if n, err := here.EndAll(t.Context(), "ada", ""); n != 2 || err != nil {
		t.Fatalf("%d sessions are ended, %v", n, err)
	}
	if _, err := here.Verify(t.Context(), access); !errors.Is(err, login.ErrRevoked) {
		t.Errorf("this replica, at once: %v", err)
	}
	refused := func() bool {
		_, err := there.Verify(t.Context(), access)
		return errors.Is(err, login.ErrRevoked)
	}
	for end := time.Now().Add(20 * time.Second); !refused(); {
		if time.Now().After(end) {
			t.Fatal("the other replica has not heard of the end")
		}
		<-time.After(20 * time.Millisecond) // the feed reads each second
	}
	if status := send(t, browser, "GET", two+"/", nil); status != http.StatusUnauthorized {
		t.Errorf("the other replica answers the browser %d after the end", status)
	}
	if _, err := there.Refresh(t.Context(), refresh); !errors.Is(err, session.ErrEnded) {
		t.Errorf("the other replica refreshes curl's session: %v", err)
	}
}

// startReplica starts a service of two kinds of clients over a handle of the store.
func startReplica(t *testing.T, e *engine, key *keys.SigningKey) (*session.Manager[*login.Claims], string) {
	t.Helper()
	store, err := e.open()
	if err != nil {
		t.Fatal(err)
	}
	auth, err := session.New(key, login.ClaimsOnly,
		login.Config{Locations: login.InHeader | login.InCookie, Cookie: login.Cookie{Insecure: true}},
		session.Config[*login.Claims]{Store: store})
	if err != nil {
		t.Fatal(err)
	}
	check := func(_ context.Context, c *login.Credentials) (login.Grant, error) {
		if c.Username != "ada" || c.Password != "correct horse" {
			return login.Grant{}, login.ErrBadCredentials
		}
		return login.Grant{Subject: c.Username, Scopes: []string{"read"}}, nil
	}
	mux := http.NewServeMux()
	mux.Handle("/token", auth.TokenHandler(check))
	mux.Handle("/login", auth.LoginForm(check, pages.Form(func(w io.Writer, p *pages.Page) error {
		_, err := io.WriteString(w, p.Message)
		return err
	})))
	mux.Handle("/", auth.Renew(auth.Require("read")(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return auth, server.URL
}

func send(t *testing.T, c *http.Client, method, address string, form url.Values) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w, err := c.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Body.Close()
	return w.StatusCode
}

// curl posts a form to the token endpoint with curl, or without it as curl would.
func curl(t *testing.T, replica string, fields ...string) (refresh, access string) {
	t.Helper()
	form := url.Values{}
	args := []string{"-sS", "--max-time", "20", "-K", filepath.Join(t.TempDir(), "form")}
	var config strings.Builder // tokens are not arguments, which every user of the machine sees
	for _, field := range fields {
		name, value, _ := strings.Cut(field, "=")
		form.Set(name, value)
		config.WriteString("data-urlencode = \"" + field + "\"\n")
	}
	var body io.Reader
	if program, err := exec.LookPath("curl"); err == nil {
		if err := os.WriteFile(args[len(args)-1], []byte(config.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), program, append(args, replica+"/token")...).Output()
		if err != nil {
			t.Fatal(err)
		}
		body = strings.NewReader(string(out))
	} else {
		w, err := http.PostForm(replica+"/token", form)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = w.Body.Close() }()
		body = w.Body
	}
	text, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.AccessToken == "" || answer.RefreshToken == "" {
		t.Fatalf("the token endpoint answers no tokens: %v", err)
	}
	return answer.RefreshToken, answer.AccessToken
}
