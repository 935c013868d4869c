package login

import (
	"errors"
	"time"
)

// ErrInvalidToken is matched by every error that says a token is not good.
var ErrInvalidToken = errors.New("invalid token")

// invalid makes a sentinel that also matches ErrInvalidToken.
type invalid struct{ text string }

func (e *invalid) Error() string        { return e.text }
func (e *invalid) Is(target error) bool { return target == ErrInvalidToken }

var (
	ErrMalformed   error = &invalid{"token is malformed"}
	ErrTooLarge    error = &invalid{"token is too large"} // also matches ErrMalformed and ErrBadRequest (see errors_test)
	ErrAlgorithm   error = &invalid{"token algorithm is not allowed"}
	ErrUnknownKey  error = &invalid{"token names an unknown key"}
	ErrSignature   error = &invalid{"token signature is not valid"}
	ErrExpired     error = &invalid{"token has expired"}
	ErrNotYetValid error = &invalid{"token is not valid yet"}
	ErrIssuer      error = &invalid{"token issuer is not accepted"}
	ErrAudience    error = &invalid{"token audience is not accepted"}
	ErrClaims      error = &invalid{"token claims are not acceptable"}
	ErrRevoked     error = &invalid{"token has been revoked"}
)

var (
	ErrNoToken           = errors.New("no token")
	ErrBadRequest        = errors.New("ambiguous or malformed credentials")
	ErrInsufficientScope = errors.New("insufficient scope")
	ErrCrossOrigin       = errors.New("cross-origin request")
	ErrForbidden         = errors.New("forbidden")
	ErrBadCredentials    = errors.New("bad credentials")
	ErrUserNotFound      = errors.New("user not found")
	ErrUnavailable       = errors.New("service unavailable")
)

// ScopeError says which scopes were required and which granted. It matches [ErrInsufficientScope].
type ScopeError struct {
	Required []string
	Granted  []string
	Any      bool // one of Required would have done
}

func (e *ScopeError) Error() string        { panic("stub") }
func (e *ScopeError) Is(target error) bool { return target == ErrInsufficientScope }

// ClaimError says which claim failed. It matches its Err and [ErrInvalidToken].
type ClaimError struct {
	Claim   string    // "exp", "aud" …
	Err     error     // ErrExpired, ErrNotYetValid, ErrIssuer, ErrAudience, ErrClaims
	Missing bool      // the claim is absent
	Time    time.Time // the time in the claim, for exp, nbf and iat
}

func (e *ClaimError) Error() string { panic("stub") }
func (e *ClaimError) Unwrap() error { return e.Err }

// Reason returns the stable word for an error, for logs, metrics and scripts:
// "expired", "bad_signature" …; "ok" for nil and "internal" for what it does not know.
func Reason(err error) string { panic("stub") }
