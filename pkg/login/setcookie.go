package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

var errNoCookies = errors.New("the manager reads no cookies: add FromCookie to Config.Sources")

// SetCookie sends a token as the cookie of [Config.Cookie] and forbids caches
// to keep the answer. It must be called before the answer is written. The
// error is that of [Cookie.Build]; then no cookie is sent.
func (m *Manager[U]) SetCookie(w http.ResponseWriter, t Token) error {
	if !m.ready() {
		return errNotConfigured
	}
	if m.sources&FromCookie == 0 {
		return errNoCookies
	}
	cookie, err := m.cookie.Build(t.Reveal(), t.ExpiresAt(), m.now())
	if err != nil {
		return err
	}
	writeCookie(w.Header(), cookie)
	return nil
}

// ClearCookie has the browser forget the cookie. It must be called before the
// answer is written. The token in it stays valid: see [Manager.Logout].
func (m *Manager[U]) ClearCookie(w http.ResponseWriter) {
	if !m.ready() || m.sources&FromCookie == 0 {
		return
	}
	if cookie, err := m.cookie.Clear(); err == nil { // New checked it
		writeCookie(w.Header(), cookie)
	}
}

// writeCookie replaces what was said of the same cookie before: an answer must
// not have two of one name (RFC 6265 section 4.1.1).
func writeCookie(h http.Header, cookie *http.Cookie) {
	var others []string
	for _, line := range h["Set-Cookie"] {
		if !strings.HasPrefix(line, cookie.Name+"=") {
			others = append(others, line)
		}
	}
	h["Set-Cookie"] = append(others, cookie.String())
	h.Set("Cache-Control", "no-store")
}

// Logout clears the cookie, where cookies are read, and revokes the token that
// the request carries, where [Config.Revocations] is set: all of them, if it
// carries one in the header and one in a cookie, up to 32. Without
// Revocations a token stays valid until it expires. A request without a valid
// token has nothing to revoke.
//
// The error matches [ErrCrossOrigin] when another site's page sent the request,
// by whichever method, which changes nothing; [ErrBadRequest] for a request that
// a guard would refuse as ambiguous, after its tokens were revoked; or
// [ErrUnavailable] when the store did not answer: then the cookie is cleared and
// the token may still be valid.
func (m *Manager[U]) Logout(w http.ResponseWriter, r *http.Request) error {
	if !m.ready() {
		return errNotConfigured
	}
	e := Event{Action: ActionLogout}
	start := m.started()
	e.Source, e.Err = m.logout(w, r, &e)
	if m.onEvent != nil {
		e.Duration = time.Since(start)
		m.send(r.Context(), e)
	}
	if e.Err != nil {
		return &reported{e.Err}
	}
	return nil
}

func (m *Manager[U]) logout(w http.ResponseWriter, r *http.Request, e *Event) (Source, error) {
	found, err := m.find(r)
	if m.sources&FromCookie != 0 && (err != nil || found.source != FromHeader) {
		// Also without a cookie: SameSite may have kept it back, and the answer
		// would delete it all the same. And whatever the method is, or else is wrong.
		if err := m.checkUnsafeOrigin(r); err != nil {
			return found.source, err
		}
	}
	m.ClearCookie(w)
	if m.revocations == nil {
		return found.source, exceptNoToken(err)
	}
	var failed []error
	for _, token := range m.carried(r) {
		failed = append(failed, m.revoke(r.Context(), token, e)) // whatever became of the others
	}
	if failed := errors.Join(failed...); failed != nil {
		return found.source, failed
	}
	return found.source, exceptNoToken(err)
}

// revoke revokes a token that is still good.
func (m *Manager[U]) revoke(ctx context.Context, token string, e *Event) error {
	var c Claims
	err := m.verifier.verifyInto(ctx, token, &c)
	if errors.Is(err, ErrInvalidToken) {
		return nil
	}
	if err != nil {
		return err
	}
	if e.TokenID == "" { // the one that decides comes first
		e.about(&c)
	}
	err = m.revocations.Revoke(ctx, &c)
	switch {
	case ctx.Err() != nil:
		return cutOff(ctx, "revoking", err)
	case err != nil:
		return fmt.Errorf("%w: revoking: %w", ErrUnavailable, err)
	}
	return nil
}

// exceptNoToken is err unless it says that there is no token.
func exceptNoToken(err error) error {
	if errors.Is(err, ErrNoToken) {
		return nil
	}
	return err
}
