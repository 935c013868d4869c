// Package keys makes, reads, writes and holds the secrets and keys that JSON
// Web Tokens are signed with.
//
// # Which function first
//
// Most programs want one of these, and hand the result to package login:
//
//	keys.LoadEncrypted("signing.pem", passphrase)   // a private key with a passphrase
//	keys.Load("signing.pem")                      // one without
//	keys.LoadPublic("signing.pem.pub")            // to verify only
//	keys.LoadSecret("secret", keys.HS256)         // an HMAC secret
//	keys.LoadJWKS("jwks.json")                    // the public keys of others
//
// [Parse] and its kin do the same over bytes, [Generate] makes a key,
// [NewSigningKey] takes one the program already holds, the Marshal functions
// write them, package keyfile puts them on a disk, and [Inspect]
// describes a file. A [Set] holds several keys and changes while a service runs.
//
// # One key, one algorithm
//
// A [SigningKey] and a [VerificationKey] are each bound to one [Algorithm], and
// do the cryptography themselves: [SigningKey.Sign], [VerificationKey.Verify].
// A PEM file names no algorithm. RSA is taken for RS256, EC for its curve's,
// Ed25519 for EdDSA; As states another, such as PS256. A JWK that names its
// algorithm is held to it.
//
// The key id (kid) of an asymmetric key is its RFC 7638 thumbprint, unless a
// JWK or WithID states one. A secret has none unless it is given one.
//
// # Formats
//
// Read: PEM with PKCS #8, PKCS #1, SEC 1, SubjectPublicKeyInfo, a certificate
// (its key only), PKCS #8 encrypted with PBES2 (PBKDF2 with HMAC-SHA-1, -256,
// -384 or -512, or scrypt; AES-CBC or 3DES-CBC) or with PBE-SHA1-3DES, and RFC
// 1423 PEM; JWK; JWK Set. The last two kinds of encryption are weak, and
// [SigningKey.Warnings] says so. Not read: DER, OpenSSH, PuTTY, PKCS #12; the
// error says how to convert them.
//
// Written: PKCS #8, PKCS #8 encrypted with AES-256-CBC under PBKDF2-HMAC-SHA256
// with 600,000 iterations (or scrypt), PKCS #1, SEC 1, SubjectPublicKeyInfo,
// JWK, JWK Set.
//
// An HMAC secret is the bytes of its text, less one newline at its end. It is
// not decoded from base64 or hex.
//
// # What is checked
//
// RSA: 2048 to 8192 bits, an odd exponent from 3 to 2^31-1, no small factor, no
// two primes close to each other, not the fingerprint of ROCA; of a private key
// also that its numbers fit together, that neither prime is more than 64 bits
// shorter than half the modulus, and that it signs. EC: P-256, P-384, P-521 by name, a point on the curve, a
// private half that matches. Ed25519: a canonical point on the curve, not of
// small order. Secrets: as long as the hash of their algorithm, not one byte
// repeated, not the text of a key. JWK: strict JSON, types and lengths of its
// members, canonical base64url, use, key_ops and alg. Files: regular, 64 KiB at
// most. One key a file: text around a PEM block is fine, a second block is not, nor
// is anything after a JWK or inside a block after its key.
//
// A file's own numbers are input: a key derivation that would take more than
// 10,000,000 iterations or 256 MiB is refused before it begins. No input makes
// this package panic.
//
// # What is not
//
// Who may read a key file: its mode and its owner are not judged here, for a
// container or a mounted secret may have any. loginctl warns of keys that others
// can read.
//
// Whether the primes of an RSA key are prime, beyond one signature that is made
// and verified: numbers chosen to pass that, such as Carmichael's, do. The dates, chain and purpose of a
// certificate. The members x5c, x5u and x5t of a JWK, which are not read. How
// guessable a long secret is: "aaaa…" is refused, a sentence is not.
//
// # Secrets in memory
//
// Keys print as what they are, never with their private part: with every verb
// of package fmt, in JSON and in log/slog, alone or inside another value. They are
// held in closures, so that what reads unexported fields by reflection, such as
// the differences that testify prints, finds none either; a debugger does.
// Buffers that held key material, decrypted files and derived keys are cleared
// after use. What remains is the key itself, the copy of a passphrase that
// crypto/pbkdf2 takes as a string, what go-jose holds while a private JWK is
// written, and whatever the garbage collector moved or has yet to reuse.
package keys
