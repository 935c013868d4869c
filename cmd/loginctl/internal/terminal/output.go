package terminal

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// errorDoc is an error under --json.
type errorDoc struct {
	Schema  string   `json:"schema"`
	Code    string   `json:"code"`
	Exit    int      `json:"exit"`
	Message string   `json:"message"`
	Hints   []string `json:"hints"`
}

func (env *Env) document(f *outcome.Failure) errorDoc {
	return errorDoc{"loginctl.error/1", f.Word, f.Exit, env.Redactor.Hide(f.Message), env.Redactor.Hints(f.Hints)}
}

// printFailure prints an error and its hints, a line each.
func (env *Env) printFailure(f *outcome.Failure) {
	env.printLine("error", f.Message)
	for _, hint := range f.Hints {
		env.hint(hint)
	}
}

// Warn prints a warning, unless --quiet is on.
func (env *Env) Warn(format string, args ...any) {
	if !env.Quiet {
		env.printLine("warning", fmt.Sprintf(format, args...))
	}
}

// hint prints a hint: the command or flag to type next.
func (env *Env) hint(text string) {
	if !env.Quiet {
		env.printLine("hint", text)
	}
}

// Caution prints a line on stderr that belongs to the result, also beside JSON.
func (env *Env) Caution(text string) {
	if !env.Quiet {
		fmt.Fprintf(env.Stderr, "%s: %s\n", outcome.Program(), text)
	}
}

// Note prints a line for a person on stderr, unless --json or --quiet is on. The caller
// escapes untrusted parts.
func (env *Env) Note(format string, args ...any) {
	if !env.Quiet && !env.JSON {
		fmt.Fprintf(env.Stderr, format+"\n", args...)
	}
}

// Close is [Env.Note] for a summary: it is printed after the result, also where stdout
// and stderr are one log.
func (env *Env) Close(format string, args ...any) { env.closing = fmt.Sprintf(format, args...) }

// printLine prints one line on stderr. Its text may come from a token or a file, or
// repeat a word of the command line, so it is redacted and escaped.
func (env *Env) printLine(kind, text string) {
	hide := env.Redactor.Hide
	if kind == "hint" {
		hide = env.Redactor.hint
	}
	text = strings.ReplaceAll(hide(text), "\n", "; ")
	fmt.Fprintf(env.Stderr, "%s: %s: %s\n", outcome.Program(), kind, Escape(text))
}

// WriteJSON adds v to the result as one line of JSON.
func (env *Env) WriteJSON(v any) {
	env.Result.WriteString(JSONLine(v) + "\n")
}

// JSONLine writes v as JSON on one line, escaped for a terminal.
func JSONLine(v any) string {
	text, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if err != nil {
		panic(err) // documents consist of strings, numbers and checked JSON
	}
	return EscapeJSON(string(text))
}

// WriteUntrusted adds lines from a token to the result: escaped if stdout is a
// terminal, unchanged for a program.
func WriteUntrusted(env *Env, lines ...string) {
	for _, line := range lines {
		if IsTerminal(env.Stdout) {
			line = Escape(line)
		}
		env.Result.WriteString(line + "\n")
	}
}
