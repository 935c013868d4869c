package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
)

// writeMachine names the machine and the command.
func writeMachine(w io.Writer, o options) {
	fmt.Fprintf(w, "%s, %d cores, %s %s/%s, load %s before, %d rounds of %s, commit %s.\n",
		processor(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, load(),
		o.rounds, o.sample, commit())
	fmt.Fprintf(w, "Command: `%s`\n\n", strings.Join(append([]string{"scripts/bench.sh"}, os.Args[1:]...), " "))
	if busy() {
		fmt.Fprint(w, "The machine is busy with other work: times by the clock on the wall, and all that two cores do, say nothing. CPU times hold.\n\n")
	}
}

// busy reports whether something else uses the cores.
func busy() bool {
	l, err := strconv.ParseFloat(load(), 64)
	return err == nil && l > 0.5
}

// processor is the model name on Linux, "unknown processor" elsewhere.
func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if name, value, ok := strings.Cut(s.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// load is the load average of the last minute.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(data), " ")
	return first
}

func commit() string {
	out, err := exec.Command("git", "describe", "--always", "--dirty").Output()
	if err != nil {
		return "unknown"
	}
	return strings.TrimSpace(string(out))
}
