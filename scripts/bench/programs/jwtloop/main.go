// Command jwtloop verifies a file of tokens, one a line, with golang-jwt: the
// loop that a service would write, on all cores that GOMAXPROCS allows.
//
// Usage: jwtloop ALG KEY-FILE TOKEN-FILE
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"log"
	"os"
	"runtime"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// chunk is how many lines a worker takes at once.
const chunk = 256

type claims struct {
	jwt.RegisteredClaims
	Scopes []string `json:"scopes"`
}

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 {
		log.Fatal("usage: jwtloop ALG KEY-FILE TOKEN-FILE")
	}
	key, err := readKey(os.Args[1], os.Args[2])
	check(err)
	file, err := os.Open(os.Args[3])
	check(err)

	w := &worker{
		parser: jwt.NewParser(jwt.WithValidMethods(os.Args[1:2]), jwt.WithExpirationRequired(),
			jwt.WithIssuedAt(), jwt.WithStrictDecoding()),
		key: func(*jwt.Token) (any, error) { return key, nil },
		out: bufio.NewWriter(os.Stdout),
	}
	lines := make(chan []string, 2*runtime.GOMAXPROCS(0))
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() { w.work(lines) })
	}
	check(read(file, lines))
	workers.Wait()
	check(w.out.Flush())
	if w.bad > 0 {
		os.Exit(4)
	}
}

func readKey(alg, path string) (any, error) {
	data, err := os.ReadFile(path)
	if err != nil || alg == "HS256" {
		return bytes.TrimSuffix(data, []byte("\n")), err
	}
	return jwt.ParseRSAPublicKeyFromPEM(data)
}

func read(file *os.File, lines chan<- []string) error {
	defer close(lines)
	scanner, batch := bufio.NewScanner(file), make([]string, 0, chunk)
	for scanner.Scan() {
		if batch = append(batch, scanner.Text()); len(batch) == chunk {
			lines <- batch
			batch = make([]string, 0, chunk)
		}
	}
	lines <- batch
	return scanner.Err()
}

type worker struct {
	parser *jwt.Parser
	key    jwt.Keyfunc

	mu  sync.Mutex // guards out and bad
	out *bufio.Writer
	bad int
}

func (w *worker) work(lines <-chan []string) {
	var text []byte
	for batch := range lines {
		bad := 0
		text = text[:0]
		for _, line := range batch {
			var c claims
			if _, err := w.parser.ParseWithClaims(line, &c, w.key); err != nil {
				bad++
				text = fmt.Appendf(text, "invalid %v\n", err)
				continue
			}
			text = append(append(append(text, "valid "...), c.Subject...), '\n')
		}
		w.mu.Lock()
		w.bad += bad
		w.out.Write(text)
		w.mu.Unlock()
	}
}

func check(err error) {
	if err != nil {
		log.Fatal("jwtloop: ", err)
	}
}
