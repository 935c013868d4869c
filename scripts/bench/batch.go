package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"time"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
	"github.com/loginctl/loginctl/scripts/bench/measure"
	"github.com/loginctl/loginctl/scripts/bench/peers"
)

// Rows of the group.
const (
	batchOwn   = "loginctl verify --batch"
	batchLoop  = "golang-jwt loop"
	batchFloor = "floor: signatures alone"
)

// batchRow names a row by its program, algorithm and cores.
func batchRow(program, alg string, cores int) string {
	return fmt.Sprintf("%s, %s, GOMAXPROCS=%d", program, alg, cores)
}

// runBatch verifies files of distinct tokens on one core and on two.
func runBatch(b *bench) error {
	p, err := newPrograms()
	if err != nil {
		return err
	}
	defer p.close()
	if b.loginctl == "" {
		return errNoLoginctl
	}
	loop, err := p.build("jwtloop", ".", "./programs/jwtloop")
	if err != nil {
		return err
	}
	t := &table{head: []string{"", "tokens", "CPU s", "wall s", "tokens a second", "peak MiB"}}
	for _, file := range []batchFile{
		{key: b.key("HS256"), count: b.batchTokens},
		{key: b.key("RS256-2048"), count: b.batchRSA},
	} {
		commands, err := file.commands(p, b.loginctl, loop)
		if err != nil {
			return err
		}
		floor, err := file.floor()
		if err != nil {
			return err
		}
		if err := b.runRounds("batch", p, commands, b.rounds, floor.measure); err != nil {
			return err
		}
		b.book.set("batch", batchRow(batchFloor, file.key.Alg, 1), "", cpu, measure.Median(floor.costs)*float64(file.count))
		for _, c := range commands {
			in := func(field string) float64 { return b.book.values[entry{"batch", c.name, "", field}] }
			t.add(c.name, number(float64(file.count)), seconds(in(cpu)), seconds(in(wall)),
				number(float64(file.count)/in(wall)*1e9), fmt.Sprintf("%.0f", in(rss)/(1<<20)))
		}
		least := b.book.values[entry{"batch", batchRow(batchFloor, file.key.Alg, 1), "", cpu}]
		t.add(batchRow(batchFloor, file.key.Alg, 1), number(float64(file.count)), seconds(least), "", "", "")
	}
	t.write(b.out)
	return nil
}

func seconds(ns float64) string { return strconv.FormatFloat(ns/1e9, 'f', 2, 64) }

// batchFile is one file of tokens.
type batchFile struct {
	key   fixture.Key
	count int
}

// commands writes the file and returns what verifies it. Each is run once on a
// file with a forged token in its midst, which it must not call valid.
func (f batchFile) commands(p *programs, own, loop string) ([]command, error) {
	tokens, keyFlag := p.path("tokens-"+f.key.Name), "--key"
	if err := f.write(tokens, f.count, -1); err != nil {
		return nil, err
	}
	forged := p.path("forged-" + f.key.Name)
	if err := f.write(forged, 100, 50); err != nil {
		return nil, err
	}
	text := f.key.Text
	if f.key.Alg == "HS256" {
		keyFlag = "--secret-file"
	} else {
		var err error
		if text, err = f.key.PublicText(); err != nil {
			return nil, err
		}
	}
	keyFile, err := p.write("key-"+f.key.Name, text)
	if err != nil {
		return nil, err
	}
	var list []command
	for _, cores := range batchCores() {
		env := []string{"GOMAXPROCS=" + strconv.Itoa(cores)}
		list = append(list,
			command{name: batchRow(batchOwn, f.key.Alg, cores), args: []string{own, "verify", keyFlag, keyFile, "--batch", tokens}, env: env},
			command{name: batchRow(batchLoop, f.key.Alg, cores), args: []string{loop, f.key.Alg, keyFile, tokens}, env: env},
		)
	}
	for _, c := range list {
		if spent, err := p.run(c.instead(tokens, forged)); err != nil || spent.Exit == 0 {
			return nil, errors.Join(err, fmt.Errorf("%s accepts a forged token", c.name))
		}
	}
	return list, nil
}

func batchCores() []int { return []int{1, 2} }

// write makes a file of count distinct tokens, signed on all cores; the one at
// position forged, if any, is forged.
func (f batchFile) write(path string, count, forged int) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	w := bufio.NewWriterSize(file, 1<<20)
	for position := 0; position < count; {
		lines, err := signed(f.key, min(count-position, 1<<14))
		if err != nil {
			return err
		}
		for _, line := range lines {
			if position == forged {
				line = fixture.Replace(line, 2, "a forged signature")
			}
			fmt.Fprintln(w, line)
			position++
		}
	}
	return w.Flush()
}

// signed makes n tokens on all cores.
func signed(k fixture.Key, n int) ([]string, error) {
	workers := runtime.GOMAXPROCS(0)
	type part struct {
		tokens []string
		err    error
	}
	parts := make(chan part, workers)
	for i := range workers {
		go func() {
			tokens, err := manyTokens(k, (n+i)/workers)
			parts <- part{tokens, err}
		}()
	}
	var all []string
	var errs error
	for range workers {
		p := <-parts
		all, errs = append(all, p.tokens...), errors.Join(errs, p.err)
	}
	return all, errs
}

// bareCheck is what the signature of one token costs at least.
type bareCheck struct {
	row   measure.Row
	costs []float64 // nanoseconds of CPU, one each round
}

// floor goes through distinct tokens, as the batch does.
func (f batchFile) floor() (*bareCheck, error) {
	verify, err := peers.FloorVerify(f.key)
	if err != nil {
		return nil, err
	}
	tokens, err := signed(f.key, min(f.count, 2000))
	if err != nil {
		return nil, err
	}
	row := measure.Row{Name: peers.Floor, Column: f.key.Name, New: roundRobin(verify, tokens, nil), SerialOnly: true}
	return &bareCheck{row: row}, nil
}

// measure is called once a round, so that a slow minute of the machine falls on
// the floor too.
func (f *bareCheck) measure() error {
	results, err := measure.Plan{Rounds: 3, Sample: 100 * time.Millisecond}.Run([]measure.Row{f.row})
	if err != nil {
		return err
	}
	f.costs = append(f.costs, results[0].CPU)
	return nil
}
