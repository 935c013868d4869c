package keys

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
)

// Fingerprint returns the SHA-256 of the SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), as
// "SHA256:" and standard base64, which Snowflake and others name keys by. It is empty
// for a secret. [VerificationKey.Thumbprint] is the one of RFC 7638.
func (k *VerificationKey) Fingerprint() string {
	encoded, err := x509.MarshalPKIXPublicKey(k.material().public)
	if err != nil {
		return "" // a secret, or no key
	}
	digest := sha256.Sum256(encoded)
	return "SHA256:" + base64.StdEncoding.EncodeToString(digest[:])
}
