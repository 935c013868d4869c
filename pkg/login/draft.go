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

// draft appends the claims to buffer.
func (i *Issuer) draft(g *Grant, buffer []byte) (draft, error) {
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
	d.claims, err = i.claims(&d, g, buffer)
	return d, err
}

// claims writes the claims set. The members that this package knows come
// first, those of Custom after them.
func (i *Issuer) claims(d *draft, g *Grant, buffer []byte) ([]byte, error) {
	t, err := g.times(i.now(), i.lifetime)
	if err != nil {
		return nil, err
	}
	var audience, scopes distinct
	if err := g.audience(&audience, i.audience); err != nil {
		return nil, err
	}
	if err := g.scopes(&scopes); err != nil {
		return nil, err
	}
	d.expires = t.expires
	w := objectWriter{text: buffer}
	w.string("iss", i.issuer)
	w.string("sub", g.Subject)
	w.oneOrList("aud", &audience)
	w.time("exp", t.expires)
	w.time("nbf", t.notBefore)
	w.time("iat", t.issued)
	w.string("jti", d.id)
	switch i.scopeFormat {
	case ScopeString:
		w.joined("scope", &scopes)
	case ScpList:
		w.list("scp", &scopes)
	default:
		w.list("scopes", &scopes)
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
	typ := i.issuedType()
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
	text := base64.RawURLEncoding.EncodeToString(json)
	if len(text) > maxHeader {
		return "", fmt.Errorf("Grant.Header makes a header of %d bytes, more than the %d that are read", len(text), maxHeader)
	}
	if plain && err == nil {
		i.minted.Store(&mintedHeader{key, text})
	}
	return text, err
}
