// Command mutate removes or flips each security check in turn and runs the
// tests over the changed source. The tests must fail each time: a check whose
// loss is not noticed by a test is not tested. The changed file is laid over the
// real one with go test -overlay, so the tree is never touched.
//
// The tables are the rows_*.go files, one line a mutant.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"syscall"
)

// row is one mutant: in the function, the pattern becomes the replacement. The
// file and the package that the function is in do not matter.
type row struct {
	name     string // the part before the colon is the guarded area
	function string // "name" or "Type.name" of a function, a method or a package's variable
	pattern  string // Go source that occurs once in functions of that name: see [match]
	becomes  string // Go source, empty to take the pattern out
}

// rows is every table.
func rows() []row {
	var all []row
	for _, table := range [][]row{tokenRows, claimRows, serviceRows, httpRows, keyRows, sessionRows, formRows, commandRows} {
		all = append(all, table...)
	}
	return all
}

// options are the flags of the command line.
type options struct {
	check, fix bool
	chosen     *regexp.Regexp
	since      string
	jobs       int
}

func main() {
	log.SetFlags(0)
	var o options
	flag.BoolVar(&o.check, "check", false, "only find every mutant and compile it in memory; no test is run")
	flag.BoolVar(&o.fix, "fix", false, "rewrite the function of rows whose pattern is found in exactly one other function")
	pattern := flag.String("run", "", "only mutants whose names match this `regexp`")
	flag.StringVar(&o.since, "since", "", "only mutants in functions that differ from `revision`")
	flag.IntVar(&o.jobs, "jobs", max(1, runtime.NumCPU()/2), "how many mutants are tested at a time")
	flag.Parse()
	var err error
	if o.chosen, err = regexp.Compile(*pattern); err != nil {
		log.Fatal(err)
	}
	if flag.NArg() > 0 {
		log.Fatalf("no arguments are taken beside flags: did you mean -run %q?", flag.Arg(0))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, o options) error {
	t, err := loadTree(ctx)
	if err != nil {
		return err
	}
	if o.fix {
		return fix(t, "scripts/mutate")
	}
	mutants, err := o.choose(ctx, t)
	if err != nil {
		return err
	}
	if err := t.compile(mutants); err != nil {
		return err
	}
	if o.check {
		fmt.Printf("%d mutants, all found and compiled\n", len(mutants))
		return nil
	}
	return test(ctx, t, mutants, o.jobs)
}

// choose finds the mutants that the options ask for. A row that matches nothing
// or more than one place is an error: the table must follow the code.
func (o options) choose(ctx context.Context, t *tree) ([]mutant, error) {
	var changed changes
	if o.since != "" {
		var err error
		if changed, err = changesSince(ctx, o.since); err != nil {
			return nil, err
		}
	}
	var mutants []mutant
	var lost []string
	for _, r := range rows() {
		if !o.chosen.MatchString(r.name) {
			continue
		}
		m, err := t.find(r)
		switch {
		case err != nil:
			lost = append(lost, err.Error())
		case o.since == "" || changed.touch(m.region):
			mutants = append(mutants, m)
		}
	}
	switch {
	case len(lost) > 0:
		return nil, fmt.Errorf("%s\n\n%d rows of scripts/mutate do not match the code. Edit them, or try scripts/mutate.sh -fix",
			strings.Join(lost, "\n"), len(lost))
	case len(mutants) == 0:
		return nil, fmt.Errorf("no mutant is chosen by -run %q -since %q", o.chosen, o.since)
	}
	return mutants, nil
}
