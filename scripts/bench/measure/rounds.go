package measure

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"
)

// Plan says how a group of rows is measured.
type Plan struct {
	Rounds   int           // how often each row is visited
	Sample   time.Duration // how long one visit takes, about
	Parallel bool          // also with one worker a core
	Progress func(done, all int)
}

// subject is a row under measurement.
type subject struct {
	Row
	count   int
	serial  Op
	workers []Op
	one     []sample
	all     []sample
	allocs  float64
	bytes   float64
}

// Run measures rows round by round.
func (p Plan) Run(rows []Row) (Results, error) {
	subjects := make([]*subject, len(rows))
	for i, row := range rows {
		s, err := p.prepare(row)
		if err != nil {
			return nil, fmt.Errorf("%s, %s: %w", row.Name, row.Column, err)
		}
		subjects[i] = s
	}
	order := rand.New(rand.NewPCG(1, 2)) // the same order in every run
	for round := range p.Rounds {
		if p.Progress != nil {
			p.Progress(round, p.Rounds)
		}
		order.Shuffle(len(subjects), func(i, j int) { subjects[i], subjects[j] = subjects[j], subjects[i] })
		for _, s := range subjects {
			if err := s.visit(); err != nil {
				return nil, fmt.Errorf("%s, %s: %w", s.Name, s.Column, err)
			}
		}
	}
	return inOrder(rows, subjects), nil
}

func (p Plan) prepare(row Row) (*subject, error) {
	s := &subject{Row: row, count: row.Count, serial: row.New()}
	var err error
	if s.count == 0 {
		// Twice, because what is cached is faster the second time.
		for range 2 {
			if s.count, err = calibrate(s.serial, p.Sample); err != nil {
				return nil, err
			}
		}
	}
	if p.Parallel && !row.SerialOnly {
		s.workers = workers(row, runtime.GOMAXPROCS(0))
	}
	s.allocs, s.bytes, err = allocations(s.serial, min(s.count, 100))
	return s, err
}

func (s *subject) visit() error {
	one, err := serial(s.serial, s.count)
	if err != nil {
		return err
	}
	s.one = append(s.one, one)
	if len(s.workers) == 0 {
		return nil
	}
	all, err := parallel(s.workers, s.count)
	if err != nil {
		return err
	}
	s.all = append(s.all, all)
	return nil
}

func (s *subject) result() Result {
	cpu := func(s sample) float64 { return s.cpu }
	wall := func(s sample) float64 { return s.wall }
	return Result{
		Row:          s.Row,
		CPU:          Median(pick(s.one, cpu)),
		Wall:         Median(pick(s.one, wall)),
		ParallelCPU:  Median(pick(s.all, cpu)),
		ParallelWall: Median(pick(s.all, wall)),
		Allocs:       s.allocs,
		Bytes:        s.bytes,
	}
}

func inOrder(rows []Row, subjects []*subject) Results {
	found := map[Key]Result{}
	for _, s := range subjects {
		found[s.Key()] = s.result()
	}
	results := make(Results, len(rows))
	for i, row := range rows {
		results[i] = found[row.Key()]
	}
	return results
}
