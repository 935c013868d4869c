package jwkscmd

import (
	"math"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

func runRotate(env *terminal.Env, c *cli.Context) error {
	path, name, keep := c.Args().Get(0), c.Args().Get(1), c.Int("keep")
	if !c.IsSet("keep") {
		keep = math.MaxInt
	}
	if keep < 0 {
		return outcome.Usage("--keep must be 0 or more", "1 keeps the last key until its tokens have expired")
	}
	public, err := publicKeys(env, c, []string{name})
	if err != nil {
		return err
	}
	d := newJWKSDocument("rotate", path)
	set, err := editKeySet(env, c, path, func(set *KeySetFile) (err error) {
		d.Added, d.Removed, err = set.rotate(public[0], keep)
		for _, kid := range d.Removed { // said before the file is written
			env.Note("removing %s: tokens that it signed are refused as soon as verifiers read the set", terminal.Escape(kid))
		}
		return err
	})
	if err != nil {
		return err
	}
	d.Steps = rotationSteps(path, name, set)
	reportChange(env, d, set)
	reportSteps(env, path, d.Steps, set)
	return nil
}

// rotate puts next first and keeps that many of the keys after it. Keys that are not
// used here do not count and stay.
func (s *KeySetFile) rotate(next *keys.VerificationKey, keep int) (added, removed []string, err error) {
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

// rotationSteps returns the remaining steps. Their order matters: a verifier refuses a
// token of the new key until it has read the new set.
func rotationSteps(path, name string, set *KeySetFile) []string {
	private := name
	if half, ok := strings.CutSuffix(name, ".pub"); ok && terminal.IsFile(half) { // the public half signs nothing
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
		last += "\n" + cmdline.WithArgument(outcome.Program()+" jwks remove "+terminal.QuoteShell(path), k.ID())
	}
	return append(steps, last)
}

// reportSteps prints the steps, and a warning if tokens will be refused.
func reportSteps(env *terminal.Env, path string, steps []string, set *KeySetFile) {
	env.Note("\nsteps that remain, in this order:")
	for i, step := range steps {
		first, commands, _ := strings.Cut(step, "\n")
		env.Note("  %d. %s", i+1, terminal.Escape(first))
		for command := range strings.Lines(commands) {
			env.Note("     %s", terminal.Escape(strings.TrimSuffix(command, "\n")))
		}
	}
	if len(set.oldKeys()) == 0 {
		env.Warn("no old key is left in %s: tokens signed until step 3 are refused; --keep 1 spares them", path)
	}
}
