package logintest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// CheckRevocations reports where a store breaks the promises of
// [login.Revocations], for the tests of one:
//
//	func TestStore(t *testing.T) {
//		open := func(now func() time.Time) login.Revocations {
//			return newStore(openDatabase(t), now)
//		}
//		if err := logintest.CheckRevocations(t.Context(), open); err != nil {
//			t.Error(err)
//		}
//	}
//
// It calls open once for each promise. open returns an empty store whose clock is now,
// which begins at 2026-01-01 12:00:00 UTC. The last promise is checked with [time.Now]
// and waits for three seconds, so that a store whose entries end by a clock of its
// server, such as a Redis TTL, is seen to keep them. A store with the method
// Advance(time.Duration) moves that clock in place of the wait. In a bubble of
// [testing/synctest] a store in memory takes no time.
//
// Each cause is reported once. The claims also have a sid, another one for each jti, for
// a store that ends sessions. Run the check with -race.
func CheckRevocations(ctx context.Context, open func(now func() time.Time) login.Revocations) error {
	minter, err := newMinter()
	if err != nil {
		return err
	}
	var errs []error
	seen := map[string]bool{}
	for _, p := range promises {
		clock := NewClock()
		s := &store{Revocations: open(clock.Now), open: open, ctx: ctx, clock: clock, minter: minter}
		p.check(s)
		for _, err := range s.errs {
			// An outage is the same for all promises.
			if cause := errors.Unwrap(err); cause != nil {
				if seen[cause.Error()] {
					continue
				}
				seen[cause.Error()] = true
			}
			errs = append(errs, fmt.Errorf("%s: %w", p.name, err))
		}
	}
	return errors.Join(errs...)
}

// promises is read only.
var promises = []struct {
	name  string
	check func(*store)
}{
	{"an empty store", checkEmpty},
	{"revoking one token", checkRevoke},
	{"revoking a token twice", checkTwice},
	{"a token without jti", checkNoID},
	{"until the token expires", checkUntilExpiry},
	{"claims that change later", checkKeepsNothing},
	{"revoking all of a subject", checkSubject},
	{"revoking all of a subject for good", checkSubjectKept},
	{"revoking within a second", checkWithinSecond},
	{"revoking all of a subject again", checkSubjectAgain},
	{"many at once", checkConcurrent},
	{"an issuer whose clock is ahead", checkAhead},
	{"by the clock of the store", checkStoreClock},
}

// store is a store under check.
type store struct {
	login.Revocations
	open   func(now func() time.Time) login.Revocations
	ctx    context.Context
	clock  *Clock
	minter *minter

	mu   sync.Mutex
	errs []error
}

func (s *store) failf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := fmt.Errorf(format, args...)
	for _, other := range s.errs {
		if other.Error() == err.Error() {
			return
		}
	}
	s.errs = append(s.errs, err)
}

// want asks about the token that name describes.
func (s *store) want(revoked bool, name string, c *login.Claims) {
	s.minter.sign(c)
	got, err := s.Revoked(s.ctx, c)
	switch {
	case err != nil:
		s.failf("%s: %w", name, err)
	case got != revoked:
		s.failf("%s: revoked is %v, want %v", name, got, revoked)
	}
}

func (s *store) revoke(c *login.Claims) {
	s.minter.sign(c)
	if err := s.Revoke(s.ctx, c); err != nil {
		s.failf("Revoke: %w", err)
	}
}

func (s *store) revokeSubject(issuer, subject string, t time.Time) {
	if err := s.RevokeSubject(s.ctx, issuer, subject, t); err != nil {
		s.failf("RevokeSubject: %w", err)
	}
}

// claims returns the claims of a token for ada, issued at the start, valid for an hour.
func claims(id string) *login.Claims {
	return &login.Claims{
		Issuer: "https://login.example", Subject: "ada", ID: id,
		IssuedAt: start, ExpiresAt: start.Add(time.Hour),
	}
}

// with returns claims with one change.
func with(id string, change func(*login.Claims)) *login.Claims {
	c := claims(id)
	change(c)
	return c
}

func checkEmpty(s *store) {
	s.want(false, "a token", claims("a"))
	s.want(false, "a token without subject", with("a", func(c *login.Claims) { c.Subject = "" }))
}

func checkRevoke(s *store) {
	s.revoke(claims("a"))
	s.want(true, "the token", claims("a"))
	s.want(false, "another one of the subject", claims("b"))
	s.revoke(claims("ada")) // a jti, not a subject
	s.want(false, "another token of a subject named like a revoked jti", claims("b"))
	s.want(false, "one whose jti begins alike", claims("aa"))
	s.want(false, "one whose jti has another case", claims("A"))
	s.want(false, "another issuer's of the same jti", with("a", func(c *login.Claims) { c.Issuer = "https://other.example" }))
	s.want(false, "no issuer's of the same jti", with("a", func(c *login.Claims) { c.Issuer = "" }))
	for _, separator := range separators {
		s.revoke(with("b"+separator+"c", func(c *login.Claims) { c.Issuer = "https://a" }))
		s.want(false, fmt.Sprintf("an issuer and jti that join to the same text with %q", separator),
			with("c", func(c *login.Claims) { c.Issuer = "https://a" + separator + "b" }))
	}
}

// separators are texts between two names that a store joins. It is read only.
var separators = []string{"", " ", ":", "/", "|", ",", "\x00", "\n"}

func checkTwice(s *store) {
	s.revoke(claims("a"))
	s.revoke(claims("a"))
	s.want(true, "the token", claims("a"))
	// One that lives longer, then one that does not, of the same jti.
	s.revoke(with("b", func(c *login.Claims) { c.ExpiresAt = start.Add(24 * time.Hour) }))
	s.revoke(claims("b"))
	s.clock.Advance(2 * time.Hour)
	s.cleanUp()
	s.want(true, "the longer one of two tokens of a jti", with("b", func(c *login.Claims) { c.ExpiresAt = start.Add(24 * time.Hour) }))
}

// cleanUp makes calls after which a store may remove expired entries.
func (s *store) cleanUp() {
	for i := range 200 {
		s.revoke(with(fmt.Sprintf("cleanup-%d", i), func(c *login.Claims) { c.ExpiresAt = s.clock.Now().Add(time.Hour) }))
	}
}

// Whether it is an error is the store's choice: a verifier refuses such tokens anyway.
func checkNoID(s *store) {
	without := claims("")
	s.minter.sign(without)
	_ = s.Revoke(s.ctx, without)
	s.want(false, "a token with jti", claims("a"))
}

func checkUntilExpiry(s *store) {
	s.revoke(claims("a"))
	s.clock.Advance(time.Hour - time.Second)
	s.revoke(claims("b")) // a chance to clean up
	s.want(true, "a second before it expires", claims("a"))
	s.clock.Advance(time.Second + 5*time.Minute)
	s.revoke(claims("c"))
	s.want(true, "when it has expired, within the most leeway there is", claims("a"))
}

func checkKeepsNothing(s *store) {
	c := claims("a")
	s.revoke(c)
	c.ID, c.Issuer, c.ExpiresAt = "b", "https://other.example", start
	s.want(true, "the token", claims("a"))
	s.want(false, "the token as it was changed", c) // signs it anew
}

func checkSubject(s *store) {
	cut := start.Add(10 * time.Second)
	s.revokeSubject("https://login.example", "ada", cut)
	s.want(true, "a token issued long before", issued(start))
	s.want(true, "a token issued a second before", issued(cut.Add(-time.Second)))
	s.want(false, "a token issued at that second", issued(cut))
	s.want(false, "a token issued later", issued(cut.Add(time.Second)))
	s.want(false, "another subject's token", with("x", func(c *login.Claims) { c.Subject = "bob" }))
	s.want(false, "the token of a subject of another case", with("x", func(c *login.Claims) { c.Subject = "Ada" }))
	s.want(false, "another issuer's token", with("x", func(c *login.Claims) { c.Issuer = "https://other.example" }))
}

// A cut lasts as long as tokens from before it may exist.
func checkSubjectKept(s *store) {
	s.revokeSubject("https://a", "c", start.Add(time.Second))
	old := with("x", func(c *login.Claims) { c.Issuer, c.Subject = "https://a", "c" })
	for _, separator := range separators {
		s.revokeSubject("https://a", "b"+separator+"c", start.Add(time.Second))
		s.want(false, fmt.Sprintf("an issuer and subject that join to the same text with %q", separator),
			with("y", func(c *login.Claims) { c.Issuer, c.Subject = "https://a"+separator+"b", "c" }))
	}
	s.clock.Advance(time.Hour)
	s.cleanUp()
	s.want(true, "a token from before the cut, an hour later", old)
}

// A token has the second in which it was issued, not the fraction.
func checkWithinSecond(s *store) {
	second := start.Add(10 * time.Second)
	s.revokeSubject("https://login.example", "ada", second.Add(time.Millisecond))
	s.want(true, "a token issued in the second that the cut is in", issued(second))
	s.want(false, "a token issued in the next second", issued(second.Add(time.Second)))
	last := start.Add(20 * time.Second)
	s.revokeSubject("https://login.example", "ada", last.Add(999*time.Millisecond))
	s.want(true, "a token issued in the second that a later cut is in", issued(last))
	s.want(false, "a token issued in the second after a later cut", issued(last.Add(time.Second)))
}

// checkAhead asks through a verifier, whose Leeway is for the clock of the issuer.
func checkAhead(s *store) {
	v, err := s.minter.verifier(login.Config{Issuer: "https://login.example", Leeway: maxLeeway, Now: s.clock.Now, Revocations: s.Revocations})
	if err != nil {
		s.failf("%w", err)
		return
	}
	ahead := s.minter.text(issued(start.Add(maxLeeway - time.Second)))
	if _, err := v.Verify(s.ctx, ahead); err != nil {
		s.failf("before the cut: %w", err)
	}
	s.revokeSubject("https://login.example", "ada", start)
	if _, err := v.Verify(s.ctx, ahead); !errors.Is(err, login.ErrRevoked) {
		s.failf("a token that was issued before the cut by a clock that is ahead is admitted")
	}
	s.revokeSubject("https://login.example", "bob", start.Add(maxLeeway))
	s.want(true, "a token from before a cut that is ahead of the clock", with("x", func(c *login.Claims) {
		c.Subject, c.IssuedAt = "bob", start.Add(maxLeeway-time.Second)
	}))
}

// maxLeeway is the longest [login.Config.Leeway].
const maxLeeway = 5 * time.Minute

// checkStoreClock revokes a token that expires soon and asks after that, within the
// leeway of a verifier.
func checkStoreClock(s *store) {
	s.Revocations = s.open(time.Now)
	expires := time.Now().Truncate(time.Second).Add(2 * time.Second)
	c := with("a", func(c *login.Claims) { c.IssuedAt, c.ExpiresAt = expires.Add(-time.Hour), expires })
	s.revoke(c)
	// Some servers end entries a second late.
	wait := time.Until(expires) + 1100*time.Millisecond
	if server, ok := s.Revocations.(interface{ Advance(time.Duration) }); ok {
		server.Advance(wait)
	} else {
		pause := time.NewTimer(wait)
		defer pause.Stop()
		select {
		case <-pause.C:
		case <-s.ctx.Done():
			return
		}
	}
	s.want(true, "a token that has expired, within the leeway of a verifier: see Claims.RememberUntil", c)
}

func issued(t time.Time) *login.Claims {
	return with("x", func(c *login.Claims) { c.IssuedAt = t })
}

func checkSubjectAgain(s *store) {
	later := start.Add(time.Minute)
	s.revokeSubject("https://login.example", "ada", later)
	s.revokeSubject("https://login.example", "ada", start.Add(-time.Minute))
	s.want(true, "a token that was revoked, after an earlier cut", claims("a"))
	s.revokeSubject("https://login.example", "ada", later.Add(time.Minute))
	s.want(true, "a token between the cuts", with("b", func(c *login.Claims) { c.IssuedAt = later }))
}

// Every question after the return of Revoke sees the revocation.
func checkConcurrent(s *store) {
	var all sync.WaitGroup
	for worker := range 16 {
		all.Go(func() {
			for i := range 32 {
				id := fmt.Sprintf("%d-%d", worker, i)
				s.want(false, "a token", claims(id))
				s.revoke(claims(id))
				s.want(true, "the token", claims(id))
				s.revokeSubject("https://login.example", id, start)
			}
		})
	}
	all.Wait()
}
