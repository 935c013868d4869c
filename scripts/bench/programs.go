package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"

	"github.com/loginctl/loginctl/scripts/bench/measure"
)

// programs builds and runs commands in a folder of its own.
type programs struct {
	dir    string
	launch string
}

// newPrograms makes the folder and the launcher; close removes the folder.
func newPrograms() (*programs, error) {
	dir, err := os.MkdirTemp("", "loginctl-bench.")
	if err != nil {
		return nil, err
	}
	p := &programs{dir: dir}
	p.launch, err = p.build("launch", ".", "./programs/launch")
	return p, err
}

func (p *programs) close() { os.RemoveAll(p.dir) }

// path returns the path of a file in the folder.
func (p *programs) path(name string) string { return filepath.Join(p.dir, name) }

// write makes a file in the folder.
func (p *programs) write(name string, data []byte) (string, error) {
	return p.path(name), os.WriteFile(p.path(name), data, 0o600)
}

// copy makes a copy of a program in the folder. How a file came to be there makes
// a difference of up to a fifth to a short run of one and the same program, so
// what is compared was written by the same hand at the same time.
func (p *programs) copy(name, program string) (string, error) {
	data, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	return p.path(name), os.WriteFile(p.path(name), data, 0o700)
}

// build builds a package of the module in folder as `go install` would, and copies it.
func (p *programs) build(name, folder, pkg string) (string, error) {
	built := p.path(name + ".built")
	cmd := exec.Command("go", "build", "-o", built, pkg)
	cmd.Dir = folder
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building %s: %w\n%s", pkg, err, text)
	}
	return p.copy(name, built)
}

// command is one program with its arguments, run by the launcher.
type command struct {
	name  string
	args  []string // the program's path first
	stdin string   // a file; empty for none
	env   []string
	// verifies says that the command must refuse a forged token.
	verifies bool
}

// instead returns the command with another file in place of one that it reads.
func (c command) instead(old, file string) command {
	c.args = slices.Clone(c.args)
	for i, a := range c.args {
		if a == old {
			c.args[i] = file
		}
	}
	if c.stdin == old {
		c.stdin = file
	}
	return c
}

// cost is what one run of a command took.
type cost struct {
	Exit           int
	CPU, Wall, RSS float64 // nanoseconds, nanoseconds, bytes
}

// run runs a command once, whatever its exit code.
func (p *programs) run(c command) (cost, error) {
	var spent cost
	stdin := c.stdin
	if stdin == "" {
		stdin = os.DevNull
	}
	cmd := exec.Command(p.launch, append([]string{stdin}, c.args...)...)
	cmd.Env = append(os.Environ(), c.env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return spent, err
	}
	return spent, json.Unmarshal(out, &spent)
}

// succeed runs a command that must end well.
func (p *programs) succeed(c command) (cost, error) {
	spent, err := p.run(c)
	if err == nil && spent.Exit != 0 {
		err = fmt.Errorf("%s ends with %d", c.name, spent.Exit)
	}
	return spent, err
}

// runRounds runs every command once a round, and whatever is to be done beside
// them, and enters the medians.
func (b *bench) runRounds(group string, p *programs, commands []command, rounds int, beside ...func() error) error {
	costs := make([][]cost, len(commands))
	for round := range rounds {
		b.progress("%s: round %d of %d", group, round+1, rounds)
		for i := range commands {
			i = (i + round) % len(commands)
			spent, err := p.succeed(commands[i])
			if err != nil {
				return err
			}
			costs[i] = append(costs[i], spent)
		}
		for _, do := range beside {
			if err := do(); err != nil {
				return err
			}
		}
	}
	for i, c := range commands {
		median := func(field func(cost) float64) float64 {
			var list []float64
			for _, spent := range costs[i] {
				list = append(list, field(spent))
			}
			return measure.Median(list)
		}
		b.book.set(group, c.name, "", cpu, median(func(c cost) float64 { return c.CPU }))
		b.book.set(group, c.name, "", wall, median(func(c cost) float64 { return c.Wall }))
		b.book.set(group, c.name, "", rss, median(func(c cost) float64 { return c.RSS }))
	}
	return nil
}
