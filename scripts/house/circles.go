package main

import (
	"go/ast"
	"go/types"
	"maps"
	"slices"
)

// arrows says which files of the package name functions, types, methods, variables or
// constants of which others.
func (p *pkg) arrows() map[string]map[string]bool {
	found := map[string]map[string]bool{}
	for _, f := range p.parsed.Syntax {
		from := p.file(f.Pos())
		found[from] = map[string]bool{}
		ast.Inspect(f, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok {
				if to, ok := p.definedIn(name); ok && to != from {
					found[from][to] = true
				}
			}
			return true
		})
	}
	return found
}

// definedIn returns the file that defines what name uses, if it is at package level or
// a method of this package.
func (p *pkg) definedIn(name *ast.Ident) (string, bool) {
	used := p.parsed.TypesInfo.Uses[name]
	if used == nil || used.Pkg() != p.parsed.Types {
		return "", false
	}
	if f, ok := used.(*types.Func); ok {
		return p.file(f.Origin().Pos()), true
	}
	return p.file(used.Pos()), used.Parent() == p.parsed.Types.Scope()
}

// circles returns the groups of files that know each other, directly or through others.
func (p *pkg) circles() [][]string { return circlesOf(p.arrows()) }

// circlesOf finds the strongly connected parts of more than one file (Tarjan).
func circlesOf(arrows map[string]map[string]bool) [][]string {
	c := &circleFinder{arrows: arrows, index: map[string]int{}, low: map[string]int{}, open: map[string]bool{}}
	for _, file := range slices.Sorted(maps.Keys(arrows)) {
		if c.index[file] == 0 {
			c.visit(file)
		}
	}
	return c.found
}

type circleFinder struct {
	arrows     map[string]map[string]bool
	index, low map[string]int
	open       map[string]bool
	stack      []string
	found      [][]string
}

func (c *circleFinder) visit(file string) {
	c.index[file] = len(c.index) + 1
	c.low[file] = c.index[file]
	c.stack = append(c.stack, file)
	c.open[file] = true
	for _, next := range slices.Sorted(maps.Keys(c.arrows[file])) {
		if c.index[next] == 0 {
			c.visit(next)
			c.low[file] = min(c.low[file], c.low[next])
		} else if c.open[next] {
			c.low[file] = min(c.low[file], c.index[next])
		}
	}
	if c.low[file] == c.index[file] {
		c.close(file)
	}
}

// close takes the finished part that begins with file off the stack.
func (c *circleFinder) close(file string) {
	at := slices.Index(c.stack, file)
	part := slices.Clone(c.stack[at:])
	c.stack = c.stack[:at]
	for _, f := range part {
		c.open[f] = false
	}
	if len(part) > 1 {
		slices.Sort(part)
		c.found = append(c.found, part)
	}
}

func largest(circles [][]string) []string {
	var most []string
	for _, c := range circles {
		if len(c) > len(most) {
			most = c
		}
	}
	return most
}
