package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/urfave/cli/v2"
)

// verifyDocument is verify under --json. The claims stand under "claims" only if
// the signature was good, so that a script never takes a forgery's for real.
type verifyDocument struct {
	Schema     string         `json:"schema"`
	Line       int            `json:"line,omitzero"` // of a batch
	Valid      bool           `json:"valid"`
	Code       string         `json:"code"` // "ok", or the word of the failure
	Exit       int            `json:"exit"`
	Algorithm  string         `json:"alg,omitempty"`
	KeyID      string         `json:"kid,omitempty"`
	Checks     []check        `json:"checks"`
	ExpiresAt  string         `json:"expires_at,omitempty"`
	ExpiresIn  *int64         `json:"expires_in,omitempty"`
	Header     jsontext.Value `json:"header,omitempty"`
	Claims     jsontext.Value `json:"claims,omitempty"`
	Unverified jsontext.Value `json:"unverified_claims,omitempty"`
}

func verdictDocument(env *app, token string, d *verdict) verifyDocument {
	doc := verifyDocument{Schema: "loginctl.verify/1", Valid: true, Code: "ok", Checks: d.checks, Header: d.report.Header}
	if w := d.worst(); w != nil {
		doc.Valid, doc.Code, doc.Exit = false, w.Code, w.exit
	}
	if !d.report.Signed {
		if u, err := login.DecodeUnverified(token); err == nil {
			doc.Unverified = u.Payload
		}
		return doc
	}
	doc.Algorithm, doc.KeyID = d.report.Algorithm.String(), d.report.KeyID
	if claims := d.report.Claims; claims != nil {
		doc.Claims = claims.JSON()
		if !claims.ExpiresAt.IsZero() {
			left := wholeSeconds(env.now(), claims.ExpiresAt)
			doc.ExpiresAt, doc.ExpiresIn = claims.ExpiresAt.UTC().Format(time.RFC3339), &left
		}
	}
	return doc
}

// showVerdict prints the report on one token: for a good one on stdout, for a
// bad one on stderr, beside the error.
func showVerdict(env *app, c *cli.Context, token string, d *verdict) error {
	worst := d.worst()
	if env.json && !(worst == nil && c.IsSet("get")) {
		env.writeJSON(verdictDocument(env, token, d))
	}
	if worst == nil {
		switch {
		case c.IsSet("get"):
			return writeSelected(env, d.report.Claims.JSON(), c.String("get"))
		case !env.json && !env.quiet:
			env.result.WriteString(checksTable(env, env.stdout, d))
		}
		return nil
	}
	env.note("%s", strings.TrimSuffix(checksTable(env, env.stderr, d), "\n"))
	return &failure{message: d.headline(), word: worst.Code, exit: worst.exit, hints: worst.hints, keep: true}
}

// table writes the checks for a person.
func checksTable(env *app, stream any, d *verdict) string {
	var b strings.Builder
	title := env.paint(stream, true, "valid")
	if d.worst() != nil {
		title = env.paint(stream, false, "not valid")
	}
	if d.report.Signed && d.report.Claims != nil && d.report.Claims.Subject != "" {
		title += "  " + escape(d.report.Claims.Subject)
	}
	b.WriteString(title + "\n")
	width := 0
	for _, c := range d.checks {
		width = max(width, len(escape(c.Name)))
	}
	for _, c := range d.checks {
		mark := env.paint(stream, true, "ok  ")
		if !c.OK {
			mark = env.paint(stream, false, "FAIL")
		}
		fmt.Fprintf(&b, "  %s  %-*s  %s\n", mark, width, escape(c.Name), escape(c.Detail))
	}
	return b.String()
}
