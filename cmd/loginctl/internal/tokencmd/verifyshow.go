package tokencmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

// verifyDocument is the output of verify under --json. The claims are under "claims"
// only if the signature is good, so that a script never reads those of a forgery.
type verifyDocument struct {
	Schema     string          `json:"schema"`
	Line       int             `json:"line,omitzero"` // in a batch
	Valid      bool            `json:"valid"`
	Code       string          `json:"code"` // "ok", or the failure word
	Exit       int             `json:"exit"`
	Algorithm  string          `json:"alg,omitempty"`
	KeyID      string          `json:"kid,omitempty"`
	Checks     []verdict.Check `json:"checks"`
	ExpiresAt  string          `json:"expires_at,omitempty"`
	ExpiresIn  *int64          `json:"expires_in,omitempty"`
	Header     jsontext.Value  `json:"header,omitempty"`
	Claims     jsontext.Value  `json:"claims,omitempty"`
	Unverified jsontext.Value  `json:"unverified_claims,omitempty"`

	Defaults map[string]string `json:"defaults,omitempty"` // the variables that stand for flags
}

func resultDocument(env *terminal.Env, token string, d *verdict.Result) verifyDocument {
	doc := verifyDocument{Schema: "loginctl.verify/1", Valid: true, Code: "ok", Checks: d.Checks, Header: d.Report.Header, Defaults: env.Defaults}
	if w := d.Worst(); w != nil {
		doc.Valid, doc.Code, doc.Exit = false, w.Code, w.Exit
	}
	if !d.Report.Signed {
		if u, err := unverified.Decode(token); err == nil {
			doc.Unverified = u.Payload
		}
		return doc
	}
	doc.Algorithm, doc.KeyID = d.Report.Algorithm.String(), d.Report.KeyID
	if claims := d.Report.Claims; claims != nil {
		doc.Claims = claims.JSON()
		if !claims.ExpiresAt.IsZero() {
			left := timetext.WholeSeconds(env.Now(), claims.ExpiresAt)
			doc.ExpiresAt, doc.ExpiresIn = claims.ExpiresAt.UTC().Format(time.RFC3339), &left
		}
	}
	return doc
}

// showResult prints the checks of one token: on stdout if it is valid, otherwise on
// stderr, before the error.
func showResult(env *terminal.Env, c *cli.Context, token string, d *verdict.Result) error {
	worst := d.Worst()
	if env.JSON && !(worst == nil && c.IsSet("get")) {
		env.WriteJSON(resultDocument(env, token, d))
	}
	if worst == nil {
		switch {
		case c.IsSet("get"):
			return verdict.WriteSelected(env, d.Report.Header, d.Report.Claims.JSON(), c.String("get"))
		case !env.JSON && !env.Quiet:
			env.Result.WriteString(checksTable(env, env.Stdout, d))
		}
		return nil
	}
	shown := len(d.Checks) > 1 && !env.JSON && !env.Quiet // a table of one line would say what the error says
	if shown {
		env.Note("%s", strings.TrimSuffix(checksTable(env, env.Stderr, d), "\n"))
	}
	return &outcome.Failure{Message: d.Headline(shown), Word: worst.Code, Exit: worst.Exit, Hints: worst.Hints, KeepResult: true}
}

// checksTable writes the checks as a table.
func checksTable(env *terminal.Env, stream any, d *verdict.Result) string {
	var b strings.Builder
	title := env.Paint(stream, true, "valid")
	switch worst := d.Worst(); {
	case worst != nil && worst.Exit == outcome.ExitUnreachable:
		title = env.Paint(stream, false, "not verified")
	case worst != nil:
		title = env.Paint(stream, false, "not valid")
	}
	if d.Report.Signed && d.Report.Claims != nil && d.Report.Claims.Subject != "" {
		title += "  " + terminal.Escape(d.Report.Claims.Subject)
	}
	b.WriteString(title + "\n")
	width := 0
	for _, c := range d.Checks {
		width = max(width, len(terminal.Escape(c.Name)))
	}
	for _, c := range d.Checks {
		mark := env.Paint(stream, true, "ok  ")
		if !c.OK {
			mark = env.Paint(stream, false, "FAIL")
		}
		fmt.Fprintf(&b, "  %s  %-*s  %s\n", mark, width, terminal.Escape(c.Name), terminal.Escape(c.Detail))
	}
	return b.String()
}
