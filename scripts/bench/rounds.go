package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// group is one benchmark function of the folder rows.
type group struct {
	name  string // in lower case
	about string
	// parts are the keys that are measured one after the other. With --against the
	// two revisions take turns with each.
	parts    []string
	parallel bool   // on one core and on all
	runs     string // how often a row runs in a round, in place of the time that -sample gives
	factor   int    // how many times the rounds of other groups
	down     string // the lines of its tables: /key or /by
}

// Units of the numbers.
const (
	wall   = "ns/op"
	cpu    = "cpu-ns/op"
	allocs = "allocs/op"
	rss    = "peak-bytes"
	entry  = "B/entry"
)

func groups() []group {
	columns := fixture.Columns()
	return []group{
		{"verify", "token in, subject and scopes out", columns, true, "", 1, "/key"},
		{"mint", "a token with a new jti of 128 bits", columns, true, "", 1, "/key"},
		{"middleware", "a request with a token, two scopes required, the user loaded from memory", columns, true, "", 1, "/key"},
		{"refuse", "tokens that are not let in, HS256", []string{""}, false, "", 1, "/key"},
		{"cache", "verified tokens that are remembered", []string{"HS256", "RS256-2048", "EdDSA"}, true, "", 1, "/by"},
		{"keys", "opening an encrypted private key", []string{"PBKDF2", "scrypt"}, false, "", 1, "/key"},
		// The time of a process varies and is short, so it is measured more often.
		{"process", "whole processes", []string{""}, false, "4x", 2, "/by"},
		{"batch", "files of tokens, one a line; what one token takes", []string{"HS256", "RS256-2048"}, true, "1x", 1, "/by"},
	}
}

// bench is one run.
type bench struct {
	options
	this, other samples
	out         io.Writer
}

// measure runs a group round by round, so that a slow minute of the machine falls
// on all rows alike. Two revisions take turns, and either is first in half of the
// rounds.
func (b *bench) measure(g group) error {
	for round := range b.rounds * g.factor {
		b.progress("%s: round %d of %d", g.name, round+1, b.rounds*g.factor)
		for _, part := range g.parts {
			turns := []func() error{func() error { return b.visit(g, part, false) }}
			if b.against != "" {
				turns = append(turns, func() error { return b.visit(g, part, true) })
			}
			for i := range turns {
				if err := turns[(i+round)%len(turns)](); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// visit measures each row of a part once.
func (b *bench) visit(g group, part string, other bool) error {
	program, loginctl, into := b.rows, b.loginctl, b.this
	environment := append(os.Environ(), b.environment...)
	if other {
		program, loginctl, into = b.otherRows, b.otherLoginctl, b.other
		environment = append(environment, "BENCH_OWN_ONLY=1")
	}
	pattern := "^Benchmark" + g.title() + "$/"
	if part != "" {
		pattern += "^key=" + part + "$"
	}
	if b.only != "" {
		pattern += "/^by=.*(" + b.only + ")"
	}
	cores, length := "1", g.runs
	if g.parallel {
		cores = fmt.Sprintf("1,%d", allCores())
	}
	if length == "" {
		length = b.sample.String()
	}
	cmd := exec.Command(program, "-test.run=^$", "-test.bench="+pattern, "-test.benchtime="+length, "-test.cpu="+cores, "-test.timeout=0")
	// Every sample begins with a collection. The runtime would then give memory back
	// to the system and ask for it again page by page, which a busy service does not.
	cmd.Env, cmd.Dir = append(environment, "LOGINCTL="+loginctl, "GODEBUG=madvdontneed=0"), "rows"
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	text, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("%w\n%s%s", err, text, &stderr)
	}
	into.read(g.name, string(text))
	return nil
}

func (g group) title() string { return strings.ToUpper(g.name[:1]) + g.name[1:] }

// progress overwrites one line on stderr, if that is a terminal.
func (b *bench) progress(format string, args ...any) {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "\r\x1b[K"+format, args...)
	}
}
