package login

import (
	"encoding/base64"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// draft is a token that is ready to be signed.
type draft struct {
	key     *keys.SigningKey
	header  string // base64url
	claims  []byte // JSON
	id      string
	expires time.Time
}

// signingInput is what is signed (RFC 7515 section 5.1 step 5).
func (d *draft) signingInput() string {
	text := make([]byte, 0, len(d.header)+1+base64.RawURLEncoding.EncodedLen(len(d.claims)))
	text = append(append(text, d.header...), '.')
	return string(base64.RawURLEncoding.AppendEncode(text, d.claims))
}

func (i *Issuer) draft(g *Grant) (draft, error) {
	if i == nil || i.source == nil {
		return draft{}, errNoIssuer
	}
	key, err := i.source.Snapshot().Signer()
	if err != nil {
		return draft{}, err
	}
	d := draft{key: key, id: g.ID}
	if d.id == "" {
		d.id = newID()
	}
	if d.header, err = i.header(key, g); err != nil {
		return draft{}, err
	}
	d.claims, err = i.claims(&d, g)
	return d, err
}

// claims writes the claims set. The members that this package knows come
// first, those of Custom after them.
func (i *Issuer) claims(d *draft, g *Grant) ([]byte, error) {
	t, err := g.times(i.now(), i.lifetime)
	if err != nil {
		return nil, err
	}
	audience, err := g.audience(i.audience)
	if err != nil {
		return nil, err
	}
	scopes, err := g.scopes()
	if err != nil {
		return nil, err
	}
	d.expires = t.expires
	w := objectWriter{text: make([]byte, 0, 512)}
	w.string("iss", i.issuer)
	w.string("sub", g.Subject)
	w.oneOrList("aud", audience)
	w.time("exp", t.expires)
	w.time("nbf", t.notBefore)
	w.time("iat", t.issued)
	w.string("jti", d.id)
	switch i.scopeFormat {
	case ScopeString:
		w.joined("scope", scopes)
	case ScpList:
		w.list("scp", scopes)
	default:
		w.list("scopes", scopes)
	}
	if err := w.members(g.Custom, reservedClaim); err != nil {
		return nil, fmt.Errorf("Grant.Custom: %w", err)
	}
	return w.finish()
}

// mintedHeader is the header of every token of one key that asks for nothing special.
type mintedHeader struct {
	key  *keys.SigningKey
	text string
}

// header returns the header segment.
func (i *Issuer) header(key *keys.SigningKey, g *Grant) (string, error) {
	plain := g.Type == "" && g.Header == nil
	if last := i.minted.Load(); plain && last != nil && last.key == key {
		return last.text, nil
	}
	typ := "JWT"
	if g.Type != "" {
		if err := checkType(g.Type); err != nil {
			return "", fmt.Errorf("Grant.Type: %w", err)
		}
		typ = g.Type
	}
	var w objectWriter
	w.string("alg", key.Algorithm().String())
	w.string("typ", typ)
	w.string("kid", key.ID())
	if g.Header != nil {
		if err := w.members(g.Header, reservedParameter); err != nil {
			return "", fmt.Errorf("Grant.Header: %w", err)
		}
	}
	json, err := w.finish()
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(json)
	if len(text) > maxHeader {
		return "", fmt.Errorf("Grant.Header makes a header of %d bytes, more than the %d that are read", len(text), maxHeader)
	}
	if plain {
		i.minted.Store(&mintedHeader{key, text})
	}
	return text, nil
}
