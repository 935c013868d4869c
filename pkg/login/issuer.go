package login

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Issuer makes tokens. Most services want a [Manager], which issues too. It is
// safe for concurrent use.
type Issuer struct {
	rules
	source  keys.Source
	minted  atomic.Pointer[mintedHeader]
	buffers sync.Pool // of *mintBuffer
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
	i := &Issuer{rules: rules, source: source}
	i.buffers.New = func() any { return new(mintBuffer) }
	return i, nil
}

// errNoIssuer answers for an Issuer that no constructor made.
var errNoIssuer = errors.New("the issuer was not made by NewIssuer")

// Issue returns a signed token with iat, jti, exp, typ and, where the key has
// one, kid. Times are whole seconds. The error says what in g makes no sense,
// or matches [keys.ErrNoSigningKey].
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
	b := i.buffers.Get().(*mintBuffer)
	defer i.putBuffer(b)
	d, err := i.draft(g, b.claims[:0])
	if err != nil {
		return Token{}, err
	}
	b.claims = d.claims
	// What is signed is the token up to its second dot (RFC 7515 section 5.1 step 5).
	b.text = append(append(b.text[:0], d.header...), '.')
	b.text = base64.RawURLEncoding.AppendEncode(b.text, d.claims)
	signature, err := d.key.Sign(string(b.text))
	if err != nil {
		return Token{}, err
	}
	b.text = base64.RawURLEncoding.AppendEncode(append(b.text, '.'), signature)
	if len(b.text) > i.maxToken {
		return Token{}, fmt.Errorf("it has %d bytes, more than the %d that are read (Config.MaxTokenBytes)", len(b.text), i.maxToken)
	}
	text := string(b.text)
	return Token{&issued{text: &text, id: d.id, expires: d.expires}}, nil
}

// Preview returns the header and claims that Issue would sign, as JSON, and
// signs nothing. The jti is another one each time unless g has it.
func (i *Issuer) Preview(g Grant) (header, claims []byte, err error) {
	if i == nil || i.source == nil {
		return nil, nil, errNoIssuer
	}
	d, err := i.draft(&g, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("previewing a token: %w", err)
	}
	header, err = base64.RawURLEncoding.DecodeString(d.header)
	return header, d.claims, err
}

// mintBuffer is the memory one token is written in.
type mintBuffer struct{ claims, text []byte }

func (i *Issuer) putBuffer(b *mintBuffer) {
	if cap(b.claims)+cap(b.text) <= maxScratch {
		i.buffers.Put(b)
	}
}

// newID returns 128 random bits (RFC 7519 section 4.1.7) as base64url.
func newID() string {
	var bits [16]byte
	rand.Read(bits[:]) // never fails: it ends the program first
	return base64.RawURLEncoding.EncodeToString(bits[:])
}
