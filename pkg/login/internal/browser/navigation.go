// Package browser tells browsers from programs and finds the way between the pages of
// a service.
package browser

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// maxAddress is the longest address that a redirect carries.
const maxAddress = 2048

// IsLocalPath reports whether s is a path on the same host for every browser. Browsers
// read a backslash as a slash and skip tabs and line breaks, so "/\example.com" and
// "/\t/example.com" lead elsewhere.
func IsLocalPath(s string) bool {
	if len(s) > maxAddress || !strings.HasPrefix(s, "/") || strings.HasPrefix(s, "//") {
		return false
	}
	for _, c := range []byte(s) {
		if c <= ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}

// IsNavigation reports whether the headers are those of a browser that asks for a page
// to show.
func IsNavigation(r *http.Request) bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && ShowsPages(r)
}

// ShowsPages reports whether the answer to r is shown to a person: a page that is
// visited, or the answer to a form. Browsers before 2023 do not send Sec-Fetch-Mode.
func ShowsPages(r *http.Request) bool {
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

type prefixKey struct{}

// WithPrefix returns r with the path that a proxy has cut off, by its
// X-Forwarded-Prefix. Addresses for the browser begin with it.
func WithPrefix(r *http.Request) *http.Request {
	fields := r.Header["X-Forwarded-Prefix"]
	if len(fields) != 1 {
		return r
	}
	prefix := strings.TrimRight(fields[0], "/")
	if !IsLocalPath(prefix) || strings.ContainsAny(prefix, "?#,") {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), prefixKey{}, prefix))
}

// Prefix returns the path of WithPrefix, or "".
func Prefix(r *http.Request) string {
	prefix, _ := r.Context().Value(prefixKey{}).(string)
	return prefix
}

// Asked returns the path and query that the client asked for, also behind a handler
// that strips a prefix.
func Asked(r *http.Request) string {
	if asked, err := url.ParseRequestURI(r.RequestURI); err == nil {
		return Prefix(r) + asked.RequestURI()
	}
	if r.URL == nil {
		return ""
	}
	return Prefix(r) + r.URL.RequestURI()
}

// Next returns the address for a browser after its login: the parameter next of the
// query or of a form that was read. It is the root of the service if next is empty or
// not a path on this host.
func Next(r *http.Request) string {
	next := ""
	if r.URL != nil {
		next = r.URL.Query().Get("next")
	}
	if next == "" {
		next = r.PostForm.Get("next")
	}
	if !IsLocalPath(next) {
		return Prefix(r) + "/"
	}
	return next
}

// cameFrom returns the address of the page on this host that sent r, or "".
func cameFrom(r *http.Request) string {
	page, err := url.Parse(r.Referer())
	if err != nil || page.Host == "" || page.Host != r.Host {
		return ""
	}
	return page.RequestURI()
}

// LoginAddress returns the address of the login page, with the way back in its
// parameter next: the page that r asks for, or for a form the page that has it.
func LoginAddress(page *url.URL, r *http.Request) string {
	next := Asked(r)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		next = cameFrom(r)
	}
	to := *page
	if IsLocalPath(next) {
		query := to.Query()
		query.Set("next", next)
		to.RawQuery = query.Encode()
	}
	return Prefix(r) + to.RequestURI()
}

// IsPage reports whether r asks for a page, as seen by the browser or by a handler
// behind a prefix.
func IsPage(r *http.Request, page *url.URL) bool {
	asked, _, _ := strings.Cut(Asked(r), "?")
	return asked == Prefix(r)+page.Path || r.URL != nil && r.URL.Path == page.Path
}

// IsPlainHTTP reports whether the browser shows the service over plain HTTP, by the
// page that sent r. Such a browser drops Secure cookies. Pages of its own machine
// count as secure.
func IsPlainHTTP(r *http.Request) bool {
	sent := r.Header.Get("Origin")
	if sent == "" {
		sent = r.Referer()
	}
	page, err := url.Parse(sent)
	if err != nil || page.Scheme != "http" || page.Host == "" || page.Host != r.Host {
		return false
	}
	host := strings.ToLower(page.Hostname())
	return host != "localhost" && !strings.HasSuffix(host, ".localhost") && host != "::1" && !strings.HasPrefix(host, "127.")
}
