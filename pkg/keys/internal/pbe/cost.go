package pbe

import "fmt"

// What a derivation costs at least without a warning: PBKDF2 iterations, of which
// openssl's default is 2048, and N*r of scrypt, for which it is this.
const (
	minReviewedIterations = 100_000
	minReviewedScrypt     = defaultScryptN * 8
)

// Cheap says that the passphrase costs little to guess, if it does.
func (e *EncryptedKey) Cheap() string {
	switch {
	case e.KDF == "scrypt" && e.Cost*e.block < minReviewedScrypt:
		return fmt.Sprintf("encrypted under scrypt with N=%d and r=%d, which is little: save it again", e.Cost, e.block)
	case e.KDF != "scrypt" && e.Cost < minReviewedIterations:
		return fmt.Sprintf("encrypted with %d iterations of %s, which is few: save it again", e.Cost, e.KDF)
	}
	return ""
}
