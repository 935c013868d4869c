package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// treeOf is a tree of one file.
func treeOf(t *testing.T, source string) *tree {
	t.Helper()
	tree := &tree{
		fset: token.NewFileSet(), own: map[string]bool{"keys": true, "jws": true}, text: map[string]string{"a.go": source},
	}
	file, err := parser.ParseFile(tree.fset, "a.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &pkg{files: map[string]*ast.File{"a.go": file}}
	for _, d := range file.Decls {
		tree.declare(p, "a.go", d)
	}
	return tree
}

const source = `package a

var codec = base64.RawURLEncoding.Strict()

func (verifier *Verifier) Check(c *Claims) error {
	switch {
	case c.Expiry.
		Before(now): // a comment
		return jws.ErrExpired

	case verifier.strict && c.Subject == "":
		return fmt.Errorf("no subject: %w", keys.ErrMissing)
	}
	if use(c,
		now,
	) {
		return nil
	}
	return nil
}

func check(c *Claims) bool { return c.Subject == "" }

func same(c *Claims) bool { return c == c }
`

func TestFind(t *testing.T) {
	tree := treeOf(t, source)
	for _, test := range []struct {
		name string
		row  row
		want string // that the changed file has
	}{
		{"a variable", row{"", "codec", "base64.RawURLEncoding.Strict()", "base64.RawURLEncoding"}, "codec = base64.RawURLEncoding\n"},
		{"other lines and comments", row{"", "check", "case c.Expiry.Before(now): return", "case false: return"}, "\tcase false: return jws.ErrExpired"},
		{"a name that was exported in another package", row{"", "Check", "return errExpired", "_ = errExpired"}, "_ = jws.ErrExpired"},
		{"a receiver with a longer name", row{"", "Verifier.check", "v.strict && c.Subject", "!v.strict && c.Subject"}, "!verifier.strict && c.Subject"},
		{"any text", row{"", "Check", `fmt.Errorf("…", errMissing)`, "errMissing"}, "return keys.ErrMissing\n"},
		{"a trailing comma", row{"", "Check", "use(c, now)", "false"}, "if false {"},
		{"a statement taken out", row{"", "Check", "if use(c, now) { return nil }", ""}, "}\n\t\n\treturn nil"},
		{"one letter for one name", row{"", "same", "a == a", "a != a"}, "return c != c"},
		{"the method and not the function", row{"", "Verifier.Check", `c.Subject == ""`, "false"}, "strict && false"},
	} {
		m, err := tree.find(test.row)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		} else if !strings.Contains(m.text, test.want) {
			t.Errorf("%s: no %q in\n%s", test.name, test.want, m.text)
		}
	}
}

func TestFindRefuses(t *testing.T) {
	tree := treeOf(t, source)
	for _, test := range []struct {
		name string
		row  row
		want []string
	}{
		{"two places", row{"subject", "check", `c.Subject == ""`, "false"}, []string{"more than one place", "a.go:11 in Verifier.Check", "a.go:22 in check"}},
		{"another function", row{"subject", "judge", "verifier.strict", "false"}, []string{"not in a function named judge", "a.go:11 in Verifier.Check"}},
		{"a changed pattern", row{"expiry", "Check", "case c.Expiry.After(now):", "false"}, []string{"is not in Check; most like it:\n\ta.go:7"}},
		{"two letters for one name", row{"", "same", "a == b", "false"}, []string{"is not in same; most like it:\n\ta.go:24"}},
	} {
		_, err := tree.find(test.row)
		if err == nil {
			t.Errorf("%s: found", test.name)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: no %q in\n%v", test.name, want, err)
			}
		}
	}
}

func TestRowsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rows() {
		if seen[r.name] || !strings.Contains(r.name, ": ") {
			t.Errorf("the name %q occurs twice or has no group", r.name)
		}
		seen[r.name] = true
	}
}
