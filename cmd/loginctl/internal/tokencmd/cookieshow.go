package tokencmd

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// cookieDocument is the output of cookie under --json.
type cookieDocument struct {
	Schema    string `json:"schema"`
	SetCookie string `json:"set_cookie"`
	Name      string `json:"name"`
	Value     string `json:"value"`
	Domain    string `json:"domain,omitempty"`
	Path      string `json:"path"`
	MaxAge    *int   `json:"max_age,omitempty"` // seconds; nil for a session cookie
	Secure    bool   `json:"secure"`
	HTTPOnly  bool   `json:"http_only"`
	SameSite  string `json:"same_site"`
}

func showCookie(env *terminal.Env, c *cli.Context, cookie *http.Cookie) {
	switch format := c.String("format"); {
	case env.JSON:
		env.WriteJSON(cookieJSON(cookie))
	case format == "header":
		fmt.Fprintf(&env.Result, "Cookie: %s=%s\n", cookie.Name, cookie.Value)
	case format == "curl":
		fmt.Fprintf(&env.Result, "cookie = \"%s=%s\"\n", cookie.Name, cookie.Value)
	case format == "netscape":
		env.Result.WriteString(jarLine(env, cookie, c.String("host")))
	default:
		fmt.Fprintf(&env.Result, "Set-Cookie: %s\n", cookie)
	}
}

func cookieJSON(cookie *http.Cookie) cookieDocument {
	d := cookieDocument{
		Schema: "loginctl.cookie/1", SetCookie: cookie.String(), Name: cookie.Name, Value: cookie.Value,
		Domain: cookie.Domain, Path: cookie.Path, Secure: cookie.Secure, HTTPOnly: cookie.HttpOnly,
		SameSite: sameSiteName(cookie.SameSite),
	}
	if age := max(cookie.MaxAge, 0); cookie.MaxAge != 0 {
		d.MaxAge = &age // net/http writes a negative MaxAge as 0: delete now
	}
	return d
}

// jarLine writes a cookie as a line of a Netscape cookie file, which curl reads and
// writes: domain, whether hosts below it get the cookie, path, secure, expiry, name and
// value. host is empty if the cookie has a domain.
func jarLine(env *terminal.Env, cookie *http.Cookie, host string) string {
	expires := int64(0) // for a session cookie
	if cookie.MaxAge > 0 {
		expires = env.Now().Add(time.Duration(cookie.MaxAge) * time.Second).Unix()
	}
	prefix := ""
	if cookie.HttpOnly {
		prefix = "#HttpOnly_"
	}
	below := "FALSE"
	if host == "" {
		host, below = "."+strings.TrimPrefix(cookie.Domain, "."), "TRUE"
	}
	return fmt.Sprintf("# Netscape HTTP Cookie File\n%s%s\t%s\t%s\t%s\t%d\t%s\t%s\n", prefix, host, below, cookie.Path,
		strings.ToUpper(fmt.Sprint(cookie.Secure)), expires, cookie.Name, cookie.Value)
}
