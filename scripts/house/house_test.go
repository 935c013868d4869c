package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

var root = filepath.Join("..", "..")

// The bounds. They are tightened when the code allows it, and loosened never.
const (
	mostFiles     = 28
	mostInCircle  = 6
	medianLines   = 11
	percent95     = 31
	mostWhat      = 1.5
	mostNobody    = 1.0
	mostInReadme  = 300
	mostExports   = "pkg/login 105, pkg/keys 111"
	shortestPages = 100 // words: a shorter page says too little to have rates
)

// loadAll reads the packages of the project once for all tests.
var loadAll = sync.OnceValues(func() ([]*pkg, error) {
	return load(root, "./pkg/...", "./cmd/...", "./completions")
})

// packagesBelow returns the packages in one of the folders or below it.
func packagesBelow(t *testing.T, folders ...string) []*pkg {
	t.Helper()
	all, err := loadAll()
	if err != nil {
		t.Fatal(err)
	}
	var found []*pkg
	for _, p := range all {
		for _, folder := range folders {
			if p.folder == folder || strings.HasPrefix(p.folder, folder+"/") {
				found = append(found, p)
			}
		}
	}
	if len(found) == 0 {
		t.Fatalf("there is no package below %v", folders)
	}
	return found
}

func TestDrawing(t *testing.T) {
	d, err := readDrawing(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range d.faults(importsOf(packagesBelow(t, "pkg", "cmd", "completions"))) {
		t.Errorf("the drawing in .github/CONTRIBUTING.md: %s", fault)
	}
}

func TestRooms(t *testing.T) {
	for _, p := range packagesBelow(t, "pkg", "cmd") {
		if len(p.files) > mostFiles {
			t.Errorf("%s has %d files, more than %d: find the package that is hidden in it", p.folder, len(p.files), mostFiles)
		}
		if c := largest(p.circles()); len(c) > mostInCircle {
			t.Errorf("%s: %d files know each other, more than %d: %s\nmove the functions that close the circle",
				p.folder, len(c), mostInCircle, strings.Join(c, " "))
		}
	}
}

// TestFunctionLengths checks the functions of each area together: a package of a
// handful of functions has no percentiles.
func TestFunctionLengths(t *testing.T) {
	for _, area := range []string{"pkg/keys", "pkg/login", "cmd/loginctl"} {
		var lengths []int
		for _, p := range packagesBelow(t, area) {
			lengths = append(lengths, p.functionLengths()...)
		}
		slices.Sort(lengths)
		if m := percentile(lengths, 50); m > medianLines {
			t.Errorf("%s: the median function has %d lines, more than %d", area, m, medianLines)
		}
		if m := percentile(lengths, 95); m > percent95 {
			t.Errorf("%s: one function in twenty has %d lines or more, over the bound of %d", area, m, percent95)
		}
	}
}

func TestExportedNames(t *testing.T) {
	for _, bound := range strings.Split(mostExports, ", ") {
		var folder string
		var most int
		if _, err := fmt.Sscan(bound, &folder, &most); err != nil {
			t.Fatal(err)
		}
		for _, p := range packagesBelow(t, folder) {
			if n := len(p.exported()); p.folder == folder && n > most {
				t.Errorf("%s exports %d names, more than %d: unexport, or move a concept to a package", folder, n, most)
			}
		}
	}
}

func TestProse(t *testing.T) {
	for _, folder := range []string{"pkg", "cmd"} {
		comments, err := commentsBelow(filepath.Join(root, folder))
		hold(t, folder+": comments", comments, err)
		said, err := stringsBelow(filepath.Join(root, folder))
		hold(t, folder+": help and errors", said, err)
		wide, err := wideComments(filepath.Join(root, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range wide {
			t.Errorf("%s: a comment of over 90 columns: break it", line)
		}
	}
	for _, page := range pages {
		text, err := readPage(filepath.Join(root, page))
		hold(t, page, text, err)
	}
}

// hold checks the rates of a text.
func hold(t *testing.T, name string, text *prose, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
		return
	}
	if text.words() < shortestPages {
		t.Errorf("%s has %d words: was it read?", name, text.words())
		return
	}
	if r := text.rate(what); r > mostWhat {
		t.Errorf("%s says \"what\" %.1f times in a thousand words, more than %.1f: name the thing", name, r, mostWhat)
	}
	if r := text.rate(nobody); r > mostNobody {
		t.Errorf("%s has %.1f of whoever, whatever, nobody, somebody, none in a thousand words, more than %.1f", name, r, mostNobody)
	}
}

func TestReadmeLength(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(text, []byte("\n")); n > mostInReadme {
		t.Errorf("README.md has %d lines, more than %d: move a section to a page of its subject", n, mostInReadme)
	}
}

// promise is a row of SECURITY.md: | T1 | … |.
var promise = regexp.MustCompile(`(?m)^\| ([A-Z])(\d+) \|`)

func TestPromisesAreNumbered(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	rows := promise.FindAllStringSubmatch(string(text), -1)
	if len(rows) < 80 {
		t.Errorf("SECURITY.md has %d numbered promises, want 80 at least", len(rows))
	}
	for _, gap := range gaps(rows) {
		t.Error("SECURITY.md: " + gap)
	}
}

// gaps reports the numbers that do not follow the one before in their area.
func gaps(rows [][]string) []string {
	var found []string
	last := map[string]int{}
	for _, row := range rows {
		var n int
		fmt.Sscan(row[2], &n)
		if n != last[row[1]]+1 {
			found = append(found, fmt.Sprintf("%s%d follows %s%d: number the promises of an area from 1 without gaps", row[1], n, row[1], last[row[1]]))
		}
		last[row[1]] = n
	}
	return found
}
