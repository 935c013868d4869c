// Package verdict checks a token against the library's rules and the expectations of the
// command line, and explains the result.
package verdict

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/pkg/login"
)

// Check is the result of one check.
type Check struct {
	Name   string   `json:"name"`
	OK     bool     `json:"ok"`
	Code   string   `json:"code,omitempty"`
	Detail string   `json:"detail,omitempty"`
	Exit   int      `json:"-"`
	Hints  []string `json:"-"`
	outcome.Parts
}

// Result is the library's report on a token and the result of every check.
type Result struct {
	Report *login.Report
	Checks []Check
}

// Verify checks a token by the library's rules and then by the flags.
func (e *Expectations) Verify(ctx context.Context, v *login.Verifier, token string) *Result {
	r := v.Inspect(ctx, token)
	if input.IsEncrypted(token) { // the library's failures are consequences of that
		r.Failures = []error{input.EncryptedTokenError()}
	}
	r.Failures = e.dropAllowed(r.Failures)
	d := &Result{Report: r}
	if r.Signed {
		d.pass("signature", signedBy(r))
	}
	for _, err := range r.Failures {
		d.fail(checkName(err), withDuplicate(e.explain(err, r), r, token))
	}
	if r.Claims != nil {
		e.addRegistered(r, d)
		e.CheckCustom(r.Claims, func() []byte { return r.Header }, d)
	}
	if !r.Valid() && d.Worst() == nil {
		d.fail("token", login.ErrClaims) // not valid and no failure: it must never pass
	}
	d.redact(e.hidden)
	return d
}

// withDuplicate names the claim that is there twice, once the signature is good: before
// it the claims are not read.
func withDuplicate(err error, r *login.Report, token string) error {
	f := *outcome.Classify(err)
	if parts := strings.Split(token, "."); r.Signed && strings.Contains(f.Message, "a name twice") && len(parts) == 3 {
		claims, _ := input.StrictBase64.DecodeString(parts[1])
		if _, fault := input.ReadMembers(claims); fault != nil {
			f.Message += ": " + input.DuplicateName(fault)
		}
	}
	return &f
}

// redact hides private words of the command line in the checks that failed.
func (d *Result) redact(hidden *terminal.Redactor) {
	for i := range d.Checks {
		if c := &d.Checks[i]; !c.OK {
			c.Detail, c.Hints = hidden.Hide(c.Detail), hidden.Hints(c.Hints)
			c.Missing = hiddenList(hidden, c.Missing)
			c.Expected, c.Actual = hiddenPart(hidden, c.Expected), hiddenPart(hidden, c.Actual)
		}
	}
}

// hiddenPart returns a part of a refusal without private words: the text of one that has
// them.
func hiddenPart(hidden *terminal.Redactor, part any) any {
	switch part := part.(type) {
	case nil:
		return nil
	case string:
		return hidden.Hide(part)
	case []string:
		return hiddenList(hidden, part)
	}
	text := terminal.JSONLine(part)
	if shown := hidden.Hide(text); shown != text {
		return shown
	}
	return part
}

func hiddenList(hidden *terminal.Redactor, list []string) []string {
	list = slices.Clone(list)
	for i, text := range list {
		list[i] = hidden.Hide(text)
	}
	return list
}

// dropAllowed drops the failures that --allow-no-exp and --any-aud allow.
func (e *Expectations) dropAllowed(failures []error) []error {
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

func (d *Result) pass(name, detail string) {
	d.Checks = append(d.Checks, Check{Name: name, OK: true, Detail: detail})
}

func (d *Result) fail(name string, err error) {
	f := outcome.Classify(err)
	d.Checks = append(d.Checks, Check{Name: name, Code: f.Word, Detail: f.Message, Exit: f.Exit, Hints: f.Hints, Parts: f.Parts})
}

func (d *Result) has(name string) bool {
	for _, c := range d.Checks {
		if c.Name == name {
			return true
		}
	}
	return false
}

// addRegistered adds the registered claims that passed.
func (e *Expectations) addRegistered(r *login.Report, d *Result) {
	claims, now := r.Claims, e.Config.Now()
	add := func(name, detail string, checked bool) {
		if checked && !d.has(name) {
			d.pass(name, detail)
		}
	}
	add("typ", typeName(r.Type), len(e.Config.Types) > 0)
	add("exp", stamp(claims.ExpiresAt)+", "+timetext.Relative(claims.ExpiresAt, now), !claims.ExpiresAt.IsZero())
	add("exp", "never expires, allowed by --allow-no-exp", claims.ExpiresAt.IsZero() && e.allowNoExp)
	add("nbf", stamp(claims.NotBefore), !claims.NotBefore.IsZero())
	add("iss", claims.Issuer, e.Config.Issuer != "")
	add("aud", strings.Join(claims.Audience, ", "), len(claims.Audience) > 0)
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// Worst returns the failed check that decides the exit code, or nil if all passed.
func (d *Result) Worst() *Check {
	var worst *Check
	for i := range d.Checks {
		c := &d.Checks[i]
		if !c.OK && (worst == nil || outcome.Rank(c.Exit) > outcome.Rank(worst.Exit)) {
			worst = c
		}
	}
	return worst
}

// Headline returns one line on a token that is not valid. If shown, the reasons were
// printed already, and the line has the names of the checks; otherwise it has the reason
// that decides the exit code, and the number of others.
func (d *Result) Headline(shown bool) string {
	worst := d.Worst()
	verdict := "the token is not valid: "
	switch {
	case worst.Exit == outcome.ExitUnreachable:
		verdict = "the token could not be verified: "
	case strings.HasPrefix(worst.Detail, "token ") && !shown:
		verdict = ""
	}
	failed := []string{terminal.Escape(worst.Name)}
	for i := range d.Checks {
		if c := &d.Checks[i]; !c.OK && c != worst {
			failed = append(failed, terminal.Escape(c.Name))
		}
	}
	switch {
	case shown:
		return verdict + strings.Join(failed, ", ") + " failed"
	case len(failed) > 1:
		return verdict + worst.Detail + ", and " + terminal.Plural(len(failed)-1, "more failure")
	}
	return verdict + worst.Detail
}
