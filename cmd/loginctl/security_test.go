package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityNamesTests checks that the tests, the scripts and the files named in
// SECURITY.md exist, and that every promise names one.
func TestSecurityNamesTests(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := testFunctions(t, filepath.Join(root, "pkg"), filepath.Join(root, "cmd"))
	names := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(text), -1)
	if len(names) == 0 {
		t.Error("SECURITY.md names no test")
	}
	for _, name := range names {
		if !tests[name[1]] {
			t.Errorf("SECURITY.md names %s, which does not exist: write its new name", name[1])
		}
	}
	for _, file := range regexp.MustCompile("\\]\\(([\\w./-]+)\\)|`(scripts/[\\w./-]+)`").FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root, file[1]+file[2])); err != nil {
			t.Errorf("SECURITY.md names %s, which does not exist: write its new name", file[1]+file[2])
		}
	}
	for _, row := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(row, "| ") && strings.HasSuffix(row, "|  |") {
			t.Errorf("no test holds the promise %s", row)
		}
	}
}

// testFunctions returns the names of the tests and fuzz targets below the folders.
func testFunctions(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	declaration := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w*)\(`)
	found := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			source, err := os.ReadFile(path)
			for _, name := range declaration.FindAllStringSubmatch(string(source), -1) {
				found[name[1]] = true
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}
