// Command soak keeps a protected server on 127.0.0.1 busy while everything
// around it goes wrong: keys rotate, the user loader and the revocation store
// fail, hang and panic, clients send rubbish and leave half-way. Every answer is
// checked against the way the request was made. Between rounds, with nothing
// under way, heap and goroutines are counted: they must not grow.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("soak: ")
	requests := flag.Int("n", 1_000_000, "`requests` in all")
	workers := flag.Int("workers", 64, "`clients` at the same time")
	rounds := flag.Int("rounds", 10, "`rounds`, after each of which memory is measured")
	timeout := flag.Duration("timeout", 20*time.Minute, "`time` after which to give up")
	flag.Parse()
	if *requests < *rounds || *rounds < 3 || *workers < 1 || flag.NArg() > 0 {
		log.Fatal("needs at least three rounds and a request in each")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	if err := soak(ctx, *requests, *workers, *rounds); err != nil {
		log.Fatal(err)
	}
}

// soak runs the rounds and judges their results.
func soak(ctx context.Context, requests, workers, rounds int) error {
	clock := newClock()
	services, err := newServices(clock)
	if err != nil {
		return err
	}
	server := startServer(services)
	defer server.stop()
	results := newResults()

	start := time.Now()
	for round := range rounds {
		if err := runRound(ctx, server, services, results, requests/rounds, workers); err != nil {
			return err
		}
		clock.advance() // every token of this round is expired in the next
		results.measure(round, server)
	}
	results.print(time.Since(start), services)
	return results.judge()
}

// runRound sends n requests from several workers while the keys rotate, and
// returns when all is quiet again.
func runRound(ctx context.Context, server *server, services []*service, results *results, n, workers int) error {
	rotating, stop := context.WithCancel(ctx)
	rotators := goEach(services, func(s *service) { s.rotate(rotating) })
	tickets := make(chan struct{}, 4*workers)
	clients := goEach(make([]struct{}, workers), func(struct{}) { newClient(server, services, results).work(tickets) })
	for i := 0; i < n && ctx.Err() == nil; i++ {
		tickets <- struct{}{}
	}
	close(tickets)
	clients.Wait()
	stop()
	rotators.Wait()
	for _, s := range services {
		if s.err != nil {
			return fmt.Errorf("rotating keys: %w", s.err)
		}
	}
	return context.Cause(ctx)
}
