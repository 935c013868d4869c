package verdict

import (
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// checkName returns the name of the check that an error belongs to.
func checkName(err error) string {
	var claim *login.ClaimError
	switch {
	case errors.As(err, &claim):
		return claim.Claim
	case errors.Is(err, login.ErrMalformed):
		return "form"
	case errors.Is(err, login.ErrAlgorithm):
		return "algorithm"
	case errors.Is(err, login.ErrUnknownKey), errors.Is(err, login.ErrUnavailable):
		return "key"
	case errors.Is(err, login.ErrSignature):
		return "signature"
	}
	return "claims"
}

// explain adds the token's values to an error of the library. Claims are shown only if
// the signature is good; members of the header are always shown.
func (e *Expectations) explain(err error, r *login.Report) error {
	f := *outcome.Classify(err)
	var claim *login.ClaimError
	switch {
	case errors.As(err, &claim):
		if words := e.claimWords(claim, r); words != "" {
			f.Message = words
		}
		if claim.Claim == "typ" {
			f.Hints = []string{"typ says the purpose of a token; to accept this one: --typ " + typeName(r.Type)}
		}
	case !r.Signed && errors.Is(err, login.ErrMalformed):
		if fault := headerFault(r, f.Message); fault != "" {
			f.Message, f.Hints = "token is malformed: "+fault, []string{"the issuer wrote the header so; decode shows it"}
		}
	case errors.Is(err, login.ErrSignature):
		f.Message += e.keysTried(r)
	case r.Signed && errors.Is(err, login.ErrMalformed):
		f.Hints = []string{"the issuer wrote claims that are not strict JSON; decode --raw shows them"}
	case errors.Is(err, login.ErrAlgorithm):
		if alg := headerText(r, "alg"); alg != "" {
			f.Message = fmt.Sprintf("the token says %s, and no key given is for that algorithm", terminal.Shorten(alg))
			f.Hints = e.algorithmHint(alg)
		}
	case errors.Is(err, login.ErrUnknownKey):
		if kid := headerText(r, "kid"); kid != "" {
			f.Message = fmt.Sprintf("the token names the key %q, which is not among those given", kid)
		}
		f.Hints = append(f.Hints, e.skippedKeys()...)
	}
	return &f
}

// claimWords returns the message for an error about a claim, or "" if the error's own
// message is enough.
func (e *Expectations) claimWords(claim *login.ClaimError, r *login.Report) string {
	now := e.Config.Now()
	at := fmt.Sprintf("(%s)", stamp(claim.Time))
	switch {
	case claim.Claim == "typ" && claim.Missing:
		return "there is no typ, which counts as JWT, and wanted is " + e.wantedTypes()
	case claim.Claim == "typ":
		return fmt.Sprintf("the token's typ is %s, wanted is %s", typeName(r.Type), e.wantedTypes())
	case claim.Missing:
		return "there is no " + claim.Claim
	case claim.Time.IsZero() && claim.Err != login.ErrIssuer && claim.Err != login.ErrAudience:
		return ""
	case claim.Err == login.ErrExpired:
		return "expired " + timetext.Relative(claim.Time, now) + " " + at
	case claim.Err == login.ErrNotYetValid && claim.Claim == "iat":
		return "issued in the future, " + timetext.Relative(claim.Time, now) + " " + at
	case claim.Err == login.ErrNotYetValid:
		return "valid " + timetext.Relative(claim.Time, now) + " " + at
	case claim.Err == login.ErrIssuer && r.Claims != nil:
		return fmt.Sprintf("issued by %q, wanted is %q", r.Claims.Issuer, e.Config.Issuer)
	case claim.Err == login.ErrAudience && r.Claims != nil:
		return fmt.Sprintf("meant for %s, and %s", strings.Join(r.Claims.Audience, ", "), e.ownAudience())
	}
	return ""
}

// typeName returns a typ as --typ expects it. A token without one is a JWT.
func typeName(typ string) string {
	if typ == "" {
		return "JWT"
	}
	return terminal.QuoteShell(typ)
}

func (e *Expectations) wantedTypes() string {
	if len(e.Config.Types) == 0 {
		return "JWT or at+jwt"
	}
	return strings.Join(e.Config.Types, " or ")
}

func (e *Expectations) ownAudience() string {
	if e.Config.Audience == "" {
		return "no --aud says that this is you"
	}
	return "not for " + strings.Join(append([]string{e.Config.Audience}, e.Config.AlsoAccept...), " or ")
}

// headerText returns a member of the header, if it is a string.
func headerText(r *login.Report, name string) string {
	var text string
	members, _ := input.ParseObject(r.Header)
	for _, m := range members {
		if m.Name == name && json.Unmarshal(m.Value, &text) == nil {
			return text
		}
	}
	return ""
}

// algorithmHint suggests --alg only if one of the given keys fits the token's algorithm.
func (e *Expectations) algorithmHint(name string) []string {
	alg, err := keys.ParseAlgorithm(name)
	if err != nil {
		return []string{"there is no key for that: such a token is never valid"}
	}
	for _, k := range e.Source.Snapshot().VerificationKeys() {
		if k.Algorithm().Type() == alg.Type() {
			return []string{"if the key is for that algorithm, state it: --alg " + name}
		}
	}
	return []string{"the key given is of another kind; give the one that its issuer signs with"}
}

// headerFault names the member of the header for which the library refuses it, where its
// message lists all of that kind.
func headerFault(r *login.Report, message string) string {
	members, err := input.ReadMembers(r.Header)
	if err != nil {
		return ""
	}
	switch {
	case strings.Contains(message, "crit, b64 and zip"):
		if names := members.Present("crit", "b64", "zip"); names != "" {
			return "the header has " + names + ", which is not supported"
		}
	case strings.Contains(message, "alg, kid or typ"):
		for _, name := range []string{"alg", "kid", "typ"} {
			if _, text := members.Text(name); members[name] != nil && !text {
				return name + " in the header is not a string"
			}
		}
	}
	return ""
}

// keysTried names the key of the token and the one that it was checked with.
func (e *Expectations) keysTried(r *login.Report) string {
	var ids []string
	for _, k := range e.Source.Snapshot().VerificationKeys() {
		if k.ID() != "" {
			ids = append(ids, terminal.Shorten(k.ID()))
		}
	}
	text := ""
	if kid := headerText(r, "kid"); kid != "" {
		text = "; the token names the key " + terminal.Shorten(kid)
	}
	if len(ids) == 1 {
		text += "; the key given is " + ids[0]
	}
	return text
}

// skippedKeys says which keys of a set are not used, and why.
func (e *Expectations) skippedKeys() []string {
	set, ok := e.Source.(*keys.Set)
	if !ok {
		return nil
	}
	var hints []string
	for _, k := range set.Skipped() {
		hints = append(hints, fmt.Sprintf("the set has a key %s that is not used: %v", terminal.Shorten(k.ID), k.Err))
	}
	return hints[:min(len(hints), 3)]
}
