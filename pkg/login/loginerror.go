package login

import (
	"errors"
	"net/http"
)

// refuseLogin answers with an error of RFC 6749 section 5.2. What that does
// not know has the words of its section 4.1.2.1.
func (m *Manager[U]) refuseLogin(w http.ResponseWriter, r *http.Request, err error) {
	if clientGone(r.Context(), err) {
		m.answer(w, r, err)
		return
	}
	if Status(err) == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	w.Header().Set("Pragma", "no-cache")
	status, code, text := loginVerdict(err)
	writeBody(w, r, status, "application/json", `{"error":"`+code+`","error_description":"`+text+`"}`)
}

// loginVerdict maps errors to answers. The texts are constants.
func loginVerdict(err error) (status int, code, text string) {
	if form, ok := errors.AsType[*formError](err); ok {
		return http.StatusBadRequest, form.code, form.text
	}
	switch status := Status(err); {
	case status == http.StatusServiceUnavailable:
		return status, "temporarily_unavailable", "try again later"
	case errors.Is(err, ErrCrossOrigin):
		return status, "access_denied", "cross-origin request refused"
	case errors.Is(err, ErrBadCredentials), errors.Is(err, ErrUserNotFound), errors.Is(err, ErrForbidden):
		return http.StatusBadRequest, "invalid_grant", "username or password is wrong"
	}
	return http.StatusInternalServerError, "server_error", "internal server error"
}
