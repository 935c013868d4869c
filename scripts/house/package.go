package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/packages"
)

// pkg is one package of the project, without its tests. Files and imports are those of
// every system; types and functions are those of the system that runs this.
type pkg struct {
	folder  string // from the root, with slashes
	sources []*source
	parsed  *packages.Package
}

func newPkg(p *packages.Package, all []*source) *pkg {
	one := &pkg{folder: strings.TrimPrefix(p.PkgPath, module), parsed: p}
	for _, s := range all {
		if s.folder == one.folder {
			one.sources = append(one.sources, s)
		}
	}
	return one
}

// name returns the last element of the folder.
func (p *pkg) name() string {
	_, name, _ := cutLast(p.folder, "/")
	return name
}

func (p *pkg) file(at token.Pos) string {
	return filepath.Base(p.parsed.Fset.Position(at).Filename)
}

func (p *pkg) lines() int {
	total := 0
	for _, s := range p.sources {
		total += strings.Count(s.text, "\n")
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
		for _, m := range methods(object) {
			if m.Exported() {
				names = append(names, name+"."+m.Name())
			}
		}
	}
	return names
}

// methods returns the methods of a defined type that is not an interface.
func methods(object types.Object) []*types.Func {
	named := definedType(object)
	if named == nil {
		return nil
	}
	return slices.Collect(named.Methods())
}

// members returns the methods of a type, the fields of a struct and the methods of an
// interface.
func members(object types.Object) []string {
	named := definedType(object)
	if named == nil {
		return nil
	}
	var names []string
	for m := range named.Methods() {
		names = append(names, m.Name())
	}
	switch t := named.Underlying().(type) {
	case *types.Struct:
		for f := range t.Fields() {
			names = append(names, f.Name())
		}
	case *types.Interface:
		for m := range t.Methods() {
			names = append(names, m.Name())
		}
	}
	return names
}

// definedType returns nil for an alias and for objects that are not types.
func definedType(object types.Object) *types.Named {
	if t, ok := object.(*types.TypeName); ok && !t.IsAlias() {
		named, _ := t.Type().(*types.Named)
		return named
	}
	return nil
}
