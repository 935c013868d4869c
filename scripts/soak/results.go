package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

// results collects the answers, and the memory in use after each round.
type results struct {
	mu        sync.Mutex
	sent      map[string]int
	wrong     []string
	times     []time.Duration // of good requests, one in sixteen
	good      int
	skipped   int                 // requests for which there was nothing to send yet
	old, new  map[*service]string // a token of the round before, and of this one
	memory    []memory
	unsettled []string
}

// memory is the memory in use when no request is under way.
type memory struct {
	heap       uint64
	goroutines int
}

func newResults() *results {
	return &results{sent: map[string]int{}, old: map[*service]string{}, new: map[*service]string{}}
}

// add judges one answer.
func (r *results) add(k *kind, s *service, a answer, took time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent[k.name]++
	complaint := ""
	switch {
	case k.status == 0 && a.err != nil, k.status == 0 && a.status == 0: // the client had left
	case a.err != nil:
		complaint = a.err.Error()
	case a.status != k.status:
		complaint = fmt.Sprintf("status %d, want %d", a.status, k.status)
	case k.status == 200 && a.body != a.want:
		complaint = fmt.Sprintf("answered %q, want %q", a.body, a.want)
	}
	if complaint != "" {
		r.wrong = append(r.wrong, k.name+" at "+s.name+": "+complaint)
	}
	if strings.HasPrefix(k.name, "good") {
		if r.good++; r.good%16 == 0 {
			r.times = append(r.times, took)
		}
	}
}

func (r *results) skip() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.skipped++
}

// remember keeps a token to be sent again when it is expired, or its key retired.
func (r *results) remember(s *service, g *generation, token login.Token) {
	r.mu.Lock()
	r.new[s] = token.Reveal()
	r.mu.Unlock()
	// A rotation in between may have signed it with the generation after.
	header, err := unverified.Decode(token.Reveal())
	if err != nil || !strings.Contains(string(header.Header), `"`+g.kid+`"`) {
		return
	}
	s.ring.mu.Lock()
	g.last = token
	s.ring.mu.Unlock()
}

func (r *results) expired(s *service) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.old[s]
}

// measure waits until all is quiet, and measures memory and goroutines.
func (r *results) measure(round int, server *server) {
	quiet := server.quiet()
	r.mu.Lock()
	defer r.mu.Unlock()
	if !quiet {
		r.unsettled = append(r.unsettled, fmt.Sprintf("round %d: %d connections were still open", round+1, server.open.Load()))
	}
	r.old, r.new = r.new, map[*service]string{}
	r.times = slices.Clip(r.times)
	var stats runtime.MemStats
	goroutines := settledGoroutines()
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&stats)
	m := memory{heap: stats.HeapAlloc - uint64(8*cap(r.times)), goroutines: goroutines}
	r.memory = append(r.memory, m)
	fmt.Printf("round %2d  heap %6.2f MB  goroutines %d\n", round+1, float64(m.heap)/1e6, m.goroutines)
}

// settledGoroutines counts goroutines once those that are ending have ended.
func settledGoroutines() int {
	n := runtime.NumGoroutine()
	for range 50 {
		time.Sleep(5 * time.Millisecond)
		if now := runtime.NumGoroutine(); now < n {
			n = now
		}
	}
	return n
}

func (r *results) print(took time.Duration, services []*service) {
	total := 0
	for _, k := range kinds {
		fmt.Printf("%8d × %-38s → %s\n", r.sent[k.name], k.name, map[bool]string{true: "no answer"}[k.status == 0]+status(k.status))
		total += r.sent[k.name]
	}
	rotations := 0
	for _, s := range services {
		rotations += s.ring.made - 1
	}
	slices.Sort(r.times)
	fmt.Printf("%d requests in %s, %.0f a second; good ones: median %s, 99 %% within %s\n",
		total, took.Round(time.Second), float64(total)/took.Seconds(), r.percentile(50), r.percentile(99))
	fmt.Printf("%d key rotations; %d wrong answers\n", rotations, len(r.wrong))
}

func status(code int) string {
	if code == 0 {
		return ""
	}
	return fmt.Sprint(code)
}

func (r *results) percentile(p int) time.Duration {
	if len(r.times) == 0 {
		return 0
	}
	return r.times[min(len(r.times)-1, len(r.times)*p/100)].Round(10 * time.Microsecond)
}

// judge returns an error for a wrong answer, a kind that was never sent, or growth.
// The first two rounds fill the bounded caches and are not counted.
func (r *results) judge() error {
	for i, w := range r.wrong {
		if i == 10 {
			break
		}
		fmt.Println("wrong:", w)
	}
	if len(r.wrong) > 0 {
		return fmt.Errorf("%d wrong answers", len(r.wrong))
	}
	for _, k := range kinds {
		if r.sent[k.name] == 0 {
			return fmt.Errorf("too few requests: none of the kind %q was sent", k.name)
		}
	}
	if retired := r.sent["signed by a retired key"]; r.skipped > retired/2 {
		return fmt.Errorf("too few rotations: %d of %d times no key was retired yet", r.skipped, retired)
	}
	if len(r.unsettled) > 0 {
		return fmt.Errorf("not quiet after %s", strings.Join(r.unsettled, "; "))
	}
	base, last := r.memory[1], r.memory[len(r.memory)-1]
	if last.goroutines > base.goroutines {
		return fmt.Errorf("goroutines grew from %d to %d", base.goroutines, last.goroutines)
	}
	if last.heap > base.heap+base.heap/4+1<<20 {
		return fmt.Errorf("the heap grew from %d to %d bytes", base.heap, last.heap)
	}
	return nil
}
