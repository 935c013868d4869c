package login

import (
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/loginctl/loginctl/pkg/keys"
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
	signature, err := u.key.Sign(string(b.text))
	if err != nil {
		return Token{}, err
	}
	b.text = jws.Encode(append(b.text, '.'), signature)
	if len(b.text) > i.maxToken {
		return Token{}, fmt.Errorf("it has %d bytes, more than the %d that are read (Config.MaxTokenBytes)", len(b.text), i.maxToken)
	}
	text := string(b.text)
	return Token{&issued{text: &text, id: u.id, expires: u.expires}}, nil
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
