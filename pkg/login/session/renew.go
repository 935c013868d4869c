package session

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/loginctl/loginctl/pkg/login"
)

// Renew returns middleware that exchanges an access token in a cookie that has expired,
// or that the browser has dropped, if there is a refresh token in a cookie. It goes
// outside of the guards. Both cookies are set before next, which receives w itself, and
// the guards find the new token. A request of another site is passed on as it is.
//
// During an outage the answer is 503 and the cookies stay. If the session is over for
// certain, both are deleted, and next sees a request without a token.
//
// Put it on the routes whose answers reach the browser. The Set-Cookie of a subrequest,
// as nginx makes one for auth_request, or of a prefetch gets lost; the session survives
// it, once a day also after Config.Grace.
func (m *Manager[U]) Renew(next http.Handler) http.Handler {
	if next == nil {
		panic("session: Renew: the handler is nil")
	}
	if !m.cookies() {
		panic("session: Renew: cookies are not read: add InCookie to the Locations of login.Config")
	}
	// Optional verifies the access token. Guards behind it find the result.
	checked := m.Optional(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := m.Principal(r.Context())
		if errors.Is(err, login.ErrNoToken) || errors.Is(err, login.ErrExpired) {
			if r = m.renew(w, r); r == nil {
				return
			}
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A client with a header refreshes by itself.
		if len(r.Header["Authorization"]) > 0 || len(r.CookiesNamed(m.config.Cookie.Name)) == 0 || m.checkOrigin(r) != nil {
			next.ServeHTTP(w, r)
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// renew returns the request with the new token, or nil if it was answered.
func (m *Manager[U]) renew(w http.ResponseWriter, r *http.Request) *http.Request {
	token, _, err := m.refreshCookie(r)
	var pair Pair
	if err == nil {
		pair, err = m.Refresh(r.Context(), token)
	}
	if err == nil {
		err = m.SetCookies(w, pair)
	}
	switch {
	case err == nil:
		return m.withAccess(r, pair.Access)
	case login.Status(err) >= http.StatusInternalServerError:
		m.Deny(w, r, err)
		return nil
	}
	m.clearCookies(w)
	return r
}

// withAccess returns r with another access token in its cookie.
func (m *Manager[U]) withAccess(r *http.Request, t login.Token) *http.Request {
	name := m.auth.Cookie.Name
	if name == "" {
		name = "access-token"
	}
	var kept []string
	for _, field := range r.Header["Cookie"] {
		for pair := range strings.SplitSeq(field, ";") {
			key, _, _ := strings.Cut(pair, "=")
			if strings.Trim(key, " \t") != name {
				kept = append(kept, strings.Trim(pair, " \t"))
			}
		}
	}
	r = r.Clone(r.Context())
	r.Header["Cookie"] = []string{strings.Join(append(kept, name+"="+t.Reveal()), "; ")}
	return r
}

// maxRefreshCookies bounds the signatures that the cookies of one name can have checked.
const maxRefreshCookies = 8

// errManyCookies is answered 400.
var errManyCookies = fmt.Errorf("%w: refresh tokens of different sessions", login.ErrBadRequest)

// refreshCookie returns the refresh token of a browser. Of several cookies of the name
// the one of the latest generation counts; those of different sessions are refused: a
// neighbouring host may have planted one.
func (m *Manager[U]) refreshCookie(r *http.Request) (token string, best presented, err error) {
	if !m.cookies() {
		return "", best, login.ErrNoToken
	}
	err = login.ErrNoToken
	for i, cookie := range r.CookiesNamed(m.config.Cookie.Name) {
		if i == maxRefreshCookies {
			return "", best, errManyCookies
		}
		p, openErr := openRefresh(m.config.Keys, cookie.Value)
		switch {
		case openErr != nil && token == "":
			err = openErr
		case openErr != nil:
		case token != "" && (p.subject != best.subject || p.id != best.id):
			return "", presented{}, errManyCookies
		case token == "" || p.generation > best.generation:
			token, best, err = cookie.Value, p, nil
		}
	}
	return token, best, err
}

// Logout is that of [login.Manager], and ends the sessions of the tokens in the request
// with all of their tokens: that of an access token, and that of the refresh token in a
// cookie, also when the access token has expired. Both cookies are deleted.
func (m *Manager[U]) Logout(w http.ResponseWriter, r *http.Request) error {
	err := m.Manager.Logout(w, r) // revocations.Revoke ends the session of an access token
	if errors.Is(err, login.ErrCrossOrigin) {
		return err
	}
	m.clearRefresh(w)
	_, p, cookieErr := m.refreshCookie(r)
	if cookieErr != nil { // a token that is not good has nothing to end
		return err
	}
	return errors.Join(err, m.End(r.Context(), p.subject, p.id))
}
