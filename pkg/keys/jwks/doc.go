// Package jwks gets the keys of other token issuers, such as OpenID providers, as
// JWK Sets over HTTPS.
//
//	const issuer = "https://id.example/realms/a"
//	source, err := jwks.New(jwks.Config{Issuer: issuer})
//	config := login.Config{Issuer: issuer, Audience: "api"}
//	verifier, err := login.NewVerifier(source, config)
//
// [New] does no I/O: a service starts while its issuer is down, and answers 503
// until it has the first keys. A [Client] starts no goroutine except for a read, and
// keeps no connection open between reads. Use one Client for each issuer, for as
// long as the process runs.
//
// # When the set is read
//
// The first token waits for the first read. After that the set is read again
//
//   - when it is older than its freshness: the max-age of Cache-Control, at least 1
//     minute and at most 24 hours, or 15 minutes if the issuer does not say. The
//     token that notices it does not wait;
//   - when a token names a key that is not in the set: the token waits. Four such
//     reads may follow each other, then one every 10 seconds: a flood of invented
//     kids neither reaches the issuer nor hides a rotation for longer than that.
//
// One read is under way at a time, and all callers share it. A caller waits
// until its context ends; the read goes on for the others, at most [Config.Timeout].
//
// # When the issuer is down
//
// The last good keys are used for [Config.Stale] after they were fresh; then every
// token is answered by an error, which package login turns into 503. A token with an
// unknown kid is such an error at once, since the kid may be known to the issuer. An
// answer that is not a JWK Set, or a set without a usable key, counts as an outage
// and never replaces good keys. Reads are repeated after 2 seconds, doubling up to 1
// minute, or after Retry-After, up to 10 minutes.
//
// A set that says the same as before keeps its snapshot, and with it everything that
// was cached for the snapshot.
//
// # Which addresses are contacted
//
// URLs must be https; http is for loopback only. Redirects are not followed, since
// the target of a redirect would choose the keys. The built-in transport checks each
// address after name resolution, so that a name cannot lead to a metadata service or
// to a port of the machine itself: it refuses link-local, multicast and unspecified
// addresses, and loopback unless the configured host is loopback. Addresses behind a
// proxy of the environment are up to the proxy. The transport of
// [Config.HTTPClient] has its own rules.
//
// The jwks_uri of discovered metadata must follow the same rules. It may have
// another host than the issuer, as that of Google does.
//
// # Which keys are used
//
// See [keys.JWKSOptions]: entries are read one by one, and [Status] lists the skipped
// ones. [Config.Algorithms] is an allow-list; HMAC is never allowed, because then a
// public key would be a secret.
package jwks
