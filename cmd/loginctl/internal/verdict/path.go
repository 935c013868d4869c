package verdict

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// Path selects values of a token for --claim, --require and --get.
//
//	sub, https://example.com/roles   the claim of that name
//	address.city, .address.city      a claim inside another one
//	aud[0], aud[]                    an element of a list, every element
//	."a.b", .roles."x"[]             a name that has dots or brackets itself
//	header.kid                       a parameter of the header
type Path struct {
	text   string
	header bool
	steps  []pathStep
}

// pathStep is one step into a JSON value: by name, by index, or to every element.
type pathStep struct {
	name  string
	index int
	kind  stepKind
}

type stepKind int

const (
	byName stepKind = iota
	dotted          // by name, or by names with dots between them
	byIndex
	toAll
)

// PathHelp is the paragraph about PATH in help.
const PathHelp = `PATH is the name of a claim, or address.city for a claim inside another one;
aud[0] is an element of a list, roles[] every element, and header.kid a parameter of the
header. A name with dots in a path is written ."a.b".`

// pathForms is the hint for a path that cannot be read.
const pathForms = `write NAME, address.city, aud[0], roles[] for every element, or header.kid; a name with dots in a path is ."a.b"`

// ParsePath reads a path. Without a dot before it, it is the name of a claim, which may
// have dots as in "https://example.com/roles", or else names of claims inside each other,
// as for package claim; elements of a list follow.
func ParsePath(text string) (Path, error) {
	p := Path{text: text}
	rest := text
	if within, ok := strings.CutPrefix(text, "header."); ok {
		p.header, rest = true, "."+within
	}
	if !strings.HasPrefix(rest, ".") {
		name, elements := cutElements(rest)
		p.steps = []pathStep{{name: name, kind: dotted}}
		rest = elements
	}
	for rest != "" {
		step, after, err := leadingStep(rest)
		if err != nil {
			return p, fmt.Errorf("%s is not a path: %w", terminal.Shorten(text), err)
		}
		p.steps, rest = append(p.steps, step), after
	}
	return p, nil
}

// cutElements cuts the steps [] and [N] off the end of a name.
func cutElements(text string) (name, elements string) {
	name = text
	for strings.HasSuffix(name, "]") {
		at := strings.LastIndexByte(name, '[')
		if at <= 0 || strings.Trim(name[at+1:len(name)-1], "0123456789") != "" {
			break
		}
		name = name[:at]
	}
	return name, text[len(name):]
}

// leadingStep reads the step that a path begins with.
func leadingStep(path string) (step pathStep, rest string, err error) {
	if inner, ok := strings.CutPrefix(path, "["); ok {
		return elementStep(inner)
	}
	name, ok := strings.CutPrefix(path, ".")
	if !ok {
		return step, "", fmt.Errorf("a dot or a bracket comes before each step, as in .address.city and .aud[0]")
	}
	if strings.HasPrefix(name, `"`) {
		return quotedStep(name)
	}
	end := strings.IndexAny(name, ".[")
	if end < 0 {
		end = len(name)
	}
	if end == 0 {
		return step, "", fmt.Errorf("a name is missing behind a dot, as in .address.city")
	}
	return pathStep{name: name[:end]}, name[end:], nil
}

// elementStep reads a step into a list, behind its bracket.
func elementStep(inner string) (step pathStep, rest string, err error) {
	number, rest, ok := strings.Cut(inner, "]")
	if number == "" && ok {
		return pathStep{kind: toAll}, rest, nil
	}
	index, err := strconv.ParseUint(number, 10, 31)
	if err != nil || !ok {
		return step, "", fmt.Errorf("an index is a number, as in aud[0], and every element is aud[]")
	}
	return pathStep{kind: byIndex, index: int(index)}, rest, nil
}

// quotedStep reads a name that is written as a JSON string.
func quotedStep(text string) (step pathStep, rest string, err error) {
	quoted, err := strconv.QuotedPrefix(text)
	if err == nil && json.Unmarshal([]byte(quoted), &step.name) == nil {
		return step, text[len(quoted):], nil
	}
	return step, "", fmt.Errorf(`a name in quotes is a JSON string, as in ."a.b"`)
}

// many reports whether the path may lead to several values.
func (p Path) many() bool {
	for _, s := range p.steps {
		if s.kind == toAll {
			return true
		}
	}
	return false
}

// Title is the path for a message: the claim "sub".
func (p Path) Title() string {
	if p.header {
		return p.text
	}
	return "claim " + strconv.Quote(p.text)
}

// In returns the values that the path leads to. A value that is null counts as absent.
func (p Path) In(header, claims []byte) []jsontext.Value {
	values := []jsontext.Value{claims}
	if p.header {
		values[0] = header
	}
	for _, s := range p.steps {
		var next []jsontext.Value
		for _, v := range values {
			next = append(next, s.of(v)...)
		}
		values = next
	}
	var present []jsontext.Value
	for _, v := range values {
		if v.Kind() != 'n' {
			present = append(present, v)
		}
	}
	return present
}

// of returns the values that the step leads to.
func (s pathStep) of(value jsontext.Value) []jsontext.Value {
	switch s.kind {
	case dotted:
		return claimAt(value, s.name)
	case byIndex, toAll:
		var list []jsontext.Value
		if value.Kind() != '[' || json.Unmarshal(value, &list) != nil || s.kind == byIndex && s.index >= len(list) {
			return nil
		}
		if s.kind == byIndex {
			list = list[s.index : s.index+1]
		}
		return list
	}
	if m, ok := member(value, s.name); ok {
		return []jsontext.Value{m}
	}
	return nil
}

// claimAt returns the claim of that exact name, or the one that names with dots between
// them lead to, the shortest name first.
func claimAt(value jsontext.Value, name string) []jsontext.Value {
	if m, ok := member(value, name); ok {
		return []jsontext.Value{m}
	}
	for at := range len(name) {
		if name[at] != '.' {
			continue
		}
		if outer, ok := member(value, name[:at]); ok {
			if found := claimAt(outer, name[at+1:]); found != nil {
				return found
			}
		}
	}
	return nil
}

// member returns a member of a JSON object.
func member(object jsontext.Value, name string) (jsontext.Value, bool) {
	members, err := input.ParseObject(object)
	if err != nil {
		return nil, false
	}
	for _, m := range members {
		if m.Name == name {
			return m.Value, true
		}
	}
	return nil, false
}
