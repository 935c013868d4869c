// Package introspect asks an issuer about its tokens (RFC 7662): those that are not a
// JWS, or whose issuer publishes no keys. [Client.Introspect] is for the field Introspect
// of a login.Config:
//
//	opaque, err := introspect.New(introspect.Config{
//		URL:      "https://id.example.com/introspect",
//		Issuer:   "https://id.example.com",
//		ClientID: "api", ClientSecret: secret,
//	})
//	auth, err := login.New(nil, load, login.Config{
//		Issuer: "https://id.example.com", Audience: "api", Introspect: opaque.Introspect,
//	})
//
// The manager applies its rules to the answer as it does to a JWS: iss, aud, exp, nbf,
// the scopes, Check and Revocations. exp is required unless AllowNoExpiry is set, and an
// answer with aud needs an Audience.
//
// # Requests
//
// The token is sent in the body of a POST over https, or over http to the machine itself,
// and never in a URL, an error or an event. Redirects are not followed. Link-local,
// multicast and unspecified addresses are refused after the name was resolved. An answer
// has at most 64 KiB, and a request at most [Config.Timeout].
//
// # Answers
//
// An answer is remembered under a hash of the token, for at most [Config.TTL] and never
// beyond exp: a token that is revoked is accepted for so long. That a token is not active
// is remembered for a shorter time. Concurrent questions about one token are one request.
//
// If the issuer cannot be asked, or its answer cannot be understood, the error matches
// login.ErrUnavailable: a manager answers 503. So does a refusal of the client's
// credentials. After several failures in a row the issuer is left alone for a few
// seconds.
//
// An answer that says that the token is a refresh token or an ID token is not active:
// token_type, token_use and the typ of Keycloak say so. For an issuer that does not tell
// them apart, use login.Config.Check.
package introspect
