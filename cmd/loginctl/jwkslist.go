package main

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// jwksListDocument is jwks list under --json.
type jwksListDocument struct {
	Schema string      `json:"schema"`
	Path   string      `json:"path"`
	Keys   []listedKey `json:"keys"`
}

type listedKey struct {
	inspectedKey
	Used bool   `json:"used"`
	Why  string `json:"why,omitempty"` // why it is not used
}

func runList(env *app, c *cli.Context) error {
	path := c.Args().First()
	data, err := readKey(env, path, "the key set")
	if err != nil {
		return &keyError{fmt.Errorf("reading %s: %w", keyName(path), reason(err))}
	}
	set, err := readKeySet(data)
	if err != nil {
		return &keyError{fmt.Errorf("reading %s: %w", keyName(path), err)}
	}
	d := jwksListDocument{Schema: "loginctl.jwks-list/1", Path: keyName(path), Keys: []listedKey{}}
	for _, k := range set.keys {
		listed, err := listKey(k)
		if err != nil {
			return err
		}
		d.Keys = append(d.Keys, *listed)
	}
	if env.json {
		env.writeJSON(d)
		return nil
	}
	showList(env, d.Keys)
	return nil
}

func listKey(k setKey) (*listedKey, error) {
	if k.key == nil {
		return &listedKey{inspectedKey: inspectedKey{ID: k.id}, Why: k.why.Error()}, nil
	}
	described, err := newInspectedKey(k.key)
	if err != nil {
		return nil, err
	}
	return &listedKey{inspectedKey: *described, Used: true}, nil
}

// showList prints a line for each key: kid, algorithm, kind.
func showList(env *app, listed []listedKey) {
	width := 0
	for _, k := range listed {
		width = max(width, len(escape(k.ID)))
	}
	for _, k := range listed {
		id := escape(k.ID)
		if id == "" {
			id = "-"
		}
		if k.Used {
			fmt.Fprintf(&env.result, "%-*s  %-5s  %s\n", width, id, k.Alg, k.kind())
			continue
		}
		fmt.Fprintf(&env.result, "%-*s  %-5s  not used: %s\n", width, id, "-", escape(k.Why))
	}
}

// oldKeys are the kids behind the first key that verifies.
func (s *keySetFile) oldKeys() []*keys.VerificationKey {
	var old []*keys.VerificationKey
	for _, k := range s.keys {
		if k.key != nil {
			old = append(old, k.key)
		}
	}
	return old[min(1, len(old)):]
}
