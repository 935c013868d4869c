package help

import (
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/urfave/cli/v2"
)

// value offers what a flag takes. prefix is what stands before it in the word.
func (o *offer) value(prefix string, f cli.Flag) {
	if c, ok := f.(*cmdline.ChoiceFlag); ok {
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

// examples are values that a flag is often given, where any text will do. Names
// of environment variables are not among them, let alone what they hold.
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

// files leaves it to the shell to offer names of files.
func (o *offer) files(prefix string) {
	o.directive = strings.TrimSpace(":files " + prefix)
}

// argument offers what the command's synopsis says the next argument is: words
// to choose from ("bash|zsh|fish"), files (FILE …), or a token or claims, which
// are not completed, except that @ takes a file.
func (o *offer) argument(t *typed) {
	what := cmdline.ArgumentName(t.command.ArgsUsage, len(t.args))
	_, isFile := strings.CutPrefix(o.current, "@")
	switch {
	case what == "" && o.current == "" && !t.dashes:
		o.flags(t) // nothing else can follow
	case what == "TOPIC":
		o.topicNames(t)
	case what == "KIND":
		o.words("hmac", "rsa", "ec", "ed25519")
	case strings.Contains(what, "FILE") || strings.Contains(what, "KEY"):
		o.files("")
	case isFile && (what == "TOKEN" || what == "CLAIMS"):
		o.files("@")
	case strings.ToLower(what) == what:
		o.words(strings.Split(what, "|")...)
	}
}

func (o *offer) words(words ...string) {
	for _, word := range words {
		o.add("", word, "")
	}
}

// topics offers what help explains: commands, and after a group's name its own.
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
