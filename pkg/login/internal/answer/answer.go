// Package answer writes answers that no cache may keep.
package answer

import (
	"net/http"
	"strconv"
	"strings"
)

// Body writes an answer, without its body to a HEAD request.
func Body(w http.ResponseWriter, r *http.Request, status int, contentType, body string) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write([]byte(body)) // an error means that the client is gone
	}
}

// Method answers an unsupported method (RFC 9110 section 15.5.6).
func Method(w http.ResponseWriter, r *http.Request, allowed string) {
	w.Header().Set("Allow", allowed)
	Body(w, r, http.StatusMethodNotAllowed, "application/json", `{"detail":"Method not allowed"}`)
}

// SeeOther sends a browser to another page with GET.
func SeeOther(w http.ResponseWriter, location string) {
	w.Header().Set("Location", location)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusSeeOther)
}

// SetCookie replaces an earlier line for the same cookie: an answer must not have
// two of one name (RFC 6265 section 4.1.1).
func SetCookie(h http.Header, cookie *http.Cookie) {
	var others []string
	for _, line := range h["Set-Cookie"] {
		if !strings.HasPrefix(line, cookie.Name+"=") {
			others = append(others, line)
		}
	}
	h["Set-Cookie"] = append(others, cookie.String())
	h.Set("Cache-Control", "no-store")
}
