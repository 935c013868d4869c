// Package tokencmd has the commands for tokens: mint, decode, verify and cookie.
package tokencmd

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/login"
)

// VerifyCommand makes the command verify.
func VerifyCommand(env *terminal.Env) *cli.Command {
	flags := append(verdict.Flags(), input.TokenFlag(),
		&cli.StringFlag{Name: "get", Usage: "`PATH` print only this, of a valid token"},
		cmdline.FileFlag("batch", "", "`SOURCE` the tokens, one a line"))
	return &cli.Command{
		Name:      "verify",
		Usage:     "check a token, or many",
		ArgsUsage: input.TokenArg,
		UsageText: `
			verify --key signing.pem.pub < token
			verify --secret-file hs256.key --aud api --scopes read,write @token
			verify --jwks keys.json --iss https://id.example.com --json < token
			verify --issuer https://id.example.com --aud api --token env:TOKEN
			verify --key signing.pem.pub --batch tokens.txt > results.txt`,
		Description: `
			Checks the form, the signature, the times and everything that the flags ask
			for, and reports all failures at once. A token that names audiences is refused
			unless --aud names one of them. The exit code tells kinds of failures apart:
			` + outcome.Program() + ` help exit-codes.

			--issuer and --jwks URL read the keys that an issuer publishes, over https
			only. They are kept in the user's cache for as long as the issuer allows, and
			read again for a token whose key is not among them; --no-cache keeps nothing.

			With --batch, or several lines on standard input, one result is printed per
			token, in the order of the lines: LINE, tab, ok or the failure word, tab,
			subject or reason. Under --json it is one object per token. With --batch -
			each result is printed as soon as its line was read.

			` + verdict.PathHelp + ` Where a path leads to several values, one of them
			must be as --claim requires: --claim realm_access.roles[]=admin.

			` + tokenHelp,
		Flags:  append(flags, input.KeyFlags("the public or the private key", true)...),
		Action: cmdline.Action(env, runVerify),
	}
}

func runVerify(env *terminal.Env, c *cli.Context) error {
	e, err := verdict.ReadExpectations(env, c)
	if err != nil {
		return err
	}
	batch, token, err := verifyInput(env, c)
	if err != nil {
		return err
	}
	if batch == nil {
		if token, err = input.CleanToken(token); err != nil {
			return err
		}
	}
	if e.Source, err = input.VerificationKeys(env, c); err != nil {
		return err
	}
	verifier, err := login.NewVerifier(e.Source, e.Config)
	if err != nil {
		return input.FlagError(err, "verify")
	}
	if batch != nil {
		return verifyBatch(env, c, batch, verifier, e)
	}
	return showResult(env, c, token, e.Verify(c.Context, verifier, token))
}

// verifyInput returns the tokens to verify: the text of one, or a stream of many.
func verifyInput(env *terminal.Env, c *cli.Context) (batch io.Reader, single string, err error) {
	arg := c.Args().First()
	if file := c.String("batch"); file != "" {
		if arg != "" || c.IsSet("get") || c.IsSet("token") {
			return nil, "", outcome.Usage("--batch takes its tokens from a file", "leave TOKEN, --token and --get out")
		}
		batch, err = input.OpenSource(env, file, "the tokens")
		return batch, "", err
	}
	if env.Literals > 0 || c.IsSet("token") || arg != "-" && arg != "" || arg == "" && terminal.IsTerminal(env.Stdin) {
		single, err = input.TokenText(env, c)
		return nil, single, err
	}
	r, err := env.TakeStdin("the token")
	if err != nil {
		return nil, "", err
	}
	batch, single, err = OneOrMany(r)
	if batch != nil && c.IsSet("get") {
		return nil, "", outcome.Usage("--get reads one token, and standard input has several lines",
			"give one token; for the claims of many: "+outcome.Program()+" "+c.Command.Name+" --json < FILE")
	}
	return batch, single, err
}

// OneOrMany reads the beginning of a stream. Several lines are several tokens, unless
// they are one JSON answer or one token that was wrapped. It reads at most to the second
// line, unless the first is the beginning of such a token, since the writer may wait for
// results.
func OneOrMany(r io.Reader) (many io.Reader, one string, err error) {
	head := make([]byte, 0, input.MaxInput+1)
	for {
		n, err := r.Read(head[len(head):cap(head)])
		head = head[:len(head)+n]
		text, full := bytes.TrimSpace(head), len(head) > input.MaxInput
		several := bytes.IndexByte(text, '\n') >= 0 || full && bytes.IndexByte(head, '\n') >= 0
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			return nil, "", err
		case several && (full || !bytes.HasPrefix(text, []byte("{")) && !tokentext.Partial(string(text))):
			return io.MultiReader(bytes.NewReader(head), r), "", nil
		case full:
			return nil, "", login.ErrTooLarge
		case err != nil:
			lines := tokentext.Lines(string(head))
			switch {
			case len(lines) > 1 && several && bytes.IndexByte(head, 0) < 0:
				return bytes.NewReader(head), "", nil // as they are: their numbers and lengths count
			case len(lines) > 1:
				return strings.NewReader(strings.Join(lines, "\n")), "", nil
			}
			return nil, string(head), nil
		}
	}
}
