package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Each check is shown a fault of its kind.

func TestDrawingFindsFaults(t *testing.T) {
	d := parseDrawing("cmd\npkg/{login, keys}\npkg/old")
	faults := d.faults(map[string][]string{
		"cmd":       {"pkg/login"},
		"pkg/login": {"pkg/keys", "cmd"},
		"pkg/keys":  {},
		"pkg/new":   {},
	})
	want := []string{
		"pkg/login imports pkg/keys, which is not below it",
		"pkg/login imports cmd, which is not below it",
		"pkg/new is not drawn: add it to a line above the packages it imports",
		"pkg/old is drawn and does not exist: take it out",
	}
	if !slices.Equal(faults, want) {
		t.Errorf("got %q\nwant %q", faults, want)
	}
}

func TestCirclesOf(t *testing.T) {
	set := func(names ...string) map[string]bool {
		m := map[string]bool{}
		for _, n := range names {
			m[n] = true
		}
		return m
	}
	got := circlesOf(map[string]map[string]bool{
		"a": set("b"), "b": set("c"), "c": set("a", "d"), "d": set("e"), "e": set(), "f": set("g"), "g": set("f"),
	})
	if len(got) != 2 || !slices.Equal(largest(got), []string{"a", "b", "c"}) {
		t.Errorf("got %v", got)
	}
}

func TestRates(t *testing.T) {
	p := &prose{}
	p.add("What is here is what nobody reads, and whatever else")
	if p.words() != 10 || p.rate(what) != 200 || p.rate(nobody) != 200 {
		t.Errorf("%d words, %v and %v", p.words(), p.rate(what), p.rate(nobody))
	}
}

func TestProseOfCode(t *testing.T) {
	folder := t.TempDir()
	source := "// Package a says what it is.\npackage a\n\n" +
		"// F returns an error. This line of a comment goes on and on until it is wider than ninety columns are.\n" +
		"func F() string { return \"what three words say\" }\n"
	if err := os.WriteFile(filepath.Join(folder, "a.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	comments, err := commentsBelow(folder)
	if err != nil || comments.rate(what) == 0 {
		t.Errorf("comments: %v, %v", comments.rates(), err)
	}
	said, err := stringsBelow(folder)
	if err != nil || said.words() != 4 {
		t.Errorf("strings: %d words, %v", said.words(), err)
	}
	wide, err := wideComments(folder)
	if err != nil || len(wide) != 1 {
		t.Errorf("wide comments: %v, %v", wide, err)
	}
}

func TestPercentile(t *testing.T) {
	sorted := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 100}
	if percentile(sorted, 50) != 5 || percentile(sorted, 95) != 100 || percentile(nil, 50) != 0 {
		t.Errorf("%d, %d, %d", percentile(sorted, 50), percentile(sorted, 95), percentile(nil, 50))
	}
}

func TestGaps(t *testing.T) {
	rows := [][]string{{"", "T", "1"}, {"", "T", "2"}, {"", "H", "1"}, {"", "T", "4"}}
	if got := gaps(rows); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}
