// Package oauth has the endpoints that a service offers to other services and their
// clients, beside the token endpoint of package login:
//
//   - [RevocationHandler]: a client gives a token back (RFC 7009);
//   - [IntrospectionHandler]: a service asks about a token that it cannot verify itself
//     (RFC 7662);
//   - [ClientCredentials]: a service logs in as itself (RFC 6749 section 4.4);
//   - [JWKSHandler]: the public keys, for services that verify tokens (RFC 7517);
//   - [ServerMetadata] and [ResourceMetadata]: documents by which clients find all of
//     this (RFC 8414, RFC 9728).
//
// # Clients
//
// The first three answer clients only. A [ClientCheck] says whether a client is the one
// that it claims to be. It is given the ID and the secret of the Authorization header
// (Basic) or of the form, and the request for other methods, such as a certificate. A
// secret is compared in constant time:
//
//	check := func(ctx context.Context, c *oauth.Client) error {
//		want, ok := secrets[c.ID] // hashes of random secrets
//		got := sha256.Sum256([]byte(c.Secret))
//		if subtle.ConstantTimeCompare(got[:], want[:]) != 1 || !ok {
//			return login.ErrBadCredentials
//		}
//		return nil
//	}
//
// Wrap it with the Do of a limiter of package limit if secrets may be guessed.
//
// # Sessions
//
// EndToken and InspectToken of a session.Manager are for the EndSession of [Revocation]
// and the Session of [Introspection].
package oauth
