package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// check is one line of what was found about a token.
type check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Code   string `json:"code,omitempty"`
	Detail string `json:"detail,omitempty"`
	exit   int
	hints  []string
}

// verdict is all that was found about a token.
type verdict struct {
	report *login.Report
	checks []check
}

// judge examines a token by the library's rules and then by the flags.
func (e *expectations) judge(ctx context.Context, v *login.Verifier, token string) *verdict {
	r := v.Inspect(ctx, token)
	if isEncrypted(token) { // whatever else is wrong with it: nothing more can be said
		r.Failures = []error{encryptedToken()}
	}
	r.Failures = e.forgive(r.Failures)
	d := &verdict{report: r}
	if r.Signed {
		d.pass("signature", signedBy(r))
	}
	for _, err := range r.Failures {
		d.fail(nameOf(err), e.explain(err, r))
	}
	if r.Claims != nil {
		e.standard(r, d)
		e.custom(r.Claims, d)
	}
	if !r.Valid() && d.worst() == nil {
		d.fail("token", login.ErrClaims) // no reason was given, which is no reason to let it pass
	}
	d.redact(e.hidden)
	return d
}

// redact takes out of what failed the words that are not to be repeated.
func (d *verdict) redact(hidden *redactor) {
	for i := range d.checks {
		if c := &d.checks[i]; !c.OK {
			c.Detail, c.hints = hidden.hide(c.Detail), hidden.hints(c.hints)
		}
	}
}

// forgive drops the failures that the flags allow.
func (e *expectations) forgive(failures []error) []error {
	var kept []error
	for _, err := range failures {
		var claim *login.ClaimError
		if errors.As(err, &claim) {
			if e.allowNoExp && claim.Claim == "exp" && claim.Missing {
				continue
			}
			if e.anyAud && claim.Claim == "aud" && errors.Is(err, login.ErrAudience) {
				continue
			}
		}
		kept = append(kept, err)
	}
	return kept
}

func signedBy(r *login.Report) string {
	if r.KeyID == "" {
		return r.Algorithm.String()
	}
	return r.Algorithm.String() + ", kid " + r.KeyID
}

func (d *verdict) pass(name, detail string) {
	d.checks = append(d.checks, check{Name: name, OK: true, Detail: detail})
}

func (d *verdict) fail(name string, err error) {
	f := classify(err)
	d.checks = append(d.checks, check{Name: name, Code: f.word, Detail: f.message, exit: f.exit, hints: f.hints})
}

func (d *verdict) has(name string) bool {
	for _, c := range d.checks {
		if c.Name == name {
			return true
		}
	}
	return false
}

// standard adds the registered claims that were good.
func (e *expectations) standard(r *login.Report, d *verdict) {
	claims, now := r.Claims, e.config.Now()
	add := func(name, detail string, there bool) {
		if there && !d.has(name) {
			d.pass(name, detail)
		}
	}
	add("typ", typeName(r.Type), len(e.config.Types) > 0)
	add("exp", stamp(claims.ExpiresAt)+", "+relative(claims.ExpiresAt, now), !claims.ExpiresAt.IsZero())
	add("exp", "never expires, allowed by --allow-no-exp", claims.ExpiresAt.IsZero() && e.allowNoExp)
	add("nbf", stamp(claims.NotBefore), !claims.NotBefore.IsZero())
	add("iss", claims.Issuer, e.config.Issuer != "")
	add("aud", strings.Join(claims.Audience, ", "), len(claims.Audience) > 0)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// worst is the failed check that decides the exit code; nil when all is well.
func (d *verdict) worst() *check {
	var worst *check
	for i := range d.checks {
		c := &d.checks[i]
		if !c.OK && (worst == nil || rank(c.exit) > rank(worst.exit)) {
			worst = c
		}
	}
	return worst
}

// headline says in one line why a token is not valid: the failure that decides,
// and how many there are besides.
func (d *verdict) headline() string {
	worst, others := d.worst(), -1
	for _, c := range d.checks {
		if !c.OK {
			others++
		}
	}
	text := worst.Detail
	if !strings.HasPrefix(text, "token ") {
		text = "the token is not valid: " + text
	}
	switch others {
	case 0:
		return text
	case 1:
		return text + ", and 1 more failure"
	}
	return fmt.Sprintf("%s, and %d more failures", text, others)
}
