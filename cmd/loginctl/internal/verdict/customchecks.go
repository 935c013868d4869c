package verdict

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/claim"
)

// CheckCustom adds the checks that only the flags ask for to d.
func (e *Expectations) CheckCustom(claims *login.Claims, d *Result) {
	if e.subject != "" {
		d.add("sub", claims.Subject, e.checkSubject(claims))
	}
	if len(e.scopes) > 0 {
		d.add("scopes", strings.Join(claims.Scopes, ", "), e.checkScopes(claims))
	}
	if len(e.anyScope) > 0 {
		d.add("any-scope", strings.Join(claims.Scopes, ", "), e.checkAnyScope(claims))
	}
	for _, want := range e.claims {
		d.add(want.Name, "is "+ValueText(want.Value), checkClaim(claims, want))
	}
	for _, name := range e.require {
		_, err := present(claims, name)
		d.add(name, "is there", err)
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
	return outcome.Failed(outcome.ErrSubject, fmt.Sprintf("the subject is not %q", e.subject))
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
		return scopesMissing("the scope "+missing[0]+" is missing", claims)
	}
	return scopesMissing("the scopes "+strings.Join(missing, ", ")+" are missing", claims)
}

func (e *Expectations) checkAnyScope(claims *login.Claims) error {
	for _, s := range e.anyScope {
		if claims.HasScopes(s) {
			return nil
		}
	}
	return scopesMissing("it does not have any of the scopes "+strings.Join(e.anyScope, ", "), claims)
}

func scopesMissing(message string, claims *login.Claims) error {
	has := "it has no scopes"
	if len(claims.Scopes) > 0 {
		has = "it has " + strings.Join(claims.Scopes, ", ")
	}
	f := *outcome.Classify(login.ErrInsufficientScope)
	f.Message = message + " (" + has + ")"
	return &f
}

// present returns the value of a claim. A claim that is null counts as absent.
func present(claims *login.Claims, name string) (jsontext.Value, error) {
	value, ok, err := claim.At[jsontext.Value](claims, name)
	if err != nil || !ok || value.Kind() == 'n' {
		return nil, outcome.Failed(outcome.ErrClaimMissing, fmt.Sprintf("there is no claim %q", name))
	}
	return value, nil
}

func checkClaim(claims *login.Claims, want input.Member) error {
	value, err := present(claims, want.Name)
	if err == nil && !SameValue(value, want.Value) {
		return outcome.Failed(outcome.ErrClaimMismatch, fmt.Sprintf("the claim %q is not %s", want.Name, ValueText(want.Value)))
	}
	return err
}

func (e *Expectations) checkAge(claims *login.Claims) error {
	if claims.IssuedAt.IsZero() {
		return outcome.Failed(outcome.ErrClaimMissing, "there is no iat, so its age is not known", "tokens of loginctl and pkg/login have one; without --max-age it is not required")
	}
	// iat has whole seconds, so the fraction of the current second does not count.
	age := e.Config.Now().Unix() - claims.IssuedAt.Unix()
	if age > int64((e.maxAge+e.Config.Leeway)/time.Second) {
		return outcome.Failed(outcome.ErrTooOld, fmt.Sprintf("issued %s ago, allowed are %s", timetext.SecondsText(age), timetext.Span(e.maxAge)))
	}
	return nil
}

func (e *Expectations) checkTTL(claims *login.Claims) error {
	if claims.ExpiresAt.IsZero() {
		return nil // it never expires: another check decides whether that is allowed
	}
	if left := claims.ExpiresAt.Sub(e.Config.Now()); left < e.minTTL {
		return outcome.Failed(outcome.ErrExpiresSoon, fmt.Sprintf("%s left, wanted are %s", timetext.Span(max(left, 0)), timetext.Span(e.minTTL)))
	}
	return nil
}
