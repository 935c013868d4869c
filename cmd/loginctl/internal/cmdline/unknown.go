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
		return outcome.Usage("a token is not a command", "to read it: "+outcome.Program()+" decode TOKEN")
	}
	var names []string
	for _, c := range level {
		if !c.Hidden {
			names = append(names, c.Names()...)
		}
	}
	at := strings.Join(append([]string{outcome.Program()}, path...), " ")
	hint := "commands: " + strings.Join(names, ", ")
	if meant := meantCommand(strings.Join(path, " "), word); meant != "" {
		hint = "did you mean " + at + " " + meant + "?"
	} else if near := Nearest(word, names); near != "" {
		hint = "did you mean " + at + " " + near + "?"
	}
	return outcome.Usage(at+" has no command "+terminal.Shorten(word), hint)
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

// unknownFlag is the error for a flag that the command does not have. A word that means
// a flag is suggested first, then the commands that have a flag of that name, and a word
// with similar letters last: a flag of another command is not a slip of the fingers.
func (l *Line) unknownFlag(g WrittenFlag, every []*cli.Command) error {
	name, command := g.Name, l.Title()
	message := command + " has no flag of that name"
	if n := flagName(name); n != "" {
		message = command + " has no flag " + n
	}
	if hint := Misnamed(name); hint != "" {
		return outcome.Usage(message, hint)
	}
	if meant := MeantFlag(name); FindFlag(l.Command.Flags, meant) != nil {
		return outcome.Usage(message, "did you mean --"+meant+"?")
	}
	if owners := commandsWith(every, name); len(owners) > 0 {
		return outcome.Usage(message, Dashed(name)+" is a flag of "+strings.Join(owners, ", "), outcome.SeeHelp(command))
	}
	if near := l.similarFlag(g); near != "" {
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

// similarFlag returns the flag of the command with similar letters, or "". A name with a
// value behind it is not a flag without one.
func (l *Line) similarFlag(g WrittenFlag) string {
	var names []string
	for _, f := range l.Command.Flags {
		for _, n := range f.Names() {
			if len(n) > 1 && (WantsValue(f) || !g.HasValue) {
				names = append(names, n)
			}
		}
	}
	if len(g.Name) == 1 {
		return onlyPrefixed(g.Name, names)
	}
	if MeantFlag(g.Name) != "" {
		return "" // a word, of a flag that this command does not have
	}
	return Nearest(g.Name, names)
}

// commandsWith returns the titles of the commands that have a flag of that name, at most
// four.
func commandsWith(commands []*cli.Command, name string) []string {
	var titles []string
	for _, c := range commands {
		for _, sub := range commandsWith(c.Subcommands, name) {
			titles = append(titles, c.Name+" "+sub)
		}
		if FindFlag(c.Flags, name) != nil {
			titles = append(titles, c.Name)
		}
	}
	if len(titles) > 4 {
		titles = append(titles[:4], "others")
	}
	return titles
}

// flagName writes a flag for a message. It returns "" if the name does not look like
// one: "-ps3cret" may be a passphrase glued to a flag of another tool.
func flagName(name string) string {
	if name == "" || len(name) > 24 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return ""
	}
	return Dashed(name)
}
