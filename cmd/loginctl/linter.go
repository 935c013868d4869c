package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// stdinSubject is what findings about standard input are about.
const stdinSubject = "standard input"

// linter collects findings. Its methods are given bytes and open no file.
type linter struct {
	now     time.Time
	rules   map[string]rule
	subject string
	found   []finding
	order   map[string]int // of the subjects
}

func newLinter(now time.Time) *linter {
	l := &linter{now: now, rules: map[string]rule{}, order: map[string]int{}}
	for _, r := range lintRules() {
		l.rules[r.id] = r
	}
	return l
}

// about says what the findings to come are about.
func (l *linter) about(subject string) {
	l.subject = subject
	if _, ok := l.order[subject]; !ok {
		l.order[subject] = len(l.order)
	}
}

// add reports what a rule objects to. The message never holds a value that may be secret.
func (l *linter) add(id, format string, args ...any) {
	r := l.rules[id]
	fix := r.fix
	if l.subject != stdinSubject {
		fix = strings.ReplaceAll(fix, "FILE", quoteShell(l.subject))
	}
	l.found = append(l.found, finding{l.subject, id, r.level, fmt.Sprintf(format, args...), fix})
}

func (l *linter) count(level string) int {
	n := 0
	for _, f := range l.found {
		if f.Level == level {
			n++
		}
	}
	return n
}

// sorted returns the findings by subject, the gravest first.
func (l *linter) sorted() []finding {
	found := append([]finding{}, l.found...)
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(l.order[a.Subject], l.order[b.Subject]),
			cmp.Compare(slices.Index(levels(), b.Level), slices.Index(levels(), a.Level)))
	})
	return found
}
