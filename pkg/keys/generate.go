package keys

// Generate makes a key for alg from crypto/rand: a secret as long as the hash
// (as base64url text), RSA of 3072 bits, EC on the algorithm's curve, Ed25519.
func Generate(alg Algorithm) (*SigningKey, error) { panic("stub") }

// GenerateBits is [Generate] with a size in bits: 2048 to 8192 for RSA, at
// least the hash for a secret; the only size there is for the others.
func GenerateBits(alg Algorithm, bits int) (*SigningKey, error) { panic("stub") }
