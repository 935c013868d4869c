package session

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// moment is a time by two clocks.
type moment struct {
	wall      time.Time
	monotonic time.Duration // since Feed.start
}

// age returns how old the view is. A wall clock that is set back, and a monotonic
// one that stood still while the machine slept, must not make it look younger.
func (f *Feed) age(now time.Time, read *moment) time.Duration {
	return max(now.Round(0).Sub(read.wall), now.Sub(f.start)-read.monotonic)
}

// refresh reads the log if the view is old: beside the caller if it is older than
// Every, and before it returns if it is older than Stale.
func (f *Feed) refresh(ctx context.Context) error {
	read := f.read.Load()
	if read == nil {
		return f.wait(ctx, nil)
	}
	switch age := f.age(f.config.Now(), read); {
	case age > f.config.Stale:
		return f.wait(ctx, read)
	case age > f.config.Every && f.running.Load() == 0:
		f.readBeside()
	}
	return nil
}

// wait reads the log, for a view that must not be used. read is nil if there has
// never been one.
func (f *Feed) wait(ctx context.Context, read *moment) error {
	err := f.reads.join(f.readLog).wait(ctx)
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%w: %w", ErrStale, err)
	if read == nil || f.config.WhenStale == RefuseStale {
		return err
	}
	f.config.OnError(err)
	return nil
}

// readBeside starts a read unless one is under way, or has just failed: while the
// log is down, requests do not keep it busy.
func (f *Feed) readBeside() {
	now := f.config.Now().Sub(f.start)
	if last := f.reads.tried.Load(); time.Duration(last)+f.config.Every < now && f.reads.tried.CompareAndSwap(last, int64(now)) {
		f.reads.join(f.readLog)
	}
}

// Sync reads the log now: entries that were noted before the call are in the view
// when it returns nil. Calls at the same time share a read.
func (f *Feed) Sync(ctx context.Context) error {
	return f.reads.begin(f.readLog).wait(ctx)
}

// Run reads the log every FeedConfig.Every, and whenever wake has a value, until ctx
// is done. It is for a goroutine of the service:
//
//	go feed.Run(ctx, nil)
//
// A wake-up only makes it faster: a database's notification or a message that says
// that there are new entries. Those that are lost cost FeedConfig.Every. A wake-up
// channel has a buffer of one, and its sender drops values when it is full.
func (f *Feed) Run(ctx context.Context, wake <-chan struct{}) {
	f.running.Add(1)
	defer f.running.Add(-1)
	tick := time.NewTicker(f.config.Every)
	defer tick.Stop()
	for {
		// Errors have been given to OnError.
		_ = f.Sync(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case _, open := <-wake:
			if !open {
				wake = nil // the sender has gone: only the ticker is left
			}
		}
	}
}

// readLog adds the new entries of the log to the view.
func (f *Feed) readLog() error {
	ctx, cancel := context.WithTimeout(context.Background(), f.config.Timeout)
	defer cancel()
	began := f.config.Now()
	since := f.reads.cursor
	if !since.IsZero() {
		since = since.Add(-f.config.Overlap)
	}
	list, clock, err := f.log.Since(ctx, since)
	if err != nil {
		f.config.OnError(err)
		return err
	}
	f.table.add(f.config.Now(), list)
	// A clock that was set back does not move the cursor: entries are dated by it,
	// and those between were read already.
	if clock.After(f.reads.cursor) {
		f.reads.cursor = clock
	}
	f.read.Store(&moment{wall: began.Round(0), monotonic: began.Sub(f.start)})
	return nil
}

// feedReads shares reads among callers, one at a time.
type feedReads struct {
	cursor time.Time    // clock of the log; only the read under way has it
	tried  atomic.Int64 // when a request last started one, since Feed.start

	mu            sync.Mutex
	current, next *feedRead // next begins when current ends
}

// feedRead is a read that callers wait for.
type feedRead struct {
	done chan struct{}
	err  error // set before done is closed
}

// wait returns the result of the read. The read goes on when ctx is over.
func (r *feedRead) wait(ctx context.Context) error {
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join returns the read under way, or starts one.
func (s *feedReads) join(read func() error) *feedRead {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		s.start(read)
	}
	return s.current
}

// start starts a read. s.mu is locked.
func (s *feedReads) start(read func() error) {
	s.current = &feedRead{done: make(chan struct{})}
	go s.run(s.current, read)
}

// begin returns a read that begins after the call.
func (s *feedReads) begin(read func() error) *feedRead {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil {
		s.start(read)
		return s.current
	}
	if s.next == nil {
		s.next = &feedRead{done: make(chan struct{})}
	}
	return s.next
}

// run makes a read and the one that was asked for meanwhile.
func (s *feedReads) run(r *feedRead, read func() error) {
	for r != nil {
		r.err = read()
		s.mu.Lock()
		s.current, s.next = s.next, nil
		close(r.done)
		r = s.current
		s.mu.Unlock()
	}
}
