package dpop

import (
	"net/http"
	"net/url"
	"strings"
)

// isFor reports whether htu is the address of a request under one of the origins. Query
// and fragment do not count (section 4.3, step 9).
func (c *Checker) isFor(htu string, r *http.Request) bool {
	want, ok := normalize(htu)
	if !ok {
		return false
	}
	target := r.URL.EscapedPath()
	// Middleware such as http.StripPrefix changes the URL, and not this field.
	if u, err := url.ParseRequestURI(r.RequestURI); err == nil {
		target = u.EscapedPath()
	}
	for _, origin := range c.origins {
		if got, ok := normalize(strings.TrimSuffix(origin, "/") + target); ok && got == want {
			return true
		}
	}
	return false
}

// normalize returns a URL without query and fragment, normalized by syntax and scheme
// (RFC 3986 sections 6.2.2 and 6.2.3).
func normalize(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil {
		return "", false
	}
	scheme, host := strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	switch scheme {
	case "https":
		host = strings.TrimSuffix(host, ":443")
	case "http":
		host = strings.TrimSuffix(host, ":80")
	default:
		return "", false
	}
	path, ok := normalizePath(u.EscapedPath())
	return scheme + "://" + strings.TrimSuffix(host, ":") + path, ok
}

// normalizePath decodes escapes of unreserved characters and writes others in upper case.
// A path with dot segments is false: clients remove them before they send it.
func normalizePath(escaped string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(escaped); i++ {
		if escaped[i] != '%' || i+2 >= len(escaped) {
			b.WriteByte(escaped[i])
			continue
		}
		decoded, err := url.PathUnescape(escaped[i : i+3])
		if err == nil && isUnreserved(decoded) {
			b.WriteString(decoded)
		} else {
			b.WriteString(strings.ToUpper(escaped[i : i+3]))
		}
		i += 2
	}
	for segment := range strings.SplitSeq(b.String(), "/") {
		if segment == "." || segment == ".." {
			return "", false
		}
	}
	return "/" + strings.TrimPrefix(b.String(), "/"), true
}

func isUnreserved(text string) bool {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	return strings.Trim(text, unreserved) == ""
}
