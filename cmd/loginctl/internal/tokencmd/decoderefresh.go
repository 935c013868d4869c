package tokencmd

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
)

// refreshDocument is the output of decode under --json for a refresh token.
type refreshDocument struct {
	Schema     string `json:"schema"`
	Line       int    `json:"line,omitzero"` // of several tokens
	Verified   bool   `json:"verified"`      // always false
	Kind       string `json:"kind"`          // always refresh_token
	Subject    string `json:"unverified_subject"`
	SessionID  string `json:"unverified_session_id"`
	Generation string `json:"unverified_generation"`
	KeyID      string `json:"unverified_kid,omitzero"`
}

func newRefreshDocument(t tokentext.RefreshToken) refreshDocument {
	return refreshDocument{Schema: "loginctl.decode-refresh/1", Kind: "refresh_token", Subject: t.Subject, SessionID: t.SessionID,
		Generation: t.Generation, KeyID: t.KeyID}
}

// decodeRefresh says what a refresh token is. It never prints the token.
func decodeRefresh(env *terminal.Env, c *cli.Context, t tokentext.RefreshToken) error {
	if c.IsSet("get") || c.Bool("raw") {
		return outcome.Usage("a refresh token has no claims", "leave --get and --raw out")
	}
	if env.JSON {
		env.WriteJSON(newRefreshDocument(t))
	} else {
		fmt.Fprintf(&env.Result, "a refresh token of package session, which is not a JWT\n")
		for _, row := range [][2]string{{"subject", t.Subject}, {"session", t.SessionID}, {"generation", t.Generation}, {"kid", t.KeyID}} {
			if row[1] != "" {
				fmt.Fprintf(&env.Result, "  %-10s  %s\n", row[0], terminal.Escape(row[1]))
			}
		}
	}
	env.Warn("its holder can log in as its subject until the session ends: %s", endHint(t))
	cautionUnverified(env)
	return nil
}

func endHint(t tokentext.RefreshToken) string {
	return outcome.Program() + " session end --subject " + terminal.QuoteShell(t.Subject) + " -- " + terminal.QuoteShell(t.SessionID)
}
