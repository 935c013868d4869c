package keytext

import (
	"bytes"
	"encoding/base64"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Keys of OpenSSH are not read. What is here recognizes them, to say how they
// are converted.

// sshText reports whether text is an SSH public key, of one line or RFC 4716.
// Options or a host name may stand before the type, so that every word is looked at.
func sshText(text []byte) bool {
	for _, prefix := range []string{"ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-", "---- BEGIN SSH2 "} {
		if bytes.HasPrefix(text, []byte(prefix)) {
			return true
		}
	}
	for word := range bytes.FieldsSeq(text) {
		if sshBlob(bytes.TrimLeft(word, `"'`)) {
			return true
		}
	}
	return false
}

// sshBlob reports whether word begins as the base64 of a public key or of a
// certificate does: four bytes of length, and the name of a type.
func sshBlob(word []byte) bool {
	if len(word) < 16 || !bytes.HasPrefix(word, []byte("AAAA")) {
		return false
	}
	var begin [12]byte
	if _, err := base64.StdEncoding.Decode(begin[:], word[:16]); err != nil {
		return false
	}
	for _, kind := range []string{"ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa"} {
		if bytes.HasPrefix(begin[4:], []byte(kind)) {
			return true
		}
	}
	return false
}

func puttyText(text []byte) bool { return bytes.HasPrefix(text, []byte("PuTTY-User-Key-File-")) }

func sshPublic(text []byte) error {
	if bytes.HasPrefix(text, []byte("---- BEGIN SSH2 ")) {
		return fmt.Errorf("%w: an SSH public key in RFC 4716; convert it with: ssh-keygen -i -m RFC4716 -f FILE > FILE.pub, and that with: ssh-keygen -e -m PKCS8 -f FILE.pub", keyerr.Unsupported)
	}
	if bytes.Contains(text, []byte("ssh-ed25519")) {
		return fmt.Errorf("%w: an SSH public key of the type Ed25519, which ssh-keygen does not convert; take the public key from its private key", keyerr.Unsupported)
	}
	return fmt.Errorf("%w: an SSH public key; convert it with: ssh-keygen -e -m PKCS8 -f FILE", keyerr.Unsupported)
}

func openSSH(block []byte) error {
	note := ""
	// The public half, which names its type, is never encrypted.
	if bytes.Contains(block, []byte("ssh-ed25519")) {
		note = " (a recent ssh-keygen only: older ones leave Ed25519 keys as they are)"
	}
	return fmt.Errorf("%w: an OpenSSH private key; convert a copy of it with: ssh-keygen -p -m PKCS8 -f FILE%s", keyerr.Unsupported, note)
}
