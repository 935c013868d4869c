package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

const module = "github.com/loginctl/loginctl/"

// tree is the project as the checks see it.
type tree struct {
	root     string
	limits   limits
	packages []*pkg
	sources  []*source
}

// source is a Go file of the main module that is not a test, for any system.
type source struct {
	path   string // from the root, with slashes
	folder string
	text   string
	parsed *ast.File
	set    *token.FileSet
}

// open reads the main module in the folder root.
func open(root string, limits limits) (*tree, error) {
	sources, err := readSources(root)
	if err != nil {
		return nil, err
	}
	loaded, err := loadPackages(root)
	if err != nil {
		return nil, err
	}
	t := &tree{root: root, limits: limits, sources: sources}
	for _, p := range loaded {
		t.packages = append(t.packages, newPkg(p, sources))
	}
	return t, nil
}

// loadPackages type-checks the packages of the module. Their dependencies come from the
// build cache, which is four times as fast as their source.
func loadPackages(root string) ([]*packages.Package, error) {
	const mode = packages.NeedName | packages.NeedFiles | packages.NeedImports |
		packages.NeedSyntax | packages.NeedTypes | packages.NeedTypesInfo
	loaded, err := packages.Load(&packages.Config{Mode: mode, Dir: root}, "./...")
	if err != nil {
		return nil, err
	}
	for _, p := range loaded {
		if len(p.Errors) > 0 {
			return nil, fmt.Errorf("%s: %w", p.PkgPath, p.Errors[0])
		}
	}
	return loaded, nil
}

func readSources(root string) ([]*source, error) {
	var found []*source
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && foreign(path, d.Name()):
			return fs.SkipDir
		case d.IsDir(), !strings.HasSuffix(path, ".go"), strings.HasSuffix(path, "_test.go"):
			return nil
		}
		one, err := readSource(root, path)
		found = append(found, one)
		return err
	})
	return found, err
}

// foreign reports whether a folder is not part of the main module.
func foreign(path, name string) bool {
	_, err := os.Stat(filepath.Join(path, "go.mod"))
	return err == nil || name == "testdata" || strings.HasPrefix(name, ".")
}

func readSource(root, path string) (*source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	name, err := filepath.Rel(root, path)
	if err != nil {
		return nil, err
	}
	s := &source{path: filepath.ToSlash(name), text: string(text), set: token.NewFileSet()}
	s.folder, _, _ = cutLast(s.path, "/")
	s.parsed, err = parser.ParseFile(s.set, path, text, parser.ParseComments)
	return s, err
}

// below reports whether a folder is area or a folder in it.
func below(folder, area string) bool {
	return folder == area || strings.HasPrefix(folder, area+"/")
}

// sourcesBelow returns the files in area and the folders in it.
func (t *tree) sourcesBelow(area string) []*source {
	var found []*source
	for _, s := range t.sources {
		if below(s.folder, area) {
			found = append(found, s)
		}
	}
	return found
}

// packagesBelow returns the packages in the areas.
func (t *tree) packagesBelow(areas ...string) []*pkg {
	var found []*pkg
	for _, p := range t.packages {
		for _, area := range areas {
			if below(p.folder, area) {
				found = append(found, p)
			}
		}
	}
	return found
}

// page reads a page by its path from the root.
func (t *tree) page(name string) (string, error) {
	text, err := os.ReadFile(filepath.Join(t.root, filepath.FromSlash(name)))
	return string(text), err
}

// cutLast cuts s around the last separator.
func cutLast(s, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(s, separator); i >= 0 {
		return s[:i], s[i+len(separator):], true
	}
	return "", s, false
}
