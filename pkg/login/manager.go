package login

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/dpop"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/origin"
)

// Manager turns requests into users, and issues and verifies tokens. U is the type
// of user that the loader returns. Most servers want [Manager.Require] and
// [Manager.Handle] around their handlers.
//
// A Manager is immutable and safe for concurrent use; a [*keys.Set] changes its
// keys. A nil or zero Manager refuses every request with 500.
type Manager[U any] struct {
	issuer   *Issuer
	verifier *Verifier
	source   keys.Source
	load     Loader[U]

	locations Location
	conflict  Conflict
	header    headerPlace
	protocol  string // the WebSocket subprotocol in front of the token
	cookie    Cookie
	origins   *origin.Check // nil: not checked
	ambient   Location      // places whose content a browser sends by itself
	vary      string        // the request headers that an answer depends on, as one value
	challenge string        // the beginning of WWW-Authenticate
	dpop      *dpop.Checker // nil: proofs are ignored

	declared map[string]string // nil: scopes are not declared

	onError         ErrorHandler
	fastAPI         bool // onError is WriteFastAPIError
	forwardedPrefix bool
	onEvent         func(context.Context, Event) // may be nil
	revocations     Revocations                  // may be nil
	now             func() time.Time
}

// errNotConfigured is the error of a Manager that New did not make.
var errNotConfigured = errors.New("the manager was not made by login.New")

// New returns a manager with the keys of source: a [*keys.SigningKey], a
// [*keys.Set], a [*keys.VerificationKey], which cannot issue, or nil with
// [Config.Introspect]. load finds the user
// of a verified token; a service without users passes [ClaimsOnly].
//
// others are verifiers of further issuers whose tokens are accepted: see [NewVerifier].
//
// The error reports every invalid setting of config, so that the first
// request cannot find another.
func New[U any](source keys.Source, load Loader[U], config Config, others ...*Verifier) (*Manager[U], error) {
	verifier, err := newVerifier(source, config, true, others...)
	errs := []error{err, checkLoader[U](load), config.checkLocations(), config.checkDocuments()}
	origins, err := config.originCheck()
	proofs, proofsErr := config.checker()
	if err := errors.Join(append(errs, err, proofsErr)...); err != nil {
		return nil, fmt.Errorf("making a manager: %w", err)
	}
	source, _ = config.sourceOr(source)
	issuer, err := newIssuer(source, config)
	if err != nil {
		return nil, fmt.Errorf("making a manager: %w", err)
	}
	m := &Manager[U]{
		issuer:          issuer,
		verifier:        verifier,
		source:          source,
		load:            load,
		locations:       config.locations(),
		conflict:        config.Conflict,
		header:          newHeaderPlace(config.Header, config.Scheme),
		protocol:        cmp.Or(config.WebSocketProtocol, "access_token"),
		cookie:          config.Cookie,
		origins:         origins,
		ambient:         config.ambient(),
		vary:            config.varyHeaders(),
		challenge:       config.challenge(),
		dpop:            proofs,
		declared:        maps.Clone(config.Scopes),
		onError:         config.OnError,
		forwardedPrefix: config.ForwardedPrefix,
		onEvent:         config.OnEvent,
		revocations:     config.Revocations,
		now:             issuer.now,
	}
	m.cookie.Name = m.cookie.name()
	m.cookie.TrustedOrigins = nil // origins has a copy
	if m.onError == nil {
		m.onError = WriteError
	}
	// Functions cannot be compared, and TokenHandler has to answer alike.
	m.fastAPI = reflect.ValueOf(m.onError).Pointer() == reflect.ValueOf(WriteFastAPIError).Pointer()
	return m, nil
}

// ready is false for a manager that refuses every request.
func (m *Manager[U]) ready() bool { return m != nil && m.verifier != nil }

// Issue returns a signed token for g, which must have a subject: a manager refuses
// tokens without one. The error matches [keys.ErrNoSigningKey] if the keys only
// verify.
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
// [Verifier.Verify] does. [Manager.AuthenticateToken] also loads the user.
func (m *Manager[U]) Verify(ctx context.Context, token string) (*Claims, error) {
	if !m.ready() {
		return nil, errNotConfigured
	}
	return m.verifier.Verify(ctx, token)
}

var errNoCookies = errors.New("the manager reads no cookies: add InCookie to Config.Locations")

// SetCookie sends a token as the cookie of [Config.Cookie] and forbids caches to
// keep the answer. Call it before the answer is written. The error is that of
// [Cookie.Build]; then no cookie is sent.
func (m *Manager[U]) SetCookie(w http.ResponseWriter, t Token) error {
	if !m.ready() {
		return errNotConfigured
	}
	if m.locations&InCookie == 0 {
		return errNoCookies
	}
	cookie, err := m.cookie.Build(t.Reveal(), t.ExpiresAt(), m.now())
	if err != nil {
		return err
	}
	answer.SetCookie(w.Header(), cookie)
	return nil
}

// ClearCookie makes the browser delete the cookie. Call it before the answer is
// written. The token in the cookie stays valid: see [Manager.Logout].
func (m *Manager[U]) ClearCookie(w http.ResponseWriter) {
	if !m.ready() || m.locations&InCookie == 0 {
		return
	}
	for i, setting := range m.cookie.everySetting() {
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
