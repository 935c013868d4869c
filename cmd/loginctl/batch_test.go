package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokencmd"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// slowReader gives a few bytes at a time.
type slowReader struct {
	text []byte
	step int
}

func (r *slowReader) Read(p []byte) (int, error) {
	if len(r.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[:min(r.step, len(r.text))])
	r.text = r.text[n:]
	return n, nil
}

// secretFile writes a secret and returns its path and an issuer over it.
func secretFile(t *testing.T) (string, *login.Issuer) {
	t.Helper()
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		t.Fatal(err)
	}
	text, err := keys.MarshalSecret(key)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	issuer, err := login.NewIssuer(key, login.Config{Lifetime: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	return path, issuer
}

func issue(t *testing.T, issuer *login.Issuer, subject string) string {
	t.Helper()
	token, err := issuer.Issue(login.Grant{Subject: subject})
	if err != nil {
		t.Fatal(err)
	}
	return token.Reveal()
}

// TestBatchKeepsOrder checks many chunks of lines on all cores: each result
// stands where its token stood, and the time of the others does not matter.
func TestBatchKeepsOrder(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	secret, issuer := secretFile(t)
	var input, want strings.Builder
	for i := 1; input.Len() < 10*tokencmd.ChunkSize; i++ {
		subject := fmt.Sprintf("user%d", i)
		switch {
		case i%7 == 0:
			input.WriteString("\n")
		case i%100 == 0:
			input.WriteString("rubbish\n")
			fmt.Fprintf(&want, "%d\tmalformed\ttoken is malformed: not three segments separated by dots\n", i)
		default:
			input.WriteString(issue(t, issuer, subject) + "\n")
			fmt.Fprintf(&want, "%d\tok\t%s\n", i, subject)
		}
	}
	r := runBatch(t, strings.NewReader(input.String()), secret)
	if r.code != outcome.ExitMalformed {
		t.Errorf("exit %d, want %d", r.code, outcome.ExitMalformed)
	}
	if r.stdout != want.String() {
		t.Error("the results are not those of the lines, in their order")
	}
}

// runBatch bypasses the rule of runIn: a batch prints its results also if some are bad.
func runBatch(t *testing.T, stdin io.Reader, secret string) ran {
	t.Helper()
	var out, errs strings.Builder
	code := run(t.Context(), []string{outcome.Program(), "verify", "--secret-file", secret, "--batch", "-"}, stdin, &out, &errs, func(string) (string, bool) { return "", false })
	return ran{code, out.String(), errs.String()}
}

// TestBatchAnswersAtOnce checks that lines are answered as they come, by a program
// who waits for each answer.
func TestBatchAnswersAtOnce(t *testing.T) {
	secret, issuer := secretFile(t)
	in, typed := io.Pipe()
	shown, out := io.Pipe()
	code := make(chan int)
	go func() {
		code <- run(t.Context(), []string{outcome.Program(), "verify", "--secret-file", secret}, in, out, io.Discard, func(string) (string, bool) { return "", false })
		out.Close()
	}()
	answers := bufio.NewReader(shown)
	fmt.Fprintf(typed, "%s\n%s", issue(t, issuer, "user1"), "rub")
	for i, want := range []string{"1\tok\tuser1\n", "2\tmalformed\ttoken is malformed: not three segments separated by dots\n", "3\tok\tuser3\n"} {
		switch i {
		case 1:
			fmt.Fprint(typed, "bish\n")
		case 2:
			fmt.Fprintf(typed, "%s\n", issue(t, issuer, "user3"))
		}
		if got, err := answers.ReadString('\n'); got != want || err != nil {
			t.Fatalf("line %d: %q, %v", i+1, got, err)
		}
	}
	typed.Close()
	if got := <-code; got != outcome.ExitMalformed {
		t.Errorf("exit %d", got)
	}
}

// TestOneOrManyInPieces checks that it does not matter how a stream comes.
func TestOneOrManyInPieces(t *testing.T) {
	for _, test := range []struct {
		name, text string
		many       bool
	}{
		{"a line", "\n a.b.c\n\n", false},
		{"a line without an end", "a.b.c", false},
		{"two lines", "a.b.c\nd", true},
		{"two lines with blank ones between", "\na.b.c\r\n \n\nd", true},
		{"a JSON answer", "{\n\"token\": \"a.b.c\"\n}\n", false},
		{"nothing", "", false},
	} {
		many, one, err := tokencmd.OneOrMany(&slowReader{[]byte(test.text), 1})
		if err != nil || (many != nil) != test.many {
			t.Errorf("%s: %v, %q, %v", test.name, many, one, err)
		}
		if many != nil {
			text, err := io.ReadAll(many)
			one = string(text)
			if err != nil {
				t.Error(err)
			}
		}
		if one != test.text {
			t.Errorf("%s: %q", test.name, one)
		}
	}
}

// TestBatchLongLines checks that a line of any length is one answer and no memory.
func TestBatchLongLines(t *testing.T) {
	secret, issuer := secretFile(t)
	good := issue(t, issuer, "ada") + "\n"
	long := io.LimitReader(zeros{}, 64<<20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	r := runBatch(t, io.MultiReader(strings.NewReader(good), long, strings.NewReader("\n"+good)), secret)
	runtime.ReadMemStats(&after)
	lines := strings.Split(r.stdout, "\n")
	if r.code != outcome.ExitMalformed || len(lines) != 4 || lines[0] != "1\tok\tada" || !strings.HasPrefix(lines[1], "2\ttoo_large\t") || lines[2] != "3\tok\tada" {
		t.Errorf("exit %d, %.200q", r.code, r.stdout)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("a line of 64 MiB took %d MiB of memory", grown>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}

// TestBatchFailures checks that a broken input or output does not count as the end.
func TestBatchFailures(t *testing.T) {
	secret, issuer := secretFile(t)
	good := issue(t, issuer, "ada") + "\n"
	broken := io.MultiReader(strings.NewReader(good), iotestError{})
	if r := runBatch(t, broken, secret); r.code != outcome.ExitInternal || !strings.Contains(r.stderr, "reading the tokens: the cable broke") {
		t.Errorf("broken input: exit %d, %s", r.code, r.stderr)
	}
	var errs strings.Builder
	endless := &repeat{line: good}
	code := run(t.Context(), []string{outcome.Program(), "verify", "--secret-file", secret, "--batch", "-"}, endless, brokenWriter{}, &errs, func(string) (string, bool) { return "", false })
	if code != outcome.ExitInternal || !strings.Contains(errs.String(), "writing the results: the pipe broke") {
		t.Errorf("broken output: exit %d, %s", code, errs.String())
	}
}

type iotestError struct{}

func (iotestError) Read([]byte) (int, error) { return 0, errors.New("the cable broke") }

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("the pipe broke") }

// repeat never ends.
type repeat struct{ line string }

func (r *repeat) Read(p []byte) (int, error) { return copy(p, r.line), nil }

func TestProgressBar(t *testing.T) {
	var w strings.Builder
	begun := time.Now().Add(-2 * time.Second)
	p := &terminal.Progress{W: &w, Size: 200, Begun: begun, Next: begun}
	p.Show(50, 100)
	p.Show(60, 1)
	if got := w.String(); !strings.HasPrefix(got, "\r[###############---------------]  50%  50 tokens, ") || strings.Count(got, "\r") != 1 {
		t.Errorf("%q", got)
	}
	p.Clear()
	if !strings.HasSuffix(w.String(), "\r\x1b[K") {
		t.Errorf("not cleared: %q", w.String())
	}
}
