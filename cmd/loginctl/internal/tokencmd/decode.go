package tokencmd

import (
	"fmt"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

// DecodeCommand makes the command decode.
func DecodeCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "decode",
		Usage:     "show the contents of a token, without checking it",
		ArgsUsage: input.TokenArg,
		UsageText: `
			decode < token
			decode @token --tz local
			decode --get address.city < token
			decode --json < token
			decode < tokens.txt`,
		Description: `
			The signature is not checked and nothing shown is to be trusted: use verify
			for that. Of a refresh token, which is not a JWT, the subject and the session
			are shown, and never the token. Of several lines on standard input each is a
			token, and is shown as one JSON object.

			` + verdict.PathHelp + `

			` + tokenHelp,
		Flags: []cli.Flag{
			input.TokenFlag(),
			&cli.StringFlag{Name: "get", Usage: "`PATH` print only this: sub, address.city, aud[0] or header.kid"},
			&cli.StringFlag{Name: "tz", Value: "UTC", Usage: "`ZONE` where times are shown for: UTC, local or a name such as Europe/Berlin"},
			&cli.BoolFlag{Name: "raw", Usage: "print the exact bytes of the header and of the claims, a line each"},
			cmdline.AtFlag("`TIME` the current time, as 2026-11-23T09:00:00Z, @unix or -1h"),
		},
		Action: cmdline.Action(env, runDecode),
	}
}

// tokenHelp is the paragraph about TOKEN in the help of decode, verify and cookie.
const tokenHelp = `TOKEN is the token, @SOURCE or - for standard input; behind -- it is the token itself.
Without it, --token names the source, and otherwise standard input is read. "Bearer ", quotes and the JSON answer of an
OAuth server around it are understood. Other users of the machine can read a command
line: a source keeps a live token from them.`

// decodeDocument is the output of decode under --json.
type decodeDocument struct {
	Schema   string            `json:"schema"`
	Line     int               `json:"line,omitzero"` // of several tokens
	Verified bool              `json:"verified"`      // always false
	Header   jsontext.Value    `json:"header"`
	Claims   jsontext.Value    `json:"unverified_claims"`
	Times    map[string]string `json:"times,omitempty"` // exp, nbf, iat … as RFC 3339
}

func runDecode(env *terminal.Env, c *cli.Context) error {
	if c.Bool("raw") && c.IsSet("get") {
		return outcome.Usage("--raw and --get are both given", cmdline.GiveOnce)
	}
	zone, err := timeZone(c.String("tz"))
	if err != nil {
		return err
	}
	many, text, err := verifyInput(env, c)
	switch {
	case err != nil:
		return err
	case many != nil:
		return decodeMany(env, c, many, zone)
	}
	if text, err = input.CleanToken(text); err != nil {
		return err
	}
	if refresh, ok := tokentext.Refresh(text); ok {
		return decodeRefresh(env, c, refresh)
	}
	if c.Bool("raw") && !env.JSON {
		return decodeRaw(env, text)
	}
	token, err := decodeToken(text)
	if err != nil {
		return err
	}
	switch {
	case c.IsSet("get"):
		if err := verdict.WriteSelected(env, token.Header, token.Payload, c.String("get")); err != nil {
			return err
		}
	case env.JSON:
		env.WriteJSON(newDecodeDocument(token, zone))
	default:
		if err := showParts(env, token.Header, token.Payload, zone); err != nil {
			return err
		}
	}
	cautionUnverified(env)
	return nil
}

func newDecodeDocument(t *unverified.Token, zone *time.Location) decodeDocument {
	return decodeDocument{Schema: "loginctl.decode/1", Header: t.Header, Claims: t.Payload, Times: verdict.TimesOf(t.Payload, zone)}
}

// cautionUnverified prints that nothing was verified, also under --json.
func cautionUnverified(env *terminal.Env) {
	env.Caution("the signature was NOT checked; " + outcome.Program() + " verify does that")
}

func timeZone(name string) (*time.Location, error) {
	if name == "local" {
		return time.Local, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, outcome.Usage("--tz does not know "+terminal.Shorten(name), "zones are named as Europe/Berlin, UTC or local")
	}
	return zone, nil
}

// decodeToken splits and decodes a token without verifying it.
func decodeToken(text string) (*unverified.Token, error) {
	if input.IsEncrypted(text) {
		return nil, input.EncryptedTokenError()
	}
	return unverified.Decode(text)
}

// showParts prints the members of the header and the claims, with times in words.
func showParts(env *terminal.Env, header, claims []byte, zone *time.Location) error {
	for _, part := range []struct {
		title string
		text  []byte
	}{{"header", header}, {"claims", claims}} {
		members, err := input.ParseObject(part.text)
		if err != nil {
			return fmt.Errorf("the token's %s: %v: %w", part.title, err, login.ErrMalformed)
		}
		env.Result.WriteString(part.title + "\n")
		showMembers(env, members, zone)
	}
	return nil
}

func showMembers(env *terminal.Env, members []input.Member, zone *time.Location) {
	names, width := make([]string, len(members)), 0
	for i, m := range members {
		names[i] = terminal.Escape(m.Name)
		if len(names[i]) <= 24 {
			width = max(width, len(names[i]))
		}
	}
	for i, m := range members {
		fmt.Fprintf(&env.Result, "  %-*s  %s%s\n", width, names[i], verdict.ValueText(m.Value), timeNote(env, m, zone))
	}
}

func timeNote(env *terminal.Env, m input.Member, zone *time.Location) string {
	t, ok := verdict.ClaimTime(m, zone)
	if fault := verdict.BeyondTime(m); fault != "" {
		return "  " + fault
	}
	if !ok {
		return ""
	}
	return fmt.Sprintf("  %s  %s", t.Format("2006-01-02 15:04:05 MST"), timetext.Relative(t, env.Now()))
}
