package login

import (
	"context"
	"net/http"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Loader finds the user of a verified token's subject. It returns
// [ErrUserNotFound], or the zero U and no error, when there is none (401), an
// error matching [ErrUnavailable] or a context deadline when it cannot tell (503); any other error is a 500.
type Loader[U any] func(ctx context.Context, subject string) (U, error)

// Bind returns a loader that is given a dependency, such as a database, typed.
func Bind[D, U any](dependency D, load func(ctx context.Context, dependency D, subject string) (U, error)) Loader[U] {
	panic("stub")
}

// ClaimsOnly is the loader of a service without users: U is *Claims.
func ClaimsOnly(ctx context.Context, subject string) (*Claims, error) { panic("stub") }

// LoadingClaims returns the verified claims inside a [Loader], nil elsewhere.
func LoadingClaims(ctx context.Context) *Claims { panic("stub") }

// Principal is the user of a request and the claims that say so.
type Principal[U any] struct {
	User   U
	Claims *Claims
	Source Source // zero for AuthenticateToken
}

// Manager turns requests into users, and issues and verifies tokens. U is the user's type.
type Manager[U any] struct{}

func New[U any](source keys.Source, load Loader[U], config Config) (*Manager[U], error) {
	panic("stub")
}

func (m *Manager[U]) Issue(g Grant) (Token, error)                              { panic("stub") }
func (m *Manager[U]) Verify(ctx context.Context, token string) (*Claims, error) { panic("stub") }
func (m *Manager[U]) Authenticate(r *http.Request, scopes ...string) (*Principal[U], error) {
	panic("stub")
}
func (m *Manager[U]) AuthenticateToken(ctx context.Context, token string, scopes ...string) (*Principal[U], error) {
	panic("stub")
}
func (m *Manager[U]) Require(scopes ...string) func(http.Handler) http.Handler    { panic("stub") }
func (m *Manager[U]) RequireAny(scopes ...string) func(http.Handler) http.Handler { panic("stub") }
func (m *Manager[U]) Handle(h func(http.ResponseWriter, *http.Request, *Principal[U]), scopes ...string) http.Handler {
	panic("stub")
}
func (m *Manager[U]) Optional(next http.Handler) http.Handler                { panic("stub") }
func (m *Manager[U]) User(ctx context.Context) (U, bool)                     { panic("stub") }
func (m *Manager[U]) Principal(ctx context.Context) (*Principal[U], error)   { panic("stub") }
func (m *Manager[U]) Deny(w http.ResponseWriter, r *http.Request, err error) { panic("stub") }

func (m *Manager[U]) SetCookie(w http.ResponseWriter, t Token) error      { panic("stub") }
func (m *Manager[U]) ClearCookie(w http.ResponseWriter)                   { panic("stub") }
func (m *Manager[U]) Logout(w http.ResponseWriter, r *http.Request) error { panic("stub") }

// TokenHandler is the OAuth2 password-grant endpoint.
func (m *Manager[U]) TokenHandler(check func(ctx context.Context, username, password string) (Grant, error)) http.Handler {
	panic("stub")
}
func (m *Manager[U]) JWKSHandler() (http.Handler, error)              { panic("stub") }
func (m *Manager[U]) OpenAPI() map[string]any                         { panic("stub") }
func (m *Manager[U]) Security(scopes ...string) []map[string][]string { panic("stub") }

// ErrorHandler answers a request that was refused with err.
type ErrorHandler func(w http.ResponseWriter, r *http.Request, err error)

// WriteError is the default ErrorHandler.
func WriteError(w http.ResponseWriter, r *http.Request, err error) { panic("stub") }

// Status returns the HTTP status an error stands for.
func Status(err error) int { panic("stub") }

// RedirectToLogin sends a browser's navigation to path on a 401.
func RedirectToLogin(path string) ErrorHandler { panic("stub") }

// NextPath reads back, safely, where RedirectToLogin came from.
func NextPath(r *http.Request) string { panic("stub") }
