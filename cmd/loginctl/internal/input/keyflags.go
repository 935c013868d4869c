package input

import (
	"slices"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys"
)

// BindFlags returns the flags for the things that a key file may not contain:
// algorithm, kid and passphrase.
func BindFlags() []cli.Flag {
	return append([]cli.Flag{
		AlgFlag("`ALG` what the key is used for, if it can do several", "alg"),
		&cli.StringFlag{Name: "kid", Aliases: []string{"key-id"}, Category: cmdline.KeyCategory, Usage: "`ID` the kid of the key (default the file's, or the RFC 7638 thumbprint)"},
	}, PassphraseFlags()...)
}

// KeyFlags returns the flags that choose the key of a command. kind describes the key
// in help; sets is true where a key set will do.
func KeyFlags(kind string, sets bool) []cli.Flag {
	flags := []cli.Flag{
		cmdline.FileFlag("key", cmdline.KeyCategory, "`SOURCE` "+kind+" (PEM or JWK; default LOGINCTL_KEY)"),
		cmdline.FileFlag("secret-file", cmdline.KeyCategory, "`SOURCE` an HMAC secret"),
	}
	if sets {
		flags = append(flags,
			cmdline.FileFlag("jwks", cmdline.KeyCategory, "`SOURCE` a JWK Set of public keys, or its https URL (default LOGINCTL_JWKS)"),
			&cli.StringFlag{Name: "issuer", Category: cmdline.KeyCategory, Usage: "`URL` an issuer, whose published keys are used and whose name iss must be"},
			CacheFlag())
	}
	var alg cli.Flag = AlgFlag("`ALG` what the key is used for, if it can do several", "alg")
	if sets {
		list := cmdline.ChoiceList("alg", "`ALG` what a key of a set may be for (repeatable), or the one key is used for", algorithmNames()...)
		list.Category, list.Aliases = cmdline.KeyCategory, []string{"algorithm"}
		alg = list
	}
	flags = append(flags, alg,
		&cli.StringFlag{Name: "kid", Aliases: []string{"key-id"}, Category: cmdline.KeyCategory, Usage: "`ID` the kid of the key"})
	return append(flags, PassphraseFlags()...)
}

// AlgFlag makes a flag whose value is an algorithm.
func AlgFlag(usage, name string) *cmdline.ChoiceFlag {
	f := cmdline.Choice(name, "", usage, algorithmNames()...)
	f.Category, f.Aliases = cmdline.KeyCategory, []string{"algorithm"}
	return f
}

func algorithmNames() []string {
	var names []string
	for _, a := range keys.Algorithms() {
		names = append(names, a.String())
	}
	return names
}

// allowed returns the algorithms of --alg, which verify takes several times.
func allowed(c *cli.Context) ([]keys.Algorithm, error) {
	names := c.StringSlice("alg")
	if _, several := cmdline.FindFlag(c.Command.Flags, "alg").(*cmdline.ChoiceListFlag); !several && c.String("alg") != "" {
		names = []string{c.String("alg")}
	}
	var list []keys.Algorithm
	for _, name := range names {
		alg, err := keys.ParseAlgorithm(name)
		if err != nil {
			return nil, err
		}
		list = append(list, alg)
	}
	return list, nil
}

// Algorithm returns the algorithm of --alg, or fallback without the flag. Of several,
// it is the fallback if that is among them.
func Algorithm(c *cli.Context, fallback keys.Algorithm) (keys.Algorithm, error) {
	list, err := allowed(c)
	switch {
	case err != nil || len(list) == 0 || slices.Contains(list, fallback):
		return fallback, err
	case len(list) == 1:
		return list[0], nil
	}
	var fit []keys.Algorithm
	for _, alg := range list {
		if alg.Type() == fallback.Type() {
			fit = append(fit, alg)
		}
	}
	if len(fit) != 1 {
		return 0, outcome.Usage("several algorithms are given for one key", "say which: --alg "+list[0].String()+"; for a set of keys: --jwks FILE")
	}
	return fit[0], nil
}

// oneKey returns the file that one of two flags names, and whether it is the second.
func oneKey(c *cli.Context, first, second string) (file string, isSecond bool, err error) {
	one, other := c.String(first), c.String(second)
	switch {
	case one != "" && other != "":
		return "", false, outcome.Usage("--"+first+" and --"+second+" are both given", "there is one key: "+cmdline.GiveOnce)
	case one == "" && other == "":
		return "", false, outcome.Usage("no key given", "say which key: --key FILE, or --secret-file FILE for HMAC")
	case other != "":
		return other, true, nil
	}
	return one, false, nil
}
