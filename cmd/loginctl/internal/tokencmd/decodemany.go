package tokencmd

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
	"github.com/urfave/cli/v2"
)

// undecodedLine is the output of decode for a line that is not a token.
type undecodedLine struct {
	Schema  string `json:"schema"`
	Line    int    `json:"line"`
	Code    string `json:"code"`
	Exit    int    `json:"exit"`
	Message string `json:"message"`
}

// hopeless is the number of lines without one token after which an input is left alone:
// it may be endless.
const hopeless = 1000

// decodeMany prints a JSON object for each line of r, as soon as it was read. A line
// that is not a token does not end it, but decides the exit code.
func decodeMany(env *terminal.Env, c *cli.Context, r io.Reader, zone *time.Location) error {
	if c.Bool("raw") {
		return outcome.Usage("--raw shows one token, and standard input has several lines", "leave --raw out, or give one token")
	}
	if err := env.CheckOut(); err != nil {
		return err
	}
	tokens, bad, worst := 0, 0, outcome.ExitOK
	var failed error
	err := Chunks(r, func(chunk *Chunk) bool {
		number := chunk.First - 1
		for line := range strings.SplitSeq(chunk.Text, "\n") {
			number++
			token := input.CleanLine(line)
			if token == "" {
				continue
			}
			document, exit := decodeLine(token, number, zone)
			if tokens++; exit != outcome.ExitOK {
				bad++
				worst = outcome.Worse(worst, exit)
			}
			if tokens == hopeless && bad == tokens {
				return false
			}
			if _, failed = io.WriteString(env.Stdout, terminal.JSONLine(document)+"\n"); failed != nil {
				return false
			}
		}
		return true
	})
	switch {
	case failed != nil:
		return fmt.Errorf("writing the tokens: %w", failed)
	case err != nil:
		return fmt.Errorf("reading the tokens: %w", err)
	case tokens == 0:
		return input.NoToken()
	}
	cautionUnverified(env)
	if bad == 0 {
		return nil
	}
	return &outcome.Failure{Message: fmt.Sprintf("%d of %s could not be decoded", bad, terminal.Plural(tokens, "token")), Exit: worst,
		KeepResult: true, Hints: []string{`"message" says why`}}
}

// decodeLine returns the document of one line of several, and its exit code.
func decodeLine(text string, number int, zone *time.Location) (document any, exit int) {
	if t, ok := tokentext.Refresh(text); ok {
		d := newRefreshDocument(t)
		d.Line = number
		return d, outcome.ExitOK
	}
	token, err := decodeToken(text)
	if err != nil {
		f := outcome.Classify(err)
		return undecodedLine{"loginctl.error/1", number, f.Word, f.Exit, f.Message}, f.Exit
	}
	d := newDecodeDocument(token, zone)
	d.Line = number
	return d, outcome.ExitOK
}
