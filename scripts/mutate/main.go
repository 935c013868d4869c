// Command mutate removes or flips each security check in turn and runs the
// tests against the changed source, which must fail each time: a check whose
// loss no test notices is not checked. The changed file is laid over the real
// one with go test -overlay, so the tree is never touched.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// mutant is one check taken away: in file, the text old becomes new.
type mutant struct {
	name string
	file string
	old  string // occurs exactly once in the file
	new  string
	in   string // package to test; the file's own when empty
}

func main() {
	log.SetFlags(0)
	root, err := os.Getwd()
	if err != nil {
		log.Fatal(err)
	}
	chosen := choose(os.Args[1:])
	for _, m := range chosen {
		if _, err := m.apply(root); err != nil {
			log.Fatal(err)
		}
	}
	sound(chosen)
	var survivors []string
	for _, m := range chosen {
		began := time.Now()
		verdict, err := m.test(root)
		if err != nil {
			log.Fatalf("%s: %v", m.name, err)
		}
		fmt.Printf("%-9s %-52s %5.1fs\n", verdict, m.name, time.Since(began).Seconds())
		if verdict != "killed" {
			survivors = append(survivors, m.name)
		}
	}
	fmt.Printf("\n%d of %d mutants killed\n", len(chosen)-len(survivors), len(chosen))
	if len(survivors) > 0 {
		log.Fatalf("not noticed by any test: %s", strings.Join(survivors, ", "))
	}
}

// sound runs the tests over the code as it is: tests that fail anyway kill every mutant.
func sound(chosen []mutant) {
	tested := map[string]bool{}
	for _, m := range chosen {
		if target := m.target(); !tested[target] {
			tested[target] = true
			if out, err := run("go", "test", target); err != nil {
				log.Fatalf("the tests of %s fail without any mutant:\n%s", target, out)
			}
		}
	}
}

// target is the package whose tests have to notice.
func (m mutant) target() string {
	if m.in != "" {
		return m.in
	}
	return "./" + filepath.Dir(m.file)
}

// choose returns the mutants whose names hold one of parts, or all of them.
func choose(parts []string) []mutant {
	if len(parts) == 0 {
		return mutants
	}
	var chosen []mutant
	for _, m := range mutants {
		for _, part := range parts {
			if strings.Contains(m.name, part) {
				chosen = append(chosen, m)
				break
			}
		}
	}
	if len(chosen) == 0 {
		log.Fatalf("no mutant is named like %q", parts)
	}
	return chosen
}

// apply returns the changed text of the file. An old text that is gone or
// ambiguous is an error: the table must follow the code.
func (m mutant) apply(root string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return nil, err
	}
	if n := strings.Count(string(text), m.old); n != 1 {
		return nil, fmt.Errorf("%s: the text to change occurs %d times in %s, want once", m.name, n, m.file)
	}
	return []byte(strings.Replace(string(text), m.old, m.new, 1)), nil
}

// test runs the tests over the changed file and says what became of the mutant.
func (m mutant) test(root string) (verdict string, err error) {
	text, err := m.apply(root)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	changed := filepath.Join(dir, filepath.Base(m.file))
	if err := os.WriteFile(changed, text, 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {filepath.Join(root, m.file): changed}})
	if err != nil {
		return "", err
	}
	overlayFile := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o600); err != nil {
		return "", err
	}

	out, err := run("go", "test", "-overlay", overlayFile, "-vet=off", "-failfast", "-timeout", "120s", m.target())
	if strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]") {
		return "", fmt.Errorf("does not compile, which proves nothing: %s", out)
	}
	var failed *exec.ExitError
	switch {
	case err == nil:
		return "SURVIVED", nil
	case errors.As(err, &failed):
		return "killed", nil
	}
	return "", err
}

func run(name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	return string(out), err
}
