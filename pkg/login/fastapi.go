package login

import (
	"errors"
	"net/http"
)

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
