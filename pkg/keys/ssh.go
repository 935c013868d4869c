package keys

import (
	"bytes"
	"fmt"
)

// Keys of OpenSSH are not read. What is here recognizes them, to say how they
// are converted.

// sshText reports whether text is an SSH public key, of one line or RFC 4716.
func sshText(text []byte) bool {
	for _, prefix := range []string{"ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2 "} {
		if bytes.HasPrefix(text, []byte(prefix)) {
			return true
		}
	}
	return false
}

func sshPublic(text []byte) error {
	if bytes.HasPrefix(text, []byte("ssh-ed25519 ")) {
		return fmt.Errorf("%w: an SSH public key of the type Ed25519, which ssh-keygen does not convert; take the public key from its private key", ErrUnsupported)
	}
	return fmt.Errorf("%w: an SSH public key; convert it with: ssh-keygen -e -m PKCS8 -f FILE", ErrUnsupported)
}

func openSSH(block []byte) error {
	note := ""
	// The public half, which names its type, is never encrypted.
	if bytes.Contains(block, []byte("ssh-ed25519")) {
		note = " (a recent ssh-keygen only: older ones leave Ed25519 keys as they are)"
	}
	return fmt.Errorf("%w: an OpenSSH private key; convert a copy of it with: ssh-keygen -p -m PKCS8 -f FILE%s", ErrUnsupported, note)
}
