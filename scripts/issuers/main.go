// Command issuers compares five clients of key sets over one hostile issuer: ours,
// keyfunc, jwx with httprc, go-oidc and auth0's middleware. It prints a table, a row
// for each situation, and ends with status 1 if a row of ours is worse than it has
// to be. It takes about two minutes.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"
)

func main() {
	only := flag.String("only", "", "run the rows whose name matches this regular expression")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "issuers: -only:", err)
		os.Exit(2)
	}
	slog.SetDefault(slog.New(slog.DiscardHandler)) // keyfunc logs every failure
	failed := false
	fmt.Printf("| |%s|\n|---|%s\n", strings.Join(names(), "|"), strings.Repeat("---|", len(clients)))
	for _, row := range rows() {
		if !pattern.MatchString(row.name) {
			continue
		}
		results := row.run()
		cells := make([]string, len(results))
		for i, r := range results {
			cells[i] = r.text
		}
		verdict := row.judge(results)
		if verdict != "" {
			failed = true
			cells[0] += " **WORSE: " + verdict + "**"
		}
		fmt.Printf("| %s | %s |\n", row.name, strings.Join(cells, " | "))
	}
	if pattern.MatchString(cachedName) {
		text, good := cachedToken()
		fmt.Printf("\n%s: %s\n", cachedName, text)
		failed = failed || !good
	}
	if failed {
		os.Exit(1)
	}
}

const cachedName = "a token that is remembered"

// row is one situation.
type row struct {
	name  string
	alone bool // one client after the other, because memory or time is measured
	try   func(c client) result
	judge func([]result) string // empty, or how ours, the first, is worse than it has to be
}

// result is the outcome of one client.
type result struct {
	text     string
	good     bool          // good tokens were accepted, and only those
	requests int           // for the set
	refused  int           // good tokens
	took     time.Duration // of the row's own measure
	bytes    uint64        // allocated
}

func (r row) run() []result {
	results := make([]result, len(clients))
	var all sync.WaitGroup
	for i, c := range clients {
		if r.alone {
			results[i] = r.try(c)
			continue
		}
		all.Go(func() { results[i] = r.try(c) })
	}
	all.Wait()
	return results
}

func names() []string {
	var list []string
	for _, c := range clients {
		list = append(list, " "+c.name+" ")
	}
	return list
}

// ask verifies one token as a server would: with a limit.
func ask(v verify, token string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	begin := time.Now()
	done := make(chan error, 1)
	go func() { done <- v(ctx, token) }()
	select {
	case err := <-done:
		return time.Since(begin), err
	case <-time.After(4 * time.Second):
		return time.Since(begin), errHangs
	}
}
