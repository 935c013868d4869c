package tokencmd

import (
	"net/http"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/login"
)

// CookieCommand makes the command cookie.
func CookieCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "cookie",
		Usage:     "print the cookie that carries a token",
		ArgsUsage: input.TokenArg,
		UsageText: `
			cookie < token
			cookie --name __Host-session --same-site strict @token
			cookie --format netscape --host app.example.com < token > jar.txt
			cookie --delete`,
		Description: `
			Prints what pkg/login would send: HttpOnly, Secure, SameSite=Lax and Path=/
			unless a flag says otherwise, and a Max-Age that ends with the token. A cookie
			that browsers would drop or refuse is an error. The signature is not checked.

			Formats: set-cookie is a server's header and header a browser's; netscape is a
			cookie jar for curl -b FILE; curl is a configuration for curl -K -, which
			keeps the token off the command line.

			` + tokenHelp,
		Flags: []cli.Flag{
			input.TokenFlag(),
			&cli.StringFlag{Name: "name", Usage: "`NAME` how the cookie is called (default access-token)"},
			&cli.StringFlag{Name: "domain", Usage: "`DOMAIN` send it to all hosts there (default only the host that set it)"},
			&cli.StringFlag{Name: "host", Usage: "`HOST` its host in the cookie jar of --format netscape"},
			&cli.StringFlag{Name: "path", Usage: "`PATH` send it below this (default /)"},
			cmdline.Choice("same-site", "lax", "`RULE` when it is sent in requests from other sites", "lax", "strict", "none"),
			&cli.StringFlag{Name: "max-age", Value: "auto", Usage: "`SPAN` how long it is kept: auto (as long as the token lives), session, or as 12h"},
			&cli.BoolFlag{Name: "insecure", Usage: "leave Secure out, for development over plain HTTP"},
			&cli.BoolFlag{Name: "delete", Usage: "print the cookie that deletes it; takes no token"},
			cmdline.Choice("format", "set-cookie", "`FORMAT` how it is printed", "set-cookie", "header", "netscape", "curl", "json"),
			cmdline.AtFlag("`TIME` the current time, as 2026-11-23T09:00:00Z, @unix or -1h"),
		},
		Action: cmdline.Action(env, runCookie),
	}
}

func runCookie(env *terminal.Env, c *cli.Context) error {
	if err := cmdline.JSONFormat(env, c); err != nil {
		return err
	}
	settings, err := cookieSettings(c)
	if err != nil {
		return err
	}
	if err := checkHost(c); err != nil {
		return err
	}
	if c.Bool("delete") {
		return clearCookie(env, c, settings)
	}
	text, err := input.ReadToken(env, c)
	if err != nil {
		return err
	}
	expires, err := expiryOf(text)
	if err != nil {
		return err
	}
	cookie, err := settings.Build(text, expires, env.Now())
	if err != nil {
		return input.FlagError(err, "cookie")
	}
	warnOfCookie(env, settings, cookie)
	showCookie(env, c, cookie)
	return nil
}

// checkHost requires --host with --format netscape and refuses it otherwise: a cookie
// goes back to the host that set it, and only a jar has to name the host.
func checkHost(c *cli.Context) error {
	host, jar := c.String("host"), c.String("format") == "netscape"
	switch {
	case host != "" && !jar:
		return outcome.Usage("--host is for --format netscape", "a cookie for all hosts of a domain: --domain DOMAIN")
	case host != "" && c.IsSet("domain"):
		return outcome.Usage("--host and --domain are both given", "--host is one host, --domain includes the hosts below it: "+cmdline.GiveOnce)
	case jar && host == "" && !c.IsSet("domain"):
		return outcome.Usage("a cookie jar names the host of each cookie", "say which: --host HOST")
	case host != "" && (host[0] == '.' || (&http.Cookie{Name: "x", Domain: host}).Valid() != nil):
		return outcome.Usage("--host is not the name of a host", "as in --host app.example.com")
	}
	return nil
}

// warnOfCookie warns of a shorter Max-Age than asked for, and of a missing Secure.
func warnOfCookie(env *terminal.Env, settings login.Cookie, cookie *http.Cookie) {
	if life := time.Duration(cookie.MaxAge) * time.Second; life < settings.MaxAge {
		env.Warn("the token expires in %s, and the cookie with it: --max-age is cut to that", timetext.Span(life))
	}
	if settings.Insecure {
		env.Warn("without Secure the cookie travels over plain HTTP, where others can read it: for development only")
	}
}

func cookieSettings(c *cli.Context) (login.Cookie, error) {
	settings := login.Cookie{
		Name: c.String("name"), Domain: c.String("domain"), Path: c.String("path"), Insecure: c.Bool("insecure"),
		SameSite: map[string]http.SameSite{"strict": http.SameSiteStrictMode, "none": http.SameSiteNoneMode}[c.String("same-site")],
	}
	switch age := c.String("max-age"); age {
	case "auto":
	case "session":
		settings.Session = true
	default:
		if err := verdict.Positive(c, "max-age", &settings.MaxAge); err != nil {
			return settings, err
		}
	}
	return settings, nil
}

// expiryOf returns the exp of an unverified token, or the zero time.
func expiryOf(text string) (time.Time, error) {
	token, err := decodeToken(text)
	if err != nil {
		return time.Time{}, err
	}
	members, err := input.ParseObject(token.Payload)
	if err != nil {
		return time.Time{}, login.ErrMalformed
	}
	for _, m := range members {
		if m.Name == "exp" {
			t, ok := verdict.ClaimTime(m, time.UTC)
			if fault := verdict.BeyondTime(m); fault != "" {
				return t, outcome.Failed(login.ErrClaims, "the token's exp is "+fault)
			}
			if !ok {
				return t, outcome.Failed(login.ErrClaims, "the token's exp is not a time")
			}
			return t, nil
		}
	}
	return time.Time{}, nil
}

func clearCookie(env *terminal.Env, c *cli.Context, settings login.Cookie) error {
	format := c.String("format")
	if c.Args().Present() {
		return outcome.Usage("--delete takes no token", "leave the token out: only the name and the attributes count")
	}
	if format != "set-cookie" && format != "json" {
		return outcome.Usage("--delete has no --format "+format, "it takes set-cookie and json")
	}
	cookie, err := settings.Clear()
	if err != nil {
		return input.FlagError(err, "cookie")
	}
	showCookie(env, c, cookie)
	return nil
}

// sameSiteName returns the value of --same-site for an attribute.
func sameSiteName(mode http.SameSite) string {
	return strings.ToLower(map[http.SameSite]string{
		http.SameSiteLaxMode: "Lax", http.SameSiteStrictMode: "Strict", http.SameSiteNoneMode: "None",
	}[mode])
}
