package cmdline

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// Default is a variable that stands for a flag of some commands, unless the line has
// that flag or one that excludes it. A variable names a source or an expectation; the
// absence of a check is never a default.
type Default struct {
	Variable string
	Flag     string
	unless   []string // other flags that replace it
	commands []string
}

// Defaults returns the variables that stand for flags.
func Defaults() []Default {
	keyFlags := []string{"key", "secret-file", "jwks", "issuer"}
	return []Default{
		{"LOGINCTL_KEY", "key", keyFlags, []string{"verify", "mint"}},
		{"LOGINCTL_JWKS", "jwks", keyFlags, []string{"verify"}},
		{"LOGINCTL_ISSUER", "iss", []string{"issuer"}, []string{"verify"}},
		{"LOGINCTL_AUDIENCE", "aud", []string{"any-aud"}, []string{"verify"}},
	}
}

// DefaultsInUse returns those of [Defaults] that a command has and that are set.
func DefaultsInUse(command *cli.Command, lookup func(string) (string, bool)) []Default {
	var found []Default
	for _, d := range Defaults() {
		if _, set := lookup(d.Variable); set && command != nil && slices.Contains(d.commands, command.Name) {
			found = append(found, d)
		}
	}
	return found
}

// AddDefaults adds the flags that variables stand for to the line. It returns the
// variable of each flag that it added, and the added words.
func (l *Line) AddDefaults(lookup func(string) (string, bool)) (used map[string]string, words []string, err error) {
	written := len(l.flags)
	for _, d := range DefaultsInUse(l.Command, lookup) {
		if has(l.flags[:written], d.Flag) || slices.ContainsFunc(d.unless, func(name string) bool { return has(l.flags[:written], name) }) {
			continue
		}
		value, _ := lookup(d.Variable)
		if err := d.check(value); err != nil {
			return nil, nil, err
		}
		if used == nil {
			used = map[string]string{}
		}
		used[d.Flag] = d.Variable
		l.flags = append(l.flags, WrittenFlag{d.Flag, value, true})
		words = append(words, "--"+d.Flag+"="+value)
	}
	if used["key"] != "" && used["jwks"] != "" {
		return nil, words, outcome.Usage("LOGINCTL_KEY and LOGINCTL_JWKS are both set", "say which: --key FILE or --jwks FILE, or unset one of them")
	}
	if used == nil {
		return nil, nil, nil
	}
	return used, words, l.checkStdin()
}

// check refuses a value that an unset shell variable left, which must never mean "no
// check", and the text of a key.
func (d Default) check(value string) error {
	switch {
	case strings.TrimSpace(value) == "":
		return outcome.Usage(d.Variable+" is set and empty", "unset it, or give it the value of --"+d.Flag)
	case terminal.IsContent(value):
		return outcome.Usage(d.Variable+" names a source, as --"+d.Flag+" does, and holds the text of one",
			"put the text into another variable, KEY, and name that: "+d.Variable+"=env:KEY")
	}
	return nil
}

// has reports whether a flag is among those written.
func has(flags []WrittenFlag, name string) bool {
	return slices.ContainsFunc(flags, func(g WrittenFlag) bool { return g.Name == name })
}
