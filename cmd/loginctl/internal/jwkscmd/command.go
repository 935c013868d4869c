// Package jwkscmd has the commands jwks, which make, change and rotate key sets.
package jwkscmd

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/keycmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

// Command makes the group jwks.
func Command(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:  "jwks",
		Usage: "make, change and fetch key sets (JWKS), and rotate keys in them",
		UsageText: `
			jwks new signing.pem -o jwks.json
			jwks list jwks.json
			jwks rotate jwks.json next.pem
			jwks fetch https://id.example.com -o issuer.json`,
		Subcommands: []*cli.Command{
			jwksNewCommand(env),
			jwksAddCommand(env),
			jwksRemoveCommand(env),
			jwksListCommand(env),
			jwksRotateCommand(env),
			jwksFetchCommand(env),
		},
	}
}

func jwksNewCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "new",
		Usage:     "make a key set of the public halves of keys",
		ArgsUsage: "KEY...",
		UsageText: `
			jwks new signing.pem -o jwks.json
			jwks new signing.pem.pub next.pem.pub > jwks.json`,
		Description: `
			KEY is a private key, a public key or a certificate; only public halves are
			written. An HMAC secret is refused: a key set is for publishing.`,
		Flags:  append(keycmd.OutFlags(), input.BindFlags()...),
		Action: cmdline.Action(env, runNew),
	}
}

func jwksAddCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "add",
		Usage:     "add the public halves of keys to a key set",
		ArgsUsage: "SET-FILE KEY...",
		UsageText: "jwks add jwks.json next.pem.pub",
		Description: `
			The file is replaced in one step and keeps its mode; everything else in it
			stays. A key that is there already is not an error. The new key comes last: it
			verifies and does not sign yet.`,
		Flags:  append([]cli.Flag{dryRunFlag()}, input.BindFlags()...),
		Action: cmdline.Action(env, runAdd),
	}
}

func jwksRemoveCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "remove",
		Usage:     "remove keys from a key set by their kid",
		ArgsUsage: "SET-FILE KID...",
		UsageText: "jwks remove jwks.json NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		Description: `
			Tokens that the key signed are refused as soon as verifiers read the set
			again, so wait until the last of them has expired. jwks list shows the kids.`,
		Flags:  []cli.Flag{dryRunFlag()},
		Action: cmdline.Action(env, runRemove),
	}
}

func jwksListCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "list the keys of a key set",
		ArgsUsage: "SET-FILE|URL",
		UsageText: `
			jwks list jwks.json
			jwks list --json jwks.json
			jwks list https://id.example.com/jwks`,
		Description: `
			Prints a line for each key: its kid, its algorithm and its kind, or the reason
			why it is not used. - is standard input. The set at a URL is kept in the user's
			cache for as long as its issuer allows.`,
		Flags:  []cli.Flag{input.CacheFlag()},
		Action: cmdline.Action(env, runList),
	}
}

func jwksRotateCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "rotate",
		Usage:     "put a new key first in a key set and list the next steps",
		ArgsUsage: "SET-FILE KEY",
		UsageText: `
			keygen -o next.pem
			jwks rotate jwks.json next.pem
			jwks rotate jwks.json next.pem --keep 2`,
		Description: `
			The new key comes first and the old ones stay behind it; with --keep only as many
			as that, and those that go are named before the file is written. The file is replaced in one step; doing it again changes nothing.
			Only public halves are written.

			The remaining steps are printed on stderr: publish the set, wait until every
			verifier has read it, let the service sign with the new key, and remove the
			old one when its last token has expired.`,
		Flags: append([]cli.Flag{
			&cli.IntFlag{Name: "keep", Usage: "`N` old keys to keep (default all)"},
			dryRunFlag(),
		}, input.BindFlags()...),
		Action: cmdline.Action(env, runRotate),
	}
}

// jwksDocument is the output under --json of a command that changes a key set.
type jwksDocument struct {
	Schema  string   `json:"schema"`
	Path    string   `json:"path"`
	DryRun  bool     `json:"dry_run,omitzero"`
	IDs     []string `json:"kids"` // all of them, in order
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
	Steps   []string `json:"steps,omitempty"` // remaining steps, in order; commands on separate lines
}

func newJWKSDocument(command, path string) jwksDocument {
	return jwksDocument{Schema: "loginctl.jwks-" + command + "/1", Path: path, Added: []string{}, Removed: []string{}}
}

// reportChange prints the changes in a key set.
func reportChange(env *terminal.Env, d jwksDocument, set *KeySetFile) {
	d.IDs, d.DryRun = set.ids(), set.dry
	if env.JSON {
		env.WriteJSON(d)
	}
	for _, kid := range d.Added {
		env.Note("added %s", terminal.Escape(kid))
	}
	for _, kid := range d.Removed {
		env.Note("removed %s", terminal.Escape(kid))
	}
	holds := "holds"
	if set.dry {
		holds = "would hold"
	}
	env.Note("%s "+holds+" %s", terminal.Escape(d.Path), terminal.Plural(len(set.keys), "key"))
}

// unknownKID is the error for a kid that is not in the set.
func unknownKID(path, kid string) error {
	return outcome.Failed(keys.ErrUnknownKey, fmt.Sprintf("%s has no key with the kid %s", path, terminal.Shorten(kid)),
		"to see them: "+outcome.Program()+" jwks list "+terminal.QuoteShell(path))
}
