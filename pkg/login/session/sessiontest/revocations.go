package sessiontest

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/logintest"
)

// Revocations opens stores of revoked tokens that several processes share.
type Revocations struct {
	// Empty returns a function that opens handles on one new and empty store, whose
	// clock is now.
	Empty func(now func() time.Time) (open func() (login.Revocations, error))
	// Within is how much later than the first handle the others know of a
	// revocation, by that clock: FeedConfig.Stale of a feed.
	Within time.Duration
}

// CheckRevocations reports where a store breaks the promises of [login.Revocations]:
// those of [logintest.CheckRevocations], and those of names that look alike, of two
// handles on one store, and of a store that was opened again.
func CheckRevocations(ctx context.Context, store Revocations) error {
	c := &revocationsCheck{ctx: ctx, store: store, issuer: "https://login.example/" + runName()}
	c.run("one handle", func() {
		err := logintest.CheckRevocations(ctx, func(now func() time.Time) login.Revocations {
			return c.handle(store.Empty(now))
		})
		if err != nil {
			c.failf("%w", err)
		}
	})
	c.run("names that look alike", c.checkNames)
	c.run("two handles on one store", c.checkHandles)
	c.run("a context that is over", c.checkCanceled)
	return c.err(ctx)
}

type revocationsCheck struct {
	report
	ctx    context.Context
	store  Revocations
	issuer string
	offset atomic.Int64 // of the clock, in nanoseconds
}

func (c *revocationsCheck) now() time.Time {
	return time.Now().Add(time.Duration(c.offset.Load()))
}

// pass moves the clock by the time in which other handles learn of a revocation.
func (c *revocationsCheck) pass() { c.offset.Add(int64(c.store.Within + time.Millisecond)) }

func (c *revocationsCheck) handle(open func() (login.Revocations, error)) login.Revocations {
	handle, err := open()
	if err != nil {
		c.fatalf("open: %w", err)
	}
	return handle
}

func (c *revocationsCheck) claims(subject, id string) *login.Claims {
	now := c.now()
	return &login.Claims{Issuer: c.issuer, Subject: subject, ID: id, IssuedAt: now.Add(-time.Minute), ExpiresAt: now.Add(time.Hour)}
}

func (c *revocationsCheck) want(handle login.Revocations, revoked bool, name string, claims *login.Claims) {
	got, err := handle.Revoked(c.ctx, claims)
	switch {
	case err != nil:
		c.fatalf("%s: Revoked: %w", name, err)
	case got != revoked:
		c.failf("%s: revoked is %v, want %v", name, got, revoked)
	}
}

func (c *revocationsCheck) checkNames() {
	open := c.store.Empty(c.now)
	handle, name := c.handle(open), "e-name"
	if err := handle.Revoke(c.ctx, c.claims("ada", name)); err != nil {
		c.fatalf("Revoke: %w", err)
	}
	if err := handle.RevokeSubject(c.ctx, c.issuer, name, c.now()); err != nil {
		c.fatalf("RevokeSubject: %w", err)
	}
	c.pass()
	for who, handle := range map[string]login.Revocations{"the handle": handle, "one opened later": c.handle(open)} {
		c.want(handle, true, who+": the token", c.claims("ada", name))
		old := c.claims(name, "another")
		old.IssuedAt = old.IssuedAt.Add(-time.Hour)
		c.want(handle, true, who+": a token of the subject", old)
		for _, other := range alike(name) {
			c.want(handle, false, fmt.Sprintf("%s: the jti %q", who, other), c.claims("ada", other))
			c.want(handle, false, fmt.Sprintf("%s: the subject %q", who, other), c.claims(other, "another"))
		}
	}
}

func (c *revocationsCheck) checkHandles() {
	open := c.store.Empty(c.now)
	one, other := c.handle(open), c.handle(open)
	token, subject := c.claims("ada", "shared"), c.claims("bob", "of a subject")
	c.want(other, false, "a token before", token)
	if err := one.Revoke(c.ctx, token); err != nil {
		c.fatalf("Revoke: %w", err)
	}
	if err := other.RevokeSubject(c.ctx, c.issuer, "bob", c.now()); err != nil {
		c.fatalf("RevokeSubject: %w", err)
	}
	c.want(one, true, "the handle that revoked", token)
	c.want(other, true, "the handle that revoked all of a subject", subject)
	c.pass()
	c.want(other, true, "the other handle", token)
	c.want(one, true, "the other handle, all of a subject", subject)
	again := c.handle(open)
	c.want(again, true, "a handle that was opened later", token)
	c.want(again, true, "a handle that was opened later, all of a subject", subject)
	c.want(again, false, "a handle that was opened later, another token", c.claims("ada", "another"))
}

func (c *revocationsCheck) checkCanceled() {
	open := c.store.Empty(c.now)
	handle := c.handle(open)
	ctx, cancel := context.WithCancel(c.ctx)
	cancel()
	// A view in memory may answer. Not knowing must not be a "no".
	if revoked, err := handle.Revoked(ctx, c.claims("ada", "canceled")); revoked && err == nil {
		c.failf("a token is revoked that never was")
	}
	if handle.Revoke(ctx, c.claims("ada", "canceled")) == nil {
		c.pass()
		c.want(c.handle(open), true, "a token whose Revoke succeeded", c.claims("ada", "canceled"))
	}
}
