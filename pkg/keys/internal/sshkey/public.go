package sshkey

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/ssh"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

const rfc4716 = "---- BEGIN SSH2 PUBLIC KEY ----"

// IsPublic reports whether text is a public key of OpenSSH, of one line or RFC 4716.
// Options or a host name may stand before the type.
func IsPublic(text []byte) bool {
	if bytes.HasPrefix(text, []byte("---- BEGIN SSH2 ")) {
		return true
	}
	for word := range bytes.FieldsSeq(text) {
		if isBlob(bytes.TrimLeft(word, `"'`)) {
			return true
		}
	}
	return false
}

// isBlob reports whether word begins as the base64 of a public key or of a
// certificate does: four bytes of length, and the name of a type.
func isBlob(word []byte) bool {
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

// Public reads the one public key in text.
func Public(text []byte) (crypto.PublicKey, error) {
	blob, err := onlyBlob(text)
	if err != nil {
		return nil, err
	}
	return public(blob)
}

// onlyBlob returns the content of the one key in text. Blank lines and comments are
// passed over, as OpenSSH does.
func onlyBlob(text []byte) ([]byte, error) {
	if bytes.HasPrefix(text, []byte("---- BEGIN SSH2 ")) {
		return blobOfRFC4716(text)
	}
	var found []byte
	for line := range bytes.Lines(text) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		key, err := parseLine(line)
		if err != nil {
			return nil, err
		}
		if found != nil && subtle.ConstantTimeCompare(found, key) == 0 {
			return nil, fmt.Errorf("%w: several SSH public keys; keep one", keyerr.ErrMalformed)
		}
		found = key
	}
	if found == nil {
		return nil, keyerr.Unreadable("SSH public key")
	}
	return found, nil
}

// parseLine reads the blob of a line: [options] type blob [comment], or the blob alone.
func parseLine(line []byte) ([]byte, error) {
	for word := range bytes.FieldsSeq(line) {
		if word = bytes.Trim(word, `"'`); isBlob(word) {
			blob, err := base64.StdEncoding.DecodeString(string(word))
			if err != nil {
				return nil, keyerr.Unreadable("SSH public key")
			}
			return blob, nil
		}
	}
	return nil, keyerr.Unreadable("SSH public key")
}

// blobOfRFC4716 reads the base64 after the headers, of which a line that ends in a
// backslash goes on in the next.
func blobOfRFC4716(text []byte) ([]byte, error) {
	var body strings.Builder
	header, ended := false, false
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte(rfc4716))) {
		line = bytes.TrimSpace(line)
		switch {
		case bytes.HasPrefix(line, []byte("---- END SSH2 PUBLIC KEY ----")):
			ended = true
		case ended && len(line) > 0:
			return nil, fmt.Errorf("%w: text follows the SSH public key; keep one key", keyerr.ErrMalformed)
		case header || bytes.IndexByte(line, ':') >= 0:
			header = bytes.HasSuffix(line, []byte(`\`))
		default:
			body.Write(line)
		}
	}
	blob, err := base64.StdEncoding.DecodeString(body.String())
	if err != nil || !ended {
		return nil, keyerr.Unreadable("SSH public key")
	}
	return blob, nil
}

// public reads a blob (RFC 4253 section 6.6).
func public(blob []byte) (crypto.PublicKey, error) {
	var kind cryptobyte.String
	if in := cryptobyte.String(blob); !readString(&in, &kind) {
		return nil, keyerr.Unreadable("SSH public key")
	}
	switch string(kind) {
	case ssh.KeyAlgoRSA, ssh.KeyAlgoED25519, ssh.KeyAlgoECDSA256, ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521:
	default:
		return nil, fmt.Errorf("%w: an SSH key of the type %q; ssh-rsa, ecdsa-sha2 and ssh-ed25519 are used", keyerr.ErrUnsupported, keyerr.Truncate(string(kind)))
	}
	k, err := ssh.ParsePublicKey(blob)
	if err != nil {
		return nil, keyerr.Unreadable("SSH public key")
	}
	return der.CopyPublic(k.(ssh.CryptoPublicKey).CryptoPublicKey())
}
