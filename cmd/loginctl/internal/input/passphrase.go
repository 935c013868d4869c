package input

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/passtext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/urfave/cli/v2"
)

// PassphraseFlags returns the flags that name the source of a passphrase. The passphrase
// itself is never a value: every user can read the command line of a process.
func PassphraseFlags() []cli.Flag {
	return []cli.Flag{
		cmdline.FileFlag("passphrase-file", cmdline.KeyCategory, "read the passphrase from `FILE`, - for standard input"),
		&cli.StringFlag{Name: "passphrase-from", Category: cmdline.KeyCategory,
			Usage: "get the passphrase from `SOURCE`: env:NAME, fd:N, file:F or prompt"},
	}
}

// GivesPassphrase reports whether a flag names the source of a passphrase.
func GivesPassphrase(c *cli.Context) bool {
	return c.IsSet("passphrase-file") || c.IsSet("passphrase-from")
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

func passphraseFrom(env *terminal.Env, source, flag, name string, confirm bool) ([]byte, error) {
	kind, arg, _ := strings.Cut(source, ":")
	switch kind {
	case "env":
		secret, ok := env.LookupEnv(arg)
		if !ok {
			return nil, outcome.PassphraseMissing("the environment variable that "+flag+" names is not set", "export it, or name another: env:NAME")
		}
		return passphraseText([]byte(secret))
	case "fd":
		return passphraseFD(arg, flag)
	case "file":
		return passphraseFile(env, arg, flag)
	case "prompt":
		if arg == "" {
			return env.AskPassphrase(name, confirm)
		}
	}
	// The value is not repeated: it may be the passphrase itself.
	return nil, outcome.Usage(flag+" takes env:NAME, fd:N, file:F or prompt", "for a file there is --passphrase-file FILE; the passphrase itself is never a flag's value")
}

// passphraseFile reads a passphrase file. Its name stays out of messages, as for
// [terminal.WithoutPath].
func passphraseFile(env *terminal.Env, file, origin string) ([]byte, error) {
	if file == "-" && terminal.IsTerminal(env.Stdin) {
		return nil, outcome.Usage(origin+" - would show the passphrase as it is typed", "leave it out to be asked, or name a file")
	}
	data, err := ReadInput(env, file, "the passphrase", terminal.MaxPassphrase)
	if err != nil {
		if f := outcome.Classify(err); f.Exit == outcome.ExitUsage {
			return nil, f
		}
		return nil, outcome.PassphraseMissing(fmt.Sprintf("the file that %s names cannot be read: %v", origin, terminal.WithoutPath(err)),
			origin+" is the name of a file that holds the passphrase")
	}
	if mode, open := openToOthers(file); open && file != "-" {
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

func passphraseFD(number, flag string) ([]byte, error) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return nil, outcome.Usage(flag+" fd:N needs the number of an open file descriptor", "as in "+flag+" fd:3 3< passphrase")
	}
	f := os.NewFile(uintptr(n), "passphrase")
	defer f.Close()
	data, err := readLimited(f, terminal.MaxPassphrase)
	if err != nil {
		return nil, outcome.PassphraseMissing(fmt.Sprintf("the passphrase cannot be read from the file descriptor: %v", terminal.WithoutPath(err)),
			"the shell opens one for it: "+flag+" fd:3 3< passphrase")
	}
	return passphraseText(data)
}

// passphraseIsNew reports whether the passphrase given for an unencrypted key is the one
// to encrypt it with.
func passphraseIsNew(c *cli.Context) bool {
	return cmdline.FindFlag(c.Command.Flags, "new-passphrase-file") != nil && !c.Bool("no-passphrase") && !GivesNewPassphrase(c)
}
