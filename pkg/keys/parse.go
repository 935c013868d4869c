package keys

// MaxFileSize is the largest key file that is read, in bytes.
const MaxFileSize = 64 << 10

// Parse reads one private key, not encrypted: PEM (PKCS #8, PKCS #1, SEC 1) or JWK.
// The algorithm is the JWK's, or RS256 for RSA, the curve's for EC and EdDSA for Ed25519.
func Parse(data []byte) (*SigningKey, error) { panic("stub") }

// ParseEncrypted reads one encrypted private key: PKCS #8 (PBES2, PBE-SHA1-3DES) or RFC 1423 PEM.
func ParseEncrypted(data, password []byte) (*SigningKey, error) { panic("stub") }

// ParsePublic reads one public key: PEM (SubjectPublicKeyInfo, PKCS #1,
// certificate) or JWK. Given a private key that is not encrypted it returns its public half.
func ParsePublic(data []byte) (*VerificationKey, error) { panic("stub") }

// ParseSecret reads an HMAC secret: the bytes of the text, less one trailing newline.
func ParseSecret(data []byte, alg Algorithm) (*SigningKey, error) { panic("stub") }

// Load is [Parse] over a file.
func Load(path string) (*SigningKey, error) { panic("stub") }

// LoadEncrypted is [ParseEncrypted] over a file.
func LoadEncrypted(path string, password []byte) (*SigningKey, error) { panic("stub") }

// LoadPublic is [ParsePublic] over a file.
func LoadPublic(path string) (*VerificationKey, error) { panic("stub") }

// LoadSecret is [ParseSecret] over a file.
func LoadSecret(path string, alg Algorithm) (*SigningKey, error) { panic("stub") }

// ReadFile reads a key file whole: a regular file of at most [MaxFileSize]
// bytes; a pipe, a device or a directory is refused.
func ReadFile(path string) ([]byte, error) { panic("stub") }

// Info describes a key file without holding its private part.
type Info struct {
	Format     string    // "PKCS #8", "PKCS #1", "SEC 1", "SubjectPublicKeyInfo", "certificate", "JWK", "JWK Set" …
	Type       string    // JWK kty: "RSA", "EC", "OKP", "oct"; empty when encrypted
	Curve      string    // "P-256" …, "Ed25519"
	Bits       int       // 0 when encrypted
	Private    bool      // holds a private key or a secret
	Encrypted  bool      // needs a password
	Algorithm  Algorithm // the one Parse would bind it to; zero when encrypted
	ID         string    // kid; empty when encrypted
	KDF        string    // "PBKDF2-HMAC-SHA256", "scrypt", "PBE-SHA1-3DES", "MD5" (RFC 1423)
	Iterations int       // PBKDF2 iterations, or scrypt N
	Cipher     string    // "AES-256-CBC" …
	Warnings   []string  // what a reviewer would object to, such as RFC 1423 encryption
}

// Inspect says what key data holds, without a password.
func Inspect(data []byte) (*Info, error) { panic("stub") }
