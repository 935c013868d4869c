package login

import (
	"net/http"
	"net/url"
	"strings"
)

// maxNext is the longest address that a redirect to the login page carries.
const maxNext = 2048

// RedirectToLogin returns an [ErrorHandler] that sends browsers to the login page at
// path, which is on the same host and may have a query. It redirects a 401 to the
// navigation of a browser: GET or HEAD, accepting HTML, not to the login page itself.
// [WriteError] answers other requests, those of scripts included.
//
// The answer is 303 See Other, so that the browser requests the login page with GET.
// Its parameter next has the address that the browser asked for; the handler of the
// login reads it with [NextPath]. A path on another host panics.
func RedirectToLogin(path string) ErrorHandler {
	page, err := url.Parse(path)
	if err != nil || !isLocalPath(path) {
		panic("login: RedirectToLogin: " + path + " is not a path on this host such as /login")
	}
	return func(w http.ResponseWriter, r *http.Request, err error) {
		if Status(err) != http.StatusUnauthorized || !isNavigation(r) || leadsTo(r, page.Path) {
			WriteError(w, r, err)
			return
		}
		w.Header().Set("Location", withNext(page, r))
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusSeeOther)
	}
}

// withNext returns the address of the login page with the way back.
func withNext(page *url.URL, r *http.Request) string {
	next := requestedURI(r)
	if !isLocalPath(next) {
		return page.RequestURI()
	}
	to := *page
	query := to.Query()
	query.Set("next", next)
	to.RawQuery = query.Encode()
	return to.RequestURI()
}

// requestedURI returns the path and query that the client asked for, also behind a
// handler that strips a prefix.
func requestedURI(r *http.Request) string {
	if asked, err := url.ParseRequestURI(r.RequestURI); err == nil {
		return asked.RequestURI()
	}
	if r.URL == nil { // no server makes such a request
		return "/"
	}
	return r.URL.RequestURI()
}

// leadsTo reports whether r asks for path, as seen by the browser or by a handler
// behind a prefix.
func leadsTo(r *http.Request, path string) bool {
	asked, _, _ := strings.Cut(requestedURI(r), "?")
	return asked == path || r.URL != nil && r.URL.Path == path
}

// NextPath returns the address for a browser after its login: the parameter next of
// the query or, if the caller has parsed it, of the form. It returns "/" if next is
// empty or not a path on this host, so that a link to the login page cannot lead to
// another site.
func NextPath(r *http.Request) string {
	next := ""
	if r.URL != nil {
		next = r.URL.Query().Get("next")
	}
	if next == "" {
		next = r.PostForm.Get("next")
	}
	if !isLocalPath(next) {
		return "/"
	}
	return next
}

// isLocalPath reports whether s is a path on the same host for every browser. Browsers
// read a backslash as a slash and skip tabs and line breaks, so "/\example.com" and
// "/\t/example.com" lead elsewhere.
func isLocalPath(s string) bool {
	if len(s) > maxNext || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}

// isNavigation reports whether the headers are those of a browser that asks for a page
// to show. Browsers before 2023 do not send Sec-Fetch-Mode.
func isNavigation(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" && mode != "navigate" {
		return false
	}
	return acceptsHTML(r.Header["Accept"])
}

// acceptsHTML reports whether text/html is accepted by name. All browsers name it,
// while programs send */*.
func acceptsHTML(fields []string) bool {
	for _, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			media, parameters, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.TrimSpace(media), "text/html") && !hasZeroWeight(parameters) {
				return true
			}
		}
	}
	return false
}

// hasZeroWeight reports whether the parameters refuse a media type (RFC 9110 section
// 12.4.2).
func hasZeroWeight(parameters string) bool {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, weight, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if strings.EqualFold(name, "q") {
			return strings.Trim(weight, "0.") == ""
		}
	}
	return false
}
