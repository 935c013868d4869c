package keyerr

import (
	"fmt"
	"strings"
)

// Conversion is the error for a file that is not read, with the command of another
// program that makes a key of it. FILE is the file in the command.
type Conversion struct {
	Reason  error  // an error of package keys
	File    string // what the file is
	Advice  string // the words before the command, such as "convert it with"
	Command string
	Settled bool // Advice and Command are for the file as it was given
}

// Convert returns a [*Conversion].
func Convert(reason error, file, advice, command string) error {
	return &Conversion{Reason: reason, File: file, Advice: advice, Command: command}
}

func (c *Conversion) Error() string {
	return fmt.Sprintf("%v: %s; %s: %s", c.Reason, c.File, c.Advice, c.Command)
}

func (c *Conversion) Unwrap() error { return c.Reason }

// Reads reports whether the command reads the file. One that downloads it does not.
func (c *Conversion) Reads() bool {
	return strings.Contains(c.Command, "FILE") && !strings.HasPrefix(c.Command, "curl ")
}

// Within returns c for a file under layers of base64, whose command takes them off
// first. The result of that may be a private key, which only its owner may read.
func (c *Conversion) Within(layers int) *Conversion {
	if layers == 0 {
		return c
	}
	words := strings.Fields(c.Command)
	for i, word := range words {
		if word == "FILE" {
			words[i] = "FILE.raw"
		}
	}
	within := *c
	within.Command = "(umask 077; base64 -d FILE" + strings.Repeat(" | base64 -d", layers-1) + " > FILE.raw), and that with: " + strings.Join(words, " ")
	return &within
}

// After returns c for a file that has to be changed by hand before its command.
func (c *Conversion) After(change string) *Conversion {
	after := *c
	after.Advice = change + ", and " + strings.Replace(c.Advice, " it ", " that ", 1)
	return &after
}
