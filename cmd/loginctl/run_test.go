package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// outcome of one run of the program inside the test.
type ran struct {
	code           int
	stdout, stderr string
}

// runIn runs the program with an input and an environment, and checks the rule of its
// streams: a failure leaves stdout empty, unless JSON was asked for.
func runIn(t *testing.T, stdin io.Reader, env map[string]string, args ...string) ran {
	t.Helper()
	var out, errs bytes.Buffer
	lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
	code := run(t.Context(), append([]string{outcome.Program()}, args...), stdin, &out, &errs, lookup)
	r := ran{code, out.String(), errs.String()}
	if code != 0 && out.Len() > 0 && !cmdline.AsksForJSON(args) {
		t.Errorf("loginctl %s: exit %d with %q on stdout", strings.Join(args, " "), code, out.String())
	}
	if code != 0 && !strings.Contains(r.stderr, "loginctl: error: ") {
		t.Errorf("loginctl %s: exit %d and no error on stderr: %q", strings.Join(args, " "), code, r.stderr)
	}
	if code != 0 && code != outcome.ExitInterrupted && !hinted(args, r.stderr) {
		t.Errorf("loginctl %s: exit %d and no line that says what to type: %q", strings.Join(args, " "), code, r.stderr)
	}
	return r
}

// try runs the program with nothing on stdin and an empty environment but for CI.
func try(t *testing.T, args ...string) ran {
	t.Helper()
	return runIn(t, strings.NewReader(""), map[string]string{"CI": "1"}, args...)
}
