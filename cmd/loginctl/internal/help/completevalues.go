package help

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
)

// value offers values of a flag. prefix is the part of the word before the value.
func (o *offer) value(prefix string, f cli.Flag) {
	if c, ok := f.(cmdline.Chooser); ok {
		for _, word := range c.Choices() {
			o.add(prefix, word, "")
		}
		return
	}
	if s, ok := f.(*cli.StringFlag); ok && s.TakesFile {
		o.files(prefix)
		return
	}
	name := f.Names()[0]
	if source, ok := strings.CutPrefix(o.current, "file:"); ok && strings.HasSuffix(name, "passphrase-from") {
		o.current = source
		o.files(prefix + "file:")
		return
	}
	for _, example := range examples(name) {
		o.add(prefix, example[0], example[1])
	}
	for _, line := range o.lines {
		if value, _, _ := strings.Cut(line, "\t"); strings.HasSuffix(value, ":") {
			o.directive = ":nospace"
		}
	}
}

// examples returns frequent values of a flag that takes any text. Names and values of
// environment variables are never offered.
func examples(flag string) [][2]string {
	switch flag {
	case "passphrase-from", "new-passphrase-from":
		return [][2]string{
			{"env:", "an environment variable, by its name"}, {"file:", "a file"},
			{"fd:", "an open file descriptor, by its number"}, {"prompt", "ask on the terminal"},
		}
	case "expires":
		return [][2]string{{"15m", "15 minutes"}, {"1h", "1 hour"}, {"12h", "12 hours"}, {"30d", "30 days"}, {"never", "no exp at all"}}
	case "leeway":
		return [][2]string{{"30s", "30 seconds"}, {"1m", "1 minute"}, {"5m", "5 minutes, the most"}}
	case "min-ttl", "max-age":
		return [][2]string{{"5m", "5 minutes"}, {"1h", "1 hour"}, {"1d", "1 day"}}
	case "require":
		return [][2]string{{"sub", "subject"}, {"jti", "token id"}, {"iat", "issued at"}, {"nbf", "not before"}, {"iss", "issuer"}}
	case "typ":
		return [][2]string{{"JWT", "RFC 7519"}, {"at+jwt", "an access token, RFC 9068"}}
	case "tz":
		return [][2]string{{"UTC", ""}, {"local", "of this machine"}}
	}
	return nil
}

// files lets the shell offer names of files.
func (o *offer) files(prefix string) {
	o.directive = strings.TrimSpace(":files " + prefix)
}

// argument offers values of the next argument in the command's synopsis: words to choose
// from ("bash|zsh|fish"), or files. Tokens and claims are completed only behind @, as
// files.
func (o *offer) argument(t *typed) {
	name := cmdline.ArgumentName(t.command.ArgsUsage, len(t.args))
	_, isFile := strings.CutPrefix(o.current, "@")
	switch {
	case name == "" && o.current == "" && !t.dashes:
		o.flags(t) // nothing else can follow
	case name == "TOPIC":
		o.topicNames(t)
	case name == "KID" && len(t.args) > 0:
		o.setKIDs(t)
	case name == "KIND":
		o.words("hmac", "rsa", "ec", "ed25519")
	case strings.Contains(name, "FILE") || strings.Contains(name, "KEY"):
		o.files("")
	case isFile && (name == "TOKEN" || name == "CLAIMS"):
		o.files("@")
	case strings.ToLower(name) == name:
		o.words(strings.Split(name, "|")...)
	}
}

// setKIDs offers the kids of the key set that is the first argument. A kid that a shell
// would have to quote, or that would be read as a flag, is left out.
func (o *offer) setKIDs(t *typed) {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:@"
	for _, kid := range t.kids(t.args[0]) {
		flag := strings.HasPrefix(kid, "-") && !t.dashes
		if kid != "" && strings.Trim(kid, plain) == "" && !flag && !slices.Contains(t.args[1:], kid) {
			o.add("", kid, "")
		}
	}
}

func (o *offer) words(words ...string) {
	for _, word := range words {
		o.add("", word, "")
	}
}

// topicNames offers the arguments of help: topics and commands, and after the name of a
// group its commands.
func (o *offer) topicNames(t *typed) {
	level := t.root
	for _, word := range t.args {
		c := cmdline.Find(level, word)
		if c == nil {
			return
		}
		level = c.Subcommands
	}
	o.commands(level)
	if len(t.args) == 0 {
		for _, about := range topics() {
			o.add("", about[0], about[1])
		}
	}
}
