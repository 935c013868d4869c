package keys

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// withNormalForms calls open with the passphrase as it is and, where that is wrong, with
// its Unicode normal forms NFC and NFD. One keyboard writes é as one character and another
// as two; both look alike, and the file was encrypted with either.
func withNormalForms[K any](passphrase []byte, open func([]byte) (K, error)) (K, error) {
	k, err := open(passphrase)
	if !errors.Is(err, ErrWrongPassphrase) || !utf8.Valid(passphrase) {
		return k, err
	}
	tried := false
	for _, form := range []norm.Form{norm.NFC, norm.NFD} {
		if form.IsNormal(passphrase) {
			continue
		}
		other := form.Bytes(passphrase)
		k, err = open(other)
		clear(other)
		tried = true
		if !errors.Is(err, ErrWrongPassphrase) {
			return k, err
		}
	}
	if tried {
		err = fmt.Errorf("%w, as it was given and in its other Unicode normal form", err)
	}
	return k, err
}
