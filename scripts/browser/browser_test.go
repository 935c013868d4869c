package main

import (
	"context"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/loginctl/loginctl/pkg/keys"
)

// chromium returns the path of a Chromium, or skips the test.
func chromium(t *testing.T) string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("skipped: there is no chromium, which .ci/run installs")
	return ""
}

// visitor is one browser with its own cookies.
type visitor struct {
	t   *testing.T
	ctx context.Context
	url string
}

func newVisitor(t *testing.T, program, url string) *visitor {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.UserDataDir(t.TempDir()))
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	v := &visitor{t, ctx, url}
	if _, err := chromedp.Run(ctx, chromedp.Navigate("about:blank")); err != nil { // starts the browser
		t.Fatal(err)
	}
	return v
}

// run takes steps.
func (v *visitor) run(name string, steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	value(v, name, chromedp.Steps(steps...))
}

// value takes one step, which must not last longer than a page of this machine does.
func value[T any](v *visitor, name string, step chromedp.Action[T]) T {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, time.Minute)
	defer stop()
	got, err := chromedp.Run(ctx, step)
	if err != nil {
		v.t.Fatalf("%s: %v", name, err)
	}
	return got
}

// picture saves the page if BROWSER_SCREENSHOTS names a folder.
func (v *visitor) picture(name string) {
	v.t.Helper()
	folder := os.Getenv("BROWSER_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture := value(v, name, chromedp.FullScreenshot(100))
	if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, " ", "-")+".png"), picture, 0o600); err != nil {
		v.t.Fatal(err)
	}
}

// expect compares the text of an element and the address of the page.
func (v *visitor) expect(name, selector, text, address string) {
	v.t.Helper()
	v.run(name, chromedp.WaitVisible(selector))
	v.picture(name)
	got, at := value(v, name, chromedp.Text(selector)), value(v, name, chromedp.Location())
	if !strings.Contains(got, text) || at != v.url+address {
		v.t.Errorf("%s: %q at %q, want %q at %q", name, got, strings.TrimPrefix(at, v.url), text, address)
	}
}

func (v *visitor) login(username, password string) {
	v.t.Helper()
	v.run("log in", chromedp.WaitVisible("#username"), chromedp.SetValue("#username", username),
		chromedp.SetValue("#password", password), chromedp.Click("#submit"))
}

func (v *visitor) open(path string) {
	v.t.Helper()
	v.run("open "+strings.Trim(path, "/"), chromedp.Navigate(v.url+path))
}

func TestChromium(t *testing.T) {
	program := chromium(t)
	key, err := keys.Generate(keys.EdDSA)
	if err != nil {
		t.Fatal(err)
	}
	site, err := newSite(key, 3*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site.routes())
	defer server.Close()
	bob := newVisitor(t, program, server.URL)

	bob.open("/admin")
	bob.expect("the login page", "h1", "Log in", "/login?next=%2Fadmin")
	bob.login("bob", "wrong")
	bob.expect("a wrong password", "#message", "The name or the password is wrong.", "/login?next=%2Fadmin")
	bob.login("bob", "correct horse")
	bob.expect("no permission", "#refused", "403: You do not have permission for this.", "/admin")
	bob.open("/")
	bob.expect("home", "#hello", "Hello, Bob.", "/")
	bob.expect("one device", "#devices", "(this one)", "/")

	// The access token expires, and the next page renews it.
	time.Sleep(4 * time.Second)
	bob.run("a note", chromedp.Click("#note"))
	bob.expect("a form after the token expired", "#noted", "Noted, Bob.", "/note")

	// Another device ends this one, while a form is open.
	bob.open("/")
	if _, err := site.auth.EndAll(t.Context(), "bob", ""); err != nil {
		t.Fatal(err)
	}
	bob.run("a note too late", chromedp.Click("#note"))
	bob.expect("a form after the end", "#refused", "401: Please log in to go on.", "/note")
	bob.run("the way back", chromedp.Click("#again"))
	bob.expect("the login page again", "h1", "Log in", "/login?next=%2F")
	bob.login("bob", "correct horse")
	bob.expect("home again", "#hello", "Hello, Bob.", "/")
	bob.run("the button", chromedp.Click("#logout"))
	bob.expect("after the logout", "h1", "Log in", "/login")
	bob.open("/")
	bob.expect("home after the logout", "h1", "Log in", "/login?next=%2F")

	bob.login("ada", "correct horse")
	bob.expect("home of an administrator", "#hello", "Hello, Ada.", "/")
	bob.open("/admin")
	bob.expect("the admin page", "#users", "Bob", "/admin")
}
