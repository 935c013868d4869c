package login

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
)

const (
	defaultCookieName = "access-token"

	// maxCookieBytes is the longest name and value that browsers keep. They drop a
	// longer cookie silently (RFC 6265bis section 5.6).
	maxCookieBytes = 4096
)

// Cookie configures the cookie that carries a token. It is always HttpOnly, so
// scripts cannot read it. The zero value is a cookie named access-token that is
// Secure, SameSite=Lax, Path=/ and bound to the host that set it.
type Cookie struct {
	// Name is the name of the cookie. A name that begins with "__Host-" makes
	// browsers bind the cookie to one host over HTTPS (RFC 6265bis section 4.1.3).
	//
	// If empty, it is access-token.
	Name string
	// Domain makes browsers send the cookie to all hosts below it too. Any of them
	// can then plant a cookie.
	//
	// If empty, only the host that set the cookie receives it.
	Domain string
	// Path is the path below which the cookie is sent.
	//
	// If empty, it is "/".
	Path string
	// SameSite selects the requests from other sites that carry the cookie.
	//
	// If zero, it is http.SameSiteLaxMode. http.SameSiteNoneMode needs a Secure cookie.
	SameSite http.SameSite
	// Unpartitioned gives a SameSite=None cookie to every top-level site that embeds
	// the service. Browsers that block third-party cookies then drop it.
	//
	// If false, a SameSite=None cookie is Partitioned: each top-level site has its own.
	Unpartitioned bool
	// Formerly lists settings that the service used for this cookie before. Browsers
	// keep cookies by name, domain and path, so an old one would stay beside a new
	// one. Logout and a refusal end both.
	Formerly []Cookie
	// MaxAge is the time that a browser keeps the cookie, in whole seconds, at most
	// until the token expires.
	//
	// If zero, it is the lifetime of the token. If negative, New returns an error.
	MaxAge time.Duration
	// Session leaves Max-Age out: the browser deletes the cookie when it closes.
	Session bool
	// Insecure leaves Secure out, for development over plain HTTP: browsers then
	// send the token unencrypted.
	Insecure bool

	// TrustedOrigins may send unsafe requests with the cookie. Each is written as
	// "https://app.example.com".
	//
	// If nil, only the origin of the service may.
	TrustedOrigins []string
	// TrustOrigin is asked about an origin that is neither that of the service nor in
	// TrustedOrigins, as for the preview hosts of a product. The origin is as the
	// browser writes it, such as "https://pr-7.preview.example.com", and never "null".
	// Compare whole hosts or a suffix with its dot: "evilexample.com" ends like
	// "example.com".
	//
	// If nil, other origins are refused.
	TrustOrigin func(r *http.Request, origin string) bool
	// AllowCrossOrigin turns the check of the origin off. Any site can then make the
	// browsers of its visitors send requests with the cookie, as far as SameSite
	// allows.
	AllowCrossOrigin bool
}

// Build returns the cookie for a token that expires at expires, or never if expires
// is zero. Max-Age does not exceed the lifetime.
//
// It returns an error for a token that is empty, not a bearer token (RFC 6750
// section 2.1) or expired ([ErrExpired]), for a name and value over 4096 bytes
// together, which browsers drop, for a name, domain or path that cannot be written,
// and for misuse of the __Host- and __Secure- prefixes. [http.SetCookie] would drop
// such a cookie silently.
func (c Cookie) Build(token string, expires, now time.Time) (*http.Cookie, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if !grammar.IsBearerToken(token) {
		return nil, errors.New("cookie: the token is empty or has characters that no token has")
	}
	cookie := c.withoutValue()
	cookie.Value = token
	if size := len(cookie.Name) + len(token); size > maxCookieBytes {
		return nil, &cookieError{"cookie_too_large", fmt.Sprintf("name and token take %d bytes and browsers keep %d: put less into the token", size, maxCookieBytes)}
	}
	age, err := c.maxAge(expires, now)
	if err != nil {
		return nil, err
	}
	cookie.MaxAge = age
	return cookie, nil
}

// cookieError is the reason why a browser would drop a cookie, with its word.
type cookieError struct{ reason, text string }

func (e *cookieError) Error() string { return "cookie: " + e.text }

// Clear returns the cookie that deletes the one of Build: it has the same name and
// attributes, an empty value and Max-Age=0.
func (c Cookie) Clear() (*http.Cookie, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	cookie := c.withoutValue()
	cookie.MaxAge = -1 // written as Max-Age=0
	return cookie, nil
}

// withoutValue returns the cookie without value and age.
func (c Cookie) withoutValue() *http.Cookie {
	cookie := &http.Cookie{
		Name:     c.name(),
		Domain:   c.Domain,
		Path:     c.path(),
		SameSite: c.SameSite,
		Secure:   !c.Insecure,
		HttpOnly: true,
	}
	if cookie.SameSite == 0 {
		cookie.SameSite = http.SameSiteLaxMode
	}
	cookie.Partitioned = cookie.SameSite == http.SameSiteNoneMode && !c.Unpartitioned
	return cookie
}

// everySetting returns the settings under which a browser may have the cookie: these,
// the former ones, and the same without Domain, as another part of the service may
// have set it.
func (c Cookie) everySetting() []Cookie {
	all := append([]Cookie{c}, c.Formerly...)
	for _, setting := range all[:len(all):len(all)] {
		if setting.Domain != "" {
			setting.Domain = ""
			all = append(all, setting)
		}
	}
	return all
}

// maxAge returns Max-Age in seconds. Zero leaves it out.
func (c Cookie) maxAge(expires, now time.Time) (int, error) {
	age := c.MaxAge
	if !expires.IsZero() {
		left := expires.Sub(now)
		// Less than a second would be rounded to zero, and the cookie would outlive
		// its token.
		if left < time.Second {
			return 0, fmt.Errorf("cookie: %w", ErrExpired)
		}
		if age == 0 || left < age {
			age = left
		}
	}
	if c.Session {
		return 0, nil
	}
	// More than 32 bits would overflow an int there. Browsers keep 400 days at most.
	return int(min(age/time.Second, math.MaxInt32)), nil
}

func (c Cookie) name() string {
	if c.Name == "" {
		return defaultCookieName
	}
	return c.Name
}

func (c Cookie) path() string {
	if c.Path == "" {
		return "/"
	}
	return c.Path
}

// check refuses settings for which browsers or net/http would drop the cookie
// silently.
func (c Cookie) check() error {
	if err := c.checkGrammar(); err != nil {
		return err
	}
	switch {
	case !strings.HasPrefix(c.path(), "/"):
		return fmt.Errorf("cookie: path %q does not begin with a slash", c.Path)
	case c.MaxAge < 0 || c.MaxAge%time.Second != 0:
		return fmt.Errorf("cookie: MaxAge %v is not a positive number of whole seconds", c.MaxAge)
	case c.Session && c.MaxAge != 0:
		return errors.New("cookie: Session and MaxAge exclude each other")
	case c.Unpartitioned && c.SameSite != http.SameSiteNoneMode:
		return errors.New("cookie: Unpartitioned is for SameSite=None: other cookies are not partitioned")
	case c.AllowCrossOrigin && (c.TrustedOrigins != nil || c.TrustOrigin != nil):
		return errors.New("cookie: AllowCrossOrigin and trusted origins exclude each other")
	}
	if err := c.checkSameSite(); err != nil {
		return err
	}
	for _, former := range c.Formerly {
		if err := former.check(); err != nil {
			return fmt.Errorf("cookie: Formerly: %w", err)
		}
	}
	return c.checkPrefix()
}

// checkGrammar checks name, domain and path against RFC 6265 section 4.1.1, as
// net/http does.
func (c Cookie) checkGrammar() error {
	name, domain, path := http.Cookie{Name: c.name()}, http.Cookie{Name: "x", Domain: c.Domain}, http.Cookie{Name: "x", Path: c.Path}
	switch {
	case name.Valid() != nil:
		return fmt.Errorf("cookie: the name %q has a character that a name cannot have: use letters, digits, - and _", c.Name)
	case domain.Valid() != nil:
		return fmt.Errorf("cookie: the domain %q is not a host name such as example.com", c.Domain)
	case path.Valid() != nil:
		return fmt.Errorf("cookie: the path %q has a character that a path cannot have", c.Path)
	}
	return nil
}

func (c Cookie) checkSameSite() error {
	switch c.SameSite {
	case 0, http.SameSiteLaxMode, http.SameSiteStrictMode:
		return nil
	case http.SameSiteNoneMode:
		if c.Insecure {
			return errors.New("cookie: SameSite=None needs a Secure cookie: browsers refuse it otherwise")
		}
		return nil
	}
	return fmt.Errorf("cookie: SameSite %d is neither Lax, Strict nor None", c.SameSite)
}

// checkPrefix checks the promises of a prefix of the name (RFC 6265bis section
// 4.1.3). Browsers ignore its case.
func (c Cookie) checkPrefix() error {
	name := strings.ToLower(c.Name)
	host := strings.HasPrefix(name, "__host-")
	if !host && !strings.HasPrefix(name, "__secure-") && !strings.HasPrefix(name, "__http-") {
		return nil
	}
	switch {
	case c.Insecure:
		return fmt.Errorf("cookie: %q needs a Secure cookie: browsers refuse it otherwise", c.Name)
	case host && c.Domain != "":
		return fmt.Errorf("cookie: %q must have no Domain: browsers refuse it otherwise", c.Name)
	case host && c.path() != "/":
		return fmt.Errorf("cookie: %q must have Path=/: browsers refuse it otherwise", c.Name)
	}
	return nil
}
