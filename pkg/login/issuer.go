package login

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/internal/grammar"
	"github.com/loginctl/loginctl/pkg/login/internal/jws"
)

// Issuer issues tokens. Most services want a [Manager], which contains one. It is
// safe for concurrent use.
type Issuer struct {
	rules
	source  keys.Source
	header  atomic.Pointer[cachedHeader]
	buffers sync.Pool // of *issueBuffer
}

// NewIssuer returns an issuer with the keys of source: a [*keys.SigningKey], or a
// [*keys.Set] with one. It uses the fields of config that concern tokens and returns
// an error for invalid ones. If no key signs, the error matches
// [keys.ErrNoSigningKey].
func NewIssuer(source keys.Source, config Config) (*Issuer, error) {
	i, err := newIssuer(source, config)
	if source != nil {
		_, noKey := source.Snapshot().Signer()
		err = errors.Join(noKey, err)
	}
	if err != nil {
		return nil, fmt.Errorf("making an issuer: %w", err)
	}
	return i, nil
}

// newIssuer is NewIssuer for a source that may be unable to sign. Then Issue
// returns the error.
func newIssuer(source keys.Source, config Config) (*Issuer, error) {
	checked, err := newRules(config)
	if source == nil {
		err = errors.Join(errors.New("there is no key to sign with"), err)
	}
	if err != nil {
		return nil, err
	}
	return &Issuer{rules: checked, source: source}, nil
}

// errNoIssuer is the error of an Issuer that no constructor made.
var errNoIssuer = errors.New("the issuer was not made by NewIssuer")

// Issue returns a signed token with iat, jti, exp, typ and, if the key has one, kid.
// Times are in whole seconds. The error names the field of g that is invalid, or
// matches [keys.ErrNoSigningKey].
func (i *Issuer) Issue(g Grant) (Token, error) {
	token, err := i.issue(&g)
	if err != nil {
		return Token{}, fmt.Errorf("issuing a token: %w", err)
	}
	return token, nil
}

func (i *Issuer) issue(g *Grant) (Token, error) {
	if i == nil || i.source == nil {
		return Token{}, errNoIssuer
	}
	if i.tenanted && strings.Contains(i.rules.issuer, tenantPart) {
		return Token{}, fmt.Errorf("Config.Issuer has the part %s: tokens are issued under one name", tenantPart)
	}
	b, _ := i.buffers.Get().(*issueBuffer)
	if b == nil {
		b = new(issueBuffer)
	}
	defer i.putBuffer(b)
	u, err := i.prepare(g, b.claims[:0])
	if err != nil {
		return Token{}, err
	}
	b.claims = u.claims
	// The signed text is the token up to its second dot (RFC 7515 section 5.1 step 5).
	b.text = append(append(b.text[:0], u.header...), '.')
	b.text = jws.Encode(b.text, u.claims)
	signature, err := u.key.Sign(context.Background(), string(b.text))
	if err != nil {
		return Token{}, err
	}
	b.text = jws.Encode(append(b.text, '.'), signature)
	if len(b.text) > i.maxToken {
		return Token{}, fmt.Errorf("it has %d bytes, more than the %d that are read (Config.MaxTokenBytes)", len(b.text), i.maxToken)
	}
	text := string(b.text)
	return Token{t: &issued{text: &text, id: u.id, expires: u.expires}}, nil
}

// Preview returns the header and claims that Issue would sign, as JSON, and signs
// nothing. The jti differs each time unless g has one.
func (i *Issuer) Preview(g Grant) (header, claims []byte, err error) {
	if i == nil || i.source == nil {
		return nil, nil, errNoIssuer
	}
	u, err := i.prepare(&g, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("previewing a token: %w", err)
	}
	header, err = base64.RawURLEncoding.DecodeString(u.header)
	return header, u.claims, err
}

// issueBuffer is the memory that one token is written in.
type issueBuffer struct{ claims, text []byte }

func (i *Issuer) putBuffer(b *issueBuffer) {
	if cap(b.claims)+cap(b.text) <= maxScratch {
		i.buffers.Put(b)
	}
}

// unsigned is a token before it is signed.
type unsigned struct {
	key     *keys.SigningKey
	header  string // base64url
	claims  []byte // JSON
	id      string
	expires time.Time
}

// prepare returns the token for a grant. It appends the claims to buffer.
func (i *Issuer) prepare(g *Grant, buffer []byte) (u unsigned, err error) {
	if u.key, err = i.source.Snapshot().Signer(); err != nil {
		return unsigned{}, err
	}
	if u.id = g.ID; u.id == "" {
		u.id = newID()
	}
	if u.header, err = i.writeHeader(u.key, g); err != nil {
		return unsigned{}, err
	}
	err = i.writeClaims(&u, g, buffer)
	return u, err
}

// newID returns 128 random bits (RFC 7519 section 4.1.7) as base64url.
func newID() string {
	var bits [16]byte
	rand.Read(bits[:]) // never fails: it ends the program first
	return base64.RawURLEncoding.EncodeToString(bits[:])
}

// writeClaims writes the claims set: first the members that this package knows, then
// those of Custom.
func (i *Issuer) writeClaims(u *unsigned, g *Grant, buffer []byte) error {
	t, err := g.validityFrom(i.now(), i.lifetime)
	if err != nil {
		return err
	}
	var audience, scopes jws.StringSet
	if err := g.addAudience(&audience, i.audience); err != nil {
		return err
	}
	if err := g.addScopes(&scopes); err != nil {
		return err
	}
	u.expires = t.expires
	w := jws.NewObjectWriter(buffer)
	w.String("iss", i.issuer)
	w.String("sub", g.Subject)
	w.OneOrList("aud", &audience)
	w.Time("exp", t.expires)
	w.Time("nbf", t.notBefore)
	w.Time("iat", t.issued)
	w.String("jti", u.id)
	w.String("sid", g.SessionID)
	if i.scopeClaim == "scope" {
		w.Joined(i.scopeClaim, &scopes)
	} else {
		w.List(i.scopeClaim, &scopes)
	}
	reserved := isReservedClaim
	if g.SessionID != "" {
		reserved = func(name string) bool { return strings.EqualFold(name, "sid") || isReservedClaim(name) }
	}
	if err := w.Members(g.Custom, reserved); err != nil {
		return fmt.Errorf("Grant.Custom: %w", err)
	}
	u.claims, err = w.Finish()
	if i.accessToken && err == nil {
		return checkAccessToken(string(u.claims))
	}
	return err
}

// checkAccessToken refuses claims that the same configuration would not accept.
func checkAccessToken(claims string) error {
	for _, name := range []string{"sub", "client_id"} {
		if value, ok := jws.MemberValue(claims, name); !ok || value == "null" {
			return fmt.Errorf("%s is missing, which Config.RFC9068 requires: see Grant.Subject and Grant.Custom", name)
		}
	}
	return nil
}

// cachedHeader is the header of all plain tokens of one key.
type cachedHeader struct {
	key  *keys.SigningKey
	text string
}

// writeHeader returns the header segment. That of the last plain token is reused:
// its grant has neither Type nor Header.
func (i *Issuer) writeHeader(key *keys.SigningKey, g *Grant) (string, error) {
	plain := g.Type == "" && g.Header == nil
	if last := i.header.Load(); plain && last != nil && last.key == key {
		return last.text, nil
	}
	typ := i.issuedType()
	if g.Type != "" {
		if err := grammar.CheckMediaType(g.Type); err != nil {
			return "", fmt.Errorf("Grant.Type: %w", err)
		}
		typ = g.Type
	}
	var w jws.ObjectWriter
	w.String("alg", key.Algorithm().String())
	w.String("typ", typ)
	w.String("kid", key.ID())
	if g.Header != nil {
		if err := w.Members(g.Header, isReservedParameter); err != nil {
			return "", fmt.Errorf("Grant.Header: %w", err)
		}
	}
	json, err := w.Finish()
	text := base64.RawURLEncoding.EncodeToString(json)
	if len(text) > jws.MaxHeader {
		return "", fmt.Errorf("Grant.Header makes a header of %d bytes, more than the %d that are read", len(text), jws.MaxHeader)
	}
	if plain && err == nil {
		i.header.Store(&cachedHeader{key, text})
	}
	return text, err
}

// isReservedClaim reports whether a custom claim must not have that name. It folds
// case as the most lenient reader of the token might.
func isReservedClaim(name string) bool {
	for _, reserved := range [...]string{"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scopes", "scope", "scp"} {
		if strings.EqualFold(name, reserved) {
			return true
		}
	}
	return false
}

// isReservedParameter reports whether a caller must not set that header parameter: it
// decides how the token is verified, or names a place to find a key.
func isReservedParameter(name string) bool {
	for _, reserved := range [...]string{"alg", "typ", "kid", "crit", "b64", "zip", "jwk", "jku"} {
		if strings.EqualFold(name, reserved) {
			return true
		}
	}
	return len(name) >= 2 && strings.EqualFold(name[:2], "x5")
}
