package lint

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// stdinSubject is the subject of findings about standard input.
const stdinSubject = "standard input"

// linter collects findings. Its methods are given bytes and open no file.
type linter struct {
	now     time.Time
	rules   map[string]rule
	subject string
	found   []finding
	order   map[string]int // the index of each subject

	passphrase []byte // for encrypted keys; nil if none was given
}

// NewLinter returns a linter without findings that uses now as the current time.
func NewLinter(now time.Time) *linter {
	l := &linter{now: now, rules: map[string]rule{}, order: map[string]int{}}
	for _, r := range Rules() {
		l.rules[r.ID] = r
	}
	return l
}

// about sets the subject of the findings that follow.
func (l *linter) about(subject string) {
	l.subject = subject
	if _, ok := l.order[subject]; !ok {
		l.order[subject] = len(l.order)
	}
}

// add adds a finding of a rule. Its message must not contain a value that may be secret.
func (l *linter) add(id, format string, args ...any) {
	l.found = append(l.found, l.finding(id, format, args...))
}

// finding makes a finding about the current subject.
func (l *linter) finding(id, format string, args ...any) finding {
	r := l.rules[id]
	fix := r.Fix
	if l.subject != stdinSubject {
		fix = strings.ReplaceAll(fix, "FILE", terminal.QuoteShell(l.subject))
	}
	return finding{l.subject, id, r.Level, fmt.Sprintf(format, args...), fix}
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

// unseen returns the number of subjects that were not looked into, in whole or in part.
func (l *linter) unseen() int {
	n := 0
	for _, f := range l.found {
		if f.Rule == "key-not-opened" || f.Rule == "file-skipped" || f.Rule == "file-unread" || f.Rule == "token-encrypted" {
			n++
		}
	}
	return n
}

// Sorted returns the findings by subject, the gravest first.
func (l *linter) Sorted() []finding {
	found := append([]finding{}, l.found...)
	slices.SortStableFunc(found, func(a, b finding) int {
		return cmp.Or(cmp.Compare(l.order[a.Subject], l.order[b.Subject]),
			cmp.Compare(slices.Index(Levels(), b.Level), slices.Index(Levels(), a.Level)))
	})
	return found
}

// finding is one result of a rule.
type finding struct {
	Subject string `json:"subject"` // a file's name, "token" or "standard input"
	Rule    string `json:"rule"`
	Level   string `json:"level"`
	Message string `json:"message"`
	Fix     string `json:"fix"`
}

// Levels are the levels of findings, the gravest last.
func Levels() []string { return []string{"note", "warn", "error"} }

// mode reports a private file that other users can open.
func (l *linter) mode(mode fs.FileMode) {
	switch {
	case !mode.IsRegular() || mode == 0: // a pipe, standard input
	case mode.Perm()&0o007 != 0:
		l.add("file-mode", "every user of the machine can open it (mode %04o)", mode.Perm())
	case mode.Perm()&0o070 != 0:
		l.add("file-mode-group", "its group can open it (mode %04o)", mode.Perm())
	}
}
