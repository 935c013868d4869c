package main

import (
	"bytes"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"
)

// askPassphrase asks on the terminal of the process, whatever its standard
// input is: that may be carrying the token.
func (a *app) askPassphrase(name string, confirm bool) ([]byte, error) {
	const hint = "give it with --passphrase-file FILE, LOGINCTL_PASSPHRASE_FILE or LOGINCTL_PASSPHRASE"
	what := "a passphrase is needed for " + name
	hints := []string{hint}
	if confirm {
		hints = append(hints, "for a key without one: --no-passphrase")
	}
	if !a.interactive() {
		return nil, passphraseMissing(what+", and asking is off (--no-input or CI)", hints...)
	}
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return nil, passphraseMissing(what+", and there is no terminal to ask on", hints...)
	}
	defer tty.Close()
	if !confirm {
		return ask(tty, "Passphrase for "+escape(name)+": ")
	}
	first, err := ask(tty, "New passphrase for "+escape(name)+": ")
	if err != nil {
		return nil, err
	}
	second, err := ask(tty, "Again: ")
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(first, second) {
		return nil, passphraseMissing("the two passphrases differ", "type it again")
	}
	return first, nil
}

// ask reads one line with the terminal's echo off. An interrupt must turn the
// echo on again before the program ends, which by itself it would not.
func ask(tty *os.File, prompt string) ([]byte, error) {
	fd := int(tty.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return nil, err
	}
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(interrupts)

	type answer struct {
		line []byte
		err  error
	}
	answers := make(chan answer, 1)
	fmt.Fprint(tty, prompt)
	go func() {
		line, err := term.ReadPassword(fd)
		answers <- answer{line, err}
	}()
	select {
	case got := <-answers:
		fmt.Fprintln(tty)
		if got.err != nil {
			return nil, fmt.Errorf("reading the passphrase: %w", got.err)
		}
		return got.line, nil
	case <-interrupts:
		err := term.Restore(fd, state)
		fmt.Fprintln(tty)
		return nil, interrupted(err)
	}
}

func interrupted(err error) error {
	if err != nil {
		return fmt.Errorf("%w; the terminal's echo could not be turned on again (%v): type stty sane", errInterrupted, err)
	}
	return errInterrupted
}
