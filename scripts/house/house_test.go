package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestHouse checks the project.
func TestHouse(t *testing.T) {
	house, err := open(filepath.Join("..", ".."), project)
	if err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"pkg", "cmd"} {
		if len(house.packagesBelow(area)) == 0 || len(house.sourcesBelow(area)) == 0 {
			t.Fatalf("there is no package below %s", area)
		}
	}
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			found, err := c.find(house)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range found {
				t.Error(fault)
			}
		})
	}
}

// small has bounds that a few lines exceed.
var small = limits{
	files: 2, circle: 2, median: 4, p95: 6, what: 100, nobody: 100, columns: 90, readme: 12,
	promises: 2, words: 3, exported: map[string]int{"pkg/login": 3},
}

// TestSoundTree runs the checks on a small project without faults.
func TestSoundTree(t *testing.T) {
	sound := unpack(t, "sound")
	for _, c := range checks {
		if found, err := c.find(sound); err != nil || len(found) > 0 {
			t.Errorf("%s: %v, %v", c.name, found, err)
		}
	}
}

// TestChecksFindFaults changes the sound project for each check. The comment of an
// archive has the faults that its files make.
func TestChecksFindFaults(t *testing.T) {
	for _, c := range checks {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := strings.Split(strings.TrimSpace(string(archive(t, c.name).Comment)), "\n")
			found, err := c.find(unpack(t, "sound", c.name))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(found, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(found, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func archive(t *testing.T, name string) *txtar.Archive {
	t.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", name+".txtar"))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// unpack opens a tree of the files of the archives; those of a later one replace those
// of an earlier one.
func unpack(t *testing.T, names ...string) *tree {
	t.Helper()
	root := t.TempDir()
	for _, name := range names {
		for _, f := range archive(t, name).Files {
			path := filepath.Join(root, filepath.FromSlash(f.Name))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, f.Data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	opened, err := open(root, small)
	if err != nil {
		t.Fatal(err)
	}
	return opened
}

func TestPercentile(t *testing.T) {
	sorted := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 100}
	if percentile(sorted, 50) != 5 || percentile(sorted, 95) != 100 || percentile(nil, 50) != 0 {
		t.Errorf("%d, %d, %d", percentile(sorted, 50), percentile(sorted, 95), percentile(nil, 50))
	}
}

// TestReport checks that the table has a row for each package and page.
func TestReport(t *testing.T) {
	var b strings.Builder
	unpack(t, "sound").report(&b)
	for _, row := range append([]string{"pkg/keys ", "pkg/login ", "cmd/loginctl ", "cmd: comments"}, pages...) {
		if !strings.Contains(b.String(), "\n"+row) {
			t.Errorf("no row for %s in\n%s", row, b.String())
		}
	}
}
