package login

import (
	"log/slog"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
)

// Grant is what to issue. Claims is what was verified: they are different
// types, so that a token is never issued again with its old exp or jti.
type Grant struct {
	Subject      string
	Scopes       []string
	Audience     []string      // in place of Config.Audience
	Lifetime     time.Duration // in place of Config.Lifetime; not together with ExpiresAt
	ExpiresAt    time.Time     // must be in the future
	NotBefore    time.Time
	NeverExpires bool   // no exp at all; a Verifier refuses such a token
	ID           string // jti; empty means 128 random bits
	Type         string // header typ; empty means JWT

	// Custom is a struct or map whose members become claims. Registered names
	// (iss, sub, aud, exp, nbf, iat, jti) and scope claims are refused in any case.
	Custom any
	// Header holds further header parameters. alg, typ, kid, crit, b64, zip, jwk, jku and x5* are refused.
	Header map[string]any
}

// Issuer makes tokens. Most services want a [Manager], which issues too.
type Issuer struct{}

// NewIssuer returns an issuer over keys that can sign.
func NewIssuer(source keys.Source, config Config) (*Issuer, error) { panic("stub") }

// Issue returns a signed token.
func (i *Issuer) Issue(g Grant) (Token, error) { panic("stub") }

// Preview returns the header and claims that Issue would sign, signing nothing.
func (i *Issuer) Preview(g Grant) (header, claims []byte, err error) { panic("stub") }

// Token is an issued token. It prints redacted; Reveal gives its text.
type Token struct{ t *issued }

type issued struct{}

func (t Token) Reveal() string               { panic("stub") }
func (t Token) ID() string                   { panic("stub") }
func (t Token) ExpiresAt() time.Time         { panic("stub") }
func (t Token) String() string               { panic("stub") }
func (t Token) GoString() string             { panic("stub") }
func (t Token) LogValue() slog.Value         { panic("stub") }
func (t Token) MarshalJSON() ([]byte, error) { panic("stub") }
