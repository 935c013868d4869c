package keys

import (
	"errors"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Errors returned by this package. An error matches exactly one of these with
// [errors.Is].
var (
	ErrNoKey              = keyerr.ErrNoKey                              // the input has no key at all
	ErrMalformed          = keyerr.ErrMalformed                          // it looks like a key but cannot be read
	ErrUnsupported        = keyerr.ErrUnsupported                        // a key of a kind or format that is not supported
	ErrWeak               = keyerr.ErrWeak                               // too short, bad exponent, a known-bad generator
	ErrPassphraseRequired = keyerr.ErrPassphraseRequired                 // an encrypted key was read without a passphrase
	ErrWrongPassphrase    = keyerr.ErrWrongPassphrase                    // or damage that looks the same: see [ParseEncrypted]
	ErrNotEncrypted       = keyerr.ErrNotEncrypted                       // a passphrase was given for a plain key
	ErrNotPublic          = errors.New("not a public key")               // a secret where a public key is needed
	ErrNotSecret          = keyerr.ErrNotSecret                          // PEM, DER, SSH or JWK text as a secret
	ErrTooLarge           = keyerr.ErrTooLarge                           // a text over 64 KiB, a JWK Set over 512 KiB, or RSA over 8192 bits
	ErrTooCostly          = keyerr.ErrTooCostly                          // PBKDF2 or scrypt parameters over the ceiling
	ErrAlgorithm          = errors.New("algorithm does not fit the key") // of As, of a JWK, or of a token without a key for it
	ErrUnknownKey         = errors.New("unknown key id")                 // no key with that kid
	ErrKeyID              = errors.New("unusable key id")                // in a [Set], a key without a kid or with the kid of another key; or a kid of bad form
	ErrSignature          = errors.New("signature does not verify")      // from Verify
	ErrNoSigningKey       = keyerr.ErrNoSigningKey                       // a public key where a private one is needed, or a source that only verifies
)
