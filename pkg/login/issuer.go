package login

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Issuer makes tokens. Most services want a [Manager], which issues too. It is
// safe for concurrent use.
type Issuer struct {
	rules
	source keys.Source
	minted atomic.Pointer[mintedHeader]
}

// NewIssuer returns an issuer over keys that can sign: a [*keys.SigningKey],
// or a [*keys.Set] with one. It uses what config says of tokens, and refuses
// what makes no sense there. Without a key that signs the error matches
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

// newIssuer is NewIssuer for a source that may not be able to sign; then
// Issue says so.
func newIssuer(source keys.Source, config Config) (*Issuer, error) {
	rules, err := newRules(config)
	if source == nil {
		err = errors.Join(errors.New("there is no key to sign with"), err)
	}
	if err != nil {
		return nil, err
	}
	return &Issuer{rules: rules, source: source}, nil
}

// errNoIssuer answers for an Issuer that no constructor made.
var errNoIssuer = errors.New("the issuer was not made by NewIssuer")

// Issue returns a signed token with iat, jti, exp, typ and, where the key has
// one, kid. Times are whole seconds. The error says what in g makes no sense,
// or matches [keys.ErrNoSigningKey].
func (i *Issuer) Issue(g Grant) (Token, error) {
	d, err := i.draft(&g)
	if err != nil {
		return Token{}, fmt.Errorf("issuing a token: %w", err)
	}
	input := d.signingInput()
	signature, err := d.key.Sign(input)
	if err != nil {
		return Token{}, fmt.Errorf("issuing a token: %w", err)
	}
	text := input + "." + base64.RawURLEncoding.EncodeToString(signature)
	if len(text) > i.maxToken {
		return Token{}, fmt.Errorf("issuing a token: it has %d bytes, more than the %d that are read (Config.MaxTokenBytes)", len(text), i.maxToken)
	}
	return Token{&issued{text: text, id: d.id, expires: d.expires}}, nil
}

// Preview returns the header and claims that Issue would sign, as JSON, and
// signs nothing. The jti is another one each time unless g has it.
func (i *Issuer) Preview(g Grant) (header, claims []byte, err error) {
	d, err := i.draft(&g)
	if err != nil {
		return nil, nil, fmt.Errorf("previewing a token: %w", err)
	}
	header, err = base64.RawURLEncoding.DecodeString(d.header)
	return header, d.claims, err
}

// newID returns 128 random bits (RFC 7519 section 4.1.7) as base64url.
func newID() string {
	var bits [16]byte
	rand.Read(bits[:]) // never fails: it ends the program first
	return base64.RawURLEncoding.EncodeToString(bits[:])
}
