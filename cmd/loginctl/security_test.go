package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestSecurityNamesTests checks that the tests and files named in SECURITY.md exist.
func TestSecurityNamesTests(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, folder := range []string{"cmd/loginctl", "cmd/loginctl/internal/*", "pkg/keys", "pkg/keys/*", "pkg/keys/internal/*", "pkg/login", "pkg/login/*", "pkg/login/internal/*"} {
		files, err := filepath.Glob(filepath.Join(root, folder, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tests.Write(source)
		}
	}
	names := regexp.MustCompile("`((?:Test|Fuzz)\\w+)`").FindAllStringSubmatch(string(text), -1)
	if len(names) == 0 {
		t.Error("SECURITY.md names no test")
	}
	for _, name := range names {
		if !strings.Contains(tests.String(), "\nfunc "+name[1]+"(") {
			t.Errorf("SECURITY.md names %s, which does not exist", name[1])
		}
	}
	for _, link := range regexp.MustCompile(`\]\(([\w./-]+)\)`).FindAllStringSubmatch(string(text), -1) {
		if _, err := os.Stat(filepath.Join(root, link[1])); err != nil {
			t.Errorf("SECURITY.md links to %s, which does not exist", link[1])
		}
	}
	for _, row := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(row, "| ") && strings.HasSuffix(row, "|  |") {
			t.Errorf("no test holds the promise %s", row)
		}
	}
}
