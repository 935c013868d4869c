package sessiontest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
)

// report collects the failures of one check.
type report struct {
	mu      sync.Mutex
	promise string
	errs    []error
	seen    map[string]bool // texts of failures, without the promise
	hidden  int             // failures of a cause that was reported
}

// failf reports a failure of the promise that is checked, unless it is known.
func (r *report) failf(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	// A store that is broken fails each call for one cause, which is read once.
	cause := err
	for next := errors.Unwrap(cause); next != nil; next = errors.Unwrap(cause) {
		cause = next
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seen[cause.Error()] {
		r.hidden++
		return
	}
	if r.seen == nil {
		r.seen = make(map[string]bool)
	}
	r.seen[cause.Error()] = true
	r.errs = append(r.errs, fmt.Errorf("%s: %w", r.promise, err))
}

// fatalf reports a failure after which the promise cannot be checked further. It is
// for the goroutine that checks the promise.
func (r *report) fatalf(format string, args ...any) {
	r.failf(format, args...)
	panic(abandoned{})
}

// abandoned is the panic of fatalf.
type abandoned struct{}

// opened returns a new handle on a store or a log.
func opened[T any](r *report, open func() (T, error)) T {
	handle, err := open()
	if err != nil {
		r.fatalf("open: %w", err)
	}
	return handle
}

// run checks one promise.
func (r *report) run(name string, check func()) {
	r.promise = name
	defer func() {
		if p := recover(); p != nil {
			if _, ok := p.(abandoned); !ok {
				panic(p)
			}
		}
	}()
	check()
}

// err returns the failures, or ctx's error if the check was cut short.
func (r *report) err(ctx context.Context) error {
	if r.hidden > 0 {
		r.errs = append(r.errs, fmt.Errorf("%d more failures have the causes above", r.hidden))
	}
	if ctx.Err() != nil {
		r.errs = append(r.errs, fmt.Errorf("the check was cut short: %w", ctx.Err()))
	}
	return errors.Join(r.errs...)
}

// runName returns a name for all that one run of a check leaves behind.
func runName() string { return "check-" + rand.Text()[:13] }
