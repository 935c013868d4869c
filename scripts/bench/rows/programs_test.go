package rows

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

// program returns the path of a program that is built once a run from a folder
// under programs. Where there is no folder to keep it in, as under plain go test,
// the benchmark is skipped.
func program(b *testing.B, name string) string {
	if folder == "" || os.Getenv("LOGINCTL") == "" {
		b.Skip("programs are built by scripts/bench.sh")
	}
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	out, err := exec.Command("go", "build", "-o", path+".built", "../programs/"+name).CombinedOutput()
	if err != nil {
		b.Fatalf("building %s: %v\n%s", name, err, out)
	}
	return copied(b, path, path+".built")
}

// copied makes a copy of a program. How a file came to be there makes a difference
// of up to a fifth to a short run of the same program, so all that are compared
// were written in the same way.
func copied(b *testing.B, path, original string) string {
	data, err := os.ReadFile(original)
	if err == nil {
		err = os.WriteFile(path, data, 0o700)
	}
	if err != nil {
		b.Fatal(err)
	}
	return path
}

// own returns a copy of our program, which an environment variable names.
func own(b *testing.B, variable, name string) string {
	original := os.Getenv(variable)
	if original == "" {
		b.Skipf("$%s names no program: scripts/bench.sh builds one", variable)
	}
	if ownOnly {
		name += "-other"
	}
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err == nil {
		return path
	}
	return copied(b, path, original)
}

// kept writes a file into the folder of the run.
func kept(b *testing.B, name string, data []byte) string {
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// command is one program with its arguments, run by the launcher.
type command struct {
	by    string
	own   bool
	args  []string // the program's path first
	stdin string   // a file, or empty
	// forged, when set, is a file that must be refused in place of the good one.
	good, forged string
}

// cost is the cost of one run of a command.
type cost struct {
	Exit           int
	CPU, Wall, RSS float64 // nanoseconds, nanoseconds, bytes
}

// run runs a command once. Any exit code is a result.
func (c command) run(launch string, cores int) (spent cost, err error) {
	stdin := c.stdin
	if stdin == "" {
		stdin = os.DevNull
	}
	cmd := exec.Command(launch, append([]string{stdin}, c.args...)...)
	cmd.Env, cmd.Stderr = os.Environ(), os.Stderr
	if cores > 0 {
		cmd.Env = append(cmd.Env, "GOMAXPROCS="+strconv.Itoa(cores))
	}
	out, err := cmd.Output()
	if err != nil {
		return spent, err
	}
	return spent, json.Unmarshal(out, &spent)
}

// refuses reports an error unless the command refuses its forged file.
func (c command) refuses(launch string) error {
	if c.forged == "" {
		return nil
	}
	instead := c
	instead.args = slices.Clone(c.args)
	for i, a := range c.args {
		if a == c.good {
			instead.args[i] = c.forged
		}
	}
	if c.stdin == c.good {
		instead.stdin = c.forged
	}
	spent, err := instead.run(launch, 0)
	if err == nil && spent.Exit == 0 {
		err = errors.New("a forged token is accepted")
	}
	return err
}

// measure runs a command and reports the cost of an operation, of which one run does
// so many. A program that shares its work among cores gets those of the benchmark.
func (c command) measure(b *testing.B, key string, shares bool, operations int) {
	if ownOnly && !c.own {
		return
	}
	launch := program(b, "launch")
	b.Run("key="+key+"/by="+c.by, func(b *testing.B) {
		if err := c.refuses(launch); err != nil {
			b.Fatal(err)
		}
		cores := 0
		if shares {
			cores = runtime.GOMAXPROCS(0)
		}
		var sum cost
		for range b.N {
			spent, err := c.run(launch, cores)
			if err == nil && spent.Exit != 0 {
				err = fmt.Errorf("the program ends with %d", spent.Exit)
			}
			if err != nil {
				b.Fatal(err)
			}
			sum = cost{CPU: sum.CPU + spent.CPU, Wall: sum.Wall + spent.Wall, RSS: max(sum.RSS, spent.RSS)}
		}
		n := float64(b.N * operations)
		b.ReportMetric(sum.CPU/n, "cpu-ns/op")
		b.ReportMetric(sum.Wall/n, "ns/op")
		b.ReportMetric(sum.RSS, "peak-bytes")
	})
}
