package oauth

import (
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"github.com/loginctl/loginctl/pkg/login/internal/answer"
)

// Tokens is the answer to a good request (RFC 6749 section 5.1).
type Tokens struct {
	AccessToken      string  `json:"access_token"`
	TokenType        string  `json:"token_type"`
	ExpiresIn        int64   `json:"expires_in,omitzero"`
	RefreshToken     string  `json:"refresh_token,omitzero"`
	RefreshExpiresIn int64   `json:"refresh_expires_in,omitzero"`
	Scope            *string `json:"scope,omitzero"` // nil: as requested
}

// SetScope says which scopes were granted.
func (t *Tokens) SetScope(scopes []string) {
	scope := strings.Join(scopes, " ")
	t.Scope = &scope
}

// Write sends the tokens.
func (t *Tokens) Write(w http.ResponseWriter, r *http.Request) error {
	t.TokenType = "bearer"
	body, err := jsonv2.Marshal(t)
	if err != nil {
		return err
	}
	w.Header().Set("Pragma", "no-cache") // RFC 6749 section 5.1
	answer.Body(w, r, http.StatusOK, "application/json", string(body))
	return nil
}

// Refusal is the answer to a bad request. Its texts are constants.
type Refusal struct {
	Status     int
	Code, Text string
}

// RefusalOf returns the answer to an error by its word and status in package login: an
// error of RFC 6749 section 5.2, or a code of its section 4.1.2.1 for errors that are
// not in the former.
func RefusalOf(err error, reason string, status int) Refusal {
	if form, ok := errors.AsType[*FormError](err); ok {
		return Refusal{http.StatusBadRequest, form.Code, form.Text}
	}
	switch reason {
	case "unavailable", "canceled":
		return Refusal{http.StatusServiceUnavailable, "temporarily_unavailable", "try again later"}
	case "cross_origin":
		return Refusal{status, "access_denied", "cross-origin request refused"}
	case "too_many_requests":
		return Refusal{status, "too_many_requests", "too many attempts, try again later"}
	case "locked":
		if status == http.StatusForbidden {
			status = http.StatusBadRequest // RFC 6749 section 5.2
		}
		return Refusal{status, "invalid_grant", "the account is locked"}
	case "bad_credentials", "user_not_found", "forbidden":
		return Refusal{http.StatusBadRequest, "invalid_grant", "username or password is wrong"}
	case "cookie_too_large":
		return Refusal{http.StatusInternalServerError, "server_error", "the token does not fit into its cookie"}
	}
	if status == http.StatusUnauthorized {
		return Refusal{http.StatusBadRequest, "invalid_grant", "the refresh token is not valid"}
	}
	return Refusal{http.StatusInternalServerError, "server_error", "internal server error"}
}

// Write sends the refusal. If retryAfter is not empty, it is the Retry-After field.
func (f Refusal) Write(w http.ResponseWriter, r *http.Request, retryAfter string) {
	if retryAfter != "" {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.Header().Set("Pragma", "no-cache")
	answer.Body(w, r, f.Status, "application/json", `{"error":"`+f.Code+`","error_description":"`+f.Text+`"}`)
}

// RetryAfter returns the value of Retry-After, in seconds, or "" if waiting does not
// help. If after is zero, it is the usual time.
func RetryAfter(status int, after time.Duration) string {
	switch {
	case status == http.StatusServiceUnavailable:
		return "5"
	case status != http.StatusTooManyRequests:
		return ""
	case after <= 0:
		return "60"
	}
	return strconv.FormatInt(int64(math.Ceil(after.Seconds())), 10)
}

// Seconds returns the rest of a life for an answer.
func Seconds(expires, now time.Time) int64 {
	if expires.IsZero() {
		return 0
	}
	return int64(math.Ceil(expires.Sub(now).Seconds()))
}

// StaleLogin is the error for a login that is longer ago than a route allows (RFC
// 9470).
type StaleLogin struct{ MaxAge time.Duration }

func (e *StaleLogin) Error() string {
	return "the login is more than " + e.MaxAge.String() + " ago: log in again"
}
