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

func (env *app) errorDocument(f *failure) errorDocument {
	return errorDocument{"loginctl.error/1", f.word, f.exit, env.private.hide(f.message), env.private.hints(f.hints)}
}

// complain prints an error and its hints, a line each.
func (env *app) complain(f *failure) {
	env.tell("error", f.message)
	for _, hint := range f.hints {
		env.hint(hint)
	}
}

// warn prints what the user should know although it is no error.
func (env *app) warn(format string, args ...any) {
	if !env.quiet {
		env.tell("warning", fmt.Sprintf(format, args...))
	}
}

// hint prints what to type next.
func (env *app) hint(text string) {
	if !env.quiet {
		env.tell("hint", text)
	}
}

// caution prints a line that belongs to the result, also beside JSON.
func (env *app) caution(text string) {
	if !env.quiet {
		fmt.Fprintf(env.stderr, "%s: %s\n", program, text)
	}
}

// note prints a line of talk as it is.
func (env *app) note(format string, args ...any) {
	if !env.quiet && !env.json {
		fmt.Fprintf(env.stderr, format+"\n", args...)
	}
}

// tell prints one line on stderr. What it says may come from a token or a file,
// or repeat a word that was typed.
func (env *app) tell(kind, text string) {
	hide := env.private.hide
	if kind == "hint" {
		hide = env.private.hint
	}
	text = strings.ReplaceAll(hide(text), "\n", "; ")
	fmt.Fprintf(env.stderr, "%s: %s: %s\n", program, kind, escape(text))
}

// writeJSON adds v to the result as one line of JSON.
func (env *app) writeJSON(v any) {
	env.result.WriteString(jsonLine(v) + "\n")
}

// jsonLine writes v as JSON on one line, safe to show on a terminal.
func jsonLine(v any) string {
	text, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if err != nil {
		panic(err) // every document is made of strings, numbers and checked JSON
	}
	return escapeJSON(string(text))
}

// writeUntrusted adds lines from a token to the result: as they are for a
// program, escaped for a terminal.
func writeUntrusted(env *app, lines ...string) {
	for _, line := range lines {
		if isTerminal(env.stdout) {
			line = escape(line)
		}
		env.result.WriteString(line + "\n")
	}
}
