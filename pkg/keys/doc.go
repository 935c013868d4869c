// Package keys makes, reads, checks and writes the keys and secrets that sign JSON
// Web Tokens.
//
// # Which function first
//
// Most programs want one of these, and pass the result to package login:
//
//	keyfile.LoadEncrypted("signing.pem", passphrase) // a private key with a passphrase
//	keyfile.Load("signing.pem")                      // one without
//	keyfile.LoadPublic("signing.pem.pub")            // to verify only
//	keyfile.LoadSecret("secret", keys.HS256)         // an HMAC secret
//	keyfile.LoadJWKS("jwks.json")                    // public keys of another issuer
//
// They are in package keyfile, which also saves and describes keys. [Parse],
// [ParseEncrypted], [ParsePublic], [ParseSecret] and [ParseJWKS] read bytes instead of
// a file. [Generate] makes a key, [NewSigner] uses one that the program already has,
// and the Marshal functions write keys. A [Set] has several keys and can change while a
// service runs.
//
// # One key, one algorithm
//
// A [SigningKey] or [VerificationKey] is bound to one [Algorithm]. It does the
// cryptography itself: [SigningKey.Sign], [VerificationKey.Verify]. A PEM file does
// not state an algorithm; the default is RS256 for RSA, the algorithm of the curve for
// EC, and EdDSA for Ed25519. [SigningKey.As] selects another, such as PS256. If a JWK
// states its algorithm, no other is possible.
//
// The key id (kid) of an asymmetric key is by default its RFC 7638 thumbprint. A JWK
// or [SigningKey.WithID] can state another. A secret has a kid only if it is stated.
//
// # Formats
//
// Read: PKCS #8, PKCS #1, SEC 1, SubjectPublicKeyInfo or a certificate (only its key);
// encrypted PKCS #8 with PBES2 (PBKDF2 with HMAC-SHA-1, -256, -384 or -512, or scrypt;
// AES-CBC or 3DES-CBC) or PBE-SHA1-3DES; encrypted PEM of RFC 1423; OpenSSH, plain and
// encrypted; SSH public keys; JWK; JWK Set. They are PEM or DER, also in the forms that
// build systems and consoles hand over: base64 of it, without marker lines, on one line,
// quoted, escaped, in UTF-16. PBE-SHA1-3DES and RFC 1423 are weak, and
// [SigningKey.Warnings] reports them. Other formats, such as PuTTY and PKCS #12, are
// refused, and the error says how to convert them.
//
// Written: PKCS #8; PKCS #8 encrypted with AES-256-CBC under PBKDF2-HMAC-SHA256 with
// 600,000 iterations, or under scrypt; PKCS #1; SEC 1; SubjectPublicKeyInfo; JWK; JWK
// Set.
//
// An HMAC secret is the bytes of its text without one trailing newline. It is not
// decoded from base64 or hex.
//
// # What is checked
//
// RSA: 2048 to 8192 bits, an odd exponent from 3 to 2^31-1, no small factor, primes
// that are not close to each other, no ROCA fingerprint. For a private key also: its
// numbers fit together, neither prime is more than 64 bits shorter than half the
// modulus, and it signs.
//
// EC: P-256, P-384 or P-521 by name, a point on the curve, and a private half that
// belongs to it. Ed25519: a canonical point on the curve, not of small order.
//
// Secrets: at least as long as the hash of the algorithm, not one byte repeated, not
// the text of a key. JWK: strict JSON, types and lengths of members, canonical
// base64url, use, key_ops and alg.
//
// Files: regular, at most 64 KiB, one key. Text around a PEM block is accepted, and so
// is the certificate of the key; a second key, text after a JWK, and bytes after the key
// in a block are not. Costs of a key derivation come from the file: more than 10,000,000
// iterations or 256 MiB are refused before the derivation begins. No input makes this
// package panic.
//
// # Not checked
//
// Permissions of key files: in a container or on a mounted secret, any mode and owner
// can be right. The loginctl command warns of private keys that others can read.
//
// Whether the factors of an RSA key are prime, beyond making and verifying one
// signature: numbers chosen to pass, such as Carmichael numbers, do. The dates, chain
// and purpose of a certificate. The members x5c, x5u and x5t of a JWK. How guessable a
// long secret is: "aaaa…" is refused, a sentence is not.
//
// # Secrets in memory
//
// Keys print without their secret part: with every verb of package fmt, in JSON and in
// log/slog, alone or inside another value. Secrets are in closures, so that reflection
// does not find them either, as in the differences that testify prints; a debugger
// does. Buffers of key material, decrypted files and derived keys are cleared after
// use. These copies remain: the key itself, the passphrase as a string for
// crypto/pbkdf2, the buffers of go-jose while it writes a private JWK, and memory that
// the garbage collector has moved or not yet reused.
//
// # Compatibility
//
// Until version 1.0.0, exported names can change in any release; the changelog lists
// each change. From then on, the rules of semantic versioning apply. In every version,
// a key that an earlier version wrote can be read, with the same kid and algorithm.
// Checks can become stricter when a weakness becomes known: a key that was accepted
// can then be [ErrWeak]. Error texts are for people, and can change in any release:
// match errors with [errors.Is].
package keys
