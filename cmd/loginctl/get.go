package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// get prints one claim: a string as its text, all else as JSON.
func writeSelected(env *app, claims []byte, path string) error {
	steps, err := parsePath(path)
	if err != nil {
		return usage("--get: "+err.Error(), "a name without a dot before it is taken as it is, as in --get https://example.com/roles")
	}
	value := jsontext.Value(claims)
	for _, s := range steps {
		if value = s.of(value); value == nil {
			return failed(errClaimMissing, "the token has no "+shorten(path), "decode shows what it has")
		}
	}
	if env.json {
		env.writeJSON(value)
		return nil
	}
	var text string
	if value.Kind() != '"' || json.Unmarshal(value, &text) != nil {
		text = valueText(value)
	}
	writeUntrusted(env, text)
	return nil
}

// pathStep is one step into a JSON value: by name, or by index where name is "".
type pathStep struct {
	name  string
	index int
}

// parsePath reads .a.b[0]. Without a leading dot all of it is one name, such as
// "https://example.com/roles".
func parsePath(path string) ([]pathStep, error) {
	if !strings.HasPrefix(path, ".") {
		return []pathStep{{name: path}}, nil
	}
	var steps []pathStep
	for _, part := range strings.Split(path[1:], ".") {
		name, rest, indexed := strings.Cut(part, "[")
		if name == "" {
			return nil, fmt.Errorf("%s is no path: write it as .sub, .address.city or .aud[0]", shorten(path))
		}
		steps = append(steps, pathStep{name: name})
		for indexed {
			var number string
			number, rest, _ = strings.Cut(rest, "]")
			i, err := strconv.Atoi(number)
			if err != nil || i < 0 {
				return nil, fmt.Errorf("%s is no path: an index is a number, as in .aud[0]", shorten(path))
			}
			steps = append(steps, pathStep{index: i})
			if rest, indexed = strings.CutPrefix(rest, "["); !indexed && rest != "" {
				return nil, fmt.Errorf("%s is no path: write it as .aud[0].name", shorten(path))
			}
		}
	}
	return steps, nil
}

// of takes the step; nil when there is nothing.
func (s pathStep) of(value jsontext.Value) jsontext.Value {
	if s.name == "" {
		var list []jsontext.Value
		if value.Kind() != '[' || json.Unmarshal(value, &list) != nil || s.index >= len(list) {
			return nil
		}
		return list[s.index]
	}
	members, err := parseObject(value)
	if err != nil {
		return nil
	}
	for _, m := range members {
		if m.name == s.name {
			return m.value
		}
	}
	return nil
}

// timesOf writes the times among the claims as RFC 3339.
func timesOf(claims []byte, zone *time.Location) map[string]string {
	members, err := parseObject(claims)
	if err != nil {
		return nil
	}
	times := map[string]string{}
	for _, m := range members {
		if t, ok := claimTime(m, zone); ok {
			times[m.name] = t.Format(time.RFC3339)
		}
	}
	return times
}
