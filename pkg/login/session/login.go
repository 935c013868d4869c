package session

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
)

// Device describes the client of a session.
type Device struct {
	// Label is a text by which the user recognizes the session, such as the browser.
	// Characters that are not printable are left out, and it is cut at 256 bytes.
	Label string
	// Remember makes the session last for Config.Idle, also when the browser is closed.
	Remember bool
}

// Pair is the result of a login or a refresh.
type Pair struct {
	Access  login.Token
	Refresh RefreshToken
	Session Session
}

// Open opens a session for a proof of identity that is your own, and returns its
// tokens. Most services want [Manager.Login], TokenHandler or LoginForm. The error
// matches [login.ErrUnavailable] if the store did not answer.
//
// Access tokens have the claims sid and auth_time.
func (m *Manager[U]) Open(ctx context.Context, g login.Grant, d Device) (Pair, error) {
	rec, err := m.record(g, d)
	if err != nil {
		return Pair{}, err
	}
	pair, err := m.pair(rec, rec.Scopes)
	if err != nil { // before there is a session that the client does not hear of
		return Pair{}, err
	}
	if err := m.config.Store.Create(ctx, rec, m.now()); err != nil {
		return Pair{}, unavailable("opening a session", err)
	}
	return pair, nil
}

// record returns a new session.
func (m *Manager[U]) record(g login.Grant, d Device) (Record, error) {
	now := m.now()
	data, err := pack(g, d, now, m.config.mostAccess())
	if err != nil {
		return Record{}, fmt.Errorf("opening a session: %w", err)
	}
	idle := m.config.Brief
	if d.Remember {
		idle = m.config.Idle
	}
	rec := Record{
		Subject: g.Subject, ID: newID(), Device: label(d.Label), Scopes: g.Scopes, Data: data,
		Created: now, Rotated: now,
		Idle: idle, IdleUntil: now.Add(idle), Until: now.Add(m.config.Lifetime),
	}
	if err := rec.Validate(); err != nil {
		return Record{}, fmt.Errorf("opening a session: %w", err)
	}
	return rec.normalized(), nil
}

// newID returns 128 random bits as base64url.
func newID() string {
	var bits [16]byte
	rand.Read(bits[:]) // never fails: it ends the program first
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// label returns the text of a client as it is shown to the user.
func label(text string) string {
	text = strings.Map(func(c rune) rune {
		if c == unicode.ReplacementChar || !unicode.IsPrint(c) {
			return -1
		}
		return c
	}, text)
	const most = 256
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

// pair returns the tokens of a session. The access token does not outlive it: a session
// whose idle time is short would end before its client has a reason to refresh.
func (m *Manager[U]) pair(rec Record, scopes []string) (Pair, error) {
	g, data, err := grantOf(rec)
	if err != nil {
		return Pair{}, err
	}
	g.Scopes = scopes
	access, err := m.Issue(g)
	if err == nil && access.ExpiresAt().After(rec.IdleUntil) {
		if rec.IdleUntil.Sub(m.now()) < 2*time.Second { // no token of a cookie is that short
			return Pair{}, ErrEnded
		}
		g.Lifetime, g.ExpiresAt = 0, rec.IdleUntil
		access, err = m.Issue(g)
	}
	var refresh RefreshToken
	if err == nil {
		refresh, err = mintRefresh(m.config.Keys, rec)
	}
	if errors.Is(err, keys.ErrNoSigningKey) { // a set may have one again in a minute
		err = unavailable("issuing the tokens", err)
	}
	if err != nil {
		return Pair{}, err
	}
	s := sessionOf(rec)
	s.Remember = data.Remember
	return Pair{access, refresh, s}, nil
}

// Login opens a session for a login page of your own: it refuses a form of another site
// with [login.ErrCrossOrigin] if cookies are read, sets both cookies if they are, and
// sends the event. Call it before the answer is written.
func (m *Manager[U]) Login(w http.ResponseWriter, r *http.Request, g login.Grant, d Device) (Pair, error) {
	start := time.Now()
	pair, err := Pair{}, m.checkOrigin(r)
	if err == nil {
		pair, err = m.openWithCookies(r.Context(), w, g, d)
	}
	m.reportLogin(r, start, pair, err)
	return pair, err
}

// openWithCookies is Open and, if cookies are read, SetCookies.
func (m *Manager[U]) openWithCookies(ctx context.Context, w http.ResponseWriter, g login.Grant, d Device) (Pair, error) {
	pair, err := m.Open(ctx, g, d)
	if err != nil || !m.cookies() {
		return pair, err
	}
	if err := m.SetCookies(w, pair); err != nil {
		// A session that the client cannot use is not left behind.
		m.config.Store.End(ctx, pair.Session.Subject, pair.Session.ID)
		return Pair{}, fmt.Errorf("setting the cookies: %w", err)
	}
	return pair, nil
}

func (m *Manager[U]) reportLogin(r *http.Request, start time.Time, pair Pair, err error) {
	e := eventOf("login", r)
	e.Err, e.Duration = err, time.Since(start)
	e.Subject, e.TokenID, e.SessionID = pair.Session.Subject, pair.Access.ID(), pair.Session.ID
	m.report(r.Context(), e)
}

// checkOrigin refuses an unsafe request of another site.
func (m *Manager[U]) checkOrigin(r *http.Request) error {
	if err := m.origins.Request(r); err != nil {
		return fmt.Errorf("%w: %w", login.ErrCrossOrigin, err)
	}
	return nil
}

// SetCookies sends both tokens as cookies. Call it before the answer is written. With
// an error there are none.
func (m *Manager[U]) SetCookies(w http.ResponseWriter, p Pair) error {
	setting := m.config.Cookie
	setting.Session = !p.Session.Remember
	refresh, err := setting.Build(p.Refresh.Reveal(), p.Refresh.ExpiresAt(), m.now())
	if err != nil {
		return err
	}
	if err := m.SetCookie(w, p.Access); err != nil {
		return err
	}
	answer.SetCookie(w.Header(), refresh)
	return nil
}

// clearCookies makes the browser delete both cookies.
func (m *Manager[U]) clearCookies(w http.ResponseWriter) {
	m.ClearCookie(w)
	m.clearRefresh(w)
}

// clearRefresh makes the browser delete the cookie of the refresh token, and those of
// former settings.
func (m *Manager[U]) clearRefresh(w http.ResponseWriter) {
	if !m.cookies() {
		return
	}
	for i, setting := range append([]login.Cookie{m.config.Cookie}, m.config.Cookie.Formerly...) {
		cookie, err := setting.Clear()
		switch {
		case err != nil: // New checked them
		case i == 0:
			answer.SetCookie(w.Header(), cookie)
		default:
			w.Header().Add("Set-Cookie", cookie.String())
		}
	}
}
