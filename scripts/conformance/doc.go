// Package conformance checks pkg/keys and pkg/login against the work of others:
//
//   - Project Wycheproof's test vectors for JSON Web Signature and Key, for the
//     signature schemes underneath and for public keys in PEM and JWK,
//   - the examples of RFC 7515, 7517, 7519, 7520, 7638, 7797 and 8037,
//   - three other verifiers (golang-jwt, go-jose, lestrrat-go/jwx), which are
//     shown the same mutated tokens. Where they and we disagree, a table in the
//     tests says whose rule it is and why.
//
// It is a separate module, so that the peers and the vectors never become
// dependencies of the library. Run it with
//
//	go test ./...                                  # seconds, deterministic
//	go test -v -run Wycheproof                     # with the counts
//	go test -run '^$' -fuzz FuzzDifferential -fuzztime 10m
package conformance
