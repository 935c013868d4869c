package tokencmd

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

// mintDocument is the output of mint under --json. Its second to fourth fields are those
// of an OAuth token endpoint (RFC 6749 section 5.1), so that OAuth clients can read it.
type mintDocument struct {
	Schema    string   `json:"schema"`
	Token     string   `json:"access_token"`
	TokenType string   `json:"token_type"`
	ExpiresIn int64    `json:"expires_in,omitzero"`
	ExpiresAt string   `json:"expires_at,omitempty"`
	ID        string   `json:"jti"`
	KeyID     string   `json:"kid,omitempty"`
	Algorithm string   `json:"alg"`
	Scopes    []string `json:"scopes,omitempty"`

	Defaults map[string]string `json:"defaults,omitempty"` // the variables that stand for flags
}

// tokenLine writes a token in the format of --format.
func tokenLine(env *terminal.Env, c *cli.Context, key *keys.SigningKey, g login.Grant, token login.Token) (string, error) {
	switch {
	case env.JSON:
		d := mintDocument{Schema: "loginctl.mint/1", Token: token.Reveal(), TokenType: "bearer", ID: token.ID(),
			KeyID: key.ID(), Algorithm: key.Algorithm().String(), Scopes: g.Scopes, Defaults: env.Defaults}
		if at := token.ExpiresAt(); !at.IsZero() {
			d.ExpiresIn, d.ExpiresAt = at.Unix()-issuedAt(token), at.UTC().Format(time.RFC3339)
		}
		return terminal.JSONLine(d), nil
	case c.String("format") == "bearer-header":
		return "Authorization: Bearer " + token.Reveal(), nil
	case c.String("format") == "curl":
		return "header = \"Authorization: Bearer " + token.Reveal() + "\"", nil
	case c.String("format") == "cookie":
		cookie, err := login.Cookie{}.Build(token.Reveal(), token.ExpiresAt(), env.Now())
		if err != nil {
			return "", input.FlagError(err, "cookie")
		}
		return "Set-Cookie: " + cookie.String(), nil
	}
	return token.Reveal(), nil
}

// issuedAt returns the iat of a new token. The clock may have advanced since.
func issuedAt(token login.Token) int64 {
	text, err := unverified.Decode(token.Reveal())
	if err != nil {
		return 0
	}
	claims, _ := input.ReadMembers(text.Payload)
	seconds, _ := claims.Number("iat")
	return int64(seconds)
}

// noteMinted prints the expiry and the scopes of a new token to a terminal.
func noteMinted(env *terminal.Env, g login.Grant, token login.Token) {
	if !terminal.IsTerminal(env.Stderr) {
		return
	}
	text := "never expires"
	if at := token.ExpiresAt(); !at.IsZero() {
		text = fmt.Sprintf("expires %s (%s)", at.UTC().Format("2006-01-02 15:04:05 UTC"), timetext.Relative(at, env.Now()))
	}
	if len(g.Scopes) > 0 {
		text += ", scopes " + strings.Join(g.Scopes, " ")
	}
	env.Note("%s", terminal.Escape(text))
}

// previewDocument is the output of mint --dry-run under --json.
type previewDocument struct {
	Schema string         `json:"schema"`
	Header jsontext.Value `json:"header"`
	Claims jsontext.Value `json:"claims"`
}

func showPreview(env *terminal.Env, issuer *login.Issuer, g login.Grant) error {
	header, claims, err := issuer.Preview(g)
	if err != nil {
		return input.FlagError(err, "mint")
	}
	if env.JSON {
		env.WriteJSON(previewDocument{"loginctl.preview/1", header, claims})
		return nil
	}
	env.Note("%s: nothing was signed; this would be:", outcome.Program())
	return showParts(env, header, claims, time.UTC)
}
