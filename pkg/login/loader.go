package login

import (
	"context"
	"errors"
	"fmt"
)

// Loader finds the user of the subject of a verified token. Its context is that of
// the request, so it ends when the client leaves, and has the claims: see
// [LoadingClaims].
//
// For an unknown subject it returns [ErrUserNotFound], or no error and nil: a nil
// pointer, map, slice or interface. The answer is then 401. Any other value is a user,
// also an empty list or a struct of zeros, so a loader whose U cannot be nil must
// return ErrUserNotFound. If it cannot tell, it returns an error, and the answer is
//
//   - 503 for an error that matches [ErrUnavailable] or a deadline,
//   - 401 for [ErrInvalidToken] and the errors that match it, as for claims that it
//     does not accept,
//   - 403 for [ErrForbidden], as for an account that is locked, and [*ScopeError],
//   - 429 for [*RetryError],
//   - 500 for any other.
//
// [ErrUnavailable] counts before [ErrUserNotFound]: a loader that asks two
// directories and cannot reach one returns an error that matches it. A panic is left
// to the server.
type Loader[U any] func(ctx context.Context, subject string) (U, error)

// Bind returns a loader that passes a dependency to load, such as a database. The
// dependency can be any value, also a function:
//
//	login.New(key, login.Bind(db, queryUser), login.Config{})
//
// A method value such as users.ByEmail needs no Bind.
func Bind[D, U any](dependency D, load func(ctx context.Context, dependency D, subject string) (U, error)) Loader[U] {
	if load == nil {
		return nil // New refuses a nil loader
	}
	return func(ctx context.Context, subject string) (U, error) {
		return load(ctx, dependency, subject)
	}
}

// ClaimsOnly is the loader of a service without users: U is *Claims, and every valid
// token is admitted.
func ClaimsOnly(ctx context.Context, _ string) (*Claims, error) {
	c := LoadingClaims(ctx)
	if c == nil {
		return nil, errors.New("login.ClaimsOnly was called outside of a manager")
	}
	return c, nil
}

// LoadingClaims returns a copy of the verified claims inside a [Loader] that needs
// more than the subject. Elsewhere it returns nil: handlers find the claims in their
// [Principal].
func LoadingClaims(ctx context.Context) *Claims {
	c, _ := ctx.Value(loadingKey{}).(*Claims)
	return c
}

type loadingKey struct{}

// checkLoader refuses a loader that could never find a user.
func checkLoader[U any](load Loader[U]) error {
	if load == nil {
		return errors.New("there is no loader: pass a function that finds users, or ClaimsOnly")
	}
	return nil
}

// userErrors are the errors by which a loader or a check decides about a user. It is
// read only.
var userErrors = []error{ErrUserNotFound, ErrForbidden, ErrInvalidToken, ErrInsufficientScope}

// callbackError classifies an error from a [Loader], a [PasswordCheck] or
// [Config.Check]. Only the expected sentinels and outages keep their identity.
func callbackError(ctx context.Context, doing string, err error, expected ...error) error {
	switch {
	case ctx.Err() != nil:
		return lateError(ctx, doing, err)
	case errors.Is(err, ErrUnavailable):
		return fmt.Errorf("%s: %w", doing, err)
	case isTimeout(err):
		return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
	}
	if isRetry(err) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	for _, sentinel := range expected {
		if errors.Is(err, sentinel) {
			return fmt.Errorf("%s: %w", doing, err)
		}
	}
	if Reason(err) != "internal" {
		return fmt.Errorf("%s: %v", doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}
