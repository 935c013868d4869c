package login

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
)

// Loader finds the user of a verified token's subject. It is given the
// request's context, so that it stops when the client leaves; the verified
// claims are in it, see [LoadingClaims].
//
// When there is no such user it returns [ErrUserNotFound], or no error and
// nobody: nil, the zero U, a pointer to a zero value, an empty map or slice.
// The answer is then 401. When it cannot tell, it returns an error: 503 for one
// that matches [ErrUnavailable] or a deadline, 403 for [ErrForbidden], as for
// an account that is locked, and 500 for any other. One that asks two
// directories and cannot reach one returns an error that matches ErrUnavailable,
// which counts before ErrUserNotFound. A panic is left to the server.
type Loader[U any] func(ctx context.Context, subject string) (U, error)

// Bind returns a loader that is given a dependency, such as a database. It may
// be any value, a function included:
//
//	login.New(key, login.Bind(db, queryUser), login.Config{})
//
// A method value such as users.ByEmail needs no Bind.
func Bind[D, U any](dependency D, load func(ctx context.Context, dependency D, subject string) (U, error)) Loader[U] {
	if load == nil {
		return nil // as if there were no loader, which New refuses
	}
	return func(ctx context.Context, subject string) (U, error) {
		return load(ctx, dependency, subject)
	}
}

// ClaimsOnly is the loader of a service without users: U is *Claims, and
// whoever holds a valid token is let in.
func ClaimsOnly(ctx context.Context, _ string) (*Claims, error) {
	c := LoadingClaims(ctx)
	if c == nil {
		return nil, errors.New("login.ClaimsOnly was called outside of a manager")
	}
	return c, nil
}

// LoadingClaims returns a copy of the verified claims inside a [Loader], for
// one that needs more than the subject. It is nil elsewhere: a handler has them
// in its [Principal].
func LoadingClaims(ctx context.Context) *Claims {
	c, _ := ctx.Value(loadingKey{}).(*Claims)
	return c
}

type loadingKey struct{}

// checkUser refuses a loader that could never find anybody.
func checkUser[U any](load Loader[U]) error {
	if load == nil {
		return errors.New("there is no loader: pass a function that finds users, or ClaimsOnly")
	}
	if t := reflect.TypeFor[U](); t.Size() == 0 {
		return fmt.Errorf("the user type %v has one value, which stands for nobody", t)
	}
	return nil
}

// isNobody reports whether user, a pointer to a loaded U, points to no user. A
// loader that lost the answer on its way must not let a deleted user in.
func isNobody(user any) bool {
	return noValue(reflect.ValueOf(user).Elem())
}

func noValue(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Interface:
		return v.IsNil() || noValue(v.Elem())
	case reflect.Pointer:
		if v.IsNil() {
			return true
		}
		// Scanning no row into a struct leaves it as it was. A struct without
		// fields has nothing to be missing.
		return noValue(v.Elem()) && v.Type().Elem().Size() > 0
	case reflect.Map, reflect.Slice:
		return v.Len() == 0
	}
	return v.IsZero()
}

// outcome says what the error of a function of the service's own means for the
// request. Only the expected sentinels and an outage are told apart: a loader
// that verifies tokens itself must not pass their failure for one of the request's token.
//
// Whatever the function says once its time is up counts for nothing: see [cutOff].
func outcome(ctx context.Context, doing string, err error, expected ...error) error {
	switch {
	case ctx.Err() != nil:
		return cutOff(ctx, doing, err)
	case errors.Is(err, ErrUnavailable):
		return fmt.Errorf("%s: %w", doing, err)
	case isTimeout(err):
		return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, err)
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

// cutOff is what a function of the service's own means that came back after its
// time was up, whatever it says: a driver may report a query that was cut off as
// an error of its own, as no rows, or as nothing that is revoked.
func cutOff(ctx context.Context, doing string, err error) error {
	if err == nil {
		return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, ctx.Err())
	}
	return fmt.Errorf("%w: %s: %w: %v", ErrUnavailable, doing, ctx.Err(), err)
}

// isTimeout reports whether somebody stopped waiting.
func isTimeout(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.Is(err, context.Canceled)
}
