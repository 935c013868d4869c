// Package dpop checks proofs of possession (DPoP, RFC 9449): with each request, a client
// signs that it has the key that its access token is bound to, so that a stolen token is
// of no use. It is for the field DPoP of a login.Config:
//
//	auth, err := login.New(source, load, login.Config{
//		Issuer: "https://id.example.com", Audience: "api",
//		DPoP: dpop.Config{Mode: dpop.Required, Origins: []string{"https://api.example.com"}},
//	})
//
// A proof is one DPoP header with a JWS: typ dpop+jwt, an allowed algorithm of public
// keys, and the public key in jwk, whose thumbprint is the cnf.jkt of the token. Its htm
// and htu are those of the request, ath is the hash of the token, iat is recent or its
// nonce is, and its jti was not used before (section 4.3). The token is behind the word
// DPoP in Authorization.
//
// A token that is bound is refused behind Bearer, in a cookie, and where there is no
// request (AuthenticateToken). Behind the word DPoP a token that is not bound is refused.
//
// A browser of another origin reads the DPoP-Nonce header only if CORS exposes it
// (Access-Control-Expose-Headers).
package dpop
