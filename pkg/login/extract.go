package login

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// credential is a token as a request carries it. If the request is refused for the
// way it carries one, token is empty.
type credential struct {
	token    string
	location Location
	proven   bool // it is behind the word DPoP
	// others are the values of further cookies with the same name. A cookie of an
	// older configuration, or one that a neighbouring host planted, may come first.
	others []string
}

// The failures that are found before a token is read. Their texts hold nothing of
// the request.
var (
	errManyHeaders = badRequest("more than one header field or element with a token")
	errManyCookies = badRequest("cookies of one name for different users, or too many of them")
	errConflict    = badRequest("tokens in different places")
)

func badRequest(text string) error {
	return jws.NewFailure(ErrBadRequest.Error()+": "+text, ErrBadRequest)
}

// extractToken returns the token that decides about r, or [ErrNoToken]. It looks
// only into Config.Locations, never into the URL, the body or another header (RFC
// 9700 section 4.3.2).
//
// It reads every location even if another one decides, so that a request that is
// ambiguous in itself is always refused.
func (m *Manager[U]) extractToken(r *http.Request) (credential, error) {
	var header, cookie string
	var others []string
	var err error
	place, proven := InHeader, false
	if m.locations&InHeader != 0 {
		if header, err = m.header.token(r.Header[m.header.name]); err != nil {
			return credential{location: InHeader}, err
		}
		if header == "" && m.dpop != nil {
			header, _ = proofPlace.token(r.Header[authorization])
			proven = header != ""
		}
	}
	if m.locations&InWebSocket != 0 {
		protocol, err := protocolToken(r, m.protocol)
		switch {
		case err != nil:
			return credential{location: InWebSocket}, err
		case protocol == "":
		case header == "":
			header, place = protocol, InWebSocket
		case m.conflict == RejectConflict:
			return credential{location: InHeader | InWebSocket}, errConflict
		}
	}
	if m.locations&InCookie != 0 {
		if cookie, others, err = cookieValues(r.Header["Cookie"], m.cookie.Name, maxCookies); err != nil {
			return credential{location: InCookie}, err
		}
	}
	switch {
	case cookie != "" && header != "" && m.conflict == RejectConflict:
		return credential{location: place | InCookie}, errConflict
	case header != "" && (cookie == "" || m.conflict != CookieFirst):
		return credential{token: header, location: place, proven: proven}, nil
	case cookie != "":
		return credential{token: cookie, location: InCookie, others: others}, nil
	}
	return credential{}, ErrNoToken
}

// checkOrigin refuses an unsafe request from another origin. Only requests with a
// cookie need it, and those to which a proxy adds a header because of one: browsers
// never add an Authorization header by themselves.
func (m *Manager[U]) checkOrigin(r *http.Request) error {
	return crossOrigin(m.origins.Request(r))
}

func crossOrigin(err error) error {
	if err != nil {
		return fmt.Errorf("%w: %w", ErrCrossOrigin, err)
	}
	return nil
}

// maxTokens bounds the signatures that one request can have checked. It leaves room
// for cookies that a neighbouring host has planted.
const maxTokens = 32

// allTokens returns every token of a request, first the one that decides, whether
// or not the request is ambiguous.
func (m *Manager[U]) allTokens(r *http.Request) (tokens []string) {
	add := func(token string, _ error) {
		if token != "" && len(tokens) < maxTokens && !slices.Contains(tokens, token) {
			tokens = append(tokens, token)
		}
	}
	addCookies := func() {
		token, others, _ := cookieValues(r.Header["Cookie"], m.cookie.Name, maxTokens)
		for _, token := range append([]string{token}, others...) {
			add(token, nil)
		}
	}
	cookies := m.locations&InCookie != 0
	if cookies && m.conflict == CookieFirst {
		addCookies()
	}
	if m.locations&InHeader != 0 {
		for _, field := range r.Header[m.header.name] {
			add(m.header.token([]string{field}))
			if m.dpop != nil {
				add(proofPlace.token([]string{field}))
			}
		}
	}
	if m.locations&InWebSocket != 0 {
		add(protocolToken(r, m.protocol))
	}
	if cookies {
		addCookies()
	}
	return tokens
}

// proofPlace is the place of a token with a proof (RFC 9449 section 7.1). It is read
// only.
var proofPlace = headerPlace{authorization, "DPoP "}

// token returns the text after "Bearer " (RFC 6750 section 2.1), empty for another
// scheme. The verifier decides whether it is a token.
func (p *headerPlace) token(fields []string) (string, error) {
	if len(fields) == 0 {
		return "", nil
	}
	if len(fields) > 1 {
		return "", errManyHeaders
	}
	token, ok := strings.CutPrefix(fields[0], p.scheme) // the usual case
	if !ok {
		var scheme string
		if scheme, token, ok = strings.Cut(fields[0], " "); !ok || !strings.EqualFold(scheme, p.scheme[:len(p.scheme)-1]) {
			return "", nil
		}
	}
	return strings.TrimLeft(token, " "), nil // 1*SP separates them (RFC 6750 section 2.1)
}

// protocolToken returns the element after protocol in the Sec-WebSocket-Protocol
// header of a handshake: browsers can add no other header to one.
func protocolToken(r *http.Request, protocol string) (token string, err error) {
	if !isHandshake(r) {
		return "", nil
	}
	next := false
	for _, field := range r.Header["Sec-Websocket-Protocol"] {
		for element := range strings.SplitSeq(field, ",") {
			element = trimSpace(element)
			switch {
			case next && token != "":
				return "", errManyHeaders
			case next:
				token, next = element, false
			default:
				next = element == protocol
			}
		}
	}
	return token, nil
}

// isHandshake reports whether r opens a WebSocket (RFC 6455 section 4.1, RFC 8441
// section 4).
func isHandshake(r *http.Request) bool {
	name := r.Header["Upgrade"]
	if r.Method == http.MethodConnect {
		name = r.Header[":protocol"]
	}
	return len(name) == 1 && strings.EqualFold(name[0], "websocket")
}

// maxCookies bounds the signatures that the cookies of one name can have checked.
const maxCookies = 8

// cookieValues returns the value of the first cookie with that name that is not
// empty, and the values of further ones that differ, at most most together. Their
// order means nothing: a host of the same domain can plant one, and browsers sort by
// path and age (RFC 6265 section 5.4). It reads cookies like [http.Request.Cookie],
// but any number of them, and one without allocating.
func cookieValues(fields []string, name string, most int) (value string, others []string, err error) {
	for _, field := range fields {
		for field != "" {
			var pair string
			pair, field, _ = strings.Cut(field, ";")
			key, text, isPair := strings.Cut(pair, "=")
			if !isPair || trimSpace(key) != name {
				continue
			}
			text = unquote(trimSpace(text))
			switch {
			case text == "" || text == value || slices.Contains(others, text):
			case value == "":
				value = text
			case len(others) == most-1:
				return value, others, errManyCookies
			default:
				others = append(others, text)
			}
		}
	}
	return value, others, nil
}

// verifyCookies verifies cookies of one name that differ. The one that is valid
// counts. Two that are valid for different users are refused: one of them may be
// planted, so that the visitor acts in another account.
func (m *Manager[U]) verifyCookies(ctx context.Context, found credential) (*Claims, error) {
	claims, err := m.verifier.verify(ctx, found.token, true)
	for _, other := range found.others {
		if errors.Is(err, ErrUnavailable) {
			return nil, err
		}
		c, otherErr := m.verifier.verify(ctx, other, true)
		switch {
		case errors.Is(otherErr, ErrUnavailable):
			return nil, otherErr
		case otherErr != nil:
		case claims == nil:
			claims, err = c, nil
		case claims.Subject != c.Subject || claims.Issuer != c.Issuer:
			return nil, errManyCookies
		}
	}
	return claims, err
}

// trimSpace cuts the blanks that may stand around the parts of a cookie.
func trimSpace(s string) string { return strings.Trim(s, " \t") }

// unquote cuts the quotes around the value of a cookie (RFC 6265 section 4.1.1).
// It does not contain escapes.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}
