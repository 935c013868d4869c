package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const (
	module     = "github.com/loginctl/loginctl"
	internals  = module + "/cmd/loginctl/internal/"
	jsonModule = "github.com/go-json-experiment/json"
)

// TestArrows checks the direction of the dependencies: the command uses the
// packages, login uses keys, and nothing points back.
func TestArrows(t *testing.T) {
	root := filepath.Join("..", "..")
	for folder, files := range sources(t, root) {
		allowed, known := arrows[folder]
		if !known {
			t.Errorf("%s holds Go files and is not in the table of arrows", folder)
			continue
		}
		for _, file := range files {
			for _, path := range imports(t, filepath.Join(root, folder, file)) {
				if !standard(path) && !covered(path, allowed) {
					t.Errorf("%s/%s imports %s", folder, file, path)
				}
			}
		}
	}
}

// go-jose reads and writes JWKs in one file, so that it can be replaced there.
func TestGoJoseInOneFile(t *testing.T) {
	root := filepath.Join("..", "..")
	var users []string
	for _, file := range sources(t, root)["pkg/keys"] {
		for _, path := range imports(t, filepath.Join(root, "pkg/keys", file)) {
			if strings.HasPrefix(path, "github.com/go-jose/") {
				users = append(users, file)
			}
		}
	}
	if len(users) != 1 {
		t.Errorf("go-jose is imported by %v, want one file", users)
	}
}

// commandFiles lists the Go files of the command that are not tests.
func commandFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	for folder, names := range sources(t, ".") {
		for _, name := range names {
			files = append(files, filepath.Join(folder, name))
		}
	}
	return files
}

// sources lists the Go files of the main module that are not tests, by folder.
func sources(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, noModule := os.Stat(filepath.Join(path, "go.mod"))
			hidden := path != root && strings.HasPrefix(d.Name(), ".") && d.Name() != ".."
			if path != root && (noModule == nil || hidden || d.Name() == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") {
			folder, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			folder = filepath.ToSlash(folder)
			found[folder] = append(found[folder], filepath.Base(path))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// standard reports whether path is of the standard library: its first element has no dot.
func standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".")
}

func covered(path string, allowed []string) bool {
	for _, a := range allowed {
		if path == a || strings.HasSuffix(a, "/") && strings.HasPrefix(path, a) {
			return true
		}
	}
	return false
}
