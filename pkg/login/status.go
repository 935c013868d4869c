package login

import (
	"errors"
	"net/http"
	"strings"
)

// verdict is what a client is told. The texts are constants: nothing of the
// request and nothing of an error is ever sent back.
type verdict struct {
	status int
	detail string
	code   string // the error of RFC 6750 section 3.1; empty for none
	text   string // its error_description
	bearer bool   // challenge the client to send a token
}

var (
	verdictAnonymous = verdict{status: http.StatusUnauthorized, detail: "Invalid credentials", bearer: true}
	verdictInvalid   = verdict{status: http.StatusUnauthorized, detail: "Invalid credentials", bearer: true,
		code: "invalid_token", text: "The token is not valid"}
	// A client may need to know that it is time for a new token. That the old
	// one was good is known to whoever holds it.
	verdictExpired = verdict{status: http.StatusUnauthorized, detail: "Invalid credentials", bearer: true,
		code: "invalid_token", text: "The token has expired"}
	verdictBadRequest = verdict{status: http.StatusBadRequest, detail: "Invalid request", bearer: true,
		code: "invalid_request", text: "The credentials are ambiguous or too large"}
	verdictScope = verdict{status: http.StatusForbidden, detail: "Insufficient scope", bearer: true,
		code: "insufficient_scope"}
	verdictCrossOrigin = verdict{status: http.StatusForbidden, detail: "Cross-origin request refused"}
	verdictForbidden   = verdict{status: http.StatusForbidden, detail: "Forbidden"}
	verdictUnavailable = verdict{status: http.StatusServiceUnavailable, detail: "Service unavailable"}
	verdictInternal    = verdict{status: http.StatusInternalServerError, detail: "Internal server error"}
)

// verdictOn is the one place that maps errors to answers. What does not work
// comes first: an outage must never look like a bad token.
func verdictOn(err error) *verdict {
	switch {
	case errors.Is(err, ErrUnavailable), isTimeout(err):
		return &verdictUnavailable
	case errors.Is(err, ErrBadRequest):
		return &verdictBadRequest
	case errors.Is(err, ErrInvalidToken):
		if Reason(err) == "expired" {
			return &verdictExpired
		}
		return &verdictInvalid
	case errors.Is(err, ErrUserNotFound):
		return &verdictInvalid
	case errors.Is(err, ErrNoToken), errors.Is(err, ErrBadCredentials):
		return &verdictAnonymous
	case errors.Is(err, ErrInsufficientScope):
		return &verdictScope
	case errors.Is(err, ErrCrossOrigin):
		return &verdictCrossOrigin
	case errors.Is(err, ErrForbidden):
		return &verdictForbidden
	}
	return &verdictInternal
}

// Status returns the HTTP status that an error of this package stands for:
//
//	400  ErrBadRequest, ErrTooLarge
//	401  ErrNoToken, ErrInvalidToken, ErrUserNotFound, ErrBadCredentials
//	403  ErrInsufficientScope, ErrCrossOrigin, ErrForbidden
//	503  ErrUnavailable, a deadline
//	500  everything else
//
// and 200 for nil.
func Status(err error) int {
	if err == nil {
		return http.StatusOK
	}
	return verdictOn(err).status
}

// Challenge returns the WWW-Authenticate field of an answer to err (RFC 6750
// section 3), for an [ErrorHandler] that writes its own. It is empty when a
// token would not help.
func Challenge(err error) string {
	if err == nil {
		return ""
	}
	v := verdictOn(err)
	if !v.bearer {
		return ""
	}
	if v.code == "" { // no error code without credentials (RFC 6750 section 3.1)
		return "Bearer"
	}
	challenge := `Bearer error="` + v.code + `"`
	if v.text != "" {
		challenge += `, error_description="` + v.text + `"`
	}
	if scope := scopeParameter(err); scope != "" {
		challenge += `, scope="` + scope + `"`
	}
	return challenge
}

// scopeParameter names the scopes that are required. They come from the
// service; one that would not fit between quotes is left out with the rest.
func scopeParameter(err error) string {
	missing, ok := errors.AsType[*ScopeError](err)
	if !ok {
		return ""
	}
	for _, scope := range missing.Required {
		if checkScope(scope) != nil {
			return ""
		}
	}
	return strings.Join(missing.Required, " ")
}
