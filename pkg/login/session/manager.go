package session

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/internal/origin"
	"github.com/loginctl/loginctl/pkg/login/internal/revoked"
)

// Manager is a [login.Manager] whose logins last. Its guards are those of the manager
// inside. TokenHandler, LoginForm, Login and Logout open and end sessions, and Renew
// exchanges an access token that has expired. It is safe for concurrent use.
//
// Events have the actions of package login, and
//
//   - "refresh", with the word of the [Outcome] as Reason;
//   - "end" for a session that End, EndAll, Logout or a refused user has ended.
type Manager[U any] struct {
	*login.Manager[U]

	config  Config[U]
	auth    login.Config // as it was given, with a clock
	feed    *Feed
	origins *origin.Check // nil: not checked
	header  string        // that of tokens, in canonical form; empty if it is not read
	fastAPI bool          // OnError is login.WriteFastAPIError
}

// ErrEnded means that a session has ended, or never was. The user has to log in again.
// It matches [login.ErrInvalidToken].
var ErrEnded error = fmt.Errorf("the session has ended: log in again: %w", login.ErrInvalidToken)

// ErrReused means that an old refresh token was presented, and that its session has
// ended for it. It matches [ErrEnded].
var ErrReused error = fmt.Errorf("a refresh token was used again: %w", ErrEnded)

// New returns a manager with sessions. The first three arguments are those of
// [login.New]: a service that has outgrown its manager calls this function in its
// place. auth.Revocations stays nil, because the feed of the sessions takes its place.
// auth.SubjectOf and SubjectClaim are not set, because sessions are kept by the sub of
// their tokens.
//
// The error reports every invalid setting.
func New[U any](source keys.Source, load login.Loader[U], auth login.Config, config Config[U]) (*Manager[U], error) {
	if config.Keys == nil {
		config.Keys = source
	}
	config, err := config.checked(auth)
	if auth.Revocations != nil {
		err = errors.Join(err, errors.New("login.Config has Revocations: the feed of the sessions takes its place, see Config.Feed"))
	}
	if auth.SubjectOf != nil || auth.SubjectClaim != "" && auth.SubjectClaim != "sub" {
		err = errors.Join(err, errors.New("login.Config has SubjectOf or SubjectClaim: sessions are kept by the sub of their tokens, so that ending them by another name would miss them"))
	}
	if auth.Now == nil {
		auth.Now = time.Now
	}
	if config.Feed == nil && config.Store != nil {
		config.Feed, _ = NewFeed(config.Store, FeedConfig{Now: auth.Now}) // the defaults are valid
	}
	m := &Manager[U]{config: config, auth: auth, feed: config.Feed}
	if auth.Locations&login.InHeader != 0 {
		m.header = http.CanonicalHeaderKey(cmp.Or(auth.Header, "Authorization"))
	}
	m.fastAPI = auth.OnError != nil && reflect.ValueOf(auth.OnError).Pointer() == reflect.ValueOf(login.WriteFastAPIError).Pointer()
	auth.Revocations = &revocations{m.feed, config.Store, m.auth.Now, m.end}
	// Renew makes the next one, so the browser need not keep it.
	auth.Cookie.Session = auth.Locations&login.InCookie != 0
	var managerErr, originErr error
	m.Manager, managerErr = login.New(source, load, auth)
	if m.cookies() && !auth.Cookie.AllowCrossOrigin {
		m.origins, originErr = origin.New(auth.Cookie.TrustedOrigins, auth.Cookie.TrustOrigin)
	}
	if err := errors.Join(err, managerErr, originErr); err != nil {
		return nil, fmt.Errorf("making a session manager: %w", err)
	}
	if err := errors.Join(checkSigner("access", source), checkSigner("refresh", m.config.Keys)); err != nil {
		return nil, fmt.Errorf("making a session manager: %w", err)
	}
	return m, nil
}

// checkSigner returns an error unless there is a key that signs. A set that loses it
// later is answered 503.
func checkSigner(kind string, source keys.Source) error {
	if _, err := source.Snapshot().Signer(); err != nil {
		return fmt.Errorf("signing %s tokens: %w", kind, err)
	}
	return nil
}

// Feed returns the feed of the manager, for its Run and its RevokeSubject.
func (m *Manager[U]) Feed() *Feed { return m.feed }

// cookies reports whether tokens are in cookies.
func (m *Manager[U]) cookies() bool { return m.auth.Locations&login.InCookie != 0 }

func (m *Manager[U]) now() time.Time { return m.auth.Now() }

// eventOf returns the event of a request.
func eventOf(action string, r *http.Request) login.Event {
	return login.Event{Action: action, Method: r.Method, Pattern: r.Pattern, RemoteAddr: r.RemoteAddr}
}

// report sends an event.
func (m *Manager[U]) report(ctx context.Context, e login.Event) {
	if m.auth.OnEvent == nil {
		return
	}
	if e.Reason == "" {
		e.Reason = login.Reason(e.Err)
	}
	// A client that left is not an outage.
	if errors.Is(e.Err, login.ErrUnavailable) && errors.Is(ctx.Err(), context.Canceled) {
		e.Reason = "canceled"
	}
	m.auth.OnEvent(ctx, e)
}

// unavailable returns the error for a store that did not answer. It says nothing
// about the token, whichever error the store returns.
func unavailable(doing string, err error) error {
	return fmt.Errorf("%w: %s: %v", login.ErrUnavailable, doing, err)
}

// revocations are the ended sessions and the revoked tokens. A revoked token of a
// session ends the session, so that tokens from before the last renewal end too.
type revocations struct {
	*Feed
	store Store
	now   func() time.Time
	end   func(ctx context.Context, subject, id string) (known bool, err error)
}

// Lookup is that of the feed, which is asked in its place: a check costs no copy of the
// claims.
func (r *revocations) Lookup(ctx context.Context, q revoked.Query) (found, own bool, err error) {
	found, err = r.Feed.answer(ctx, &q)
	return found, true, err
}

// Revoke ends the session of the token, or revokes a token that has none. The session of
// another issuer's token is not in the store, and is noted in the log.
func (r *revocations) Revoke(ctx context.Context, c *login.Claims) error {
	if c.SessionID == "" {
		return r.Feed.Revoke(ctx, c)
	}
	known, err := r.end(ctx, c.Subject, c.SessionID)
	if known || err != nil {
		return err
	}
	return r.Feed.RevokeSession(ctx, c.Issuer, c.SessionID)
}

// RevokeSubject ends the sessions of the subject that were opened before t, and
// revokes its tokens.
func (r *revocations) RevokeSubject(ctx context.Context, issuer, subject string, t time.Time) error {
	list, err := r.store.List(ctx, subject, r.now())
	if err != nil {
		return err
	}
	for _, rec := range list {
		if !rec.Created.Before(t) {
			continue
		}
		if _, err := r.end(ctx, subject, rec.ID); err != nil {
			return err
		}
	}
	return r.Feed.RevokeSubject(ctx, issuer, subject, t)
}

// endedSession returns the entry of a session that has ended. The log has it already.
func endedSession(id string, now time.Time) Revocation {
	return Revocation{Kind: RevokedSession, ID: id, Until: now.Add(DefaultKeep)}
}
