package tokencmd

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/login"
)

// A batch is cut into chunks of whole lines. At most two chunks a core are in memory, so
// that memory does not grow with the file.
const ChunkSize = 64 << 10

// Chunk is some lines of a batch and their results.
type Chunk struct {
	Text   string
	First  int // the number of its first line
	out    []byte
	counts tally
	done   chan struct{}
}

// verifyBatch verifies the tokens of a stream, one a line, on all cores, and prints the
// results in the order of the lines.
func verifyBatch(env *terminal.Env, c *cli.Context, r io.Reader, v *login.Verifier, e *verdict.Expectations) error {
	if f, ok := r.(io.Closer); ok && r != env.Stdin {
		defer f.Close()
	}
	if _, ok := env.Variable("GOGC"); !ok {
		// Nearly all garbage is short-lived: collecting it less often costs a few MB.
		defer debug.SetGCPercent(debug.SetGCPercent(400))
	}
	if err := env.CheckOut(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(c.Context)
	defer cancel()
	order, work := make(chan *Chunk, 2*runtime.GOMAXPROCS(0)), make(chan *Chunk)
	workers := startWorkers(work, func(b *Chunk) { verifyChunk(env, ctx, b, v, e) })
	var readErr error // set before order is closed
	go func() {
		defer close(order)
		defer close(work)
		readErr = feed(ctx, r, order, work)
	}()
	total, err := collectChunks(env, order, env.ProgressOf(r))
	if err != nil {
		return fmt.Errorf("writing the results: %w", err)
	}
	workers.Wait()
	if readErr != nil {
		return fmt.Errorf("reading the tokens: %w", readErr)
	}
	return batchSummary(env, total)
}

// startWorkers starts a worker a core. Each verifies chunks until work is closed.
func startWorkers(work <-chan *Chunk, verify func(*Chunk)) *sync.WaitGroup {
	workers := &sync.WaitGroup{}
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for b := range work {
				verify(b)
				close(b.done)
			}
		})
	}
	return workers
}

// feed cuts r into chunks, and sends each to order and then to work. It waits while
// order is full, and stops when ctx is done.
func feed(ctx context.Context, r io.Reader, order, work chan<- *Chunk) error {
	return Chunks(r, func(b *Chunk) bool {
		select {
		case order <- b:
		case <-ctx.Done():
			return false
		}
		work <- b
		return true
	})
}

// collectChunks writes the results chunk by chunk, in the order of reading.
func collectChunks(env *terminal.Env, order <-chan *Chunk, p *terminal.Progress) (*tally, error) {
	total := &tally{words: map[string]int{}}
	defer p.Clear()
	for b := range order {
		<-b.done
		total.add(&b.counts)
		if _, err := env.Stdout.Write(b.out); err != nil {
			return nil, err // the reader is gone
		}
		p.Show(total.tokens, len(b.Text))
	}
	return total, nil
}

// Chunks cuts a stream into chunks of whole lines, until yield returns false.
func Chunks(r io.Reader, yield func(*Chunk) bool) error {
	buffer := make([]byte, 0, ChunkSize)
	line := 1
	for {
		n, err := r.Read(buffer[len(buffer):cap(buffer)])
		buffer = buffer[:len(buffer)+n]
		end := bytes.LastIndexByte(buffer, '\n') + 1
		if err != nil {
			end = len(buffer)
		}
		if end == 0 && len(buffer) == cap(buffer) {
			// The middle of the line is dropped. One byte beyond the limit stays: the
			// rest of the line must never pass for a line.
			buffer = buffer[:input.MaxLine+1]
		}
		if end > 0 {
			b := &Chunk{Text: string(buffer[:end]), First: line, done: make(chan struct{})}
			line += bytes.Count(buffer[:end], []byte("\n"))
			if !yield(b) {
				return nil
			}
			buffer = append(buffer[:0], buffer[end:]...)
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
