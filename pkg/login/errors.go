package login

import (
	"context"
	"errors"
	"strings"
)

// ErrInvalidToken is matched by every error that says a token is not good.
var ErrInvalidToken = errors.New("invalid token")

// What can be wrong with a token. Each also matches [ErrInvalidToken].
//
// ErrMalformed, ErrTooLarge, ErrAlgorithm, ErrUnknownKey and ErrSignature are
// found before, or as, the signature is checked. The others are statements about
// what a token says, and are only made once its signature is good.
var (
	ErrMalformed   error = &invalid{"token is malformed"}              // not a strict compact JWS of a JSON object
	ErrTooLarge    error = &oversize{}                                 // longer than Config.MaxTokenBytes; also matches ErrMalformed and ErrBadRequest
	ErrAlgorithm   error = &invalid{"token algorithm is not allowed"}  // no key has the alg it names
	ErrUnknownKey  error = &invalid{"token names an unknown key"}      // no key has the kid it names
	ErrSignature   error = &invalid{"token signature is not valid"}    // not made by the key
	ErrExpired     error = &invalid{"token has expired"}               // exp is not in the future
	ErrNotYetValid error = &invalid{"token is not valid yet"}          // nbf or iat is in the future
	ErrIssuer      error = &invalid{"token issuer is not accepted"}    // iss is not Config.Issuer
	ErrAudience    error = &invalid{"token audience is not accepted"}  // aud names none, or one where none is configured
	ErrClaims      error = &invalid{"token claims are not acceptable"} // a claim, or typ, is missing or of the wrong kind
	ErrRevoked     error = &invalid{"token has been revoked"}          // Config.Revocations says so
)

// What else can be wrong with a request. None of these matches [ErrInvalidToken].
var (
	ErrNoToken           = errors.New("no token")                           // the request carries none
	ErrBadRequest        = errors.New("ambiguous or malformed credentials") // two tokens, cookies that differ, one that is too large
	ErrInsufficientScope = errors.New("insufficient scope")                 // see [ScopeError]
	ErrCrossOrigin       = errors.New("cross-origin request")               // an unsafe request by cookie from another site
	ErrForbidden         = errors.New("forbidden")                          // for guards of your own: known, and not allowed
	ErrBadCredentials    = errors.New("bad credentials")                    // for a password check: wrong name or password
	ErrUserNotFound      = errors.New("user not found")                     // the loader knows nobody of that subject
	ErrUnavailable       = errors.New("service unavailable")                // a loader or a store did not answer
)

// invalid is a sentinel that also matches ErrInvalidToken.
type invalid struct{ text string }

func (e *invalid) Error() string        { return e.text }
func (e *invalid) Is(target error) bool { return target == ErrInvalidToken }

// oversize is the sentinel of ErrTooLarge. A token nobody reads is malformed,
// and sending it is a bad request (RFC 6750 section 3.1) rather than a failed login.
type oversize struct{}

func (e *oversize) Error() string { return "token is too large" }
func (e *oversize) Is(target error) bool {
	return target == ErrInvalidToken || target == ErrMalformed || target == ErrBadRequest
}

// flaw is a sentinel with what exactly is wrong. All flaws are made once, so
// that refusing a token allocates nothing, and none holds a part of a token.
type flaw struct {
	sentinel error
	text     string
}

func (e *flaw) Error() string { return e.sentinel.Error() + ": " + e.text }
func (e *flaw) Unwrap() error { return e.sentinel }

func malformed(text string) error { return &flaw{ErrMalformed, text} }

// failures is every check that a token failed, the one to answer by first.
type failures []error

func (f failures) Error() string {
	texts := make([]string, len(f))
	for i, err := range f {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (f failures) Unwrap() []error { return f }

// ScopeError says which scopes were required and which granted. It matches
// [ErrInsufficientScope].
type ScopeError struct {
	Required []string
	Granted  []string
	Any      bool // one of Required would have done
}

func (e *ScopeError) Error() string {
	if e.Any {
		return "insufficient scope: needs one of " + strings.Join(e.Required, ", ")
	}
	return "insufficient scope: needs " + strings.Join(e.Required, " and ")
}

// Is makes a ScopeError match [ErrInsufficientScope].
func (e *ScopeError) Is(target error) bool { return target == ErrInsufficientScope }

// reasons gives each sentinel its word. The order decides where an error
// matches several: ErrTooLarge is also malformed and a bad request.
var reasons = [...]struct {
	err  error
	word string
}{
	{ErrUnavailable, "unavailable"},
	{context.DeadlineExceeded, "unavailable"},
	{context.Canceled, "canceled"},
	{ErrTooLarge, "too_large"},
	{ErrMalformed, "malformed"},
	{ErrAlgorithm, "algorithm_not_allowed"},
	{ErrUnknownKey, "unknown_key"},
	{ErrSignature, "bad_signature"},
	{ErrExpired, "expired"},
	{ErrNotYetValid, "not_yet_valid"},
	{ErrIssuer, "issuer_mismatch"},
	{ErrAudience, "audience_mismatch"},
	{ErrClaims, "claim_invalid"},
	{ErrRevoked, "revoked"},
	{ErrInvalidToken, "invalid_token"},
	{ErrNoToken, "no_token"},
	{ErrBadRequest, "bad_request"},
	{ErrInsufficientScope, "scope_missing"},
	{ErrCrossOrigin, "cross_origin"},
	{ErrForbidden, "forbidden"},
	{ErrBadCredentials, "bad_credentials"},
	{ErrUserNotFound, "user_not_found"},
}

// Reason returns the stable word for an error, for logs, metrics and scripts:
// "expired", "bad_signature" …; "ok" for nil and "internal" for what it does
// not know. For several failures it is the word of the first.
func Reason(err error) string {
	if err == nil {
		return "ok"
	}
	var several failures
	if errors.As(err, &several) && len(several) > 0 {
		err = several[0]
	}
	var claim *ClaimError
	if errors.As(err, &claim) && claim.Missing && !errors.Is(err, ErrUnavailable) {
		return "claim_missing"
	}
	for _, reason := range reasons {
		if errors.Is(err, reason.err) {
			return reason.word
		}
	}
	return "internal"
}
