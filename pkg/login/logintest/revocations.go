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
// which begins at 2026-01-01 12:00:00 UTC. A store without a clock may keep its entries
// longer than it must. Run the check with -race.
func CheckRevocations(ctx context.Context, open func(now func() time.Time) login.Revocations) error {
	var errs []error
	for _, p := range promises {
		clock := NewClock()
		s := &store{Revocations: open(clock.Now), ctx: ctx, clock: clock}
		p.check(s)
		for _, err := range s.errs {
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
}

// store is a store under check.
type store struct {
	login.Revocations
	ctx   context.Context
	clock *Clock

	mu   sync.Mutex
	errs []error
}

func (s *store) failf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.errs = append(s.errs, fmt.Errorf(format, args...))
}

// want asks about the token that name describes.
func (s *store) want(revoked bool, name string, c *login.Claims) {
	got, err := s.Revoked(s.ctx, c)
	switch {
	case err != nil:
		s.failf("%s: %w", name, err)
	case got != revoked:
		s.failf("%s: revoked is %v, want %v", name, got, revoked)
	}
}

func (s *store) revoke(c *login.Claims) {
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
	_ = s.Revoke(s.ctx, claims(""))
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
	s.want(false, "the token as it was changed", c)
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
