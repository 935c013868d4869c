package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){outcome.Program(): main, "jwtctl": main})
}

// TestScript runs the scripts in testdata/script, each in a folder of its own
// and with the program itself first in PATH.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Condition:          condition,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exits,
			"mode":    mode,
			"issuer":  startIssuer,
			"publish": publish,
			"answers": answers,
			"asked":   asked,
		},
		Setup: func(env *testscript.Env) error {
			root, err := filepath.Abs(filepath.Join("..", ".."))
			if err != nil {
				return err
			}
			env.Values[issuerKey{}] = map[string]*served{}
			env.Setenv("PROJECT", root)
			env.Setenv("GORACE", "atexit_sleep_ms=0") // or each run under the race detector ends with a second of sleep
			env.Setenv("CI", "true")                  // or a passphrase is asked for on the terminal of who runs the tests
			return nil
		},
	})
}

// exits runs a command and checks its exit code: exits 7 loginctl verify …
// A failure of the program has to say what to do next, too.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	want := -1
	if len(args) >= 2 && !neg {
		want, _ = strconv.Atoi(args[0])
	}
	if want < 0 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT...]")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
	said := ts.ReadFile("stderr")
	if args[1] == outcome.Program() && got != 0 && !hinted(args, said) {
		ts.Fatalf("no line that says what to type: %s", said)
	}
}

// hinted reports whether a failure came with a hint, where one is due: with
// --quiet there is the error alone.
func hinted(args []string, stderr string) bool {
	quiet := slices.Contains(args, "-q") || slices.Contains(args, "--quiet")
	return quiet || strings.Contains(stderr, "\nloginctl: hint: ")
}

// mode checks the mode of a file: mode 0600 signing.pem
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 || neg {
		ts.Fatalf("usage: mode OCTAL FILE")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := "0" + strconv.FormatUint(uint64(info.Mode().Perm()), 8); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

// condition knows [tool:NAME]: whether a program is installed. Where
// LOGINCTL_REQUIRE_TOOLS is set it has to be, so that no test is skipped in CI.
func condition(cond string) (bool, error) {
	name, ok := strings.CutPrefix(cond, "tool:")
	if !ok {
		return false, errors.New("unknown condition " + cond)
	}
	_, err := exec.LookPath(name)
	if err != nil && os.Getenv("LOGINCTL_REQUIRE_TOOLS") != "" {
		return false, err
	}
	return err == nil, nil
}
