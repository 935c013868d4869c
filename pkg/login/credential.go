package login

import (
	"net/http"
	"slices"
	"strings"
)

// headers names the request headers that tokens are read from.
func (s Source) headers() string {
	switch s {
	case FromCookie:
		return "Cookie"
	case FromHeader | FromCookie:
		return "Authorization, Cookie"
	}
	return "Authorization"
}

// String returns "header", "cookie", "header|cookie", or "none" for zero.
func (s Source) String() string {
	switch s {
	case FromHeader:
		return "header"
	case FromCookie:
		return "cookie"
	case FromHeader | FromCookie:
		return "header|cookie"
	}
	return "none"
}

// credential is a token as a request carries it. Where a request is refused
// for the way it carries one, the token is empty.
type credential struct {
	token  string
	source Source
}

// What is refused before a token is even looked at. None says more than its
// sentinel about the request.
var (
	errManyHeaders = &flaw{ErrBadRequest, "more than one Authorization header"}
	errManyCookies = &flaw{ErrBadRequest, "cookies of one name that differ"}
	errConflict    = &flaw{ErrBadRequest, "a token in the header and one in a cookie"}
)

// find returns the token that decides about r, or [ErrNoToken]. It looks
// nowhere but where Config.Sources says: never into the URL, the body or
// another header (RFC 9700 section 4.3.2).
//
// Every source is read even if another one decides, so that a request that is
// ambiguous in itself is refused whatever else it carries.
func (m *Manager[U]) find(r *http.Request) (credential, error) {
	var header, cookie string
	var err error
	if m.sources&FromHeader != 0 {
		if header, err = bearerToken(r.Header["Authorization"]); err != nil {
			return credential{source: FromHeader}, err
		}
	}
	if m.sources&FromCookie != 0 {
		if cookie, err = cookieValue(r.Header["Cookie"], m.cookie.Name); err != nil {
			return credential{source: FromCookie}, err
		}
	}
	switch {
	case cookie != "" && header != "" && m.conflict == RejectConflict:
		return credential{source: FromHeader | FromCookie}, errConflict
	case cookie != "":
		return credential{cookie, FromCookie}, nil
	case header != "":
		return credential{header, FromHeader}, nil
	}
	return credential{}, ErrNoToken
}

// maxCarried bounds the signatures that one request can have checked. It leaves
// room for cookies that a neighbouring host has planted.
const maxCarried = 32

// carried returns every token of a request, the one that decides first,
// whether or not they go together.
func (m *Manager[U]) carried(r *http.Request) (tokens []string) {
	add := func(token string, err error) {
		if err == nil && token != "" && len(tokens) < maxCarried && !slices.Contains(tokens, token) {
			tokens = append(tokens, token)
		}
	}
	if m.sources&FromCookie != 0 {
		for _, cookie := range r.CookiesNamed(m.cookie.Name) {
			add(unquote(cookie.Value), nil)
		}
	}
	if m.sources&FromHeader != 0 {
		for _, field := range r.Header["Authorization"] {
			add(bearerToken([]string{field}))
		}
	}
	return tokens
}

// bearerToken returns what follows "Bearer " (RFC 6750 section 2.1), empty for
// another scheme. Whether it has the form of a token is the verifier's to say.
func bearerToken(fields []string) (string, error) {
	if len(fields) == 0 {
		return "", nil
	}
	if len(fields) > 1 {
		return "", errManyHeaders
	}
	if token, ok := strings.CutPrefix(fields[0], "Bearer "); ok { // as nearly all write it
		return token, nil
	}
	scheme, token, _ := strings.Cut(fields[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", nil
	}
	return token, nil
}

// cookieValue returns the value of the cookie with that name, empty when there
// is none. Two that differ are an error: a host of the same domain can plant a
// second one, and which comes first is the browser's choice (RFC 6265 section
// 8.6). It does what [http.Request.Cookie] does and does not allocate.
func cookieValue(fields []string, name string) (value string, err error) {
	found := false
	for _, field := range fields {
		for field != "" {
			var pair string
			pair, field, _ = strings.Cut(field, ";")
			key, text, isPair := strings.Cut(pair, "=")
			if !isPair || trimSpace(key) != name {
				continue
			}
			text = unquote(trimSpace(text))
			if found && text != value {
				return "", errManyCookies
			}
			value, found = text, true
		}
	}
	return value, nil
}

// trimSpace cuts the blanks that may stand around the parts of a cookie.
func trimSpace(s string) string { return strings.Trim(s, " \t") }

// unquote cuts the quotes that a cookie's value may stand in (RFC 6265 section
// 4.1.1). There are no escapes inside.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
