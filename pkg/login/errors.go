package login

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// ErrInvalidToken matches every error that means that a token is not good.
var ErrInvalidToken = jws.ErrInvalidToken

// The failures of a token. Each also matches [ErrInvalidToken].
//
// ErrMalformed, ErrTooLarge, ErrAlgorithm, ErrUnknownKey and ErrSignature are found
// before the claims are read. The others are about the content of a token and are
// only returned when its signature is good.
var (
	ErrMalformed = jws.ErrMalformed // not a strict compact JWS of a JSON object

	// ErrTooLarge is for a token longer than Config.MaxTokenBytes. It also matches
	// ErrMalformed, because the token is not read, and ErrBadRequest: sending it is
	// a bad request (RFC 6750 section 3.1) rather than a failed login.
	ErrTooLarge error = jws.NewFailure("token is too large", ErrMalformed, ErrBadRequest)

	ErrAlgorithm   error = jws.NewFailure("token algorithm is not allowed", ErrInvalidToken)  // no key has its alg
	ErrUnknownKey  error = jws.NewFailure("token names an unknown key", ErrInvalidToken)      // no key has its kid
	ErrSignature   error = jws.NewFailure("token signature is not valid", ErrInvalidToken)    // another key made it
	ErrExpired     error = jws.NewFailure("token has expired", ErrInvalidToken)               // exp is not in the future
	ErrNotYetValid error = jws.NewFailure("token is not valid yet", ErrInvalidToken)          // nbf or iat is in the future
	ErrIssuer      error = jws.NewFailure("token issuer is not accepted", ErrInvalidToken)    // iss is not Config.Issuer
	ErrAudience    error = jws.NewFailure("token audience is not accepted", ErrInvalidToken)  // aud lacks an accepted audience
	ErrClaims      error = jws.NewFailure("token claims are not acceptable", ErrInvalidToken) // a claim, or typ, is missing or of another type
	ErrRevoked     error = jws.NewFailure("token has been revoked", ErrInvalidToken)          // by Config.Revocations
)

// The other failures of a request. They do not match [ErrInvalidToken].
var (
	ErrNoToken           = errors.New("no token")             // neither in the header nor in a cookie
	ErrBadRequest        = oauth.ErrBadRequest                // two tokens, cookies that differ, one that is too large
	ErrInsufficientScope = errors.New("insufficient scope")   // see ScopeError
	ErrCrossOrigin       = errors.New("cross-origin request") // an unsafe request by cookie from another site
	ErrForbidden         = errors.New("forbidden")            // for your own guards: a known user without permission
	ErrBadCredentials    = errors.New("bad credentials")      // for a PasswordCheck: wrong name or password
	ErrUserNotFound      = errors.New("user not found")       // for a Loader: the subject is unknown
	ErrUnavailable       = errors.New("service unavailable")  // a loader, a store or a key source did not answer
)

// failures are all checks that a token failed, first the one to answer by.
type failures []error

func (f failures) Error() string {
	texts := make([]string, len(f))
	for i, err := range f {
		texts[i] = err.Error()
	}
	return strings.Join(texts, "; ")
}

func (f failures) Unwrap() []error { return f }

// ClaimError is the failure of one claim of a token whose signature is good. It
// matches its Err and [ErrInvalidToken].
type ClaimError struct {
	Claim   string    // "exp", "nbf", "iat", "iss", "aud", "sub", "jti", or "typ" for the header parameter
	Err     error     // ErrExpired, ErrNotYetValid, ErrIssuer, ErrAudience, ErrClaims
	Missing bool      // the claim is absent
	Time    time.Time // the time in the claim, for exp, nbf and iat

	detail string // the reason, as the end of a sentence; may be empty
}

func (e *ClaimError) Error() string {
	text := ErrClaims.Error()
	if e.Err != nil {
		text = e.Err.Error()
	}
	switch {
	case e.Missing:
		return text + ": " + e.Claim + " is missing"
	case e.detail != "":
		return text + ": " + e.Claim + " " + e.detail
	case !e.Time.IsZero():
		return text + ": " + e.Claim + " is " + e.Time.UTC().Format(time.RFC3339)
	case e.Err == ErrClaims:
		return text + ": " + e.Claim + " is not valid"
	}
	return text
}

// Unwrap returns Err.
func (e *ClaimError) Unwrap() error { return e.Err }

// ScopeError reports the scopes that were required and those that were granted. It
// matches [ErrInsufficientScope].
type ScopeError struct {
	Required []string
	Granted  []string
	Any      bool // one of Required would have been enough
}

func (e *ScopeError) Error() string {
	if e.Any {
		return "insufficient scope: needs one of " + strings.Join(e.Required, ", ")
	}
	return "insufficient scope: needs " + strings.Join(e.Required, " and ")
}

// Is makes a ScopeError match [ErrInsufficientScope].
func (e *ScopeError) Is(target error) bool { return target == ErrInsufficientScope }

// RetryError refuses a login for a while. A [PasswordCheck] or [Loader] returns it
// after too many attempts. The answer is 429 with Retry-After, or 403 for an account
// that is locked until further notice.
type RetryError struct {
	// After is the time after which another attempt may succeed.
	//
	// If zero, it is a minute, and an account that is locked stays so.
	After time.Duration
	// Locked means that the account is locked, and the answer says so. Return it only
	// when the password was right, or for unknown names too: otherwise it reveals
	// which names exist.
	Locked bool
}

func (e *RetryError) Error() string {
	text := "too many attempts"
	if e.Locked {
		text = "the account is locked"
	}
	if e.After > 0 {
		text += ", try again in " + e.After.String()
	}
	return text
}

// reasons has a word for each sentinel. The first that an error matches counts:
// ErrTooLarge also matches ErrMalformed and ErrBadRequest.
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
// "expired", "bad_signature" …, "ok" for nil, and "internal" for an error that is
// not of this package. For several failures it is the word of the first.
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
	if retry, ok := errors.AsType[*RetryError](err); ok && !errors.Is(err, ErrUnavailable) {
		if retry.Locked {
			return "locked"
		}
		return "too_many_requests"
	}
	if dropped, ok := errors.AsType[*cookieError](err); ok {
		return dropped.reason
	}
	if staleLogin(err) != nil {
		return "login_too_old"
	}
	for _, reason := range reasons {
		if errors.Is(err, reason.err) {
			return reason.word
		}
	}
	return "internal"
}
