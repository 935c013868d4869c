package login

import (
	"net/http"
	"strconv"
)

// retryAfter is when to try again, in seconds, after what is probably brief.
const retryAfter = "5"

// WriteError is the default [ErrorHandler]. It answers with the status of
// [Status], the challenge of [Challenge] and a JSON body with one member:
//
//	{"detail":"Invalid credentials"}
//
// All answers of one status and kind are alike, whatever is wrong with a
// token; [Config.OnEvent] is told the reason.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	v := verdictOn(err)
	h := w.Header()
	if challenge := Challenge(err); challenge != "" {
		h.Set("WWW-Authenticate", challenge)
	}
	if v.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryAfter)
	}
	writeBody(w, r, v.status, "application/json", `{"detail":"`+v.detail+`"}`)
}

// writeBody writes an answer that no cache may keep, without its body to a HEAD request.
func writeBody(w http.ResponseWriter, r *http.Request, status int, contentType, body string) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write([]byte(body)) // nobody is left to tell if it fails
	}
}
