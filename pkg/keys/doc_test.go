package keys_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// Every exported name has a comment of its own.
func TestEveryExportedNameIsDocumented(t *testing.T) {
	names := 0
	check := func(name string, docs ...*ast.CommentGroup) {
		if !ast.IsExported(name) {
			return
		}
		names++
		for _, doc := range docs {
			if doc.Text() != "" {
				return
			}
		}
		t.Errorf("%s has no comment", name)
	}
	for _, path := range must(filepath.Glob("*.go")) {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file := must(parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments))
		for _, declaration := range file.Decls {
			switch d := declaration.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil || ast.IsExported(receiver(d)) {
					check(d.Name.Name, d.Doc)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					checkSpec(check, d, spec)
				}
			}
		}
	}
	if names < 80 {
		t.Errorf("only %d names were seen", names)
	}
}

func receiver(d *ast.FuncDecl) string {
	kind := d.Recv.List[0].Type
	if star, ok := kind.(*ast.StarExpr); ok {
		kind = star.X
	}
	return kind.(*ast.Ident).Name
}

func checkSpec(check func(string, ...*ast.CommentGroup), d *ast.GenDecl, spec ast.Spec) {
	switch s := spec.(type) {
	case *ast.ValueSpec:
		for _, name := range s.Names {
			doc := s.Doc
			if !d.Lparen.IsValid() {
				doc = d.Doc
			}
			check(name.Name, doc, s.Comment)
		}
	case *ast.TypeSpec:
		check(s.Name.Name, s.Doc, d.Doc)
		var fields []*ast.Field
		switch body := s.Type.(type) {
		case *ast.StructType:
			fields = body.Fields.List
		case *ast.InterfaceType:
			fields = body.Methods.List
		}
		for _, field := range fields {
			for _, name := range field.Names {
				check(name.Name, field.Doc, field.Comment)
			}
		}
	}
}
