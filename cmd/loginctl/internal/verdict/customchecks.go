package verdict

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/pkg/login"
)

// claimCheck is a check of --claim or, without a value, of --require.
type claimCheck struct {
	at   Path
	want jsontext.Value
}

// CheckCustom adds the checks that only the flags ask for to d. header returns the
// header of the token.
func (e *Expectations) CheckCustom(claims *login.Claims, header func() []byte, d *Result) {
	if e.subject != "" {
		d.add("sub", claims.Subject, e.checkSubject(claims))
	}
	if len(e.scopes) > 0 {
		d.add("scopes", strings.Join(claims.Scopes, ", "), e.checkScopes(claims))
	}
	if len(e.anyScope) > 0 {
		d.add("any-scope", strings.Join(claims.Scopes, ", "), e.checkAnyScope(claims))
	}
	for _, check := range e.claims {
		detail := "is there"
		if check.want != nil {
			detail = "is " + ValueText(check.want)
			if check.at.many() {
				detail = "has " + ValueText(check.want)
			}
		}
		var of []byte
		if check.at.header {
			of = header()
		}
		d.add(check.at.text, detail, check.run(of, claims.JSON()))
	}
	if e.maxAge > 0 {
		d.add("max-age", "issued "+timetext.Relative(claims.IssuedAt, e.Config.Now()), e.checkAge(claims))
	}
	if e.minTTL > 0 {
		d.add("min-ttl", "at least "+timetext.Span(e.minTTL)+" left", e.checkTTL(claims))
	}
}

func (d *Result) add(name, detail string, err error) {
	if err != nil {
		d.fail(name, err)
		return
	}
	d.pass(name, detail)
}

func (e *Expectations) checkSubject(claims *login.Claims) error {
	if claims.Subject == e.subject {
		return nil
	}
	return outcome.Failed(outcome.ErrSubject, fmt.Sprintf("the subject is not %q", e.subject)).
		With(outcome.Parts{Expected: e.subject, Actual: claims.Subject})
}

func (e *Expectations) checkScopes(claims *login.Claims) error {
	var missing []string
	for _, s := range e.scopes {
		if !claims.HasScopes(s) {
			missing = append(missing, s)
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return scopesMissing("the scope "+missing[0]+" is missing", missing, e.scopes, claims)
	}
	return scopesMissing("the scopes "+strings.Join(missing, ", ")+" are missing", missing, e.scopes, claims)
}

func (e *Expectations) checkAnyScope(claims *login.Claims) error {
	for _, s := range e.anyScope {
		if claims.HasScopes(s) {
			return nil
		}
	}
	return scopesMissing("it does not have any of the scopes "+strings.Join(e.anyScope, ", "), e.anyScope, e.anyScope, claims)
}

func scopesMissing(message string, missing, wanted []string, claims *login.Claims) error {
	has := "it has no scopes"
	if len(claims.Scopes) > 0 {
		has = "it has " + strings.Join(claims.Scopes, ", ")
	}
	return outcome.Failed(login.ErrInsufficientScope, message+" ("+has+")").
		With(outcome.Parts{Missing: missing, Expected: wanted, Actual: append([]string{}, claims.Scopes...)})
}

// run checks the values at the path: one of them must be the wanted one.
func (c claimCheck) run(header, claims []byte) error {
	values := c.at.In(header, claims)
	if len(values) == 0 {
		return outcome.Failed(outcome.ErrClaimMissing, "there is no "+c.at.Title()).
			With(outcome.Parts{Missing: []string{c.at.text}, Expected: present(c.want)})
	}
	if c.want == nil {
		return nil
	}
	for _, v := range values {
		if SameValue(v, c.want) {
			return nil
		}
	}
	parts := outcome.Parts{Expected: c.want, Actual: values}
	if c.at.many() {
		return outcome.Failed(outcome.ErrClaimMismatch, "the "+c.at.Title()+" does not have "+ValueText(c.want)).With(parts)
	}
	parts.Actual = values[0]
	hints := []string{"decode shows its claims; --claim NAME=TEXT compares text, --claim NAME:=JSON everything else"}
	if values[0].Kind() == '[' {
		hints = append(hints, "for a value in a list: --claim "+terminal.QuoteShell(c.at.text+"[]=VALUE"))
	}
	return outcome.Failed(outcome.ErrClaimMismatch, "the "+c.at.Title()+" is not "+ValueText(c.want), hints...).With(parts)
}

// present returns a value for JSON, where nil leaves a member out.
func present(v jsontext.Value) any {
	if v == nil {
		return nil
	}
	return v
}

func (e *Expectations) checkAge(claims *login.Claims) error {
	if claims.IssuedAt.IsZero() {
		return outcome.Failed(outcome.ErrClaimMissing, "there is no iat, so its age is not known", "mint and pkg/login write one; without --max-age it is not required")
	}
	// iat has whole seconds, so the fraction of the current second does not count.
	age := e.Config.Now().Unix() - claims.IssuedAt.Unix()
	if age > int64((e.maxAge+e.Config.Leeway)/time.Second) {
		return outcome.Failed(outcome.ErrTooOld, fmt.Sprintf("issued %s ago, allowed are %s", timetext.SecondsText(age), timetext.Span(e.maxAge))).
			With(outcome.Parts{Expected: int64(e.maxAge / time.Second), Actual: age})
	}
	return nil
}

func (e *Expectations) checkTTL(claims *login.Claims) error {
	if claims.ExpiresAt.IsZero() {
		return nil // it never expires: another check decides whether that is allowed
	}
	if left := claims.ExpiresAt.Sub(e.Config.Now()); left < e.minTTL {
		return outcome.Failed(outcome.ErrExpiresSoon, fmt.Sprintf("%s left, wanted are %s", timetext.Span(max(left, 0)), timetext.Span(e.minTTL))).
			With(outcome.Parts{Expected: int64(e.minTTL / time.Second), Actual: int64(max(left, 0) / time.Second)})
	}
	return nil
}
