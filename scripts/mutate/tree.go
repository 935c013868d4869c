package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"sync"
)

// pkg is a package as go list describes it.
type pkg struct {
	ImportPath, Dir, Export            string
	GoFiles                            []string
	Imports, TestImports, XTestImports []string
	TestGoFiles, XTestGoFiles          []string
	DepOnly                            bool

	files map[string]*ast.File // parsed, for the packages that are searched
}

// region is a declaration at the top level of a file: a function, a method or a
// variable.
type region struct {
	pkg        *pkg
	file       string // absolute
	receiver   string // the type of a method
	name       string
	code       string
	start, end int // in the text of the file
	line       int
	lexemes    []lexeme
}

func (r *region) String() string {
	if r.receiver != "" {
		return r.receiver + "." + r.name
	}
	return r.name
}

// at is where an offset of the region stands: FILE:LINE.
func (r *region) at(offset int) string {
	file := r.file
	if short, err := filepath.Rel(root, file); err == nil {
		file = short
	}
	return fmt.Sprintf("%s:%d", file, r.line+strings.Count(r.code[:offset], "\n"))
}

// root is the folder of the module.
var root, _ = os.Getwd()

// tree is the source under pkg and cmd, with the packages that they import.
type tree struct {
	fset     *token.FileSet
	packages map[string]*pkg // by import path, with the standard library
	own      map[string]bool // names of our packages
	regions  []*region
	text     map[string]string // of a file
	tested   sync.Map          // by import path: see [tree.sound]
}

// loadTree reads the packages under pkg and cmd, and compiles their imports.
func loadTree(ctx context.Context) (*tree, error) {
	cmd := exec.CommandContext(ctx, "go", "list", "-export", "-deps",
		"-json=ImportPath,Dir,Export,GoFiles,Imports,TestImports,XTestImports,TestGoFiles,XTestGoFiles,DepOnly", "./pkg/...", "./cmd/...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("the tree does not build, so no mutant would: %w\n%s", err, &stderr)
	}
	t := &tree{fset: token.NewFileSet(), packages: map[string]*pkg{}, own: map[string]bool{}, text: map[string]string{}}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := decoder.Decode(p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		t.packages[p.ImportPath] = p
	}
	for _, p := range t.packages {
		if p.DepOnly {
			continue
		}
		t.own[path.Base(p.ImportPath)] = true
	}
	for _, p := range t.packages {
		if p.DepOnly {
			continue
		}
		if err := t.read(p); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// read parses the files of a package and notes their declarations.
func (t *tree) read(p *pkg) error {
	p.files = map[string]*ast.File{}
	for _, name := range p.GoFiles {
		file := filepath.Join(p.Dir, name)
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(t.fset, file, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		t.text[file], p.files[file] = string(text), syntax
		for _, declared := range syntax.Decls {
			t.declare(p, file, declared)
		}
	}
	return nil
}

func (t *tree) declare(p *pkg, file string, declared ast.Decl) {
	add := func(receiver, name string, node ast.Node) {
		start, end := t.fset.Position(node.Pos()), t.fset.Position(node.End())
		code := t.text[file][start.Offset:end.Offset]
		t.regions = append(t.regions, &region{
			pkg: p, file: file, receiver: receiver, name: name, code: code,
			start: start.Offset, end: end.Offset, line: start.Line, lexemes: lexemes(code, t.own),
		})
	}
	switch d := declared.(type) {
	case *ast.FuncDecl:
		add(receiver(d), d.Name.Name, d)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			if v, ok := spec.(*ast.ValueSpec); ok {
				add("", v.Names[0].Name, v)
			}
		}
	}
}

// receiver is the name of a method's type.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	name := ""
	ast.Inspect(f.Recv.List[0].Type, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && name == "" {
			name = id.Name
		}
		return name == ""
	})
	return name
}
