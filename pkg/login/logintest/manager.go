package logintest

import (
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// Manager is a manager whose users, clock and key the test controls. Pass
// Manager.Manager to the service.
type Manager[U any] struct {
	*login.Manager[U]
	Users *Users[U]
	Clock *Clock
	Key   *keys.SigningKey

	tb testing.TB
}

// New returns a manager with a new HS256 key, users by subject, and a clock at
// 2026-01-01 12:00:00 UTC. config is that of the service; its Now must be nil. An invalid
// config ends the test.
func New[U any](tb testing.TB, users map[string]U, config login.Config) *Manager[U] {
	tb.Helper()
	return NewAt(tb, NewClock(), users, config)
}

// NewAt is [New] with a clock from the test, which a store of revocations can share:
// &revocation.Memory{Now: clock.Now}.
func NewAt[U any](tb testing.TB, clock *Clock, users map[string]U, config login.Config) *Manager[U] {
	tb.Helper()
	if config.Now != nil {
		tb.Fatal("logintest: Config.Now is set: leave it nil, the manager has the clock of the test")
	}
	key, err := keys.Generate(keys.HS256)
	if err != nil {
		tb.Fatal(err)
	}
	m := &Manager[U]{Users: NewUsers(users), Clock: clock, Key: key, tb: tb}
	config.Now = m.Clock.Now
	m.Manager, err = login.New(key, m.Users.Load, config)
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// Token returns the text of a valid token. The subject need not be a user.
func (m *Manager[U]) Token(subject string, scopes ...string) string {
	m.tb.Helper()
	return Mint(m.tb, m.Manager, login.Grant{Subject: subject, Scopes: scopes})
}

// Issuer issues tokens for [Mint]: a [*login.Manager] or a [*login.Issuer].
type Issuer interface {
	Issue(login.Grant) (login.Token, error)
}

var (
	_ Issuer = (*login.Issuer)(nil)
	_ Issuer = (*login.Manager[*login.Claims])(nil)
)

// Mint returns the text of a token for g. An invalid grant ends the test.
func Mint(tb testing.TB, issuer Issuer, g login.Grant) string {
	tb.Helper()
	token, err := issuer.Issue(g)
	if err != nil {
		tb.Fatal(err)
	}
	return token.Reveal()
}
