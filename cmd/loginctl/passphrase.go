package main

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/urfave/cli/v2"
)

// maxPassphrase bounds a passphrase in bytes.
const maxPassphrase = 4096

// passphraseFlags are the sources of a passphrase. None takes the passphrase
// itself: the command line of a process can be read by every user.
func passphraseFlags() []cli.Flag {
	return []cli.Flag{
		fileFlag("passphrase-file", keyCategory, "`FILE` with the passphrase, - for standard input"),
		&cli.StringFlag{Name: "passphrase-from", Category: keyCategory,
			Usage: "`SOURCE` of the passphrase: env:NAME, fd:N, file:F or prompt"},
	}
}

// givesPassphrase reports whether a flag names a passphrase.
func givesPassphrase(c *cli.Context) bool {
	return c.IsSet("passphrase-file") || c.IsSet("passphrase-from")
}

// passphrase gets the passphrase of a key from the source that the flags or the
// environment name, and asks for it where none does. confirm is for a new one,
// which is asked for twice.
func (a *app) passphrase(c *cli.Context, name string, confirm bool) ([]byte, error) {
	secret, err := a.findPassphrase(c, name, confirm)
	if err != nil {
		return nil, err
	}
	if confirm {
		a.warnIfShort(secret)
	}
	return secret, checkPassphrase(secret)
}

func checkPassphrase(secret []byte) error {
	switch {
	case len(secret) == 0:
		return passphraseMissing("the passphrase is empty", "give one, or say --no-passphrase where a key is written unencrypted")
	case bytes.ContainsAny(secret, "\n\r\x00"):
		return passphraseMissing("the passphrase has more than one line", "one line, with or without a newline at its end")
	}
	return nil
}

func (a *app) findPassphrase(c *cli.Context, name string, confirm bool) ([]byte, error) {
	file, from := c.String("passphrase-file"), c.String("passphrase-from")
	switch {
	case file != "" && from != "":
		return nil, usage("--passphrase-file and --passphrase-from are both given", giveOnce)
	case file != "":
		return a.passphraseFile(file, "--passphrase-file")
	case from != "":
		return a.passphraseFrom(from, "--passphrase-from", name, confirm)
	}
	if file, ok := a.set("LOGINCTL_PASSPHRASE_FILE"); ok {
		return a.passphraseFile(file, "LOGINCTL_PASSPHRASE_FILE")
	}
	if secret, ok := a.set("LOGINCTL_PASSPHRASE"); ok {
		return []byte(secret), nil
	}
	return a.askPassphrase(name, confirm)
}

func (a *app) passphraseFrom(source, flag, name string, confirm bool) ([]byte, error) {
	kind, arg, _ := strings.Cut(source, ":")
	switch kind {
	case "env":
		secret, ok := a.env(arg)
		if !ok {
			return nil, passphraseMissing("the environment variable that "+flag+" names is not set", "export it, or name another: env:NAME")
		}
		return []byte(secret), nil
	case "fd":
		return passphraseFD(arg, flag)
	case "file":
		return a.passphraseFile(arg, flag)
	case "prompt":
		if arg == "" {
			return a.askPassphrase(name, confirm)
		}
	}
	// What was given is not repeated: it may be the passphrase itself.
	return nil, usage(flag+" takes env:NAME, fd:N, file:F or prompt", "for a file there is --passphrase-file FILE; the passphrase itself is never a flag's value")
}

// passphraseFile reads a passphrase file. Its name stays out of messages; see [reason].
func (a *app) passphraseFile(file, origin string) ([]byte, error) {
	if file == "-" && isTerminal(a.stdin) {
		return nil, usage(origin+" - would show the passphrase as it is typed", "leave it out to be asked, or name a file")
	}
	data, err := a.readInput(file, "the passphrase", maxPassphrase)
	if err != nil {
		if f := classify(err); f.exit == exitUsage {
			return nil, f
		}
		return nil, passphraseMissing(fmt.Sprintf("the file that %s names cannot be read: %v", origin, reason(err)),
			origin+" is the name of a file that holds the passphrase")
	}
	if mode, open := openToOthers(file); open && file != "-" {
		a.warn("the passphrase file can be read by others (mode %04o): chmod 600 it", mode)
	}
	return chomp(data), nil
}

func passphraseFD(number, flag string) ([]byte, error) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return nil, usage(flag+" fd:N needs the number of an open file descriptor", "as in "+flag+" fd:3 3< passphrase")
	}
	f := os.NewFile(uintptr(n), "passphrase")
	defer f.Close()
	data, err := readLimited(f, maxPassphrase)
	if err != nil {
		return nil, passphraseMissing(fmt.Sprintf("the passphrase cannot be read from the file descriptor: %v", reason(err)),
			"the shell opens one for it: "+flag+" fd:3 3< passphrase")
	}
	return chomp(data), nil
}

func passphraseMissing(message string, hints ...string) error {
	return failed(keys.ErrPassphraseRequired, message, hints...)
}
