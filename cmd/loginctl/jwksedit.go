package main

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/urfave/cli/v2"
)

func (a *app) jwksNew(c *cli.Context) error {
	public, err := a.publicKeys(c, c.Args().Slice())
	if err != nil {
		return err
	}
	set := &keySetFile{}
	for _, k := range public {
		if set.find(k) >= 0 {
			continue
		}
		if err := set.insert(len(set.keys), k); err != nil {
			return &keyError{err}
		}
	}
	data, err := set.bytes()
	if err != nil {
		return &keyError{err}
	}
	out := c.String("out")
	if out == "" || out == "-" {
		a.result.Write(append(data, '\n'))
		return nil
	}
	if err := keyfile.SavePublic(out, append(data, '\n'), c.Bool("force")); err != nil {
		return err
	}
	d := newJWKSDocument("new", out)
	d.Added = set.ids()
	a.jwksDone(d, set)
	return nil
}

// publicKeys reads the public halves of several keys. --kid can name one only.
func (a *app) publicKeys(c *cli.Context, names []string) ([]*keys.VerificationKey, error) {
	if len(names) > 1 && c.String("kid") != "" {
		return nil, usage(fmt.Sprintf("--kid names one key, and %d are given", len(names)), "leave --kid out: each key has its thumbprint for one")
	}
	var public []*keys.VerificationKey
	for _, name := range names {
		k, err := a.publicKey(c, name)
		if err != nil {
			return nil, err
		}
		if k.Algorithm().Symmetric() {
			return nil, &keyError{fmt.Errorf("%s: %w: a key set is for publishing", keyName(name), keys.ErrNotPublic)}
		}
		public = append(public, k)
	}
	return public, nil
}

func (a *app) jwksAdd(c *cli.Context) error {
	path := c.Args().First()
	public, err := a.publicKeys(c, c.Args().Tail())
	if err != nil {
		return err
	}
	d := newJWKSDocument("add", path)
	set, err := changeKeySet(path, func(set *keySetFile) error {
		d.Added = d.Added[:0]
		for _, k := range public {
			if at := set.find(k); at >= 0 {
				a.note("already there: %s", escape(set.keys[at].key.ID()))
				continue
			}
			if err := set.insert(len(set.keys), k); err != nil {
				return err
			}
			d.Added = append(d.Added, k.ID())
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.jwksDone(d, set)
	return nil
}

func (a *app) jwksRemove(c *cli.Context) error {
	path := c.Args().First()
	d := newJWKSDocument("remove", path)
	set, err := changeKeySet(path, func(set *keySetFile) error {
		d.Removed = d.Removed[:0]
		for _, kid := range c.Args().Tail() {
			if !set.remove(kid) {
				return notThere(path, kid)
			}
			d.Removed = append(d.Removed, kid)
		}
		return nil
	})
	if err != nil {
		return err
	}
	a.jwksDone(d, set)
	if len(set.keys) == 0 {
		a.warn("%s is empty: every token is refused", path)
	}
	return nil
}

// remove takes out the keys with a kid; a key without one goes by its thumbprint.
func (s *keySetFile) remove(kid string) bool {
	var rest []setKey
	for _, k := range s.keys {
		if k.id == kid || k.id == "" && k.key != nil && k.key.ID() == kid {
			continue
		}
		rest = append(rest, k)
	}
	found := len(rest) < len(s.keys)
	s.keys = rest
	return found
}
