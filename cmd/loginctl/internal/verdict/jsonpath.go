package verdict

import (
	"time"

	"github.com/go-json-experiment/json"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// WriteSelected prints the values at a path, a line each: the text of a string, otherwise
// JSON. Under --json it is one JSON value, and for a path with [] a list.
func WriteSelected(env *terminal.Env, header, claims []byte, path string) error {
	p, err := ParsePath(path)
	if err != nil {
		return outcome.Usage("--get: "+err.Error(), pathForms)
	}
	values := p.In(header, claims)
	if len(values) == 0 {
		return outcome.Failed(outcome.ErrClaimMissing, "the token has no "+terminal.Shorten(path), "decode shows its claims")
	}
	switch {
	case env.JSON && p.many():
		env.WriteJSON(values)
		return nil
	case env.JSON:
		env.WriteJSON(values[0])
		return nil
	}
	for _, value := range values {
		var text string
		if value.Kind() != '"' || json.Unmarshal(value, &text) != nil {
			text = ValueText(value)
		}
		terminal.WriteUntrusted(env, text)
	}
	return nil
}

// TimesOf returns the claims that are times, as RFC 3339.
func TimesOf(claims []byte, zone *time.Location) map[string]string {
	members, err := input.ParseObject(claims)
	if err != nil {
		return nil
	}
	times := map[string]string{}
	for _, m := range members {
		if t, ok := ClaimTime(m, zone); ok {
			times[m.Name] = t.Format(time.RFC3339)
		}
	}
	return times
}
