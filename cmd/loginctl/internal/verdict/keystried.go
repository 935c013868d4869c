package verdict

import (
	"fmt"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"slices"
)

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

// keysTried names the key of the token and the one that it was checked with.
func (e *Expectations) keysTried(r *login.Report) (text string, parts outcome.Parts) {
	ids, kid := e.keyIDs(), headerText(r, "kid")
	if kid != "" {
		text, parts.Actual = "; the token names the key "+terminal.Shorten(kid), kid
		if slices.Contains(ids, kid) {
			ids = []string{kid} // of a set, the key that was tried
		}
	}
	parts.Expected = ids
	switch {
	case len(ids) == 1 && ids[0] == kid:
		text += ", and the key given has that name"
	case len(ids) == 1:
		text += "; the key given is " + terminal.Shorten(ids[0])
	case len(ids) > 1:
		text += "; " + terminal.Plural(len(ids), "key") + " of the set were tried"
	}
	return text, parts
}

// keyIDs returns the kids of the keys that tokens are checked with.
func (e *Expectations) keyIDs() []string {
	ids := []string{}
	for _, k := range e.Source.Snapshot().VerificationKeys() {
		if k.ID() != "" {
			ids = append(ids, k.ID())
		}
	}
	return ids
}

// algorithms returns the algorithms of the keys that tokens are checked with.
func (e *Expectations) algorithms() []string {
	names := []string{}
	for _, k := range e.Source.Snapshot().VerificationKeys() {
		if name := k.Algorithm().String(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
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
