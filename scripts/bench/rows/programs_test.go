package rows

import (
	"cmp"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// program returns the path of a program that scripts/bench.sh has put into the folder
// of the run. Ours is that of the revision that is measured.
func program(b *testing.B, name string) string {
	if folder == "" {
		b.Skip("programs are measured by scripts/bench.sh")
	}
	if ownOnly && name == "loginctl" {
		name = "loginctl-other"
	}
	return filepath.Join(folder, name)
}

// kept writes a file into the folder of the run.
func kept(name string, data []byte) string {
	path := filepath.Join(folder, name)
	return fixture.Must(path, os.WriteFile(path, data, 0o600))
}

// command is one program with its arguments, run by the launcher.
type command struct {
	by     string   // our own begin with "loginctl"
	args   []string // the program's path first
	stdin  string   // a file, or empty
	forged string   // a file that must be refused in place of stdin, or empty
}

// inputFile is an argument that stands for the file that is also standard input.
const inputFile = "INPUT"

// cost is the cost of one run of a command.
type cost struct {
	Exit           int
	CPU, Wall, RSS float64 // nanoseconds, nanoseconds, bytes
}

// run runs a command once with the file stdin. Any exit code is a result.
func (c command) run(launch, stdin string) (spent cost) {
	stdin = cmp.Or(stdin, os.DevNull)
	cmd := exec.Command(launch, append([]string{stdin}, c.args...)...)
	if i := slices.Index(cmd.Args, inputFile); i > 0 {
		cmd.Args[i] = stdin
	}
	cmd.Stderr = os.Stderr
	text := fixture.Must(cmd.Output())
	fixture.Must(text, json.Unmarshal(text, &spent))
	return spent
}

// measure runs a command and reports the cost of an operation, of which one run does
// so many.
func (c command) measure(b *testing.B, key string, operations int) {
	launch := program(b, "launch")
	bench(b, key, c.by, func(b *testing.B) {
		if c.forged != "" && c.run(launch, c.forged).Exit == 0 {
			b.Fatal("a forged token is accepted")
		}
		var sum cost
		for range b.N {
			spent := c.run(launch, c.stdin)
			if spent.Exit != 0 {
				b.Fatalf("the program ends with %d", spent.Exit)
			}
			sum = cost{CPU: sum.CPU + spent.CPU, Wall: sum.Wall + spent.Wall, RSS: max(sum.RSS, spent.RSS)}
		}
		n := float64(b.N * operations)
		b.ReportMetric(sum.CPU/n, "cpu-ns/op")
		b.ReportMetric(sum.Wall/n, "ns/op")
		b.ReportMetric(sum.RSS, "peak-bytes")
	})
}
