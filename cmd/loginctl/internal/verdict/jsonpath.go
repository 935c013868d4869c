package verdict

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// WriteSelected prints the claim at a path, or the parameter of the header at
// header.PATH: the text of a string, otherwise JSON.
func WriteSelected(env *terminal.Env, header, claims []byte, path string) error {
	within, value := path, jsontext.Value(claims)
	if rest, ok := strings.CutPrefix(path, "header."); ok {
		within, value = "."+rest, jsontext.Value(header)
	}
	steps, err := ParsePath(within)
	if err != nil {
		return outcome.Usage("--get: "+err.Error(), "a name without a dot before it is used as it is, as in --get https://example.com/roles")
	}
	for _, s := range steps {
		if value = s.Of(value); value == nil {
			return outcome.Failed(outcome.ErrClaimMissing, "the token has no "+terminal.Shorten(path), "decode shows its claims")
		}
	}
	if env.JSON {
		env.WriteJSON(value)
		return nil
	}
	var text string
	if value.Kind() != '"' || json.Unmarshal(value, &text) != nil {
		text = ValueText(value)
	}
	terminal.WriteUntrusted(env, text)
	return nil
}

// pathStep is one step into a JSON value: by name, or by index if name is "".
type pathStep struct {
	name  string
	index int
}

// ParsePath reads a path such as .a.b[0]. Without a leading dot it is one name, such as
// "https://example.com/roles".
func ParsePath(path string) ([]pathStep, error) {
	if !strings.HasPrefix(path, ".") {
		return []pathStep{{name: path}}, nil
	}
	var steps []pathStep
	for _, part := range strings.Split(path[1:], ".") {
		name, rest, indexed := strings.Cut(part, "[")
		if name == "" {
			return nil, fmt.Errorf("%s is not a path: write it as .sub, .address.city or .aud[0]", terminal.Shorten(path))
		}
		steps = append(steps, pathStep{name: name})
		for indexed {
			var number string
			number, rest, _ = strings.Cut(rest, "]")
			i, err := strconv.Atoi(number)
			if err != nil || i < 0 {
				return nil, fmt.Errorf("%s is not a path: an index is a number, as in .aud[0]", terminal.Shorten(path))
			}
			steps = append(steps, pathStep{index: i})
			if rest, indexed = strings.CutPrefix(rest, "["); !indexed && rest != "" {
				return nil, fmt.Errorf("%s is not a path: write it as .aud[0].name", terminal.Shorten(path))
			}
		}
	}
	return steps, nil
}

// Of returns the value that the step leads to, or nil.
func (s pathStep) Of(value jsontext.Value) jsontext.Value {
	if s.name == "" {
		var list []jsontext.Value
		if value.Kind() != '[' || json.Unmarshal(value, &list) != nil || s.index >= len(list) {
			return nil
		}
		return list[s.index]
	}
	members, err := input.ParseObject(value)
	if err != nil {
		return nil
	}
	for _, m := range members {
		if m.Name == s.name {
			return m.Value
		}
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
