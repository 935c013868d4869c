package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
)

// TestServer is the main job from end to end: the built program makes a key and
// mints tokens, and a server that loads the same key through pkg/login lets them
// in or refuses them, in the header and in the cookie that the program prints.
func TestServer(t *testing.T) {
	dir := t.TempDir()
	bin := filepath.Join(dir, outcome.Program())
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const passphrase = "correct horse battery staple"
	if err := os.WriteFile(filepath.Join(dir, "pass"), []byte(passphrase+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	loginctl := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(bin, args...)
		cmd.Dir, cmd.Env = dir, []string{"LOGINCTL_PASSPHRASE_FILE=pass"}
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("loginctl %s: %v", args[0], err)
		}
		return strings.TrimSuffix(string(out), "\n")
	}
	loginctl("keygen", "--alg", "RS256", "-o", "k.pem")
	loginctl("keygen", "--alg", "RS256", "-o", "other.pem")
	mint := func(args ...string) string { return loginctl(append([]string{"mint", "--key", "k.pem"}, args...)...) }
	server := protected(t, filepath.Join(dir, "k.pem"), passphrase)

	good := mint("--sub", "ada", "--scopes", "posts:read,posts:write", "--expires", "12h")
	cookie, ok := strings.CutPrefix(loginctl("cookie", good), "Set-Cookie: ")
	if !ok {
		t.Fatal("cookie printed no Set-Cookie")
	}
	pair, _, _ := strings.Cut(cookie, ";")
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	for _, test := range []struct {
		name   string
		header http.Header
		status int
	}{
		{"no token", nil, 401},
		{"a good token", bearer(good), 200},
		{"a good token as a cookie", http.Header{"Cookie": {pair}}, 200},
		{"the header as mint prints it", http.Header{"Authorization": {strings.TrimPrefix(mint("--sub", "ada", "--scopes", "posts:read", "--format", "bearer-header"), "Authorization: ")}}, 200},
		{"a token without the scope", bearer(mint("--sub", "ada", "--scopes", "posts:write")), 403},
		{"a token that has expired", bearer(mint("--sub", "ada", "--scopes", "posts:read", "--at", "-1h")), 401},
		{"a token not valid yet", bearer(mint("--sub", "ada", "--scopes", "posts:read", "--not-before", "5m")), 401},
		{"a token that never expires", bearer(mint("--sub", "ada", "--scopes", "posts:read", "--expires", "never")), 401},
		{"a token for another audience", bearer(mint("--sub", "ada", "--scopes", "posts:read", "--aud", "api")), 401},
		{"a token without a subject", bearer(mint("--scopes", "posts:read")), 401},
		{"a token of another key", bearer(loginctl("mint", "--key", "other.pem", "--sub", "ada", "--scopes", "posts:read")), 401},
		{"half a token", bearer(good[:len(good)-5]), 401},
		{"a cookie of rubbish", http.Header{"Cookie": {"access-token=rubbish"}}, 401},
	} {
		t.Run(test.name, func(t *testing.T) {
			status, body := get(t, server.URL+"/posts", test.header)
			if status != test.status || status == 200 && body != "posts for ada" {
				t.Errorf("%d %q, want %d", status, body, test.status)
			}
		})
	}
}

// protected starts a server whose one route asks for the scope posts:read.
func protected(t *testing.T, path, passphrase string) *httptest.Server {
	t.Helper()
	key, err := keyfile.LoadEncrypted(path, []byte(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	auth, err := login.New(key, login.ClaimsOnly, login.Config{Locations: login.InHeader | login.InCookie})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /posts", auth.Handle(func(w http.ResponseWriter, _ *http.Request, p *login.Principal[*login.Claims]) {
		fmt.Fprintf(w, "posts for %s", p.User.Subject)
	}, "posts:read"))
	server := httptest.NewServer(mux) // on 127.0.0.1
	t.Cleanup(server.Close)
	return server
}

func get(t *testing.T, url string, header http.Header) (int, string) {
	t.Helper()
	request, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header.Clone()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}
