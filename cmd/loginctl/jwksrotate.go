package main

import (
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

func runRotate(env *app, c *cli.Context) error {
	path, name, keep := c.Args().Get(0), c.Args().Get(1), c.Int("keep")
	if keep < 0 {
		return usage("--keep must be 0 or more", "1 keeps the last key until its tokens have expired")
	}
	public, err := publicKeys(env, c, []string{name})
	if err != nil {
		return err
	}
	d := newJWKSDocument("rotate", path)
	set, err := changeKeySet(path, func(set *keySetFile) (err error) {
		d.Added, d.Removed, err = set.rotate(public[0], keep)
		return err
	})
	if err != nil {
		return err
	}
	d.Steps = rotationSteps(path, name, set)
	jwksDone(env, d, set)
	afterRotation(env, path, d.Steps, set)
	return nil
}

// rotate puts next first and keeps so many of the keys behind it. Keys that
// are not used here do not count and stay.
func (s *keySetFile) rotate(next *keys.VerificationKey, keep int) (added, removed []string, err error) {
	added, removed = []string{}, []string{}
	if at := s.find(next); at >= 0 {
		first := s.keys[at]
		s.keys = append(append([]setKey{first}, s.keys[:at]...), s.keys[at+1:]...)
	} else {
		if err := s.insert(0, next); err != nil {
			return nil, nil, err
		}
		added = append(added, next.ID())
	}
	var stay []setKey
	for i, k := range s.keys {
		if i > 0 && k.key != nil {
			if keep == 0 {
				removed = append(removed, k.key.ID())
				continue
			}
			keep--
		}
		stay = append(stay, k)
	}
	s.keys = stay
	return added, removed, nil
}

// rotationSteps are what is left to do, in this order. A verifier that meets a
// token before it has the key refuses it.
func rotationSteps(path, name string, set *keySetFile) []string {
	private := name
	if half, ok := strings.CutSuffix(name, ".pub"); ok && isFile(half) { // the public half signs nothing
		private = half
	}
	steps := []string{
		"publish " + path + " to every verifier",
		"wait until all have read it: as long as they or a proxy keep the set",
		"let the service sign with " + private + " (kid " + set.keys[0].key.ID() + ")",
	}
	old := set.oldKeys()
	if len(old) == 0 {
		return steps
	}
	last := "when the last token of the old key has expired, remove it:"
	for _, k := range old {
		last += "\n" + withArgument(program+" jwks remove "+quoteShell(path), k.ID())
	}
	return append(steps, last)
}

// afterRotation says them to a person, and warns where tokens will be refused.
func afterRotation(env *app, path string, steps []string, set *keySetFile) {
	env.note("\nwhat to do now, in this order:")
	for i, step := range steps {
		first, commands, _ := strings.Cut(step, "\n")
		env.note("  %d. %s", i+1, escape(first))
		for command := range strings.Lines(commands) {
			env.note("     %s", escape(strings.TrimSuffix(command, "\n")))
		}
	}
	if len(set.oldKeys()) == 0 {
		env.warn("no old key is left in %s: tokens signed until step 3 are refused; --keep 1 spares them", path)
	}
}
