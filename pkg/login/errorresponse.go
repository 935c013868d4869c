package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
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
	httpCrossOrigin = httpError{status: http.StatusForbidden, detail: "Cross-origin request refused"}
	httpForbidden   = httpError{status: http.StatusForbidden, detail: "Forbidden"}
	httpUnavailable = httpError{status: http.StatusServiceUnavailable, detail: "Service unavailable"}
	httpInternal    = httpError{status: http.StatusInternalServerError, detail: "Internal server error"}
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
	}
	return &httpInternal
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
// Authorization: Bearer, so that the challenge names it.
type placedError struct {
	error
	challenge string
}

func (e *placedError) Unwrap() error { return e.error }

// Challenge returns the WWW-Authenticate field of an answer to err (RFC 6750
// section 3), for an [ErrorHandler] that writes its own answers. It is empty if a
// token would not help. For errors of a manager it names the scheme of
// [Config.Scheme] and, as header="…", that of [Config.Header].
func Challenge(err error) string {
	if err == nil {
		return ""
	}
	answer := answerTo(err)
	if !answer.bearer {
		return ""
	}
	challenge, separator := bearerChallenge, " "
	if placed, ok := errors.AsType[*placedError](err); ok {
		challenge = placed.challenge
	}
	if answer.code == "" { // RFC 6750 section 3.1 forbids an error code without credentials
		return challenge
	}
	if strings.Contains(challenge, " ") {
		separator = ", "
	}
	challenge += separator + `error="` + answer.code + `"`
	if answer.description != "" {
		challenge += `, error_description="` + answer.description + `"`
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

// retryAfter is the value of Retry-After, in seconds, during an outage.
const retryAfter = "5"

// WriteError is the default [ErrorHandler]. It answers with the status of [Status],
// the challenge of [Challenge] and a JSON body with one member:
//
//	{"detail":"Invalid credentials"}
//
// All failures of a token have the same body. [Config.OnEvent] receives the reason.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	answer := answerTo(err)
	h := w.Header()
	if challenge := Challenge(err); challenge != "" {
		h.Set("WWW-Authenticate", challenge)
	}
	if answer.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryAfter)
	}
	writeBody(w, r, answer.status, "application/json", `{"detail":"`+answer.detail+`"}`)
}

// writeBody writes an answer that no cache may keep, without its body to a HEAD
// request.
func writeBody(w http.ResponseWriter, r *http.Request, status int, contentType, body string) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write([]byte(body)) // an error means that the client is gone
	}
}

// refuseMethod answers an unsupported method (RFC 9110 section 15.5.6).
func refuseMethod(w http.ResponseWriter, r *http.Request, allowed string) {
	w.Header().Set("Allow", allowed)
	writeBody(w, r, http.StatusMethodNotAllowed, "application/json", `{"detail":"Method not allowed"}`)
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
		writeBody(w, r, status, "text/plain; charset=utf-8", "Internal Server Error")
	default:
		WriteError(w, r, err)
	}
}

func writeBearer(w http.ResponseWriter, r *http.Request, status int, body string) {
	w.Header().Set("WWW-Authenticate", "Bearer")
	writeBody(w, r, status, "application/json", body)
}
