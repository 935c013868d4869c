package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/types"
	"io"
	"os"
)

// compile type-checks every mutant: one that does not compile fails every test,
// which proves nothing.
func (t *tree) compile(mutants []mutant) error {
	importer := importer.ForCompiler(t.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(t.packages[path].Export)
	})
	var errs []error
	for _, m := range mutants {
		if err := t.typeCheck(m, importer); err != nil {
			errs = append(errs, fmt.Errorf("%s: does not compile: %w", m.name, err))
		}
	}
	return errors.Join(errs...)
}

func (t *tree) typeCheck(m mutant, importer types.Importer) error {
	changed, err := parser.ParseFile(t.fset, m.region.file, m.text, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	p := m.region.pkg
	files := []*ast.File{changed}
	for name, file := range p.files {
		if name != m.region.file {
			files = append(files, file)
		}
	}
	config := types.Config{Importer: importer}
	_, err = config.Check(p.ImportPath, t.fset, files, nil)
	return err
}
