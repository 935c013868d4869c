package login

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Manager turns requests into users, and issues and verifies tokens. U is the
// user's type, which the loader returns. Most servers want [Manager.Require]
// and [Manager.Handle] around their handlers.
//
// A Manager is immutable and safe for concurrent use; its keys change through
// a [*keys.Set]. A nil or zero Manager lets nobody in: it answers 500.
type Manager[U any] struct {
	issuer   *Issuer
	verifier *Verifier
	source   keys.Source
	load     Loader[U]

	sources  Source
	conflict Conflict
	cookie   Cookie
	origins  *http.CrossOriginProtection // nil: not checked
	vary     string                      // the request headers that an answer depends on, as one value

	tokenURL, schemeName string
	declared             map[string]string // nil: scopes are not declared

	onError     ErrorHandler
	onEvent     func(context.Context, Event) // may be nil
	revocations Revocations                  // may be nil
	now         func() time.Time
}

// errNotConfigured answers for a Manager that New did not make.
var errNotConfigured = errors.New("the manager was not made by login.New")

// New returns a manager over keys: a [*keys.SigningKey], a [*keys.Set], or a
// [*keys.VerificationKey], which cannot issue. load finds the user of a
// verified token; a service without users passes [ClaimsOnly].
//
// Every misuse of config is refused here, so that nothing is left for the first request.
func New[U any](source keys.Source, load Loader[U], config Config) (*Manager[U], error) {
	verifier, err := newVerifier(source, config, true)
	errs := []error{err, checkUser[U](load), config.checkSources(), config.checkScopes(), config.checkScheme()}
	origins, err := config.crossOriginProtection()
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, fmt.Errorf("making a manager: %w", err)
	}
	issuer, err := newIssuer(source, config)
	if err != nil {
		return nil, fmt.Errorf("making a manager: %w", err)
	}
	m := &Manager[U]{
		issuer:      issuer,
		verifier:    verifier,
		source:      source,
		load:        load,
		sources:     config.sources(),
		conflict:    config.Conflict,
		cookie:      config.Cookie,
		origins:     origins,
		vary:        config.sources().headers(),
		tokenURL:    config.TokenURL,
		schemeName:  config.SchemeName,
		declared:    maps.Clone(config.Scopes),
		onError:     config.OnError,
		onEvent:     config.OnEvent,
		revocations: config.Revocations,
		now:         issuer.now,
	}
	m.cookie.Name = m.cookie.name()
	m.cookie.TrustedOrigins = nil // they live on in origins
	if m.onError == nil {
		m.onError = WriteError
	}
	return m, nil
}

// ready is false for the managers that let nobody in.
func (m *Manager[U]) ready() bool { return m != nil && m.verifier != nil }

// Issue returns a signed token for g. A token without a subject is of no use
// to a manager, so g must have one. The error matches [keys.ErrNoSigningKey]
// where the keys only verify.
func (m *Manager[U]) Issue(g Grant) (Token, error) {
	if !m.ready() {
		return Token{}, errNotConfigured
	}
	if g.Subject == "" {
		return Token{}, errors.New("issuing a token: the grant has no subject")
	}
	if g.NeverExpires {
		return Token{}, errors.New("issuing a token: without an expiry no manager would accept it")
	}
	return m.issuer.Issue(g)
}

// Verify returns the claims of a token that passed every check, as
// [Verifier.Verify] does. It loads no user: see [Manager.AuthenticateToken].
func (m *Manager[U]) Verify(ctx context.Context, token string) (*Claims, error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	return m.verifier.Verify(ctx, token)
}
