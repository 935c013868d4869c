package keys

// Set is one key that signs, if any, and the keys that verify. It is safe for
// concurrent use and changes atomically while a service runs. Every key in a
// Set has a kid of its own.
type Set struct{}

// NewSet returns a set that signs with signer and verifies with it and others.
// signer may be nil: then the set only verifies.
func NewSet(signer *SigningKey, others ...*VerificationKey) (*Set, error) { panic("stub") }

// Publish adds a key that verifies and does not sign yet: the first step of a rotation.
func (s *Set) Publish(next *VerificationKey) error { panic("stub") }

// Rotate makes next the key that signs. The key that signed before goes on verifying.
func (s *Set) Rotate(next *SigningKey) error { panic("stub") }

// Retire removes the key with that kid; tokens it signed are refused at once.
// The key that signs cannot be retired.
func (s *Set) Retire(kid string) error { panic("stub") }

// Replace swaps all keys for those of another set in one step, as after reading a file again.
func (s *Set) Replace(other *Set) { panic("stub") }

// Snapshot implements [Source].
func (s *Set) Snapshot() *Snapshot { panic("stub") }

// ParseJWKS reads a JWK Set (RFC 7517 section 5) as keys that verify. Private
// members of an asymmetric key are dropped, keys of an unknown kty are skipped,
// a duplicate kid is refused, and so is a secret (oct).
func ParseJWKS(data []byte) (*Set, error) { panic("stub") }

// LoadJWKS is [ParseJWKS] over a file.
func LoadJWKS(path string) (*Set, error) { panic("stub") }
