package login

import (
	"net/http"
	"net/url"
	"strings"
)

// maxNext is the longest address that is taken along to the login page.
const maxNext = 2048

// RedirectToLogin returns an [ErrorHandler] that sends browsers to the login
// page at path, which is on the same host and may have a query. It acts on a
// 401 to a browser's navigation: GET or HEAD, accepting HTML, not to the login
// page itself. Everything else, a script's request for one, is answered by [WriteError].
//
// The answer is 303 See Other, so that the login page is asked for with GET,
// and takes along in the parameter next where the browser wanted to go; the
// login handler reads it with [NextPath]. A path that leads elsewhere panics.
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

// withNext is the login page's address with the way back.
func withNext(page *url.URL, r *http.Request) string {
	next := target(r)
	if !isLocalPath(next) {
		return page.RequestURI()
	}
	to := *page
	query := to.Query()
	query.Set("next", next)
	to.RawQuery = query.Encode()
	return to.RequestURI()
}

// target is the path and query that the client asked for, also behind a
// handler that strips a prefix.
func target(r *http.Request) string {
	if asked, err := url.ParseRequestURI(r.RequestURI); err == nil {
		return asked.RequestURI()
	}
	return r.URL.RequestURI()
}

// leadsTo reports whether r asks for path, as the browser or as a handler
// behind a prefix sees it.
func leadsTo(r *http.Request, path string) bool {
	asked, _, _ := strings.Cut(target(r), "?")
	return asked == path || r.URL.Path == path
}

// NextPath returns where to send a browser after it logged in: the parameter
// next of the query or, where the caller has parsed it, of the form. It
// returns "/" when there is none or when it is not a path on this host, so
// that a link to the login page cannot lead to another site.
func NextPath(r *http.Request) string {
	next := r.URL.Query().Get("next")
	if next == "" {
		next = r.PostForm.Get("next")
	}
	if !isLocalPath(next) {
		return "/"
	}
	return next
}

// isLocalPath reports whether every browser takes s for a path on the same
// host. Browsers take a backslash for a slash and skip tabs and line breaks,
// so "/\example.com" and "/\t/example.com" lead elsewhere.
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

// isNavigation reports whether a browser asks for a page to show, as far as
// its headers say. Browsers before 2023 do not send Sec-Fetch-Mode.
func isNavigation(r *http.Request) bool {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return false
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != "" && mode != "navigate" {
		return false
	}
	return acceptsHTML(r.Header["Accept"])
}

// acceptsHTML reports whether text/html is asked for by name, as all browsers
// do and no program that only says */*.
func acceptsHTML(fields []string) bool {
	for _, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			media, parameters, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.TrimSpace(media), "text/html") && !refused(parameters) {
				return true
			}
		}
	}
	return false
}

// refused reports whether a weight of zero is among the parameters (RFC 9110 section 12.4.2).
func refused(parameters string) bool {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, weight, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if strings.EqualFold(name, "q") {
			return strings.Trim(weight, "0.") == ""
		}
	}
	return false
}
