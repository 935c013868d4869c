package terminal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// AskPassphrase asks for the passphrase of name on the controlling terminal, not on
// standard input, which may carry the token. With confirm it is asked for twice.
func (env *Env) AskPassphrase(name string, confirm bool) ([]byte, error) {
	const hint = "give it with --passphrase-file FILE, LOGINCTL_PASSPHRASE_FILE or LOGINCTL_PASSPHRASE"
	needed := "a passphrase is needed for " + name
	hints := []string{hint}
	if confirm {
		hints = append(hints, "for a key without one: --no-passphrase")
	}
	if !env.interactive() {
		return nil, outcome.PassphraseMissing(needed+", and asking is off (--no-input or CI)", hints...)
	}
	in, out, err := openConsole()
	if err != nil {
		return nil, outcome.PassphraseMissing(needed+", and there is no terminal to ask on", hints...)
	}
	defer in.Close()
	defer out.Close()
	if !confirm {
		return ask(in, out, "Passphrase for "+Escape(name)+": ")
	}
	first, err := ask(in, out, "New passphrase for "+Escape(name)+": ")
	if err != nil {
		return nil, err
	}
	second, err := ask(in, out, "Again: ")
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) {
		return nil, outcome.PassphraseMissing("the two passphrases differ", "run it again")
	}
	return first, nil
}

// ask reads one line without echo. On a signal it turns the echo on again before the
// program ends: the system would leave it off.
func ask(in, out *os.File, prompt string) ([]byte, error) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	defer signal.Stop(interrupts)

	fd := int(in.Fd())
	fmt.Fprint(out, prompt)
	state, err := term.MakeRaw(fd)
	if err != nil {
		return nil, fmt.Errorf("reading the passphrase: %w", err)
	}

	type answer struct {
		line []byte
		err  error
	}
	answers := make(chan answer, 1)
	go func() {
		line, err := readHidden(in, out)
		answers <- answer{line, err}
	}()
	var got answer
	select {
	case got = <-answers:
	case s := <-interrupts:
		got.err = outcome.ErrInterrupted
		if s == syscall.SIGTERM {
			got.err = outcome.ErrTerminated
		}
	}
	err = term.Restore(fd, state)
	fmt.Fprintln(out)
	switch {
	case errors.Is(got.err, outcome.ErrInterrupted), errors.Is(got.err, outcome.ErrTerminated):
		return nil, interrupted(got.err, err)
	case errors.Is(got.err, io.EOF):
		return nil, outcome.PassphraseMissing("no passphrase given")
	case got.err != nil:
		return nil, fmt.Errorf("reading the passphrase: %w", got.err)
	}
	return got.line, nil
}

// interrupted returns the error after a signal. err is the error of turning the echo on.
func interrupted(signal, err error) error {
	if err != nil {
		return fmt.Errorf("%w; the terminal's echo could not be turned on again (%v): %s", signal, err, LocalShell().echoAgain())
	}
	return signal
}

// MaxPassphrase is the most bytes that a passphrase may have.
const MaxPassphrase = 4096
