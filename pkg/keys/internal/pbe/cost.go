package pbe

import "fmt"

// The cheapest derivations that Cheap does not report. The defaults of openssl are
// 2048 iterations, which is too few, and N*r of scrypt as here.
const (
	minReviewedIterations = 100_000
	minReviewedScrypt     = defaultScryptN * 8
)

// Cheap returns a warning if guessing the passphrase is cheap, else "".
func (e *EncryptedKey) Cheap() string {
	switch {
	case e.KDF == "scrypt" && e.Cost*e.block < minReviewedScrypt:
		return fmt.Sprintf("encrypted under scrypt with N=%d and r=%d, which is cheap to guess: save it again", e.Cost, e.block)
	case e.KDF != "scrypt" && e.Cost < minReviewedIterations:
		return fmt.Sprintf("encrypted with %d iterations of %s, which is cheap to guess: save it again", e.Cost, e.KDF)
	}
	return ""
}
