package login

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	defaultCookieName = "access-token"

	// maxCookieBytes is the longest name and value that browsers keep; a longer
	// cookie is dropped without a word (RFC 6265bis section 5.6).
	maxCookieBytes = 4096
)

// Cookie shapes the cookie that carries a token. It is always HttpOnly, so that
// scripts cannot read it. The zero value is a cookie named access-token that is
// Secure, SameSite=Lax, Path=/ and bound to the host that set it.
type Cookie struct {
	// Name is the cookie's name. Empty means "access-token". A name that begins
	// with "__Host-" has browsers hold the cookie to one host over HTTPS
	// (RFC 6265bis section 4.1.3).
	Name string
	// Domain sends the cookie to all hosts below it too. Empty means only the
	// host that set it, which is safer: any host below Domain can plant a cookie.
	Domain string
	// Path is where the cookie is sent. Empty means "/".
	Path string
	// SameSite says which requests of other sites carry the cookie. Zero means
	// http.SameSiteLaxMode; http.SameSiteNoneMode needs a Secure cookie.
	SameSite http.SameSite
	// MaxAge is how long a browser keeps the cookie, in whole seconds. Zero
	// means as long as the token is valid, which is also the most.
	MaxAge time.Duration
	// Session leaves Max-Age out: the browser forgets the cookie when it closes.
	Session bool
	// Insecure leaves Secure out, for development over plain HTTP: browsers
	// then send the token unencrypted.
	Insecure bool

	// TrustedOrigins may send unsafe requests with the cookie, each written as
	// "https://app.example.com". Nil means the service's own origin only.
	TrustedOrigins []string
	// AllowCrossOrigin turns the cross-origin check off: then any site can have
	// its visitors' browsers send requests with the cookie, as far as SameSite lets them.
	AllowCrossOrigin bool
}

// Build returns the cookie for a token that expires at expires; a zero expires
// means it never does. Max-Age is never beyond that.
//
// It refuses a token that is empty, is no bearer token (RFC 6750 section 2.1)
// or has expired ([ErrExpired]); a name and value over 4096 bytes together,
// which browsers drop; a name, domain or path that cannot be written; and
// misuse of the __Host- and __Secure- prefixes. Nothing is dropped in silence,
// as [http.SetCookie] does.
func (c Cookie) Build(token string, expires, now time.Time) (*http.Cookie, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if !isBearerToken(token) {
		return nil, errors.New("cookie: the token is empty or has characters that no token has")
	}
	cookie := c.shape()
	cookie.Value = token
	if size := len(cookie.Name) + len(token); size > maxCookieBytes {
		return nil, fmt.Errorf("cookie: name and token take %d bytes and browsers keep %d: put less into the token", size, maxCookieBytes)
	}
	age, err := c.maxAge(expires, now)
	if err != nil {
		return nil, err
	}
	cookie.MaxAge = age
	return cookie, nil
}

// Clear returns the cookie that deletes the one Build makes: the same name and
// attributes, no value, Max-Age=0.
func (c Cookie) Clear() (*http.Cookie, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	cookie := c.shape()
	cookie.MaxAge = -1 // written as Max-Age=0
	return cookie, nil
}

// shape is the cookie without value and age.
func (c Cookie) shape() *http.Cookie {
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
	return cookie
}

// maxAge returns Max-Age in seconds, zero for none.
func (c Cookie) maxAge(expires, now time.Time) (int, error) {
	age := c.MaxAge
	if !expires.IsZero() {
		left := expires.Sub(now)
		// Less than a second would round to no Max-Age: a cookie that outlives its token.
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
	return int(age / time.Second), nil
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

// isZero reports whether no field is set.
func (c Cookie) isZero() bool {
	return c.Name == "" && c.Domain == "" && c.Path == "" && c.SameSite == 0 && c.MaxAge == 0 &&
		!c.Session && !c.Insecure && c.TrustedOrigins == nil && !c.AllowCrossOrigin
}

// check refuses what browsers or net/http would drop without a word.
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
	case c.AllowCrossOrigin && c.TrustedOrigins != nil:
		return errors.New("cookie: AllowCrossOrigin and TrustedOrigins exclude each other")
	}
	if err := c.checkSameSite(); err != nil {
		return err
	}
	return c.checkPrefix()
}

// checkGrammar holds name, domain and path to RFC 6265 section 4.1.1, as far
// as net/http knows it.
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

// checkPrefix holds the promises that the name makes (RFC 6265bis section
// 4.1.3). Browsers compare the prefix without case.
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

// isBearerToken reports whether s is a b64token (RFC 6750 section 2.1), which
// holds nothing that a cookie's value may not.
func isBearerToken(s string) bool {
	body := strings.TrimRight(s, "=")
	for i := range len(body) {
		if !isTokenByte(body[i]) {
			return false
		}
	}
	return body != ""
}

func isTokenByte(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' ||
		strings.IndexByte("-._~+/", b) >= 0
}
