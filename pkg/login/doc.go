// Package login authenticates HTTP requests with signed tokens (JSON Web
// Tokens), checks OAuth2 scopes, loads the user, answers errors as the RFCs
// say, and issues the tokens. Keys come from package keys beside it.
//
// # Where to begin
//
// Most servers want one [Manager], made by [New] from a key, a [Loader] that
// finds users, and a [Config] whose zero value is safe:
//
//	key, err := keys.LoadEncrypted("signing.pem", password)
//	auth, err := login.New(key, users.ByEmail, login.Config{TokenURL: "/login"})
//
//	mux.Handle("POST /login", auth.TokenHandler(users.CheckPassword))
//	mux.Handle("GET /posts", auth.Require("posts:read")(posts))
//	mux.Handle("GET /me", auth.Handle(func(w http.ResponseWriter, r *http.Request, p *login.Principal[*User]) {
//		fmt.Fprintln(w, p.User.Name)
//	}))
//	mux.Handle("GET /", auth.Optional(home))
//
// [Manager.Require] guards a route, [Manager.Handle] gives the handler the user
// as well, [Manager.Optional] serves strangers too. Behind them [Manager.User]
// and [Manager.Principal] read the user from a request's context. All are plain
// net/http middleware and never wrap the ResponseWriter, so that streams and
// WebSockets work. Guards nest: the token of a request is verified, and its user
// loaded, once.
//
// To check without answering, as for gRPC, use [Manager.Authenticate] or
// [Manager.AuthenticateToken]. A service without users passes [ClaimsOnly] as
// its loader. Without HTTP there are [Issuer] and [Verifier], which a Manager
// has inside.
//
// # What is checked
//
// A request is judged in this order, and the first failure is answered.
//
//   - Where the token is: one Authorization header with the scheme Bearer, or the
//     cookie, as [Config.Sources] says. Never the URL, the body or another header.
//     Where both are read, a cookie that is not empty decides
//     ([Config.Conflict]): a bad token in one is never rescued by the other. Two
//     Authorization headers, or two cookies of the name that differ, are refused.
//   - Where the request is from: with a cookie, which browsers send by themselves,
//     it is held to [net/http.CrossOriginProtection], and so is a WebSocket handshake.
//   - The token: its size, its header against the key, its signature, and only
//     then its claims: exp is required; nbf, iat, iss, aud and sub as [Config]
//     says; last, [Revocations]. See [Verifier.Verify]. No leeway is given unless configured.
//   - The scopes, element by element.
//   - The user: see [Loader] for what nobody, an outage and an error mean.
//
// What is not checked: whether the password was good when the token was issued,
// and anything about the user that the loader does not ask. A token is good until
// it expires unless Revocations is set; a cookie cleared in the browser is still
// good for whoever has a copy. Lifetimes should be short: 15 minutes is the default.
//
// # What clients are told
//
// [Status] maps errors to answers, in one place; [WriteError] writes them.
//
//	no token                                    401  Bearer
//	bad, expired or revoked token, user gone    401  error="invalid_token"
//	ambiguous or oversize credentials           400  error="invalid_request"
//	a scope is missing                          403  error="insufficient_scope", scope="…"
//	an unsafe cross-origin request by cookie    403
//	the loader or the store is down             503  Retry-After
//	any other error of the loader               500
//	the client left                             nothing
//
// All bodies of one kind are alike and nothing of the request is reflected. The
// reason, as [Reason] words it, goes to [Config.OnEvent]; [LogEvents] is ready
// for it. An outage is never a 401 and never anonymous. [Config.OnError] answers
// in another way: [RedirectToLogin] sends browsers to a login page,
// [WriteFastAPIError] answers as Python's fastapi-login, a function of your own
// may ask [Status] and [Challenge]. Vary and Cache-Control are set whoever answers.
// Guards of your own answer alike with [Manager.Deny].
//
// # Cookies
//
// [Manager.SetCookie] sends a token as a cookie that is HttpOnly, Secure,
// SameSite=Lax, for Path=/ and this host only, and does not outlive the token;
// [Cookie] has the choices. For development over plain HTTP there is
// Cookie.Insecure. [Manager.Logout] clears it and, with Revocations, revokes the token.
//
// # Keys
//
// A Manager takes a [*keys.SigningKey], a [*keys.VerificationKey] where tokens
// are only checked, or a [*keys.Set], whose keys can be rotated while the
// service runs. [Manager.JWKSHandler] publishes the public ones. Verified
// tokens of asymmetric keys are remembered ([Config.CacheSize]), as their
// signature costs most of a request; time, revocation and keys are still checked
// on every use.
//
// # Tests
//
// Package logintest beside this one has a manager over users in memory, tokens,
// requests and a clock for the tests of a service, and a check for a store of
// revocations.
//
// # Security
//
// The rules are those of RFC 8725 (JSON Web Token Best Current Practices), RFC
// 6750 (bearer tokens), RFC 9700 (OAuth 2.0 security) and RFC 6265bis (cookies).
// The password form of [Manager.TokenHandler] (RFC 6749 section 4.3) is the login
// of a service's own clients. RFC 9700 section 2.4 rules it out for the clients of others.
package login
