package input

import (
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys"
)

// BindFlags returns the flags for the things that a key file may not contain:
// algorithm, kid and passphrase.
func BindFlags() []cli.Flag {
	return append([]cli.Flag{
		AlgFlag("use the key for `ALG`, if it can do several", "alg"),
		&cli.StringFlag{Name: "kid", Aliases: []string{"key-id"}, Category: cmdline.KeyCategory, Usage: "set the key `ID` (default the file's, or the RFC 7638 thumbprint)"},
	}, PassphraseFlags()...)
}

// KeyFlags returns the flags that choose the key of a command. kind describes the key
// in help; sets is true where a key set will do.
func KeyFlags(kind string, sets bool) []cli.Flag {
	flags := []cli.Flag{
		cmdline.FileFlag("key", cmdline.KeyCategory, "read "+kind+" (PEM or JWK) from `SOURCE` (default LOGINCTL_KEY)"),
		cmdline.FileFlag("secret-file", cmdline.KeyCategory, "read an HMAC secret from `SOURCE`"),
	}
	if sets {
		flags = append(flags,
			cmdline.FileFlag("jwks", cmdline.KeyCategory, "read a JWK Set of public keys from `SOURCE` or an https URL (default LOGINCTL_JWKS)"),
			&cli.StringFlag{Name: "issuer", Category: cmdline.KeyCategory, Usage: "read the keys that the issuer at `URL` publishes, and require it as iss"},
			CacheFlag())
	}
	flags = append(flags,
		AlgFlag("use the key for `ALG`, if it can do several", "alg"),
		&cli.StringFlag{Name: "kid", Aliases: []string{"key-id"}, Category: cmdline.KeyCategory, Usage: "use `ID` as the kid of the key"})
	return append(flags, PassphraseFlags()...)
}

// AlgFlag makes a flag whose value is an algorithm.
func AlgFlag(usage, name string) *cmdline.ChoiceFlag {
	var names []string
	for _, a := range keys.Algorithms() {
		names = append(names, a.String())
	}
	f := cmdline.Choice(name, "", usage, names...)
	f.Category, f.Aliases = cmdline.KeyCategory, []string{"algorithm"}
	return f
}

// Algorithm returns the algorithm of --alg, or fallback without the flag.
func Algorithm(c *cli.Context, fallback keys.Algorithm) (keys.Algorithm, error) {
	name := c.String("alg")
	if name == "" {
		return fallback, nil
	}
	return keys.ParseAlgorithm(name)
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
