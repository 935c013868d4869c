package terminal

import (
	"bytes"
	"io"
	"unicode"
	"unicode/utf8"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// Control keys as a terminal in raw mode sends them.
const (
	keyInterrupt = 'C' - '@' // ^C
	keyEnd       = 'D' - '@' // ^D
	keyErase     = 'H' - '@' // ^H
	keyKill      = 'U' - '@' // ^U
	keyWord      = 'W' - '@' // ^W
	keyEscape    = '[' - '@' // also the first byte of an arrow or a function key
	keyQuit      = '\\' - '@'
	keyDelete    = 0x7f
	bell         = "\a"
)

// hiddenLine is a line that is typed without echo.
type hiddenLine struct {
	line   []byte
	bell   io.Writer
	escape escapeState
}

// escapeState says how much of an escape sequence was read (ECMA-48 section 5.4).
type escapeState int

const (
	noEscape   escapeState = iota
	escapeByte             // after ESC
	sequence               // after ESC [ or ESC O, up to a letter
)

// readHidden reads a line from a terminal in raw mode. [term.ReadPassword] does not
// treat ^D as the end, and lets ^\ end the program with the echo off. A key that types
// no character rings the bell and never becomes part of the passphrase.
func readHidden(r io.Reader, w io.Writer) ([]byte, error) {
	h := &hiddenLine{bell: w}
	key := make([]byte, 1)
	for {
		if _, err := io.ReadFull(r, key); err != nil {
			clear(h.line)
			return nil, err
		}
		done, err := h.key(key[0])
		if err != nil {
			clear(h.line)
			return nil, err
		}
		if done {
			return h.line, nil
		}
	}
}

// key acts on one byte, and reports whether the line has ended.
func (h *hiddenLine) key(b byte) (done bool, err error) {
	switch {
	case b == keyInterrupt, b == keyQuit:
		return false, outcome.ErrInterrupted
	case b == '\r', b == '\n':
		return true, nil
	case h.inEscape(b):
	case b == keyEnd && len(h.line) == 0:
		return false, io.EOF
	case b == keyErase, b == keyDelete:
		_, size := utf8.DecodeLastRune(h.line)
		h.line = h.line[:len(h.line)-size]
	case b == keyKill:
		h.line = h.line[:0]
	case b == keyWord:
		h.eraseWord()
	case b < ' ':
		io.WriteString(h.bell, bell)
	case len(h.line) > MaxPassphrase:
		return false, outcome.ErrTooMuch
	default:
		h.line = append(h.line, b)
	}
	return false, nil
}

// inEscape reports whether b belongs to an escape sequence, which is swallowed.
func (h *hiddenLine) inEscape(b byte) bool {
	switch {
	case b == keyEscape:
		h.escape = escapeByte
		io.WriteString(h.bell, bell)
		return true
	case h.escape == escapeByte && (b == '[' || b == 'O'):
		h.escape = sequence
		return true
	case h.escape == sequence:
		if b >= '@' && b <= '~' { // the last byte of a sequence
			h.escape = noEscape
		}
		return true
	case h.escape == escapeByte: // Alt and a character
		h.escape = noEscape
		return true
	}
	return false
}

// eraseWord takes back the last word and the blanks after it, as terminals do.
func (h *hiddenLine) eraseWord() {
	h.line = bytes.TrimRightFunc(h.line, unicode.IsSpace)
	h.line = h.line[:bytes.LastIndexFunc(h.line, unicode.IsSpace)+1]
}
