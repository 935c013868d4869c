package jwkscmd

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

func runNew(env *terminal.Env, c *cli.Context) error {
	public, err := publicKeys(env, c, c.Args().Slice())
	if err != nil {
		return err
	}
	set := &KeySetFile{}
	for _, k := range public {
		if set.find(k) >= 0 {
			continue
		}
		if err := set.insert(len(set.keys), k); err != nil {
			return outcome.KeyError(err)
		}
	}
	return writeNew(c, env, "new", set)
}

// writeNew prints a set, or saves it in the file that --out names and reports the action.
func writeNew(c *cli.Context, env *terminal.Env, action string, set *KeySetFile) error {
	data, err := set.bytes()
	if err != nil {
		return outcome.KeyError(err)
	}
	out := c.String("out")
	if out == "" || out == "-" {
		env.Result.Write(append(data, '\n'))
		return nil
	}
	if err := keyfile.SavePublic(out, append(data, '\n'), c.Bool("force")); err != nil {
		return err
	}
	d := newJWKSDocument(action, out)
	d.Added = set.ids()
	reportChange(env, d, set)
	return nil
}

// publicKeys reads the public halves of several keys. --kid is for one key only.
func publicKeys(env *terminal.Env, c *cli.Context, names []string) ([]*keys.VerificationKey, error) {
	if len(names) > 1 && c.String("kid") != "" {
		return nil, outcome.Usage(fmt.Sprintf("--kid names one key, and %d are given", len(names)), "leave --kid out: the kid of each is its thumbprint then")
	}
	var public []*keys.VerificationKey
	for _, name := range names {
		k, err := input.PublicKey(env, c, name)
		if err != nil {
			return nil, err
		}
		if k.Algorithm().Type() == "oct" {
			return nil, outcome.KeyError(fmt.Errorf("%s: %w: a key set is for publishing", input.KeyName(name), keys.ErrNotPublic))
		}
		public = append(public, k)
	}
	return public, nil
}

func dryRunFlag() cli.Flag {
	return &cli.BoolFlag{Name: "dry-run", Usage: "report the change, and leave the file as it is"}
}

// editKeySet is [ChangeKeySet], and with --dry-run changes no file.
func editKeySet(env *terminal.Env, c *cli.Context, path string, change func(*KeySetFile) error) (*KeySetFile, error) {
	if !c.Bool("dry-run") {
		return ChangeKeySet(path, change)
	}
	data, err := keyfile.Read(path)
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	set, err := readKeySet(data)
	if err == nil {
		err = change(set)
	}
	if err == nil {
		_, err = set.bytes()
	}
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("changing %s: %w", path, err))
	}
	set.dry = true
	env.Note("dry run: %s is not changed", terminal.Escape(path))
	return set, nil
}

func runAdd(env *terminal.Env, c *cli.Context) error {
	path := c.Args().First()
	public, err := publicKeys(env, c, c.Args().Tail())
	if err != nil {
		return err
	}
	d := newJWKSDocument("add", path)
	set, err := editKeySet(env, c, path, func(set *KeySetFile) error {
		d.Added = d.Added[:0]
		for _, k := range public {
			if at := set.find(k); at >= 0 {
				env.Note("already there: %s", terminal.Escape(set.keys[at].key.ID()))
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
	reportChange(env, d, set)
	return nil
}

func runRemove(env *terminal.Env, c *cli.Context) error {
	path := c.Args().First()
	d := newJWKSDocument("remove", path)
	set, err := editKeySet(env, c, path, func(set *KeySetFile) error {
		d.Removed = d.Removed[:0]
		for _, kid := range c.Args().Tail() {
			if !set.remove(kid) {
				return unknownKID(path, kid)
			}
			d.Removed = append(d.Removed, kid)
		}
		return nil
	})
	if err != nil {
		return err
	}
	reportChange(env, d, set)
	if len(set.keys) == 0 {
		env.Warn("%s is empty: every token is refused", path)
	}
	return nil
}

// remove removes the keys with a kid. A key without one has its thumbprint as kid.
func (s *KeySetFile) remove(kid string) bool {
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
