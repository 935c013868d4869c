// Command bench measures loginctl beside its peers and beside the least that
// the cryptography allows, and prints Markdown: medians, one table of ratios,
// and the targets with what was reached. It is run by scripts/bench.sh.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// options are what the command line says.
type options struct {
	groups      []group
	rounds      int
	sample      time.Duration
	ballast     int // MiB
	only        *regexp.Regexp
	profile     string
	batchTokens int
	batchRSA    int
	loginctl    string
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) error {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	os.Unsetenv("GODEBUG") // it is for this process, not for those that are measured

	// A service has a heap; without one the collector runs every few
	// milliseconds and what is measured is how often it runs.
	ballast := make([]byte, o.ballast<<20)
	defer runtime.KeepAlive(ballast)

	keys, err := fixture.Keys()
	if err != nil {
		return err
	}
	if o.profile != "" {
		f, err := os.Create(o.profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	writeMachine(w, o)
	machineBusy := busy()
	b := &bench{options: o, keys: keys, book: newBook(), out: w}
	for _, g := range o.groups {
		start := time.Now()
		fmt.Fprintf(w, "## %s: %s\n\n", g.name, g.about)
		if err := g.run(b); err != nil {
			return fmt.Errorf("%s: %w", g.name, err)
		}
		b.progress("%s: %s\n", g.name, time.Since(start).Round(time.Second))
	}
	writeRatios(w, b.book)
	writeTargets(w, b.book, machineBusy)
	return nil
}

// parse reads flags and names of groups in any order.
func parse(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench.sh", flag.ContinueOnError)
	f.Usage = func() { usage(f) }
	quick := f.Bool("quick", false, "three short rounds and small batches: a look, not a measurement")
	only := f.String("only", "", "measure only rows whose \"name, column\" matches this `pattern`")
	f.IntVar(&o.rounds, "rounds", 15, "how often each row is measured")
	f.DurationVar(&o.sample, "sample", 40*time.Millisecond, "how long one measurement of a row takes, about")
	f.IntVar(&o.ballast, "heap", 32, "`MiB` of live heap, as a service has")
	f.StringVar(&o.profile, "cpuprofile", "", "write a CPU profile of the run to `file`")
	f.IntVar(&o.batchTokens, "batch", 1_000_000, "tokens in the HS256 batch file")
	f.IntVar(&o.batchRSA, "batch-rsa", 60_000, "tokens in the RS256 batch file; signing them takes a millisecond each")

	o.loginctl = os.Getenv("LOGINCTL") // built by scripts/bench.sh as it is released

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
		o.batchTokens, o.batchRSA = min(o.batchTokens, 100_000), min(o.batchRSA, 2_000)
	}
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, err
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
