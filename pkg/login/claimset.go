package login

import (
	"strings"
	"time"
)

// claim is a registered claim, as a bit of a set.
type claim uint8

const (
	claimExp claim = 1 << iota
	claimNbf
	claimIat
	claimIss
	claimAud
	claimSub
	claimJti
)

// claimOrder is the order in which claims are judged and failures reported.
var claimOrder = [...]struct {
	claim
	name string
}{
	{claimExp, "exp"}, {claimNbf, "nbf"}, {claimIat, "iat"},
	{claimIss, "iss"}, {claimAud, "aud"}, {claimSub, "sub"}, {claimJti, "jti"},
}

// shape is which registered claims a token has, and which of them are of the
// wrong kind: null, a number in place of a string …
type shape struct{ present, wrong claim }

// claimReader reads a claims set into Claims.
type claimReader struct {
	scanner
	shape
	audience, scopes distinct
}

// readClaims reads the text of a claims set into c. The error says that it is
// not a strict JSON object; then c is of no use. c keeps the text, and its
// strings are parts of it.
func readClaims(text string, c *Claims) (shape, error) {
	r := claimReader{scanner: scanner{text: text}}
	var seen distinct
	if !r.open('{', 1) {
		r.fail(notObject)
	}
	for r.fault == 0 {
		name, ok := r.member(&seen)
		if !ok {
			break
		}
		r.claim(name, c)
	}
	if !r.end() {
		return shape{}, claimsFlaws[r.fault]
	}
	c.text = text
	if n := r.audience.count + r.scopes.count; n > 0 {
		list := r.scopes.appendTo(r.audience.appendTo(make([]string, 0, n)))
		c.Audience, c.Scopes = splitList(list, r.audience.count)
	}
	return r.shape, nil
}

func (r *claimReader) claim(name string, c *Claims) {
	switch name {
	case "exp":
		c.ExpiresAt = r.date(claimExp)
	case "nbf":
		c.NotBefore = r.date(claimNbf)
	case "iat":
		c.IssuedAt = r.date(claimIat)
	case "iss":
		c.Issuer = r.string(claimIss)
	case "sub":
		c.Subject = r.string(claimSub)
	case "jti":
		c.ID = r.string(claimJti)
	case "aud":
		r.audienceClaim()
	case "scopes", "scope", "scp":
		r.scopesClaim()
	default:
		r.skip(1)
	}
}

func (r *claimReader) string(which claim) string {
	r.present |= which
	if r.peek() != '"' {
		r.wrong |= which
		r.skip(1)
		return ""
	}
	value, _ := r.quoted()
	if value == "" { // says nothing, and must not pass for an absent claim
		r.wrong |= which
	}
	return value
}

func (r *claimReader) date(which claim) time.Time {
	r.present |= which
	if c := r.peek(); c != '-' && (c < '0' || c > '9') {
		r.wrong |= which
		r.skip(1)
		return time.Time{}
	}
	number, ok := r.number()
	if !ok {
		return time.Time{}
	}
	return numericDate(number)
}

// audienceClaim reads aud: a string or an array of strings (RFC 7519 section 4.1.3).
func (r *claimReader) audienceClaim() {
	r.present |= claimAud
	switch r.peek() {
	case '"':
		value, _ := r.quoted()
		r.audience.add(value)
	case '[':
		r.open('[', 2)
		for first := true; r.more(first, ']'); first = false {
			if r.peek() != '"' {
				r.wrong |= claimAud
				r.skip(2)
				continue
			}
			value, _ := r.quoted()
			r.audience.add(value)
		}
	default:
		r.wrong |= claimAud
		r.skip(1)
	}
}

// scopesClaim reads a list or a space-separated string. What is neither grants
// nothing, as do elements that are no strings; the token stays valid.
func (r *claimReader) scopesClaim() {
	switch r.peek() {
	case '"':
		value, _ := r.quoted()
		for scope := range strings.SplitSeq(value, " ") {
			r.grant(scope)
		}
	case '[':
		r.open('[', 2)
		for first := true; r.more(first, ']'); first = false {
			if r.peek() != '"' {
				r.skip(2)
				continue
			}
			scope, _ := r.quoted()
			r.grant(scope)
		}
	default:
		r.skip(1)
	}
}

func (r *claimReader) grant(scope string) {
	if scope != "" {
		r.scopes.add(scope)
	}
}

// memberValue returns the text of one member of an object that is known to be good.
func memberValue(object, name string) (value string, ok bool) {
	s := scanner{text: object}
	var seen distinct
	s.open('{', 1)
	for {
		found, ok := s.member(&seen)
		if !ok {
			return "", false
		}
		s.peek()
		start := s.at
		s.skip(1)
		if found == name {
			return object[start:s.at], true
		}
	}
}
