package login

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login/internal/claimtext"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// Claims are the claims of a verified token: except in a [Report], every check of
// it passed. [Claims.Decode] and package claim read custom claims.
type Claims struct {
	Issuer  string
	Subject string
	ID      string // jti
	// SessionID is the sid claim, empty when absent: the session that the token belongs
	// to (package session, OpenID Connect Front-Channel Logout section 3).
	SessionID string
	KeyID     string   // kid of the key that verified it
	Audience  []string // nil when absent
	Scopes    []string // of scopes, scope and scp together, without duplicates

	IssuedAt  time.Time // zero when absent
	NotBefore time.Time // zero when absent
	ExpiresAt time.Time // zero only in a Report on a token without exp

	text string // the claims set as it was signed
}

var errNoClaims = errors.New("claims were not read from a token")

// Decode stores the whole claims set, custom claims included, in v, a pointer to a
// struct or a map. It matches members by their exact names and ignores unknown
// ones. Numbers keep their exact value: an any receives a [encoding/json.Number].
func (c *Claims) Decode(v any) error {
	if c == nil || c.text == "" {
		return errNoClaims
	}
	return claimtext.Decode(c.text, v)
}

// JSON returns a copy of the claims set as it was signed.
func (c *Claims) JSON() []byte {
	if c == nil {
		return nil
	}
	return []byte(c.text)
}

// HasScopes reports whether every one of scopes was granted. The comparison is
// exact: "read" is neither "Read" nor a part of "readwrite".
func (c *Claims) HasScopes(scopes ...string) bool {
	for _, scope := range scopes {
		if c == nil || !slices.Contains(c.Scopes, scope) {
			return false
		}
	}
	return true
}

// claimSet is a set of registered claims, one bit each.
type claimSet uint8

const (
	claimExp claimSet = 1 << iota
	claimNbf
	claimIat
	claimIss
	claimAud
	claimSub
	claimJti
)

// claimOrder is the order in which claims are validated and failures reported.
var claimOrder = [...]struct {
	bit  claimSet
	name string
}{
	{claimExp, "exp"}, {claimNbf, "nbf"}, {claimIat, "iat"},
	{claimIss, "iss"}, {claimAud, "aud"}, {claimSub, "sub"}, {claimJti, "jti"},
}

// claimTypes are the registered claims that a token has, and those of them that
// have another type than they must: null, a number in place of a string … A date
// after the year 9999 is mistyped too, and in beyond.
type claimTypes struct{ present, mistyped, beyond claimSet }

// claimsReader reads a claims set.
type claimsReader struct {
	jws.Scanner
	claimTypes
	audience, scopes jws.StringSet
}

// readClaims reads the text of a claims set into c, whose strings are parts of
// the text. The error means that the text is not a strict JSON object; then c must
// not be used.
func readClaims(text string, c *Claims) (claimTypes, error) {
	r := claimsReader{Scanner: jws.Scanner{Text: text}}
	var seen jws.StringSet
	r.Begin()
	for {
		name, ok := r.Member(&seen)
		if !ok {
			break
		}
		r.member(name, c)
	}
	if !r.End() {
		return claimTypes{}, jws.ClaimsFailures[r.FirstCause()]
	}
	c.text = text
	c.Audience, c.Scopes = r.audience.Join(&r.scopes)
	return r.claimTypes, nil
}

func (r *claimsReader) member(name string, c *Claims) {
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
	case "sid":
		r.readSession(c)
	case "aud":
		r.readAudience()
	case "scopes", "scope", "scp":
		r.readScopes()
	default:
		r.Skip(1)
	}
}

func (r *claimsReader) string(bit claimSet) string {
	r.present |= bit
	if r.Peek() != '"' {
		r.mistyped |= bit
		r.Skip(1)
		return ""
	}
	value, _ := r.Quoted()
	if value == "" { // must not pass for an absent claim
		r.mistyped |= bit
	}
	return value
}

// readSession reads sid. Another type than a string counts as absent: sid is not a
// claim of RFC 7519, and other issuers may mean something else.
func (r *claimsReader) readSession(c *Claims) {
	if r.Peek() == '"' {
		c.SessionID, _ = r.Quoted()
		return
	}
	r.Skip(1)
}

func (r *claimsReader) date(bit claimSet) time.Time {
	r.present |= bit
	if c := r.Peek(); c != '-' && (c < '0' || c > '9') {
		r.mistyped |= bit
		r.Skip(1)
		return time.Time{}
	}
	date := r.Date()
	if date.After(jws.Latest) {
		// Milliseconds in place of seconds would make a token live 55,000 years.
		r.mistyped |= bit
		r.beyond |= bit
		return time.Time{}
	}
	return date
}

// readAudience reads aud: a string or an array of strings (RFC 7519 section 4.1.3).
func (r *claimsReader) readAudience() {
	r.present |= claimAud
	switch r.Peek() {
	case '"':
		value, _ := r.Quoted()
		r.audience.Add(value)
	case '[':
		r.Open('[', 2)
		for first := true; r.More(first, ']'); first = false {
			if r.Peek() != '"' {
				r.mistyped |= claimAud
				r.Skip(2)
				continue
			}
			value, _ := r.Quoted()
			r.audience.Add(value)
		}
	default:
		r.mistyped |= claimAud
		r.Skip(1)
	}
}

// readScopes reads a list or a string separated by spaces. A value of another type
// grants nothing, as does an element that is not a string. The token stays valid.
func (r *claimsReader) readScopes() {
	switch r.Peek() {
	case '"':
		value, _ := r.Quoted()
		for scope := range strings.FieldsFuncSeq(value, isSpace) {
			r.scopes.Add(scope)
		}
	case '[':
		r.Open('[', 2)
		for first := true; r.More(first, ']'); first = false {
			if r.Peek() != '"' {
				r.Skip(2)
				continue
			}
			if scope, _ := r.Quoted(); scope != "" {
				r.scopes.Add(scope)
			}
		}
	default:
		r.Skip(1)
	}
}

// isSpace is true for the one separator of a scope parameter (RFC 6749 section 3.3).
func isSpace(c rune) bool { return c == ' ' }

// copyTo copies c into to, and its lists into memory, which grows as needed.
// Appending to the first list does not write into the second.
func (c *Claims) copyTo(to *Claims, memory []string) {
	*to = *c
	n := len(c.Audience)
	if all := n + len(c.Scopes); all > cap(memory) {
		memory = make([]string, 0, all)
	}
	memory = append(append(memory[:0], c.Audience...), c.Scopes...)
	if n > 0 {
		to.Audience = memory[:n:n]
	}
	if len(c.Scopes) > 0 {
		to.Scopes = memory[n:len(memory):len(memory)]
	}
}

// claimsCopy is memory for claims and the few scopes that most tokens have.
type claimsCopy struct {
	claims Claims
	lists  [4]string
}

// copyOf fills m with a copy of c and returns it.
func (m *claimsCopy) copyOf(c *Claims) *Claims {
	c.copyTo(&m.claims, m.lists[:])
	return &m.claims
}
