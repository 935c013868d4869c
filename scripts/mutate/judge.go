package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// verdict is the outcome of one mutant.
type verdict struct {
	mutant mutant
	killer string // the package whose tests noticed, empty for a survivor
	took   time.Duration
	err    error
}

// test runs the tests over each mutant, some mutants at a time, and prints one
// line each.
func test(ctx context.Context, t *tree, mutants []mutant, jobs int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue, verdicts := make(chan mutant), make(chan verdict)
	go func() {
		defer close(queue)
		for _, m := range mutants {
			select {
			case queue <- m:
			case <-ctx.Done():
				return
			}
		}
	}()
	var workers sync.WaitGroup
	for range jobs {
		workers.Go(func() {
			for m := range queue {
				verdicts <- t.judge(ctx, m)
			}
		})
	}
	go func() { workers.Wait(); close(verdicts) }()

	var survivors []string
	var failed error
	killed := 0
	for v := range verdicts {
		switch {
		case v.err != nil:
			if failed == nil {
				failed = fmt.Errorf("%s: %w", v.mutant.name, v.err)
			}
			cancel()
			continue
		case v.killer == "":
			survivors = append(survivors, v.mutant.name)
			fmt.Printf("SURVIVED  %-58s %5.1fs\n", v.mutant.name, v.took.Seconds())
		default:
			killed++
			fmt.Printf("killed    %-58s %5.1fs  by %s\n", v.mutant.name, v.took.Seconds(), v.killer)
		}
	}
	fmt.Printf("\n%d of %d mutants killed\n", killed, len(mutants))
	if len(survivors) > 0 {
		failed = errors.Join(failed, fmt.Errorf("not noticed by any test: %s", strings.Join(survivors, ", ")))
	}
	return failed
}

// sound checks once that the tests of a package pass over the code as it is: tests
// that fail anyway kill every mutant.
func (t *tree) sound(ctx context.Context, target string) error {
	once, _ := t.tested.LoadOrStore(target, sync.OnceValue(func() error {
		if out, err := runGo(ctx, "test", "-vet=off", target); err != nil {
			return fmt.Errorf("the tests of %s fail without any mutant: %w\n%s", target, err, out)
		}
		return nil
	}))
	return once.(func() error)()
}

// targets are the packages whose tests may notice a change of p: p itself first,
// then those that import it, the nearest first.
func (t *tree) targets(p *pkg) []string {
	order := []string{p.ImportPath}
	for i := 0; i < len(order); i++ {
		var importers []string
		for name, other := range t.packages {
			if other.files != nil && other.imports(order[i]) && !slices.Contains(order, name) {
				importers = append(importers, name)
			}
		}
		slices.Sort(importers)
		order = append(order, importers...)
	}
	return slices.DeleteFunc(order, func(name string) bool {
		p := t.packages[name]
		return len(p.TestGoFiles)+len(p.XTestGoFiles) == 0
	})
}

func (p *pkg) imports(path string) bool {
	return slices.Contains(p.Imports, path) || slices.Contains(p.TestImports, path) || slices.Contains(p.XTestImports, path)
}

// judge runs the tests over a mutant, package by package, until one fails.
func (t *tree) judge(ctx context.Context, m mutant) verdict {
	began := time.Now()
	dir, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return verdict{mutant: m, err: err}
	}
	defer os.RemoveAll(dir)
	overlay, err := m.overlay(dir)
	if err != nil {
		return verdict{mutant: m, err: err}
	}
	for _, target := range t.targets(m.region.pkg) {
		if err := t.sound(ctx, target); err != nil {
			return verdict{mutant: m, err: err}
		}
		noticed, err := fails(ctx, overlay, target)
		if err != nil {
			return verdict{mutant: m, err: err}
		}
		if noticed {
			return verdict{mutant: m, killer: short(target), took: time.Since(began)}
		}
	}
	return verdict{mutant: m, took: time.Since(began)}
}

// overlay writes the changed file and the JSON that puts it over the real one.
func (m mutant) overlay(dir string) (string, error) {
	changed := filepath.Join(dir, filepath.Base(m.region.file))
	if err := os.WriteFile(changed, []byte(m.text), 0o600); err != nil {
		return "", err
	}
	text, err := json.Marshal(map[string]map[string]string{"Replace": {m.region.file: changed}})
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "overlay.json")
	return file, os.WriteFile(file, text, 0o600)
}

// fails reports whether the tests of a package fail under an overlay. That they
// do not compile is an error.
func fails(ctx context.Context, overlay, target string) (bool, error) {
	out, err := runGo(ctx, "test", "-overlay", overlay, "-vet=off", "-failfast", "-timeout", "120s", target)
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err == nil:
		return false, nil
	case strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]"):
		return false, fmt.Errorf("the tests of %s do not compile, which proves nothing:\n%s", target, out)
	case errors.As(err, &failed):
		return true, nil
	}
	return false, err
}

// runGo runs one go command.
func runGo(ctx context.Context, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// short is an import path without the module.
func short(path string) string {
	if _, rest, ok := strings.Cut(path, "/loginctl/loginctl/"); ok {
		return rest
	}
	return path
}
