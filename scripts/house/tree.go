package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/loginctl/loginctl/"

// pkg is one package of the project, without its tests.
type pkg struct {
	folder string // from the root, with slashes
	files  []string
	parsed *packages.Package
}

// load reads the packages that patterns name, below root.
func load(root string, patterns ...string) ([]*pkg, error) {
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps |
		packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: root}, patterns...)
	if err != nil {
		return nil, err
	}
	var found []*pkg
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", p.PkgPath, p.Errors[0])
		}
		found = append(found, newPkg(p))
	}
	return found, nil
}

func newPkg(p *packages.Package) *pkg {
	one := &pkg{folder: strings.TrimPrefix(p.PkgPath, module), parsed: p}
	for _, file := range append(slices.Clone(p.GoFiles), p.IgnoredFiles...) {
		if strings.HasSuffix(file, ".go") && !strings.HasSuffix(file, "_test.go") {
			one.files = append(one.files, filepath.Base(file))
		}
	}
	return one
}

func (p *pkg) file(at token.Pos) string {
	return filepath.Base(p.parsed.Fset.Position(at).Filename)
}

func (p *pkg) lines() int {
	total := 0
	for _, f := range p.parsed.Syntax {
		total += p.parsed.Fset.File(f.Pos()).LineCount()
	}
	return total
}

// functionLengths returns the number of lines of each function, sorted.
func (p *pkg) functionLengths() []int {
	var lengths []int
	for _, f := range p.parsed.Syntax {
		for _, d := range f.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Body != nil {
				first, last := p.parsed.Fset.Position(d.Pos()).Line, p.parsed.Fset.Position(d.End()).Line
				lengths = append(lengths, last-first+1)
			}
		}
	}
	slices.Sort(lengths)
	return lengths
}

// percentile returns the smallest of sorted that at least that share does not exceed.
func percentile(sorted []int, percent int) int {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*percent+99)/100-1]
}

// exported returns the exported names at package level, and the exported methods of
// exported types as Type.Method.
func (p *pkg) exported() []string {
	var names []string
	scope := p.parsed.Types.Scope()
	for _, name := range scope.Names() {
		object := scope.Lookup(name)
		if !object.Exported() {
			continue
		}
		names = append(names, name)
		if t, ok := object.(*types.TypeName); ok && !t.IsAlias() {
			names = append(names, methods(t)...)
		}
	}
	return names
}

func methods(t *types.TypeName) []string {
	var names []string
	named, ok := t.Type().(*types.Named)
	if !ok {
		return nil
	}
	for m := range named.Methods() {
		if m.Exported() {
			names = append(names, t.Name()+"."+m.Name())
		}
	}
	return names
}
