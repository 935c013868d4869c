package input

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/passtext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// PassphraseFlags returns the flags that name the source of a passphrase. The passphrase
// itself is never a value: every user can read the command line of a process.
func PassphraseFlags() []cli.Flag {
	return []cli.Flag{
		cmdline.FileFlag("passphrase-file", cmdline.KeyCategory, "`SOURCE` the passphrase"),
		&cli.StringFlag{Name: "passphrase-from", Category: cmdline.KeyCategory,
			Usage: "`SOURCE` the passphrase, or the word prompt to be asked"},
	}
}

// GivesPassphrase reports whether a flag names the source of a passphrase.
func GivesPassphrase(c *cli.Context) bool {
	return c.IsSet("passphrase-file") || c.IsSet("passphrase-from")
}

// PassphraseGiven reports whether a flag or a variable has the passphrase, so that no
// prompt is needed.
func PassphraseGiven(env *terminal.Env, c *cli.Context) bool {
	_, file := env.Variable("LOGINCTL_PASSPHRASE_FILE")
	_, given := env.Variable("LOGINCTL_PASSPHRASE")
	return file || given || GivesPassphrase(c)
}

// ReadPassphrase returns the passphrase of a key from the source that the flags or the
// environment name, and otherwise asks for it. With confirm it is a new one, and is
// asked for twice.
func ReadPassphrase(env *terminal.Env, c *cli.Context, name string, confirm bool) ([]byte, error) {
	secret, err := findPassphrase(env, c, name, confirm)
	if err != nil {
		return nil, err
	}
	if confirm {
		warnIfShort(env, secret)
	}
	return secret, checkPassphrase(secret)
}

func checkPassphrase(secret []byte) error {
	switch {
	case len(secret) == 0:
		return outcome.PassphraseMissing("the passphrase is empty", "give one, or say --no-passphrase where a key is written unencrypted")
	case bytes.ContainsAny(secret, "\n\r\x00"):
		return outcome.PassphraseMissing("the passphrase has more than one line", "one line, with or without a newline at its end")
	}
	return nil
}

func findPassphrase(env *terminal.Env, c *cli.Context, name string, confirm bool) ([]byte, error) {
	file, from := c.String("passphrase-file"), c.String("passphrase-from")
	switch {
	case file != "" && from != "":
		return nil, outcome.Usage("--passphrase-file and --passphrase-from are both given", cmdline.GiveOnce)
	case file != "":
		return passphraseFile(env, file, "--passphrase-file")
	case from != "":
		return passphraseFrom(env, from, "--passphrase-from", name, confirm)
	}
	if file, ok := env.Variable("LOGINCTL_PASSPHRASE_FILE"); ok {
		return passphraseFile(env, file, "LOGINCTL_PASSPHRASE_FILE")
	}
	if secret, ok := env.Variable("LOGINCTL_PASSPHRASE"); ok {
		return passphraseText([]byte(secret))
	}
	return env.AskPassphrase(name, confirm)
}

// passphraseFrom reads the source of --passphrase-from: that of every other input,
// file:F, or "prompt". A file of that name is ./prompt.
func passphraseFrom(env *terminal.Env, source, flag, name string, confirm bool) ([]byte, error) {
	if source == "prompt" {
		return env.AskPassphrase(name, confirm)
	}
	return passphraseFile(env, strings.TrimPrefix(source, "file:"), flag)
}

// passphraseFile reads the source of a passphrase. Its name stays out of messages, as for
// [terminal.WithoutPath].
func passphraseFile(env *terminal.Env, file, origin string) ([]byte, error) {
	if file == "-" && terminal.IsTerminal(env.Stdin) {
		return nil, outcome.Usage(origin+" - would show the passphrase as it is typed", "leave it out to be asked, or name a file")
	}
	data, err := ReadInput(env, file, "the passphrase", terminal.MaxPassphrase)
	if err != nil {
		f := outcome.Classify(err)
		switch {
		case f.Exit == outcome.ExitUsage && strings.HasPrefix(file, "env:"):
			return nil, outcome.PassphraseMissing(f.Message, f.Hints...)
		case f.Exit == outcome.ExitUsage:
			return nil, f
		}
		return nil, outcome.PassphraseMissing(fmt.Sprintf("the source that %s names cannot be read: %v", origin, terminal.WithoutPath(err)),
			origin+" names a source: "+cmdline.SourceForms, "the passphrase itself is never a flag's value")
	}
	if mode, open := openToOthers(file); open {
		env.Warn("the passphrase file can be read by others (mode %04o): chmod 600 it", mode)
	}
	return passphraseText(data)
}

// passphraseText is the passphrase in a file or a variable; see package passtext.
func passphraseText(data []byte) ([]byte, error) {
	passphrase, err := passtext.Read(data)
	if err != nil {
		return nil, outcome.PassphraseMissing(err.Error(), "one line, with or without a newline at its end")
	}
	return passphrase, nil
}

// passphraseIsNew reports whether the passphrase given for an unencrypted key is the one
// to encrypt it with.
func passphraseIsNew(c *cli.Context) bool {
	return cmdline.FindFlag(c.Command.Flags, "new-passphrase-file") != nil && !c.Bool("no-passphrase") && !GivesNewPassphrase(c)
}
