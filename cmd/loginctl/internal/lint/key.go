package lint

import (
	"errors"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// key lints a key that keyfile.Inspect could describe.
func (l *linter) key(info *keyfile.Info, data []byte) {
	if info.Private && !info.Encrypted && info.Type != "oct" { // a secret cannot be encrypted
		l.add("key-plain", "the private key is not encrypted")
	}
	if info.Type == "RSA" && info.Bits < 3072 {
		l.add("key-rsa-bits", "RSA of %d bits", info.Bits)
	}
	if info.Encrypted {
		l.encryption(info)
		l.open(data)
	}
	if !info.NotAfter.IsZero() && (l.now.Before(info.NotBefore) || l.now.After(info.NotAfter)) {
		l.add("cert-expired", "the certificate is good from %s to %s only",
			info.NotBefore.UTC().Format("2006-01-02"), info.NotAfter.UTC().Format("2006-01-02"))
	}
}

// open looks into an encrypted key with the passphrase of the run. Without one, and with
// that of another key, a note says that the key was not looked into.
func (l *linter) open(data []byte) {
	if l.passphrase == nil {
		l.add("key-not-opened", "the key is encrypted and was not looked into")
		return
	}
	key, err := keys.ParseEncrypted(data, l.passphrase)
	switch {
	case errors.Is(err, keys.ErrWrongPassphrase):
		l.add("key-not-opened", "the key was not looked into: the passphrase given is not the one of this key")
	case err != nil:
		l.refused(err)
	case key.Algorithm().Type() == "RSA" && key.VerificationKey().Bits() < 3072:
		l.add("key-rsa-bits", "RSA of %d bits", key.VerificationKey().Bits())
	}
}

func (l *linter) encryption(info *keyfile.Info) {
	if info.KDF == "MD5" {
		l.add("kdf-legacy", "it is encrypted as RFC 1423 PEM")
		return
	}
	if least := leastCost(info.KDF); info.Iterations < least {
		l.add("kdf-cheap", "%s with a cost of %d; OWASP advises %d", info.KDF, info.Iterations, least)
	}
	if strings.Contains(info.Cipher, "DES") {
		l.add("cipher-old", "it is encrypted with %s", info.Cipher)
	}
}

// leastCost returns the number of iterations that OWASP's Password Storage Cheat Sheet
// advises, and for scrypt the greatest N that openssl can read.
func leastCost(kdf string) int {
	switch {
	case kdf == "scrypt":
		return 1 << 14
	case strings.HasSuffix(kdf, "SHA384"), strings.HasSuffix(kdf, "SHA512"):
		return 210_000
	case strings.HasSuffix(kdf, "SHA256"):
		return 600_000
	}
	return 1_300_000
}

// refused reports a key that cannot be used.
func (l *linter) refused(err error) {
	if errors.Is(err, keys.ErrWeak) {
		l.add("key-weak", "%v", err)
		return
	}
	l.add("key-unusable", "%v", err)
}
