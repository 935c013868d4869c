package main

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// errorDocument is an error under --json.
type errorDocument struct {
	Schema  string   `json:"schema"`
	Code    string   `json:"code"`
	Exit    int      `json:"exit"`
	Message string   `json:"message"`
	Hints   []string `json:"hints"`
}

func (a *app) errorDocument(f *failure) errorDocument {
	return errorDocument{"loginctl.error/1", f.word, f.exit, a.private.hide(f.message), a.private.hints(f.hints)}
}

// complain prints an error and its hints, a line each.
func (a *app) complain(f *failure) {
	a.tell("error", f.message)
	for _, hint := range f.hints {
		a.hint(hint)
	}
}

// warn prints what the user should know although it is no error.
func (a *app) warn(format string, args ...any) {
	if !a.quiet {
		a.tell("warning", fmt.Sprintf(format, args...))
	}
}

// hint prints what to type next.
func (a *app) hint(text string) {
	if !a.quiet {
		a.tell("hint", text)
	}
}

// caution prints a line that belongs to the result, also beside JSON.
func (a *app) caution(text string) {
	if !a.quiet {
		fmt.Fprintf(a.stderr, "%s: %s\n", program, text)
	}
}

// note prints a line of talk as it is.
func (a *app) note(format string, args ...any) {
	if !a.quiet && !a.json {
		fmt.Fprintf(a.stderr, format+"\n", args...)
	}
}

// tell prints one line on stderr. What it says may come from a token or a file,
// or repeat a word that was typed.
func (a *app) tell(kind, text string) {
	hide := a.private.hide
	if kind == "hint" {
		hide = a.private.hint
	}
	text = strings.ReplaceAll(hide(text), "\n", "; ")
	fmt.Fprintf(a.stderr, "%s: %s: %s\n", program, kind, escape(text))
}

// writeJSON adds v to the result as one line of JSON.
func (a *app) writeJSON(v any) {
	a.result.WriteString(jsonLine(v) + "\n")
}

// jsonLine writes v as JSON on one line, safe to show on a terminal.
func jsonLine(v any) string {
	text, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if err != nil {
		panic(err) // every document is made of strings, numbers and checked JSON
	}
	return escapeJSON(string(text))
}
