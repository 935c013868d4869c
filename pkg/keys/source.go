package keys

// Source is where an issuer or a verifier takes its keys from: a [*SigningKey],
// a [*VerificationKey] or a [*Set].
type Source interface {
	// Snapshot returns the keys as they stand now. The result never changes,
	// so one operation that uses one snapshot never sees half a rotation.
	Snapshot() *Snapshot
}

// Snapshot is an immutable view of a [Source]. Two snapshots of an unchanged
// source are the same pointer.
type Snapshot struct{}

// Signer returns the key that signs, or [ErrNoSigningKey].
func (s *Snapshot) Signer() (*SigningKey, error) { panic("stub") }

// Select returns the keys that may verify a token whose header names alg and,
// when named is true, kid. A named kid selects the key with exactly that (kid,
// alg); a source of one key that was not given its kid ignores it. Without a
// kid, the keys of alg are tried, eight at most. The error is [ErrAlgorithm]
// when no key has that algorithm and [ErrUnknownKey] otherwise. It does not allocate.
func (s *Snapshot) Select(alg Algorithm, kid string, named bool) (Selection, error) { panic("stub") }

// VerificationKeys returns a copy of the list of keys that verify.
func (s *Snapshot) VerificationKeys() []*VerificationKey { panic("stub") }

// JWKS returns the JWK Set (RFC 7517 section 5) of the public keys. Secrets are
// left out; without any public key the error is [ErrNotPublic].
func (s *Snapshot) JWKS() ([]byte, error) { panic("stub") }

// Selection is the keys that may verify one token.
type Selection struct{ keys []*VerificationKey }

// Verify returns the key under which signature is good for input, or [ErrSignature].
func (s Selection) Verify(input string, signature []byte) (*VerificationKey, error) { panic("stub") }
