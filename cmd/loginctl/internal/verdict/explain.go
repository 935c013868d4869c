package verdict

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
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
		f.Parts = e.claimParts(claim, r)
		if claim.Claim == "typ" {
			f.Hints = []string{"typ says the purpose of a token; to accept this one: --typ " + typeName(r.Type)}
		}
	case !r.Signed && errors.Is(err, login.ErrMalformed):
		if fault := headerFault(r, f.Message); fault != "" {
			f.Message, f.Hints = "token is malformed: "+fault, []string{"the issuer wrote the header so; decode shows it"}
		}
	case errors.Is(err, login.ErrSignature):
		text, parts := e.keysTried(r)
		f.Message, f.Parts = f.Message+text, parts
	case r.Signed && errors.Is(err, login.ErrMalformed):
		f.Hints = []string{"the issuer wrote claims that are not strict JSON; decode --raw shows them"}
	case errors.Is(err, login.ErrAlgorithm):
		if alg := headerText(r, "alg"); alg != "" {
			f.Message = fmt.Sprintf("the token says %s, and no key given is for that algorithm", terminal.Shorten(alg))
			f.Hints = e.algorithmHint(alg)
			f.Parts = outcome.Parts{Expected: e.algorithms(), Actual: alg}
		}
	case errors.Is(err, login.ErrUnknownKey):
		if kid := headerText(r, "kid"); kid != "" {
			f.Message = fmt.Sprintf("the token names the key %q, which is not among those given", kid)
			f.Parts = outcome.Parts{Expected: e.keyIDs(), Actual: kid}
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

// claimParts returns the values that a refusal of a claim is about.
func (e *Expectations) claimParts(claim *login.ClaimError, r *login.Report) outcome.Parts {
	switch {
	case claim.Claim == "typ":
		p := outcome.Parts{Expected: e.types(), Actual: r.Type}
		if claim.Missing {
			p.Missing, p.Actual = []string{"typ"}, nil
		}
		return p
	case claim.Missing:
		return outcome.Parts{Missing: []string{claim.Claim}}
	case claim.Err == login.ErrIssuer && r.Claims != nil:
		return outcome.Parts{Expected: e.Config.Issuer, Actual: r.Claims.Issuer}
	case claim.Err == login.ErrAudience && r.Claims != nil:
		return outcome.Parts{Expected: e.accepted(), Actual: r.Claims.Audience}
	case !claim.Time.IsZero():
		return outcome.Parts{Expected: e.Config.Now().UTC().Format(time.RFC3339), Actual: claim.Time.UTC().Format(time.RFC3339)}
	}
	return outcome.Parts{}
}

// typeName returns a typ as --typ expects it. A token without one is a JWT.
func typeName(typ string) string {
	if typ == "" {
		return "JWT"
	}
	return terminal.QuoteShell(typ)
}

// types returns the values of typ that are accepted; without --typ, those of the library.
func (e *Expectations) types() []string {
	if len(e.Config.Types) == 0 {
		return []string{"JWT", "at+jwt"}
	}
	return e.Config.Types
}

func (e *Expectations) wantedTypes() string { return strings.Join(e.types(), " or ") }

// accepted returns the audiences of --aud.
func (e *Expectations) accepted() []string {
	if e.Config.Audience == "" {
		return []string{}
	}
	return append([]string{e.Config.Audience}, e.Config.AlsoAccept...)
}

func (e *Expectations) ownAudience() string {
	if e.Config.Audience == "" {
		return "no --aud says that this is you"
	}
	return "not for " + strings.Join(e.accepted(), " or ")
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
