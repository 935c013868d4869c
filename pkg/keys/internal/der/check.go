package der

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// CheckPublic refuses a public key that is weak, malformed or of another kind.
func CheckPublic(public crypto.PublicKey) error {
	switch k := public.(type) {
	case *rsa.PublicKey:
		return checkRSA(k)
	case *ecdsa.PublicKey:
		return nil // ParsePoint has checked that it is on its curve
	case ed25519.PublicKey:
		return checkEd25519(k)
	}
	return fmt.Errorf("%w: %T", keyerr.ErrUnsupported, public)
}
