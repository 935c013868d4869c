package main

import (
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

func jwksCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:  "jwks",
		Usage: "make and change key sets (JWKS), and rotate keys in them",
		UsageText: "jwks new signing.pem -o jwks.json\njwks list jwks.json\n" +
			"jwks rotate jwks.json next.pem",
		Subcommands: []*cli.Command{
			jwksNewCommand(env),
			jwksAddCommand(env),
			jwksRemoveCommand(env),
			jwksListCommand(env),
			jwksRotateCommand(env),
		},
	}
}

func jwksNewCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "new",
		Usage:     "make a key set of the public halves of keys",
		ArgsUsage: "KEY...",
		UsageText: "jwks new signing.pem -o jwks.json\njwks new signing.pem.pub next.pem.pub > jwks.json",
		Description: "KEY is a private key, a public key or a certificate; only public halves are written. An HMAC secret is" +
			" refused: a key set is for publishing.",
		Flags:  append(outFlags(), bindFlags()...),
		Action: action(env, runNew),
	}
}

func jwksAddCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "add",
		Usage:     "add the public halves of keys to a key set",
		ArgsUsage: "SET-FILE KEY...",
		UsageText: "jwks add jwks.json next.pem.pub",
		Description: "The file is replaced in one step and keeps its mode; what it holds besides is left as it is. A key that is" +
			" there already is no error. The new key comes last: it verifies and does not sign yet.",
		Flags:  bindFlags(),
		Action: action(env, runAdd),
	}
}

func jwksRemoveCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "remove",
		Usage:     "remove keys from a key set by their kid",
		ArgsUsage: "SET-FILE KID...",
		UsageText: "jwks remove jwks.json NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		Description: "Tokens that the key signed are refused as soon as verifiers read the set again, so wait until the last" +
			" of them has expired. jwks list shows the kids.",
		Action: action(env, runRemove),
	}
}

func jwksListCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "list",
		Usage:     "list the keys of a key set",
		ArgsUsage: "SET-FILE",
		UsageText: "jwks list jwks.json\njwks list --json jwks.json",
		Description: "A line for each key: its kid, its algorithm and its kind, and why it is not used if it is not. - is" +
			" standard input.",
		Action: action(env, runList),
	}
}

func jwksRotateCommand(env *app) *cli.Command {
	return &cli.Command{
		Name:      "rotate",
		Usage:     "put a new key first in a key set and say what to do when",
		ArgsUsage: "SET-FILE KEY",
		UsageText: "keygen -o next.pem\njwks rotate jwks.json next.pem\n" +
			"jwks rotate jwks.json next.pem --keep 2",
		Description: "The new key comes first, --keep old ones stay behind it and the others are removed. The file is replaced" +
			" in one step; doing it again changes nothing. Only public halves are written.\n\n" +
			"What remains to be done is printed on stderr: publish the set, wait until every verifier has read it, let the" +
			" service sign with the new key, and remove the old one when its last token has expired.",
		Flags: append([]cli.Flag{
			&cli.IntFlag{Name: "keep", Value: 1, Usage: "`N` old keys that stay"},
		}, bindFlags()...),
		Action: action(env, runRotate),
	}
}

// jwksDocument is a command that changes a key set, under --json.
type jwksDocument struct {
	Schema  string   `json:"schema"`
	Path    string   `json:"path"`
	IDs     []string `json:"kids"` // all of them, in order
	Added   []string `json:"added"`
	Removed []string `json:"removed"`
	Steps   []string `json:"steps,omitempty"` // what is to be done now, in order; commands on lines of their own
}

func newJWKSDocument(command, path string) jwksDocument {
	return jwksDocument{Schema: "loginctl.jwks-" + command + "/1", Path: path, Added: []string{}, Removed: []string{}}
}

// jwksDone says what was changed in a key set.
func jwksDone(env *app, d jwksDocument, set *keySetFile) {
	d.IDs = set.ids()
	if env.json {
		env.writeJSON(d)
	}
	for _, kid := range d.Added {
		env.note("added %s", escape(kid))
	}
	for _, kid := range d.Removed {
		env.note("removed %s", escape(kid))
	}
	env.note("%s holds %s", escape(d.Path), plural(len(set.keys), "key"))
}

func notThere(path, kid string) error {
	return failed(keys.ErrUnknownKey, fmt.Sprintf("%s has no key with the kid %s", path, shorten(kid)),
		"to see them: "+program+" jwks list "+quoteShell(path))
}
