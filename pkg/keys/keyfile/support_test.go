package keyfile_test

import (
	"errors"
	"os"
	"os/exec"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// sentinels are all the errors of the package, and some of package keys.
var sentinels = []error{keys.ErrTooLarge, keyfile.ErrNotRegular, keyfile.ErrExists, keyfile.ErrBusy, keys.ErrMalformed, keys.ErrNoKey, keys.ErrWeak}

// wantErr checks that err matches want and no other error of the package.
func wantErr(t testing.TB, err, want error) {
	t.Helper()
	if want == nil {
		if err != nil {
			t.Fatalf("got %v, want no error", err)
		}
		return
	}
	for _, sentinel := range sentinels {
		if is := errors.Is(err, sentinel); is != (sentinel == want) {
			t.Fatalf("got %v, which matches %q: %v; want %v alone", err, sentinel, is, want)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// missing skips a test whose tool is not there, unless all are required.
func missing(t testing.TB, tool string) {
	t.Helper()
	if os.Getenv("LOGINCTL_REQUIRE_TOOLS") == "1" {
		t.Fatalf("%s is not installed, and LOGINCTL_REQUIRE_TOOLS=1", tool)
	}
	t.Skipf("%s is not installed", tool)
}

// lookPath finds a tool, or skips the test.
func lookPath(t testing.TB, tool string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err != nil {
		missing(t, tool)
	}
	return path
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
