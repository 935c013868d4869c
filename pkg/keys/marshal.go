package keys

// MarshalPKCS8 returns k as a plain PKCS #8 PEM block (RFC 5208). For a secret
// the error matches [ErrUnsupported], as it does for each format a key cannot have.
func MarshalPKCS8(k *SigningKey) ([]byte, error) { panic("stub") }

// KDF derives the key that encrypts a PKCS #8 file. The zero value is
// PBKDF2-HMAC-SHA256 with 600,000 iterations.
type KDF struct {
	Scrypt     bool // scrypt with r=8, p=1 in place of PBKDF2
	Iterations int  // PBKDF2: zero means 600,000, and never fewer
	N          int  // scrypt: zero means 2^14, the most that openssl reads
}

// MarshalEncrypted returns k as an encrypted PKCS #8 PEM block (PBES2, RFC 8018,
// AES-256-CBC, 16-byte salt). An empty password is refused.
func MarshalEncrypted(k *SigningKey, password []byte, kdf KDF) ([]byte, error) { panic("stub") }

// MarshalPKCS1 returns an RSA key as "RSA PRIVATE KEY" PEM (RFC 8017 appendix A.1.2).
func MarshalPKCS1(k *SigningKey) ([]byte, error) { panic("stub") }

// MarshalSEC1 returns an EC key as "EC PRIVATE KEY" PEM (RFC 5915).
func MarshalSEC1(k *SigningKey) ([]byte, error) { panic("stub") }

// MarshalJWK returns the private JWK (RFC 7517), secrets included. Keep it as safe as any private key.
func MarshalJWK(k *SigningKey) ([]byte, error) { panic("stub") }

// MarshalSecret returns the text of an HMAC secret and a newline.
func MarshalSecret(k *SigningKey) ([]byte, error) { panic("stub") }

// MarshalPublic returns a SubjectPublicKeyInfo PEM block. For a secret the error matches [ErrNotPublic].
func MarshalPublic(k *VerificationKey) ([]byte, error) { panic("stub") }

// MarshalPublicJWK returns the public JWK with kid, alg and use. For a secret the error matches [ErrNotPublic].
func MarshalPublicJWK(k *VerificationKey) ([]byte, error) { panic("stub") }

// MarshalJWKS returns a JWK Set of public keys, in order. A secret among them is refused.
func MarshalJWKS(keys ...*VerificationKey) ([]byte, error) { panic("stub") }
