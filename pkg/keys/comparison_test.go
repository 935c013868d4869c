package keys_test

import (
	"embed"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"strings"
	"testing"
)

// sources are embedded, not read, so that they are the ones this test was built
// with: a changed file may lie over the real one (go test -overlay).
//
//go:embed *.go keyfile/*.go internal/*/*.go
var sources embed.FS

// quickFunctions compare bytes and stop at the first that differs.
var quickFunctions = map[string]bool{"bytes.Equal": true, "bytes.Compare": true, "slices.Equal": true}

// quickAllowed are the functions that may compare so, and why no secret shows in
// how long they take.
var quickAllowed = map[string]string{
	"samePublic":  "both sides are public keys",
	"readOKP":     "both sides are public keys",
	"CopyPrivate": "the private halves are one seed, so only public halves can differ",
	"reads":       "both sides are one file of the caller, before and after decoding",
	"Update":      "a file with what its owner makes of it; that they differ shows in the file anyway",
}

// Secrets and MACs are compared in constant time, with crypto/subtle or crypto/hmac:
// the quick ways to compare bytes occur only where there is nothing to guess.
func TestNoQuickComparison(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.go", "*/*.go", "*/*/*.go"} {
		files = append(files, must(fs.Glob(sources, pattern))...)
	}
	read, used := 0, map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		read++
		positions := token.NewFileSet()
		parsed := must(parser.ParseFile(positions, file, must(sources.ReadFile(file)), 0))
		for _, declaration := range parsed.Decls {
			name := ""
			if function, ok := declaration.(*ast.FuncDecl); ok {
				name = function.Name.Name
			}
			ast.Inspect(declaration, func(n ast.Node) bool {
				switch what := quickComparison(n); {
				case what == "":
				case quickAllowed[name] != "":
					used[name] = true
				default:
					t.Errorf("%v: %s", positions.Position(n.Pos()), what)
				}
				return true
			})
		}
	}
	if read < 30 {
		t.Errorf("only %d files were read", read)
	}
	for name := range quickAllowed {
		if !used[name] {
			t.Errorf("%s is allowed a quick comparison and makes none", name)
		}
	}
}

// quickComparison says how n compares bytes in a time that depends on them. It is
// empty when n does not.
func quickComparison(n ast.Node) string {
	switch n := n.(type) {
	case *ast.SelectorExpr:
		if pkg, ok := n.X.(*ast.Ident); ok && quickFunctions[pkg.Name+"."+n.Sel.Name] {
			return "bytes are compared with " + pkg.Name + "." + n.Sel.Name
		}
	case *ast.BinaryExpr:
		if (n.Op == token.EQL || n.Op == token.NEQ) && (toString(n.X) || toString(n.Y)) {
			return "bytes are compared as strings"
		}
	}
	return ""
}

// toString reports whether e is a conversion string(…).
func toString(e ast.Expr) bool {
	call, ok := ast.Unparen(e).(*ast.CallExpr)
	if !ok {
		return false
	}
	name, ok := call.Fun.(*ast.Ident)
	return ok && name.Name == "string"
}

// The search itself finds quick comparisons and nothing else.
func TestQuickComparisonIsFound(t *testing.T) {
	for _, tt := range []struct {
		expression string
		quick      bool
	}{
		{"bytes.Equal(a, b)", true},
		{"bytes.Compare(a, b) == 0", true},
		{"slices.Equal(a, b)", true},
		{"slices.EqualFunc(a, b, bytes.Equal)", true},
		{"string(a) == string(b)", true},
		{"text != (string(m.sum(s, input)))", true},
		{"hmac.Equal(a, b)", false},
		{"subtle.ConstantTimeCompare(a, b) == 1", false},
		{"k.thumbprint == other.thumbprint", false},
		{"len(string(a)) == 3", false},
		{"a + string(b)", false},
	} {
		found := false
		ast.Inspect(must(parser.ParseExpr(tt.expression)), func(n ast.Node) bool {
			found = found || quickComparison(n) != ""
			return true
		})
		if found != tt.quick {
			t.Errorf("%s: found is %v", tt.expression, found)
		}
	}
}
