package session

import (
	"errors"
	"fmt"
	"time"
)

// FeedConfig configures a [Feed]. Its zero value is safe.
type FeedConfig struct {
	// Every is the age at which the view is read again. If zero, it is a second.
	Every time.Duration
	// Stale is the age at which the view is not used any more: an entry is seen by
	// every replica at most Stale after it was noted. It must be longer than Every
	// and Timeout. If zero, it is 10 seconds.
	Stale time.Duration
	// Overlap is how far each read goes back before the clock that the last one
	// was given. It must be longer than the longest transaction that notes an entry
	// and than the greatest step of the log's clock. If zero, it is 10 seconds; if
	// negative, the constructor returns an error.
	Overlap time.Duration
	// Timeout limits one read. If zero, it is 2 seconds.
	Timeout time.Duration

	// Longest is the longest life of an access token. Entries are forgotten after
	// it, so a token that lives longer counts as revoked. If zero, it is 24 hours.
	Longest time.Duration
	// WhenStale is the answer when the view is older than Stale. If zero
	// (RefuseStale), it is ErrStale.
	WhenStale StalePolicy

	// Now is the clock. If nil, it is time.Now.
	Now func() time.Time
	// OnError is called for each read that fails, and for each token that is
	// answered from a stale view. It is called by several goroutines at once, and
	// must not block.
	OnError func(error)
}

// StalePolicy is the answer of a [Feed] that cannot read its log.
type StalePolicy uint8

const (
	// RefuseStale answers ErrStale, which is a 503 in package login.
	RefuseStale StalePolicy = iota
	// ServeStale answers from the view as it is, and calls FeedConfig.OnError. A
	// token that was revoked since passes. A feed that has never read its log
	// refuses all the same.
	ServeStale
)

// margin is added to the time that an entry is kept: the greatest leeway of a
// verifier, and as much for clocks that differ.
const margin = 10 * time.Minute

// checked returns c with its defaults, or the mistakes in it.
func (c FeedConfig) checked() (FeedConfig, error) {
	var errs []error
	for _, field := range []struct {
		name  string
		value *time.Duration
		zero  time.Duration
	}{
		{"Every", &c.Every, time.Second},
		{"Stale", &c.Stale, 10 * time.Second},
		{"Overlap", &c.Overlap, 10 * time.Second},
		{"Timeout", &c.Timeout, 2 * time.Second},
		{"Longest", &c.Longest, 24 * time.Hour},
	} {
		if *field.value < 0 {
			errs = append(errs, fmt.Errorf("FeedConfig.%s is %v: give a positive duration, or zero for the default", field.name, *field.value))
		}
		if *field.value == 0 {
			*field.value = field.zero
		}
	}
	if c.Stale <= c.Every || c.Stale <= c.Timeout {
		errs = append(errs, fmt.Errorf("FeedConfig.Stale is %v: make it longer than Every (%v) and Timeout (%v)", c.Stale, c.Every, c.Timeout))
	}
	if c.WhenStale > ServeStale {
		errs = append(errs, fmt.Errorf("FeedConfig.WhenStale is %d: give RefuseStale or ServeStale", c.WhenStale))
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.OnError == nil {
		c.OnError = func(error) {}
	}
	return c, errors.Join(errs...)
}
