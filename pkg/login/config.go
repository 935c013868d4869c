package login

import (
	"context"
	"time"
)

// Config says how tokens are issued, found and checked. The zero value is safe:
// each field's comment says what it means.
type Config struct {
	// Sources says where a request's token may be. Zero means FromHeader.
	Sources Source
	// Conflict says what happens when a cookie and a header are both present.
	// Zero means FirstPresent: the cookie decides, and a bad one is not rescued by the header.
	Conflict Conflict
	// Cookie shapes the cookie. Setting it without FromCookie is an error.
	Cookie Cookie

	// Lifetime is how long an issued token stays valid. Zero means 15 minutes.
	Lifetime time.Duration
	// Leeway is how far clocks may differ. Zero means none; the most is 5 minutes.
	Leeway time.Duration

	// Issuer is the iss of issued tokens, and the only one accepted. Empty: none is written and any is accepted.
	Issuer string
	// Audience is the aud of issued tokens, and accepted. Empty: none is
	// written, and a token that names audiences is refused (RFC 7519 section 4.1.3).
	Audience string
	// AlsoAccept lists further audiences that are accepted, beside Audience, which has to be set.
	AlsoAccept []string
	// Types lists the header typ values accepted, compared without case and
	// without an "application/" prefix. Nil means JWT and at+jwt. A token
	// without typ counts as JWT, so that []string{"at+jwt"} insists on the
	// explicit typing of RFC 8725 section 3.11.
	Types []string

	// TokenURL is where a client posts its password, for OpenAPI. Empty leaves the OAuth2 scheme out.
	TokenURL string
	// SchemeName is the security scheme's name in OpenAPI. Empty means LoginManager.
	SchemeName string
	// Scopes describes every scope there is. When set, a guard with another one panics at registration. Nil declares nothing.
	Scopes map[string]string
	// ScopeFormat is how scopes are written into a token. Zero means ScopesList.
	ScopeFormat ScopeFormat

	// OnError answers a refused request. Nil means WriteError.
	OnError ErrorHandler
	// OnEvent is told of every decision, once; it only observes. It runs within the request, so it must be quick and not panic.
	OnEvent func(context.Context, Event)
	// Revocations is asked about every token that passed all else. Nil: nothing is revocable.
	// When set, tokens without jti or iat are refused.
	Revocations Revocations

	// MaxTokenBytes is the longest token read, and issued, at least 128. Zero means 16 KiB.
	MaxTokenBytes int
	// CacheSize is how many verified tokens are remembered, so that the next
	// request with one skips the signature, and nothing else. Zero means 4096,
	// and none for HMAC, where a lookup saves less than a microsecond, and a token that is seen only
	// once costs half as much again; a positive size, at most 1,048,576, is for both; negative means
	// none. An entry takes some 300 bytes, the claims of its token, and 16 bytes for each audience
	// and scope; tokens over 6 KiB are left out.
	CacheSize int

	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

// Source says where a token was, or may be, found.
type Source uint8

// Sources can be combined: FromHeader | FromCookie.
const (
	FromHeader Source = 1 << iota // Authorization: Bearer (RFC 6750 section 2.1)
	FromCookie                    // the cookie of Config.Cookie
)

// Conflict says what to do with a request that carries a cookie and a header.
type Conflict uint8

const (
	FirstPresent   Conflict = iota // the cookie decides, as in fastapi-login
	RejectConflict                 // the request is answered 400
)

// ScopeFormat says how scopes are written; every format is read.
type ScopeFormat uint8

const (
	ScopesList  ScopeFormat = iota // "scopes": ["a","b"], as fastapi-login
	ScopeString                    // "scope": "a b" (RFC 9068 section 2.2.3)
	ScpList                        // "scp": ["a","b"]
)
