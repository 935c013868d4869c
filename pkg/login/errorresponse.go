package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/dpop"
	"github.com/loginctl/loginctl/pkg/login/internal/answer"
	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
	"github.com/loginctl/loginctl/pkg/login/internal/oauth"
)

// An ErrorHandler answers a request that was refused with err. It must write an
// answer: a handler that writes nothing answers 200. Vary and Cache-Control are set
// before the call.
type ErrorHandler func(w http.ResponseWriter, r *http.Request, err error)

// httpError is the answer to an error. Its texts are constants: no text of the
// request or of an error is ever sent back.
type httpError struct {
	status      int
	detail      string
	code        string // the error of RFC 6750 section 3.1; may be empty
	description string // its error_description
	bearer      bool   // challenge the client to send a token
}

var (
	httpAnonymous = httpError{status: http.StatusUnauthorized, detail: "Invalid credentials", bearer: true}
	httpInvalid   = httpError{status: http.StatusUnauthorized, detail: "Invalid credentials", bearer: true,
		code: "invalid_token", description: "The token is not valid"}
	// A client may need to know that it is time for a new token. It reveals nothing:
	// the sender of the old token can read its exp.
	httpExpired = httpError{status: http.StatusUnauthorized, detail: "Invalid credentials", bearer: true,
		code: "invalid_token", description: "The token has expired"}
	httpBadRequest = httpError{status: http.StatusBadRequest, detail: "Invalid request", bearer: true,
		code: "invalid_request", description: "The credentials are ambiguous or too large"}
	httpScope = httpError{status: http.StatusForbidden, detail: "Insufficient scope", bearer: true,
		code: "insufficient_scope"}
	httpStale = httpError{status: http.StatusUnauthorized, detail: "Invalid credentials", bearer: true,
		code: "insufficient_user_authentication", description: "A more recent login is needed"} // RFC 9470 section 3
	httpCrossOrigin  = httpError{status: http.StatusForbidden, detail: "Cross-origin request refused"}
	httpForbidden    = httpError{status: http.StatusForbidden, detail: "Forbidden"}
	httpLocked       = httpError{status: http.StatusForbidden, detail: "Account locked"}
	httpTooMany      = httpError{status: http.StatusTooManyRequests, detail: "Too many requests"}
	httpLockedAWhile = httpError{status: http.StatusTooManyRequests, detail: "Account locked"}
	httpUnavailable  = httpError{status: http.StatusServiceUnavailable, detail: "Service unavailable"}
	httpInternal     = httpError{status: http.StatusInternalServerError, detail: "Internal server error"}
)

// answerTo is the one place that maps errors to answers. Outages come first: an
// outage must never look like a bad token.
func answerTo(err error) *httpError {
	switch {
	case errors.Is(err, ErrUnavailable), isTimeout(err):
		return &httpUnavailable
	case errors.Is(err, ErrBadRequest):
		return &httpBadRequest
	case errors.Is(err, ErrInvalidToken), errors.Is(err, ErrUserNotFound):
		if Reason(err) == "expired" {
			return &httpExpired
		}
		return &httpInvalid
	case errors.Is(err, ErrNoToken), errors.Is(err, ErrBadCredentials):
		return &httpAnonymous
	case errors.Is(err, ErrInsufficientScope):
		return &httpScope
	case errors.Is(err, ErrCrossOrigin):
		return &httpCrossOrigin
	case errors.Is(err, ErrForbidden):
		return &httpForbidden
	case isRetry(err):
		return answerToRetry(err)
	case staleLogin(err) != nil:
		return &httpStale
	}
	return &httpInternal
}

// staleLogin returns the failure of a login that is too long ago, or nil.
func staleLogin(err error) *oauth.StaleLogin {
	stale, _ := errors.AsType[*oauth.StaleLogin](err)
	return stale
}

func isRetry(err error) bool {
	_, ok := errors.AsType[*RetryError](err)
	return ok
}

func answerToRetry(err error) *httpError {
	switch retry, _ := errors.AsType[*RetryError](err); {
	case !retry.Locked:
		return &httpTooMany
	case retry.After > 0:
		return &httpLockedAWhile
	}
	return &httpLocked
}

// isTimeout reports whether a wait ended before its result.
func isTimeout(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) ||
		errors.Is(err, context.Canceled)
}

// lateError returns the error for a callback that returned after ctx was done. Its
// own result is ignored: drivers report a cancelled query as an error, as no rows, or
// as a token that is not revoked.
func lateError(ctx context.Context, doing string, err error) error {
	if err == nil {
		return fmt.Errorf("%w: %s: %w", ErrUnavailable, doing, ctx.Err())
	}
	return fmt.Errorf("%w: %s: %w: %v", ErrUnavailable, doing, ctx.Err(), err)
}

// clientGone reports whether the client left and err is the consequence.
func clientGone(ctx context.Context, err error) bool {
	return errors.Is(err, context.Canceled) && errors.Is(ctx.Err(), context.Canceled)
}

// Status returns the HTTP status for an error of this package, and 200 for nil:
//
//	400  ErrBadRequest, ErrTooLarge
//	401  ErrNoToken, ErrInvalidToken, ErrUserNotFound, ErrBadCredentials
//	403  ErrInsufficientScope, ErrCrossOrigin, ErrForbidden
//	429  a RetryError
//	503  ErrUnavailable, a deadline
//	500  everything else
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return answerTo(err).status
}

const bearerChallenge = "Bearer"

// placedError is the error of a manager whose tokens are in another place than
// Authorization: Bearer, or which has metadata, so that the challenge names them.
type placedError struct {
	error
	challenge string
	proofs    *dpop.Checker // may be nil
}

func (e *placedError) Unwrap() error { return e.error }

// Challenge returns the WWW-Authenticate field of an answer to err (RFC 6750
// section 3), for an [ErrorHandler] that writes its own answers. It is empty if a
// token would not help. For errors of a manager it names the scheme of
// [Config.Scheme], as header="…" that of [Config.Header], and as resource_metadata="…"
// the address of [Config.ResourceMetadata].
func Challenge(err error) string {
	if err == nil {
		return ""
	}
	told := answerTo(err)
	if !told.bearer {
		return ""
	}
	placed, ok := errors.AsType[*placedError](err)
	if !ok {
		placed = &placedError{challenge: bearerChallenge}
	}
	if failed, ok := errors.AsType[*dpop.Error](err); ok && placed.proofs != nil {
		return placed.proofs.Challenge(failed.Code)
	}
	challenge := placed.challenge
	if placed.proofs != nil && placed.proofs.Required() {
		challenge = placed.proofs.Challenge("")
	}
	if told.code != "" { // RFC 6750 section 3.1 forbids an error code without credentials
		challenge += parameters(challenge, told, err)
	}
	if placed.proofs != nil && !placed.proofs.Required() {
		challenge += ", " + placed.proofs.Challenge("")
	}
	return challenge
}

// parameters returns the parameters of an error behind the beginning of a challenge.
func parameters(beginning string, told *httpError, err error) string {
	challenge := " "
	if strings.Contains(beginning, " ") {
		challenge = ", "
	}
	challenge += `error="` + told.code + `"`
	if told.description != "" {
		challenge += `, error_description="` + told.description + `"`
	}
	if stale := staleLogin(err); stale != nil {
		challenge += `, max_age="` + strconv.FormatInt(int64(stale.MaxAge/time.Second), 10) + `"`
	}
	if scope := scopeParameter(err); scope != "" {
		challenge += `, scope="` + scope + `"`
	}
	return challenge
}

// scopeParameter names the required scopes, which come from the service. If one
// would not fit between quotes, it is empty.
func scopeParameter(err error) string {
	missing, ok := errors.AsType[*ScopeError](err)
	if !ok {
		return ""
	}
	for _, scope := range missing.Required {
		if grammar.CheckScope(scope) != nil {
			return ""
		}
	}
	return strings.Join(missing.Required, " ")
}

// retryAfter returns the value of Retry-After, in seconds, or "" if the client need not
// wait.
func retryAfter(err error) string {
	var after time.Duration
	if retry, ok := errors.AsType[*RetryError](err); ok {
		after = retry.After
	}
	return oauth.RetryAfter(Status(err), after)
}

// WriteError is the default [ErrorHandler]. It answers with the status of [Status],
// the challenge of [Challenge] and a JSON body with one member:
//
//	{"detail":"Invalid credentials"}
//
// All failures of a token have the same body. [Config.OnEvent] receives the reason.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	told := answerTo(err)
	h := w.Header()
	if challenge := Challenge(err); challenge != "" {
		h.Set("WWW-Authenticate", challenge)
	}
	if told.status == http.StatusServiceUnavailable || told.status == http.StatusTooManyRequests {
		h.Set("Retry-After", retryAfter(err))
	}
	answer.Body(w, r, told.status, "application/json", `{"detail":"`+told.detail+`"}`)
}

// WriteFastAPIError is an [ErrorHandler] that answers byte for byte as Python's
// fastapi-login does, for clients written against a service that used it:
//
//	401  {"detail":"Invalid credentials"}  WWW-Authenticate: Bearer
//	400  {"detail":"Insufficient scope"}   WWW-Authenticate: Bearer
//	500  Internal Server Error
//
// The second contradicts RFC 6750, which has 403 and an error code that clients act
// on: for new clients [WriteError] is the better answer. [WriteError] also answers
// the errors that fastapi-login does not know, such as an outage, or a refusal by
// your own guard.
func WriteFastAPIError(w http.ResponseWriter, r *http.Request, err error) {
	switch status := Status(err); {
	case errors.Is(err, ErrInsufficientScope) && status == http.StatusForbidden:
		writeBearer(w, r, http.StatusBadRequest, `{"detail":"Insufficient scope"}`)
	case status == http.StatusUnauthorized, status == http.StatusBadRequest:
		writeBearer(w, r, http.StatusUnauthorized, `{"detail":"Invalid credentials"}`)
	case status == http.StatusInternalServerError:
		answer.Body(w, r, status, "text/plain; charset=utf-8", "Internal Server Error")
	default:
		WriteError(w, r, err)
	}
}

func writeBearer(w http.ResponseWriter, r *http.Request, status int, body string) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	answer.Body(w, r, status, "application/json", body)
}
