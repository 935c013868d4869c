// Command bench runs the benchmarks of the folder rows round by round, keeps every
// sample for benchstat, has it print the medians, and judges the targets. It is
// started by scripts/bench.sh, which builds the programs.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// options are the flags, and the programs that scripts/bench.sh has built.
type options struct {
	groups  []group
	rounds  int
	sample  time.Duration
	only    string
	out     string
	against string // the other revision, as it was named

	rows, otherRows         string // the benchmarks, and those of the other revision
	loginctl, otherLoginctl string
	environment             []string
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if o.rows == "" {
		return errors.New("$BENCH_ROWS names no program: run scripts/bench.sh, which builds one")
	}
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "loginctl-bench.")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	o.environment = append(o.environment, "BENCH_FOLDER="+folder)

	writeMachine(w, o)
	machineBusy := busy()
	b := &bench{options: o, this: samples{}, other: samples{}, out: w}
	for _, g := range o.groups {
		start := time.Now()
		if err := b.measure(g); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		b.progress("%s: %s\n", g.name, time.Since(start).Round(time.Second))
		fmt.Fprintf(w, "## %s: %s\n\n", g.name, g.about)
		if err := b.report(g); err != nil {
			return err
		}
	}
	if err := b.writeTargets(machineBusy); err != nil {
		return err
	}
	fmt.Fprintf(w, "The samples are in %s. To compare two runs: cd scripts/bench && go tool benchstat OLD NEW\n", o.out)
	return nil
}

// parse reads flags and names of groups in any order.
func parse(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench.sh", flag.ContinueOnError)
	f.Usage = func() { usage(f) }
	quick := f.Bool("quick", false, "three short rounds and small batches: a look, not a measurement")
	f.StringVar(&o.only, "only", "", "measure only rows whose names match this `regexp`; targets are judged where all of their rows were measured")
	f.IntVar(&o.rounds, "rounds", 15, "how often each row is measured")
	f.DurationVar(&o.sample, "sample", 40*time.Millisecond, "how long one measurement of a row takes, about")
	heap := f.Int("heap", 32, "`MiB` of live heap, as a service has")
	batch := f.Int("batch", 1_000_000, "tokens in the HS256 batch file")
	batchRSA := f.Int("batch-rsa", 60_000, "tokens in the RS256 batch file; signing them takes a millisecond each")
	f.StringVar(&o.out, "out", "", "keep the samples in this `folder`; by default a new one under bin/bench")
	f.StringVar(&o.against, "against", "", "measure loginctl of this `revision` too, in the same rounds")

	o.rows, o.otherRows = os.Getenv("BENCH_ROWS"), os.Getenv("BENCH_ROWS_OTHER")
	o.loginctl, o.otherLoginctl = os.Getenv("LOGINCTL"), os.Getenv("LOGINCTL_OTHER")

	var names []string
	for rest := args; ; {
		if err := f.Parse(rest); err != nil {
			return o, err
		}
		if f.NArg() == 0 {
			break
		}
		names, rest = append(names, f.Arg(0)), f.Args()[1:]
	}
	if *quick {
		o.rounds, o.sample = 3, 10*time.Millisecond
		*batch, *batchRSA = min(*batch, 100_000), min(*batchRSA, 2_000)
	}
	if o.out == "" {
		o.out = filepath.Join("..", "..", "bin", "bench", time.Now().Format("20060102-150405"))
	}
	if o.out, err = filepath.Abs(o.out); err != nil {
		return o, err
	}
	o.environment = []string{
		fmt.Sprintf("BENCH_HEAP=%d", *heap),
		fmt.Sprintf("BENCH_BATCH_HS256=%d", *batch), fmt.Sprintf("BENCH_BATCH_RS256=%d", *batchRSA),
	}
	o.groups, err = groupsNamed(names)
	return o, err
}

func usage(f *flag.FlagSet) {
	fmt.Fprintln(f.Output(), "Usage: scripts/bench.sh [flags] [group ...]")
	for _, g := range groups() {
		fmt.Fprintf(f.Output(), "  %-11s %s\n", g.name, g.about)
	}
	fmt.Fprintln(f.Output(), "Flags:")
	f.PrintDefaults()
}

// groupsNamed returns the groups of those names, all for no name.
func groupsNamed(names []string) ([]group, error) {
	all := groups()
	if len(names) == 0 {
		return all, nil
	}
	var chosen []group
	for _, g := range all {
		if i := slices.Index(names, g.name); i >= 0 {
			chosen = append(chosen, g)
			names = slices.Delete(names, i, i+1)
		}
	}
	if len(names) > 0 {
		return nil, fmt.Errorf("no such group: %s", strings.Join(names, ", "))
	}
	return chosen, nil
}
