package main

import (
	"fmt"
	"io"
	"os"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/measure"
)

// group is a set of rows that are measured round by round together.
type group struct {
	name  string
	about string
	run   func(*bench) error
}

func groups() []group {
	return []group{
		{"verify", "token in, subject and scopes out", runVerify},
		{"mint", "a token with a new jti of 128 bits", runMint},
		{"middleware", "a request with a token, two scopes required, the user loaded from memory", runMiddleware},
		{"refuse", "tokens that are not let in, HS256", runRefuse},
		{"cache", "verified tokens that are remembered", runCache},
		{"keys", "opening an encrypted private key", runKeys},
		{"process", "whole processes", runProcess},
		{"batch", "files of tokens, one a line", runBatch},
	}
}

// bench is one run.
type bench struct {
	options
	keys []fixture.Key
	book *book
	out  io.Writer
}

// key returns the key of a column.
func (b *bench) key(name string) fixture.Key {
	for _, k := range b.keys {
		if k.Name == name {
			return k
		}
	}
	panic("no key named " + name)
}

// wants reports whether a row is among those that were asked for.
func (b *bench) wants(name, column string) bool { return b.only.MatchString(name + ", " + column) }

// measure runs rows, enters the results and prints their medians.
func (b *bench) measure(group string, rows []measure.Row, parallel bool) error {
	var chosen []measure.Row
	for _, r := range rows {
		if b.wants(r.Name, r.Column) {
			chosen = append(chosen, r)
		}
	}
	plan := measure.Plan{
		Rounds: b.rounds, Sample: b.sample, Parallel: parallel,
		Progress: func(done, all int) { b.progress("%s: round %d of %d", group, done+1, all) },
	}
	results, err := plan.Run(chosen)
	if err != nil {
		return err
	}
	b.book.enter(group, results)
	fmt.Fprintln(b.out, "Nanoseconds of CPU an operation / allocations:")
	fmt.Fprintln(b.out)
	grid(results, costCell).write(b.out)
	if parallel {
		fmt.Fprintln(b.out, "Nanoseconds between two operations / of CPU an operation, all cores at work:")
		fmt.Fprintln(b.out)
		grid(results, wallCell).write(b.out)
	}
	return nil
}

// progress overwrites one line on stderr, if that is a terminal.
func (b *bench) progress(format string, args ...any) {
	if info, err := os.Stderr.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		fmt.Fprintf(os.Stderr, "\r\x1b[K"+format, args...)
	}
}
