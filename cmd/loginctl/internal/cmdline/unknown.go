package cmdline

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// UnknownCommand is the error for a word that is not a command of level, the commands
// below path. The hint suggests the nearest one.
func UnknownCommand(path []string, level []*cli.Command, word string) error {
	if len(path) == 0 && systemdVerb(word) {
		return systemdError(word)
	}
	if strings.Count(word, ".") == 2 && strings.HasPrefix(word, "eyJ") {
		return outcome.Usage("a token is not a command", "to read it: "+outcome.Program+" decode TOKEN")
	}
	var names []string
	for _, c := range level {
		if !c.Hidden {
			names = append(names, c.Names()...)
		}
	}
	at := strings.Join(append([]string{outcome.Program}, path...), " ")
	hint := "commands: " + strings.Join(names, ", ")
	if meant := verb(word); meant != "" && len(path) == 0 {
		hint = "did you mean " + outcome.Program + " " + meant + "?"
	} else if near := Nearest(word, names); near != "" {
		hint = "did you mean " + at + " " + near + "?"
	}
	return outcome.Usage(at+" has no command "+terminal.Shorten(word), hint)
}

// verb returns the command for a word that other tools have for it, or "".
func verb(word string) string {
	switch strings.ToLower(word) {
	case "sign", "issue", "encode":
		return "mint"
	case "create", "generate", "gen", "new", "genkey":
		return "keygen"
	case "inspect", "show", "parse", "print":
		return "decode"
	case "validate", "check":
		return "verify"
	case "passwd", "passphrase":
		return "key passwd"
	case "pubkey", "public":
		return "key public"
	}
	return ""
}

// meaning returns the flag for a word that means the same, or "".
func meaning(name string) string {
	switch name {
	case "pub", "pubkey", "public-key", "public", "private-key", "cert", "keyfile", "key-file":
		return "key"
	case "out-file", "outfile", "out", "output":
		return "out"
	case "user", "subject":
		return "sub"
	case "audience":
		return "aud"
	case "lifetime", "expires-in", "expiry", "expiration":
		return "expires"
	case "algorithm":
		return "alg"
	case "key-id", "keyid":
		return "kid"
	case "permissions", "scp":
		return "scopes"
	case "size":
		return "bits"
	}
	return ""
}

// Misnamed returns the hint for a flag that other tools have and loginctl does not, or
// "". Several of them take a secret on the command line, where every user of the
// machine can read it.
func Misnamed(name string) string {
	switch name {
	case "passphrase", "password", "pass", "p":
		return "a passphrase is never a flag's value: --passphrase-file FILE, or LOGINCTL_PASSPHRASE"
	case "new-passphrase", "new-password":
		return "a passphrase is never a flag's value: --new-passphrase-file FILE"
	case "secret", "hmac-secret":
		return "a secret is never a flag's value: --secret-file FILE"
	case "jwt":
		return "the token is the argument, @FILE, or --token SOURCE"
	case "jwks-uri", "jwks-url", "jwk-set-uri", "keys-url", "jwk-set":
		return "the URL of a key set: verify --jwks URL, or jwks fetch URL"
	case "discover", "discovery", "oidc", "oidc-issuer", "openid", "well-known", "authority":
		return "the issuer, whose metadata name the key set: verify --issuer URL, or jwks fetch URL"
	}
	return ""
}

func unknownFlag(l *Line, name string) error {
	command, flags := l.Title(), l.Command.Flags
	message := command + " has no flag of that name"
	if n := flagName(name); n != "" {
		message = command + " has no flag " + n
	}
	if hint := Misnamed(name); hint != "" {
		return outcome.Usage(message, hint)
	}
	var names []string
	for _, f := range flags {
		for _, n := range f.Names() {
			if len(n) > 1 {
				names = append(names, n)
			}
		}
	}
	near := Nearest(name, names)
	if meant := meaning(name); meant != "" {
		near = ""
		if FindFlag(flags, meant) != nil {
			near = meant
		}
	}
	if len(name) == 1 {
		near = onlyPrefixed(name, names)
	}
	if near != "" {
		return outcome.Usage(message, "did you mean --"+near+"?")
	}
	switch ArgumentName(l.Command.ArgsUsage, len(l.args)) {
	case "KID":
		return outcome.Usage(message, "a kid that starts with a dash stands behind --, as in -- -KID", outcome.SeeHelp(command))
	case "SID":
		return outcome.Usage(message, "a sid that starts with a dash stands behind --, as in -- -SID", outcome.SeeHelp(command))
	}
	return outcome.Usage(message, outcome.SeeHelp(command))
}

// flagName writes a flag for a message. It returns "" if the name does not look like
// one: "-ps3cret" may be a passphrase glued to a flag of another tool.
func flagName(name string) string {
	if name == "" || len(name) > 24 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return ""
	}
	return Dashed(name)
}
