package login

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A reader who follows a request meets few functions in few files. The program in
// testdata/walk counts them by coverage counters; the limits are for this package and
// those inside it, and the log has those of package keys too.
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
		{"first", 51, 10}, {"again", 23, 6}, {"none", 15, 5},
	} {
		ran := map[string][]string{} // functions by file
		own, ownFiles, functions := 0, 0, 0
		for line := range strings.Lines(execute(t, "go", "tool", "covdata", "func", "-i", filepath.Join(dir, tt.name))) {
			file, rest, found := strings.Cut(line, ":")
			if fields := strings.Fields(rest); found && strings.Contains(file, "/pkg/") && !strings.Contains(file, "/testdata/") && fields[len(fields)-1] != "0.0%" {
				ran[file] = append(ran[file], fields[1])
			}
		}
		for file, names := range ran {
			functions += len(names)
			if strings.Contains(file, "/pkg/login/") {
				own, ownFiles = own+len(names), ownFiles+1
			}
		}
		t.Logf("%s: %d functions in %d files, %d in %d with package keys", tt.name, own, ownFiles, functions, len(ran))
		if own == 0 || own > tt.functions || ownFiles > tt.files {
			t.Errorf("%s: %d functions in %d files, want at most %d in %d: %v", tt.name, own, ownFiles, tt.functions, tt.files, ran)
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
