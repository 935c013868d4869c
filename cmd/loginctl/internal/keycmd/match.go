package keycmd

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

func keyMatchCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "match",
		Usage:     "check that a public key belongs to a private one",
		ArgsUsage: "KEY PUBLIC-KEY",
		UsageText: `
			key match signing.pem signing.pem.pub
			key match signing.pem jwks.json`,
		Description: `
			PUBLIC-KEY is a public key, a certificate or a key set, of which one key has
			to match. The exit code is 0 if they match and 6 if not. The kid and the
			algorithm are not compared.`,
		Flags:  input.PassphraseFlags(),
		Action: cmdline.Action(env, runMatch),
	}
}

// matchDocument is the output of key match under --json.
type matchDocument struct {
	Schema     string `json:"schema"`
	Match      bool   `json:"match"`
	Thumbprint string `json:"thumbprint,omitempty"`
	ID         string `json:"kid,omitempty"` // of the public key that matches
}

func runMatch(env *terminal.Env, c *cli.Context) error {
	one, other := c.Args().Get(0), c.Args().Get(1)
	private, err := matchCandidates(env, c, one)
	if err != nil {
		return err
	}
	if len(private) != 1 {
		return outcome.Usage(input.KeyName(one)+" is a key set", "name the key first and the set second")
	}
	public, err := matchCandidates(env, c, other)
	if err != nil {
		return err
	}
	d := matchDocument{Schema: "loginctl.key-match/1", Thumbprint: private[0].Thumbprint()}
	for _, k := range public {
		if private[0].Equal(k) {
			d.Match, d.ID = true, k.ID()
		}
	}
	if env.JSON {
		env.WriteJSON(d)
	}
	if !d.Match {
		f := outcome.Failed(outcome.ErrKeyMismatch, fmt.Sprintf("%s does not belong to %s", input.KeyName(other), input.KeyName(one)))
		f.KeepResult = true
		return f
	}
	text := input.KeyName(other) + " belongs to " + input.KeyName(one)
	if d.ID != "" {
		text += " (kid " + d.ID + ")"
	}
	env.Note("%s", terminal.Escape(text))
	return nil
}

// matchCandidates reads the public half of a key file, or all keys of a set.
func matchCandidates(env *terminal.Env, c *cli.Context, name string) ([]*keys.VerificationKey, error) {
	f, err := input.OpenKeyFile(env, name)
	if err != nil {
		return nil, err
	}
	defer clear(f.Data)
	if len(f.Info.Keys) > 0 {
		set, err := keys.ParseJWKS(f.Data, nil)
		if err != nil {
			return nil, outcome.KeyError(fmt.Errorf("reading %s: %w", input.KeyName(name), err))
		}
		return set.Snapshot().VerificationKeys(), nil
	}
	key, err := input.OpenPublic(env, c, f.Data, f.Info, name)
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	return []*keys.VerificationKey{key}, nil
}
