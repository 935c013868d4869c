package session

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// Renew returns middleware that exchanges an access token in a cookie that has expired,
// whose key is gone, or that the browser has dropped, if there is a refresh token in a
// cookie. It goes outside of the guards. Both cookies are set before next, which receives
// w itself, and the guards find the new token. A request of another site is passed on as
// it is.
//
// During an outage the answer is 503 and the cookies stay. If the session is over for
// certain, both are deleted, and next sees a request without a token. Refresh tokens of
// different sessions are 400, and stay too: a neighbouring host may have planted one.
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
		if isRenewed(err) {
			if r = m.renew(w, r); r == nil {
				return
			}
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A client with a header refreshes by itself.
		if len(r.Header[m.header]) > 0 || len(r.CookiesNamed(m.config.Cookie.Name)) == 0 || m.checkOrigin(r) != nil {
			next.ServeHTTP(w, r)
			return
		}
		checked.ServeHTTP(w, r)
	})
}

// isRenewed reports whether a request with that failure has its token renewed. A browser
// keeps an access token until it closes, so one whose key is gone would be in the way for
// as long. Nothing else is renewed, and a revoked token least of all.
func isRenewed(err error) bool {
	for _, renewed := range []error{login.ErrNoToken, login.ErrExpired, login.ErrUnknownKey, login.ErrSignature, login.ErrAlgorithm} {
		if errors.Is(err, renewed) {
			return true
		}
	}
	return false
}

// renew returns the request with the new token, or nil if it was answered.
func (m *Manager[U]) renew(w http.ResponseWriter, r *http.Request) *http.Request {
	token, _, err := m.refreshCookie(r)
	var pair Pair
	if err == nil {
		e := eventOf("refresh", r)
		e.Location = login.InCookie
		pair, _, err = m.refresh(r.Context(), token, nil, e)
	}
	if err == nil {
		err = m.SetCookies(w, pair)
	}
	switch {
	case err == nil:
		return m.withAccess(r, pair.Access)
	case errors.Is(err, login.ErrInvalidToken):
		m.clearCookies(w)
		return r
	}
	// An outage says nothing about the session. Nor does a cookie that a neighbouring
	// host has planted, which would be the only one left if ours were deleted.
	m.Deny(w, r, err)
	return nil
}

// withAccess returns r with another access token in its cookie.
func (m *Manager[U]) withAccess(r *http.Request, t login.Token) *http.Request {
	name := accessCookie(m.auth)
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

// errManyCookies matches [login.ErrBadRequest].
var errManyCookies = &oauth.FormError{Code: "invalid_request", Text: "there are refresh tokens of different sessions"}

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
	errs := []error{err}
	// All of them, since one may be planted. A token that is not good has nothing to end.
	for _, p := range m.refreshCookies(r) {
		errs = append(errs, m.End(r.Context(), p.subject, p.id))
	}
	return errors.Join(errs...)
}

// refreshCookies returns the good refresh tokens of a browser, one for each session.
func (m *Manager[U]) refreshCookies(r *http.Request) (list []presented) {
	if !m.cookies() {
		return nil
	}
	cookies := r.CookiesNamed(m.config.Cookie.Name)
	for _, cookie := range cookies[:min(len(cookies), maxRefreshCookies)] {
		p, err := openRefresh(m.config.Keys, cookie.Value)
		p.generation = 0 // the session ends with any of its tokens
		if err == nil && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}
