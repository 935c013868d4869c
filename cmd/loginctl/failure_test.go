package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/jwkscmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/login"
)

// TestWordsAgree checks that the command and the library use one vocabulary.
func TestWordsAgree(t *testing.T) {
	for _, err := range []error{
		login.ErrMalformed, login.ErrTooLarge, login.ErrAlgorithm, login.ErrUnknownKey, login.ErrSignature, login.ErrExpired,
		login.ErrNotYetValid, login.ErrIssuer, login.ErrAudience, login.ErrClaims, login.ErrRevoked, login.ErrInsufficientScope,
		&login.ClaimError{Claim: "exp", Err: login.ErrExpired}, &login.ClaimError{Claim: "exp", Err: login.ErrClaims, Missing: true},
		&login.ClaimError{Claim: "iss", Err: login.ErrIssuer, Missing: true}, &login.ScopeError{Required: []string{"a"}},
	} {
		f := outcome.Classify(fmt.Errorf("doing something: %w", err))
		if f.Word != login.Reason(err) {
			t.Errorf("%v: %s here, %s in the library", err, f.Word, login.Reason(err))
		}
		if f.Exit < outcome.ExitMalformed || f.Exit > outcome.ExitClaims {
			t.Errorf("%v: exit %d", err, f.Exit)
		}
	}
}

// TestWorse checks the ranking of several failures: 7 before all, then 3, 4, 6, 5.
func TestWorse(t *testing.T) {
	order := []int{outcome.ExitOK, outcome.ExitTime, outcome.ExitClaims, outcome.ExitSignature, outcome.ExitMalformed, outcome.ExitKey}
	for i, low := range order {
		for _, high := range order[i:] {
			if outcome.Worse(low, high) != high || outcome.Worse(high, low) != high {
				t.Errorf("of %d and %d the worse is not %d", low, high, high)
			}
		}
	}
}

// TestOutcomes checks that the table has no row that another hides, and that a
// word always has one exit code.
func TestOutcomes(t *testing.T) {
	codes := map[string]int{}
	for _, o := range outcome.Rows() {
		if f := outcome.Classify(o.Is); f.Word != o.Word || f.Exit != o.Exit {
			t.Errorf("%v: %s (%d), and the table says %s (%d)", o.Is, f.Word, f.Exit, o.Word, o.Exit)
		}
		if code, ok := codes[o.Word]; ok && code != o.Exit {
			t.Errorf("%s has the exit codes %d and %d", o.Word, code, o.Exit)
		}
		codes[o.Word] = o.Exit
	}
	if f := outcome.Classify(errors.New("what nobody foresaw")); f.Exit != outcome.ExitInternal || f.Word != "internal" {
		t.Errorf("an unknown error: %s, %d", f.Word, f.Exit)
	}
}

// TestSystemErrors checks that errors of the operating system have one word, and the
// hint of their cause.
func TestSystemErrors(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		word string
		hint string
	}{
		{"a full disk", syscall.ENOSPC, "io", "is full"},
		{"a full disk, with the path", &fs.PathError{Op: "write", Path: "k", Err: syscall.ENOSPC}, "io", "is full"},
		{"a read-only file system", syscall.EROFS, "io", "read-only"},
		{"no permission", syscall.EACCES, "io", "who may read and write"},
		{"no folder", syscall.ENOTDIR, "io", "a part of the path is a file"},
		{"a quota", syscall.EDQUOT, "io", "is full"},
		{"a folder", syscall.EISDIR, "io", "that is a folder"},
		{"a circle of links", syscall.ELOOP, "io", "in a circle"},
		{"a long name", syscall.ENAMETOOLONG, "io", "the name is too long"},
		{"too many files", syscall.EMFILE, "io", "too many files"},
		{"no reader", syscall.EPIPE, "io", "has ended"},
		{"a closed descriptor of a key", outcome.KeyError(syscall.EBADF), "key_unreadable", "not open"},
		{"a device that fails under a key", outcome.KeyError(syscall.EIO), "key_unreadable", "the device fails"},
		{"a link", &os.LinkError{Op: "link", Old: "a", New: "b", Err: syscall.EXDEV}, "io", ""},
		{"a call", os.NewSyscallError("poll", syscall.EIO), "io", ""},
		{"a key that may not be read", outcome.KeyError(syscall.EACCES), "key_unreadable", "who may read"},
		{"a key that is not there", outcome.KeyError(syscall.ENOENT), "key_not_found", ""},
	} {
		f := outcome.Classify(fmt.Errorf("saving k: %w", test.err))
		if f.Word != test.word || len(f.Hints) != 1 {
			t.Errorf("%s: %s, %q", test.name, f.Word, f.Hints)
		}
		if test.hint != "" && !strings.Contains(f.Hints[0], test.hint) {
			t.Errorf("%s: %q", test.name, f.Hints)
		}
	}
}

// A key set that was read and cannot be written is not an error about a key.
func TestSetNotWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "jwks.json")
	if err := os.WriteFile(path, []byte(`{"keys":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := jwkscmd.ChangeKeySet(path, func(*jwkscmd.KeySetFile) error { return os.Remove(path) })
	if f := outcome.Classify(err); f == nil || f.Word != "io" || f.Exit != outcome.ExitInternal {
		t.Errorf("%v", err)
	}
}

// TestOutcomesHelp checks that every row has a hint, except two without a next command.
func TestOutcomesHelp(t *testing.T) {
	for _, o := range outcome.Rows() {
		if o.Hint == "" && o.Is != outcome.ErrInternal && o.Is != outcome.ErrInterrupted && o.Is != outcome.ErrTerminated {
			t.Errorf("%s has no hint", o.Word)
		}
	}
	if f := outcome.Failed(outcome.ErrUsage, "x"); len(f.Hints) != 1 {
		t.Errorf("the hint of the row is not taken: %q", f.Hints)
	}
	if f := outcome.Failed(outcome.ErrUsage, "x", "y"); len(f.Hints) != 1 || f.Hints[0] != "y" {
		t.Errorf("hints that are given are not taken: %q", f.Hints)
	}
}

// TestOneTable checks that no word and no exit code is given to a failure but by
// the table, that each error given to failed has a row, and that help
// exit-codes explains every word.
func TestOneTable(t *testing.T) {
	rows := map[string]bool{}
	var used []string
	for _, file := range commandFiles(t) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if strings.HasSuffix(name(n.Type), "Failure") && strings.Contains(literals(n), "Word:") {
					t.Errorf("%s: a word of its own: %s", file, literals(n))
				}
				if n.Type == nil && len(n.Elts) == 4 && filepath.Base(file) == "failure.go" {
					rows[strings.TrimPrefix(name(n.Elts[0]), "outcome.")] = true
				}
			case *ast.CallExpr:
				if f := name(n.Fun); f == "Failed" || f == "outcome.Failed" {
					used = append(used, strings.TrimPrefix(name(n.Args[0]), "outcome."))
				}
			}
			return true
		})
	}
	if len(rows) != len(outcome.Rows()) || len(used) < 20 {
		t.Fatalf("%d rows of %d were found, and %d uses", len(rows), len(outcome.Rows()), len(used))
	}
	for _, is := range used {
		if !rows[is] && is != "o.Is" {
			t.Errorf("failed is given %s, and there is no row for it", is)
		}
	}
	help := try(t, "help", "exit-codes").stdout
	for _, o := range outcome.Rows() {
		if !strings.Contains(help, fmt.Sprintf("\n  %3d  %-22s ", o.Exit, o.Word)) {
			t.Errorf("help exit-codes does not explain %s", o.Word)
		}
	}
}

// name writes an identifier, or one of a package.
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return name(e.X) + "." + e.Sel.Name
	}
	return ""
}

// literals lists the fields of a composite literal that are set to plain strings.
func literals(n *ast.CompositeLit) string {
	var found []string
	for _, e := range n.Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			if text, ok := pair.Value.(*ast.BasicLit); ok {
				found = append(found, name(pair.Key)+": "+text.Value)
			}
		}
	}
	return strings.Join(found, ", ")
}
