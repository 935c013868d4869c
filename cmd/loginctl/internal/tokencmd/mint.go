package tokencmd

import (
	"bufio"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
	"github.com/loginctl/loginctl/pkg/login"
)

const maxCount = 10_000_000

// MintCommand makes the command mint.
func MintCommand(env *terminal.Env) *cli.Command {
	flags := []cli.Flag{
		&cli.StringFlag{Name: "sub", Aliases: []string{"subject"}, Usage: "`SUBJECT` the subject (sub)"},
		&cli.StringSliceFlag{Name: "scopes", Aliases: []string{"scope"}, Usage: "`A,B` scopes to grant (repeatable)"},
		&cli.StringFlag{Name: "expires", Aliases: []string{"exp", "ttl", "expires-in", "lifetime"}, Usage: "`TIME|SPAN` the end of its validity: after 12h or 30d, at 2026-11-23 or @unix, or never (default 15m)"},
		&cli.StringFlag{Name: "not-before", Aliases: []string{"nbf"}, Usage: "`TIME|SPAN` the beginning of its validity, at a time or after a span"},
		&cli.StringFlag{Name: "iss", Aliases: []string{"issuer"}, Usage: "`ISSUER` the issuer (iss)"},
		&cli.StringSliceFlag{Name: "aud", Aliases: []string{"audience"}, Usage: "`AUDIENCE` a service that it is for (aud; repeatable)"},
		&cli.StringFlag{Name: "jti", Usage: "`ID` its own name (jti; default 128 random bits)"},
		&cli.StringSliceFlag{Name: "claim", Usage: "`NAME=TEXT` a claim to add; its value as JSON with := (repeatable)"},
		&cli.StringSliceFlag{Name: "header", Usage: "`NAME=TEXT` a header parameter to add; its value as JSON with := (repeatable)"},
		&cli.StringFlag{Name: "typ", Usage: "`TYPE` typ in the header (default JWT)"},
		cmdline.Choice("scope-claim", "", "`CLAIM` where the scopes are written (default scopes)", "scopes", "scope", "scp"),
		&cli.IntFlag{Name: "count", Value: 1, Usage: "`N` how many tokens, one a line"},
		cmdline.FileFlag("out", "", "`FILE` where the token is written, with mode 0600 (default standard output)", "o", "output"),
		&cli.BoolFlag{Name: "force", Aliases: []string{"f"}, Usage: "replace a file that exists"},
		cmdline.FileFlag("from", "", "`SOURCE` a token whose claims are taken over, without checking it"),
		&cli.BoolFlag{Name: "dry-run", Usage: "show the header and the claims, sign nothing"},
		cmdline.Choice("format", "token", "`FORMAT` how it is printed", "token", "json", "bearer-header", "curl", "cookie"),
		cmdline.AtFlag("`TIME` the current time, as 2026-11-23T09:00:00Z, @unix or -1h"),
	}
	return &cli.Command{
		Name:      "mint",
		Usage:     "sign a token",
		ArgsUsage: "[CLAIMS]",
		UsageText: `
			mint --key signing.pem --sub ada --scopes read,write --expires 12h
			mint --secret-file hs256.key --sub ada --claim admin:=true
			mint '{"sub":"ada","tenant":7}' --key signing.pem --aud api
			mint @claims.json --key signing.pem --format bearer-header
			mint --from @old.jwt --key signing.pem --expires 12h`,
		Description: `
			CLAIMS is a JSON object, @FILE or - for standard input. Without it, claims that
			are piped in are read. A claim that is given
			there and by a flag is an error.

			iat, jti, exp, typ and kid are set unless stated. A token lives 15 minutes
			unless --expires says otherwise.

			--from renews a token: its claims and its typ are taken over, but for those
			that CLAIMS or a flag gives, and iat, nbf, exp and jti are new. Its signature
			is not checked.

			bearer-header is a line for curl -H @-, and curl a configuration for curl -K -,
			which keep the token off the command line.`,
		Flags:  append(flags, input.KeyFlags("the private key", false)...),
		Action: cmdline.Action(env, runMint),
	}
}

func runMint(env *terminal.Env, c *cli.Context) error {
	if err := checkMintFlags(c); err != nil {
		return err
	}
	if err := cmdline.JSONFormat(env, c); err != nil {
		return err
	}
	set, err := mintClaims(env, c)
	if err != nil {
		return err
	}
	grant, config, err := readGrant(env, c, set)
	if err != nil {
		return err
	}
	key, err := input.SigningKey(env, c)
	if err != nil {
		return err
	}
	issuer, err := login.NewIssuer(key, config)
	if err != nil {
		return input.FlagError(err, "mint")
	}
	warnOfGrant(env, grant)
	warnOfLife(env, grant)
	if c.Bool("dry-run") {
		return showPreview(env, issuer, grant)
	}
	if !writesFile(c) {
		if err := env.CheckPrivateOut(); err != nil {
			return err
		}
	}
	if c.Int("count") > 1 {
		return mintMany(env, c, key, issuer, grant)
	}
	token, err := issuer.Issue(grant)
	if err != nil {
		return input.FlagError(err, "mint")
	}
	line, err := tokenLine(env, c, key, grant, token)
	if err != nil {
		return err
	}
	if out := c.String("out"); writesFile(c) {
		if err := keyfile.SavePrivate(out, []byte(line+"\n"), c.Bool("force")); err != nil {
			return err
		}
		env.Note("wrote %s  a token, mode 0600", terminal.Escape(out))
	} else {
		env.Result.WriteString(line + "\n")
	}
	noteMinted(env, grant, token)
	return nil
}

// writesFile reports whether the token goes to a file.
func writesFile(c *cli.Context) bool { return c.String("out") != "" && c.String("out") != "-" }

// checkMintFlags refuses flags that contradict each other.
func checkMintFlags(c *cli.Context) error {
	n := c.Int("count")
	switch {
	case n < 1 || n > maxCount:
		return outcome.Usage(fmt.Sprintf("--count takes 1 to %d", maxCount), "for more run it again")
	case n > 1 && c.IsSet("jti"):
		return outcome.Usage("--jti with --count would give every token the same ID", "leave --jti out: each token gets a new one")
	case n > 1 && writesFile(c), writesFile(c) && c.Bool("dry-run"):
		return outcome.Usage("-o is for one token that is signed", "leave -o out; for many tokens: (umask 077; "+outcome.Program()+" mint … > FILE)")
	case n > 1 && c.Bool("dry-run"):
		return outcome.Usage("--dry-run shows one token", "leave --count out")
	}
	return nil
}

func warnOfGrant(env *terminal.Env, g login.Grant) {
	if g.NeverExpires {
		env.Warn("a token that never expires is good until its key is replaced; verify and pkg/login refuse it unless configured to accept it")
	}
	verdict.WarnOfAudience(env, g.Audience)
	if g.Subject == "" {
		env.Warn("the token has no subject: a service that loads users refuses it; give one with --sub")
	}
}

// warnOfLife warns of a token that lives longer than a year: it outlives the people and
// the services that it was made for.
func warnOfLife(env *terminal.Env, g login.Grant) {
	life := g.Lifetime
	if !g.ExpiresAt.IsZero() {
		life = g.ExpiresAt.Sub(env.Now())
	}
	if life > 365*24*time.Hour {
		env.Warn("a token that lives for %s is good until then or until its key is replaced; mint shorter ones", timetext.Span(life))
	}
}

// mintMany writes tokens as they are made, one a line.
func mintMany(env *terminal.Env, c *cli.Context, key *keys.SigningKey, issuer *login.Issuer, g login.Grant) error {
	w := bufio.NewWriterSize(env.Stdout, 64<<10)
	progress := env.ProgressOf(nil)
	progress.Size = int64(c.Int("count"))
	defer progress.Clear()
	for i := range c.Int("count") {
		token, err := issuer.Issue(g)
		if err != nil {
			return input.FlagError(err, "mint")
		}
		line, err := tokenLine(env, c, key, g, token)
		if err != nil {
			return err
		}
		if _, err := w.WriteString(line + "\n"); err != nil {
			return fmt.Errorf("writing the tokens: %w", err)
		}
		progress.Show(i+1, 1)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing the tokens: %w", err)
	}
	return nil
}
