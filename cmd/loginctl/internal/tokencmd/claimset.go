package tokencmd

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// claimSet collects claims by name, from flags and from JSON. origin says where each
// came from, for the error about a claim that is given twice.
type claimSet struct {
	values map[string]jsontext.Value
	origin map[string]string
	typ    string // of the token of --from
}

func newClaimSet() *claimSet {
	return &claimSet{values: map[string]jsontext.Value{}, origin: map[string]string{}}
}

func (s *claimSet) add(name string, value jsontext.Value, origin string) error {
	if first, ok := s.origin[name]; ok {
		if first == origin {
			return outcome.Usage(fmt.Sprintf("the claim %s is given twice by %s", terminal.Shorten(name), origin), cmdline.GiveOnce)
		}
		return outcome.Usage(fmt.Sprintf("the claim %s is given twice: by %s and by %s", terminal.Shorten(name), first, origin), cmdline.GiveOnce)
	}
	s.values[name], s.origin[name] = value, origin
	return nil
}

// addText adds a claim that is a string, unless its flag was not given.
func (s *claimSet) addText(name, text, flag string) error {
	if text == "" {
		return nil
	}
	value, err := input.JSONText(text)
	if err != nil {
		return outcome.Usage(fmt.Sprintf("%s: %v", flag, err), "claims are UTF-8 text: convert it, as with iconv")
	}
	return s.add(name, value, flag)
}

// addObject adds the members of a JSON object.
func (s *claimSet) addObject(text []byte) error {
	members, err := input.ParseObject(text)
	if err != nil {
		return outcome.Usage(fmt.Sprintf("CLAIMS: %v", err), `write them as {"sub":"ada","admin":true}, or name a file: @FILE`)
	}
	for _, m := range members {
		if err := s.add(m.Name, m.Value, "CLAIMS"); err != nil {
			return err
		}
	}
	return nil
}

// take removes a claim and returns it, or nil if there is no such claim.
func (s *claimSet) take(name string) jsontext.Value {
	value := s.values[name]
	delete(s.values, name)
	return value
}
