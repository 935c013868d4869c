package login

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A reader who follows a request meets few functions in few files. The program in
// testdata/walk counts them by coverage counters, those of package keys too.
func TestWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this test builds a program")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "walk.exe")
	execute(t, "go", "build", "-cover", "-covermode=atomic", "-coverpkg=../...,./testdata/walk", "-o", program, "./testdata/walk")
	t.Setenv("GOCOVERDIR", dir)
	execute(t, program, dir)
	for _, tt := range []struct {
		name             string
		functions, files int
	}{
		{"first", 60, 14}, {"again", 25, 8}, {"none", 15, 5},
	} {
		ran := map[string][]string{} // functions by file
		functions := 0
		for line := range strings.Lines(execute(t, "go", "tool", "covdata", "func", "-i", filepath.Join(dir, tt.name))) {
			file, rest, found := strings.Cut(line, ":")
			if fields := strings.Fields(rest); found && strings.Contains(file, "/pkg/") && !strings.Contains(file, "/testdata/") && fields[len(fields)-1] != "0.0%" {
				ran[file] = append(ran[file], fields[1])
				functions++
			}
		}
		t.Logf("%s: %d functions in %d files", tt.name, functions, len(ran))
		if functions == 0 || functions > tt.functions || len(ran) > tt.files {
			t.Errorf("%s: %d functions in %d files, want at most %d in %d: %v", tt.name, functions, len(ran), tt.functions, tt.files, ran)
		}
	}
}

// execute returns the output of a program.
func execute(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s %q: %v", name, args, err)
	}
	return string(out)
}
