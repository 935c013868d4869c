// Package login authenticates HTTP requests with signed tokens (JSON Web Tokens),
// checks OAuth2 scopes, loads the user, answers errors as the RFCs require, and issues
// the tokens. Package keys has the keys for it.
//
// # Where to begin
//
// Most servers want one [Manager]. [New] makes it from a key, a [Loader] that finds
// users, and a [Config] whose zero value is safe:
//
//	key, err := keyfile.LoadEncrypted("signing.pem", passphrase)
//	auth, err := login.New(key, users.ByEmail, login.Config{TokenURL: "/login"})
//
//	mux.Handle("POST /login", auth.TokenHandler(users.CheckPassword))
//	mux.Handle("GET /posts", auth.Require("posts:read")(posts))
//	mux.Handle("GET /", auth.Optional(home))
//
// The first function to call depends on the service:
//
//   - To guard a route: [Manager.Require]. [Manager.Handle] also passes the user to the
//     handler, and [Manager.Optional] admits requests without a token too.
//   - To read the user behind a guard: [Manager.User] and [Manager.Principal].
//   - To check without answering, as for gRPC: [Manager.Authenticate] and
//     [Manager.AuthenticateToken], with [Manager.WithPrincipal] to pass the user on.
//   - In a stream or a WebSocket's loop: [Manager.Reauthenticate], which asks for
//     everything again, or [Manager.UntilExpiry], whose context ends with the token.
//     Authenticate behind a guard only compares exp.
//   - To log users in and out: [Manager.TokenHandler], or [Manager.Issue] and
//     [Manager.SetCookie], and [Manager.Logout].
//   - Without users: New with the loader [ClaimsOnly].
//   - Without HTTP: [NewIssuer] and [NewVerifier].
//   - To show a token that may be invalid: [Verifier.Inspect].
//
// The packages below this one have the rest: pages for browsers, claim for custom claims,
// revocation for a store in memory, session for logins that last, limit against guessing,
// oauth for the endpoints of other services, adapt for frameworks, unverified for tools
// that show tokens, and logintest for tests.
//
// The package example "Server" is a complete program. [New], [Manager.Handle],
// [Manager.TokenHandler], [Manager.Logout], [Loader] and others have examples of their
// use. go doc does not print examples: they are on pkg.go.dev and in example_*_test.go.
//
// Guards are plain net/http middleware and never wrap the ResponseWriter, so streams
// and WebSockets work. They can be nested: the token of a request is verified, and its
// user loaded, once.
//
// # Order of the checks
//
// A request passes these checks in this order. The first failure is answered.
//
//  1. The place of the token: one Authorization header with the scheme Bearer, or the
//     cookie, as in [Config.Locations]. The URL, the body and other headers are never
//     read. If both are read, the header decides ([Config.Conflict]), and the
//     other token does not rescue a bad one. Two Authorization headers are
//     refused. Of cookies of the name that differ, the one that verifies counts.
//  2. The origin of the request, if the token is in a cookie, because browsers send
//     cookies by themselves: [net/http.CrossOriginProtection], extended to WebSocket
//     handshakes.
//  3. The token: its length, then the six steps that [Verifier] describes (verifyHeader,
//     selectKeys, DecodeSegments, Selection.Verify, readClaims, validateClaims), and last
//     [Revocations]. exp is required. [Config.Leeway] is zero unless configured.
//  4. The scopes, each compared exactly.
//  5. The user: see [Loader] for the meaning of a nil user, an outage and an error.
//
// These are not checked: the password behind a token, and anything about the user that
// the loader does not ask. A token stays valid until it expires unless Revocations is
// set. A copy of a token works even after the cookie was cleared in the browser.
// Lifetimes should be short: 15 minutes is the default.
//
// # Answers
//
// [Status] maps errors to answers, in one place. [WriteError] writes them.
//
//	no token                                  401  Bearer
//	bad, expired or revoked token, user gone  401  error="invalid_token"
//	ambiguous or oversize credentials         400  error="invalid_request"
//	a scope is missing                        403  error="insufficient_scope", scope="…"
//	an unsafe cross-origin request by cookie  403
//	the loader or the store is down           503  Retry-After
//	any other error of the loader             500
//
// All bodies of one kind are alike, and no text of the request is reflected. The
// reason, in the words of [Reason], goes to [Config.OnEvent], for which [LogEvents] is
// ready. An outage is never a 401 and never anonymous. Vary and Cache-Control are always
// set.
//
// [Config.OnError] answers in another way: those of package pages send browsers to a
// login page, [WriteFastAPIError] answers as Python's fastapi-login, and your own
// function may use [Status] and [Challenge]. Your own guards answer alike with
// [Manager.Deny].
//
// # Cookies
//
// [Manager.SetCookie] sends a token as a cookie that is HttpOnly, Secure, SameSite=Lax,
// for Path=/ and this host only, and that does not outlive the token. [Cookie] has the
// choices, among them Insecure for development over plain HTTP. [Manager.Logout] clears
// the cookie and, with Revocations, revokes the token.
//
// # Keys
//
// A Manager takes a [*keys.SigningKey], a [*keys.VerificationKey] if tokens are only
// checked, or a [*keys.Set], whose keys can be rotated while the service runs.
// JWKSHandler of package oauth publishes the public ones. Verified tokens of asymmetric
// keys are remembered ([Config.CacheSize]), because their signature is most of the cost
// of a request. Time, revocation and keys are still checked on every use.
//
// # Other issuers
//
// Tokens that another issuer signs are verified with its keys, which package jwks gets
// from it. ISSUERS.md has configurations for known issuers. Several issuers are a fixed
// table: each further one is a [Verifier] that is passed to New, with [Config.SubjectOf].
// [Config.RFC9068] accepts only access tokens of that profile. [Config.Introspect] asks
// an issuer about tokens that are not a JWS: package introspect. [Config.DPoP] makes
// clients prove that a token is theirs.
//
// # Tests
//
// Package logintest has a manager over users in memory, tokens, requests and a clock for
// the tests of a service, and a check for a store of revocations.
//
// # Security
//
// The rules are those of RFC 8725 (JSON Web Token Best Current Practices), RFC 6750
// (bearer tokens), RFC 9700 (OAuth 2.0 security) and RFC 6265bis (cookies). The password
// form of [Manager.TokenHandler] (RFC 6749 section 4.3) is for the clients of the service
// itself; RFC 9700 section 2.4 rules it out for the clients of others.
//
// # Compatibility
//
// Before version 1.0, a minor release may rename or remove an exported name, and the
// changelog says how to follow. These stay the same within a major version: the words
// of [Reason], the statuses, bodies and challenges of [WriteError] and
// [WriteFastAPIError], the fields of an OAuth2 answer, and the form of issued tokens, so
// that tokens of an older release are accepted by a newer one. The texts of errors may
// change. A token that is accepted today may be refused after a fix for security.
package login
