package login

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login/dpop"
)

// Config is the configuration of a [Manager], a [Verifier] or an [Issuer]. Its zero
// value is safe. The constructors check it and keep a copy.
type Config struct {
	// Locations are the places in a request where a token may be.
	//
	// If zero, tokens are read from the Authorization header only (InHeader).
	Locations Location
	// Conflict selects the token of a request that has one in a cookie and one in
	// the header.
	//
	// If zero (HeaderFirst), the header decides: a page of a neighbouring host can
	// plant a cookie, and no page can add a header. The token of the other place
	// never rescues a bad one.
	Conflict Conflict
	// Cookie configures the cookie. Setting it without InCookie is an error.
	Cookie Cookie
	// Header is the name of the header that InHeader reads, such as
	// X-Goog-IAP-JWT-Assertion or Cf-Access-Jwt-Assertion. Its whole value is the token
	// unless Scheme is set.
	//
	// A proxy adds such a header to every request with the proxy's cookie, so requests
	// with it are checked for their origin as those with a cookie are:
	// Cookie.TrustedOrigins, TrustOrigin and AllowCrossOrigin count for both.
	//
	// If empty, it is Authorization.
	Header string
	// Scheme is the word in front of the token in the header, such as Token. The
	// challenge of a refusal names it.
	//
	// If empty, it is Bearer in Authorization, and other headers have the token alone.
	Scheme string
	// WebSocketProtocol is the subprotocol in front of the token for InWebSocket. A
	// page writes new WebSocket(url, ["access_token", token]), and the server selects
	// that subprotocol: browsers close a connection for which none of theirs is.
	//
	// If empty, it is access_token.
	WebSocketProtocol string

	// Lifetime is the time from the issue of a token to its exp, at least a second.
	// A [Grant] can have another one.
	//
	// If zero, it is 15 minutes. If negative, the constructor returns an error.
	Lifetime time.Duration
	// Leeway is the greatest difference between the clocks of the issuer and this
	// service that is tolerated in exp, nbf and iat, at most 5 minutes.
	//
	// If zero, the times in a token count to the nanosecond. If negative, the
	// constructor returns an error.
	Leeway time.Duration

	// Issuer is the iss claim of issued tokens; tokens with another are rejected.
	//
	// If empty, iss is neither written nor checked.
	Issuer string
	// AlsoIssuers lists other spellings of Issuer that are accepted: an issuer that
	// moved, or the two of one tenant at Entra ID.
	AlsoIssuers []string
	// Tenants lists the values of the claim tid that are accepted if Issuer has the part
	// {tid}, such as https://login.microsoftonline.com/{tid}/v2.0 of Entra ID. The iss of
	// a token must then be Issuer, or one of AlsoIssuers, with the token's tid in it. No
	// tokens are issued under such a name.
	//
	// If nil, Check must be set, and decides about the tenant by the verified claims.
	Tenants []string
	// SubjectOf returns the subject here of a verified token, which replaces
	// [Claims.Subject]: the same sub at two issuers is two people. Two issuers must never
	// have the same result, so it begins with a name of the issuer:
	//
	//	func(c *login.Claims) (string, error) { return "google:" + c.Subject, nil }
	//
	// It is called once for a token that is remembered, so the result must depend on the
	// claims alone. Its errors are answered as those of Check. A token without a subject
	// is refused before.
	//
	// If nil, the subject is that of SubjectClaim. A verifier that is passed to [New] or
	// [NewVerifier] must have it.
	SubjectOf func(c *Claims) (string, error)
	// Audience is the aud claim of issued tokens, and an audience that is accepted.
	//
	// If empty, issued tokens have no aud, and every token that has one is rejected
	// (RFC 7519 section 4.1.3).
	Audience string
	// AlsoAccept lists audiences that are accepted beside Audience, which must be
	// set too.
	AlsoAccept []string
	// Types lists the header typ values that are accepted. The comparison ignores
	// case and an "application/" prefix, and a token without typ counts as JWT. So
	// []string{"at+jwt"} insists on the explicit typing of RFC 8725 section 3.11.
	//
	// If nil, JWT and at+jwt are accepted. If empty and not nil, the constructor
	// returns an error.
	Types []string

	// Algorithms lists the algorithms that are accepted. A key verifies only its
	// algorithms, listed or not.
	//
	// If nil, those of the keys are accepted. If empty and not nil, the constructor
	// returns an error.
	Algorithms []keys.Algorithm
	// SubjectClaim is the path of the claim that names the user, such as email or
	// oid. Its value is a string, or an integer, whose decimal text is the subject.
	// A path is the name of a claim, or names of nested members with dots between
	// them.
	//
	// If empty, it is sub.
	SubjectClaim string
	// ScopeClaims lists the paths of claims whose values are scopes too, each a list
	// or a string separated by spaces: roles, realm_access.roles, permissions.
	ScopeClaims []string
	// RequiredClaims lists the paths of claims that a token must have, with any
	// value but null.
	RequiredClaims []string
	// RFC9068 accepts only access tokens of that profile: their typ is at+jwt, and they
	// have iss, exp, aud, sub, client_id, iat and jti (RFC 9068 section 2.2). Issuer and
	// Audience must be set, and Types and AllowNoExpiry must not. Issued tokens have the
	// same typ, their scopes are in the claim scope unless ScopeClaim names another, and
	// their client_id is in [Grant.Custom].
	RFC9068 bool
	// MaxAge is the greatest time since iat. A token without iat is then refused.
	//
	// If zero, the age of a token does not matter.
	MaxAge time.Duration
	// MaxLifetime is the greatest time from iat to exp.
	//
	// If zero, the issuer decides.
	MaxLifetime time.Duration
	// AllowNoExpiry accepts tokens without exp, which are valid for ever unless they
	// are revoked. An exp that is there counts.
	AllowNoExpiry bool
	// Check is asked about each token that passed every other check but that of
	// Revocations, on every use. An error that matches [ErrInvalidToken], such as
	// [ErrClaims], is answered 401, a [*ScopeError] or [ErrForbidden] 403,
	// [ErrUnavailable] 503, and any other 500. It must be safe for concurrent use.
	//
	// If nil, nothing else is checked.
	Check func(ctx context.Context, c *Claims) error

	// Introspect returns the claims set, a JSON object, of a token that is not a JWS: it
	// asks the issuer. Package introspect has it (RFC 7662). The same rules as for a JWS
	// apply to the claims, but for typ. It is called on every use of the token, so it
	// must remember answers, and be safe for concurrent use.
	//
	// An error that matches [ErrInvalidToken] is answered 401, any other 503. With
	// [ErrIssuer], the function of the next issuer of [New] is called: the token is known
	// not to be of this issuer, without asking.
	//
	// The source of the keys may then be nil: every token of the issuer is introspected,
	// a JWS too.
	//
	// If nil, such a token is refused with [ErrMalformed].
	Introspect func(ctx context.Context, token string) (claims []byte, err error)

	// DPoP makes clients prove that they have the key that their token is bound to (RFC
	// 9449), so that a stolen token is of no use: see package dpop. Requests are
	// checked by guards and Authenticate. [Manager.Verify] checks no proof, and
	// [Manager.AuthenticateToken] refuses a token that needs one.
	//
	// If zero, proofs are ignored, and a token that is bound is a bearer token.
	DPoP dpop.Config

	// TokenURL is the address of the password form, for OpenAPI documents.
	//
	// If empty, they leave the OAuth2 scheme out.
	TokenURL string
	// AuthorizationURL is the address at which users log in at another issuer, for
	// OpenAPI documents: the OAuth2 scheme is then an authorization code flow, whose
	// token endpoint is TokenURL.
	AuthorizationURL string
	// OpenIDConnectURL is the address of the metadata of another issuer, such as
	// https://id.example.com/.well-known/openid-configuration, for OpenAPI documents.
	// The scheme is then openIdConnect in place of OAuth2.
	OpenIDConnectURL string
	// ResourceMetadata is the address of the document of a protected resource, which a
	// challenge names as resource_metadata (RFC 9728 section 5.1), so that clients find
	// out where to log in. ResourceMetadata of package oauth publishes it.
	//
	// If empty, challenges name none.
	ResourceMetadata string
	// SchemeName is the name of the security scheme in OpenAPI documents.
	//
	// If empty, it is LoginManager.
	SchemeName string
	// Scopes maps each scope to its description. A guard with another scope panics
	// at registration.
	//
	// If nil, every scope is allowed, and OpenAPI documents list no scopes.
	Scopes map[string]string
	// ScopeClaim is the claim that the scopes of issued tokens are written into:
	// "scopes" for a list, as fastapi-login does, "scope" for a string separated by
	// spaces (RFC 9068 section 2.2.3), or "scp" for a list. All are read.
	//
	// If empty, it is "scopes".
	ScopeClaim string

	// OnError answers refused requests.
	//
	// If nil, it is [WriteError].
	OnError ErrorHandler
	// ForwardedPrefix means that a proxy cuts a prefix off the paths of requests and
	// names it in X-Forwarded-Prefix. The addresses that browsers are sent to then begin
	// with it. Set it only if the proxy sets or removes the field of every request.
	//
	// If false, the field is ignored.
	ForwardedPrefix bool
	// OnEvent receives each decision once and cannot change it. It runs within the
	// request, so it must be quick and must not panic. [LogEvents] returns one.
	//
	// If nil, events are dropped.
	OnEvent func(context.Context, Event)
	// Revocations is asked about each token that passed every other check. When it
	// is set, tokens without iat are refused, because RevokeSubject could not end
	// them. A token without jti can be ended only with all of its subject.
	//
	// If nil, a token stays valid until it expires.
	Revocations Revocations

	// MaxTokenBytes is the length of the longest token that is read or issued, at
	// least 128.
	//
	// If zero, it is 16 KiB.
	MaxTokenBytes int
	// CacheSize is the number of verified tokens to remember. The next request with
	// one of them skips the signature and no other check. An entry takes some 290
	// bytes, the claims, and 16 bytes for each audience and scope. Tokens over 6 KiB
	// are not remembered.
	//
	// If zero, 4096 tokens of asymmetric keys are remembered. A positive size (at
	// most 1<<20) also remembers HMAC tokens, which rarely pays: it saves less than
	// a microsecond, and a token that is seen once costs half as much again. If
	// negative, no token is remembered.
	CacheSize int

	// Now is the clock.
	//
	// If nil, it is time.Now.
	Now func() time.Time
}

// Location is a place in a request, or several: InHeader | InCookie. The URL is not
// among them, because URLs are logged and sent on: a route that reads a token there
// passes it to [Manager.AuthenticateToken].
type Location uint8

// The places where a token may be.
const (
	InHeader    Location = 1 << iota // Authorization: Bearer (RFC 6750 section 2.1), or Config.Header
	InCookie                         // the cookie of Config.Cookie
	InWebSocket                      // Sec-WebSocket-Protocol of a handshake, after Config.WebSocketProtocol
)

// String returns "header", "cookie", "websocket", several of them with "|" between
// them, or "none" for zero.
func (l Location) String() string {
	switch l { // without an allocation
	case 0:
		return "none"
	case InHeader:
		return "header"
	case InCookie:
		return "cookie"
	case InWebSocket:
		return "websocket"
	}
	var names []string
	for place := InHeader; place <= InWebSocket; place <<= 1 {
		if l&place != 0 {
			names = append(names, place.String())
		}
	}
	return strings.Join(names, "|")
}

// Conflict selects the token of a request that has a cookie and a header.
type Conflict uint8

// The answers to a conflict.
const (
	HeaderFirst    Conflict = iota // the header decides
	CookieFirst                    // the cookie decides, as in fastapi-login
	RejectConflict                 // the request is answered 400
)

// headerPlace is the header that has the token and the text in front of it.
type headerPlace struct {
	name   string // in canonical form
	scheme string // followed by a blank; empty if the value is the token
}

// newHeaderPlace returns the place that a configuration names.
func newHeaderPlace(name, scheme string) headerPlace {
	p := headerPlace{name: http.CanonicalHeaderKey(cmp.Or(name, authorization)), scheme: scheme}
	if p.name == authorization && scheme == "" {
		p.scheme = "Bearer"
	}
	if p.scheme != "" {
		p.scheme += " "
	}
	return p
}

const authorization = "Authorization"
