package jwkscmd

import (
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/keycmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

// jwksListDocument is the output of jwks list under --json.
type jwksListDocument struct {
	Schema string      `json:"schema"`
	Path   string      `json:"path"`
	Keys   []listedKey `json:"keys"`
}

type listedKey struct {
	keycmd.InspectedKey
	Used bool   `json:"used"`
	Why  string `json:"why,omitempty"` // the reason, if it is not used
}

func runList(env *terminal.Env, c *cli.Context) error {
	path := c.Args().First()
	data, err := input.ReadKeySet(env, c, path)
	if err != nil {
		return err
	}
	set, err := readKeySet(data)
	if err != nil {
		if set, err = readOtherForm(data, err); err != nil {
			return outcome.KeyError(fmt.Errorf("reading %s: %w", input.KeyName(path), err))
		}
	}
	d := jwksListDocument{Schema: "loginctl.jwks-list/1", Path: input.KeyName(path), Keys: []listedKey{}}
	for _, k := range set.keys {
		listed, err := listKey(k)
		if err != nil {
			return err
		}
		d.Keys = append(d.Keys, *listed)
	}
	if env.JSON {
		env.WriteJSON(d)
		return nil
	}
	showList(env, d.Keys)
	return nil
}

// readOtherForm reads the keys of a text that is not a JWK Set itself, such as a map of
// certificates or a set in a wrapper, which verify reads too. Such a file is only listed,
// and never changed. without is the error for a text that is not one of these either.
func readOtherForm(data []byte, without error) (*KeySetFile, error) {
	set, err := keys.ParseJWKS(data, nil)
	switch {
	case errors.Is(err, keys.ErrNoKey):
		return nil, err // which says what the text is
	case err != nil:
		return nil, without
	}
	s := &KeySetFile{}
	for _, k := range set.Snapshot().VerificationKeys() {
		s.keys = append(s.keys, setKey{id: k.ID(), key: k})
	}
	for _, k := range set.Skipped() {
		s.keys = append(s.keys, setKey{id: k.ID, why: k.Err})
	}
	return s, nil
}

func listKey(k setKey) (*listedKey, error) {
	if k.key == nil {
		return &listedKey{InspectedKey: keycmd.InspectedKey{ID: k.id}, Why: k.why.Error()}, nil
	}
	described, err := keycmd.NewInspectedKey(k.key)
	if err != nil {
		return nil, err
	}
	return &listedKey{InspectedKey: *described, Used: true}, nil
}

// showList prints a line for each key: kid, algorithm, kind.
func showList(env *terminal.Env, listed []listedKey) {
	width := 0
	for _, k := range listed {
		width = max(width, len(terminal.Escape(k.ID)))
	}
	for _, k := range listed {
		id := terminal.Escape(k.ID)
		if id == "" {
			id = "-"
		}
		if k.Used {
			fmt.Fprintf(&env.Result, "%-*s  %-5s  %s\n", width, id, k.Alg, k.Kind())
			continue
		}
		fmt.Fprintf(&env.Result, "%-*s  %-5s  not used: %s\n", width, id, "-", terminal.Escape(k.Why))
	}
}

// oldKeys returns the keys that verify, without the first.
func (s *KeySetFile) oldKeys() []*keys.VerificationKey {
	var old []*keys.VerificationKey
	for _, k := range s.keys {
		if k.key != nil {
			old = append(old, k.key)
		}
	}
	return old[min(1, len(old)):]
}
