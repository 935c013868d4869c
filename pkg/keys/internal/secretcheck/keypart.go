package secretcheck

import (
	"bytes"
	"encoding/base64"
	"math/big"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/pkg/keys/internal/derform"
)

// keyPart says which kind of key b is, or is a part of. It returns "" when b is
// not one.
func keyPart(b []byte) string {
	switch {
	case pemPart(b):
		return "a PEM block or a part of one"
	case derform.Of(b) == derform.PKCS12:
		return "a PKCS #12 file"
	case derform.Fragment(b):
		return "the DER of a key or a part of it"
	case sshPart(b):
		return "an SSH key"
	case bytes.Contains(b, []byte("SHA256:")) && fingerprint(b):
		return "the fingerprint of a key"
	case bytes.Contains(b, []byte("PuTTY-User-Key-File")):
		return "a PuTTY key"
	case jwkPart(b):
		return "a JWK or a part of one"
	case isModulus(b):
		return "the modulus of an RSA key"
	case isPoint(b):
		return "the public key of a curve"
	}
	return ""
}

// pemSigns are parts of BEGIN and END lines, without blanks.
var pemSigns = []string{
	"-----BEGIN", "-----END", "--BEGIN", "--END", "BEGINPUBLICKEY", "BEGINRSAP", "BEGINECPR", "BEGINPRIVATEKEY", "BEGINENCRYPTED", "BEGINCERTIFICATE", "BEGINOPENSSH",
	"ENDPUBLICKEY", "ENDRSAP", "ENDECPR", "ENDPRIVATEKEY", "ENDENCRYPTED", "ENDCERTIFICATE", "ENDOPENSSH", "PUBLICKEY--", "PRIVATEKEY--", "CERTIFICATE--",
}

// pemPart reports whether b has a part of a BEGIN or END line, also with dashes that
// are missing or that a word processor replaced.
func pemPart(b []byte) bool {
	// Each sign has one of these, so that most secrets are not copied.
	if bytes.Contains(b, []byte("-----begin")) || bytes.Contains(b, []byte("-----end")) {
		return true
	}
	if !bytes.Contains(b, []byte("BEGIN")) && !bytes.Contains(b, []byte("END")) && !bytes.Contains(b, []byte("KEY")) && !bytes.Contains(b, []byte("CERT")) {
		return false
	}
	compact := make([]byte, 0, len(b))
	for _, c := range b {
		if c > ' ' && c != '\\' {
			compact = append(compact, c)
		}
	}
	defer clear(compact)
	for _, sign := range pemSigns {
		// A sign of seven characters may be in the base64url of 512 bytes by chance,
		// once in 2^33.
		if bytes.Contains(compact, []byte(sign)) {
			return true
		}
	}
	return false
}

// sshNames are types of SSH keys and the beginning of a private one.
var sshNames = []string{"ssh-rsa", "ssh-dss", "ssh-ed25519", "ecdsa-sha2-nistp", "sk-ssh-ed25519", "sk-ecdsa-sha2", "openssh-key-v1"}

// sshBlobs is how the base64 of those begins.
var sshBlobs = []string{"AAAAB3NzaC1", "AAAAC3NzaC1", "AAAAE2VjZHNh", "AAAAGnNrLXNz", "AAAAInNrLWVj", "AAAAHHNzaC1y", "AAAAIHNzaC1l", "b3BlbnNzaC1rZXk"}

// sshPart reports whether b has the name of a type followed by a blank or within a
// blob, or the base64 of one.
func sshPart(b []byte) bool {
	if bytes.Contains(b, []byte("---- BEGIN SSH2")) {
		return true
	}
	for _, blob := range sshBlobs {
		if bytes.Contains(b, []byte(blob)) {
			return true
		}
	}
	for _, name := range sshNames {
		_, after, ok := bytes.Cut(b, []byte(name))
		// A sentence may have the name in it. A key has its blob after it, or is one.
		after = bytes.TrimLeft(after, "0123456789") // of a curve
		if ok && (bytes.Contains(after, []byte(" AAAA")) || len(after) > 0 && after[0] == 0) {
			return true
		}
	}
	return false
}

// fingerprint reports whether b has the fingerprint of an SSH key.
func fingerprint(b []byte) bool {
	_, after, _ := bytes.Cut(b, []byte("SHA256:"))
	if len(after) < 43 {
		return false
	}
	_, err := base64.RawStdEncoding.DecodeString(string(after[:43]))
	return err == nil
}

// jwkNames are members that only a JWK or a JWK Set has. A wrapped, cut or otherwise
// broken JWK has their text.
var jwkNames = []string{`"kty"`, `"keys"`, `'kty'`, `'keys'`, `"e":"AQAB"`, `"x5c":`, `"crv":`, "{kty:", ",kty:", "kty:RSA", "kty:EC", "kty:OKP", "kty=RSA", "kty=EC", "kty=OKP", "jwk-thumbprint:"}

// jwkPart reports whether b is a JWK or a part of one, however its names are escaped.
func jwkPart(b []byte) bool {
	if bytes.IndexByte(b, '"') < 0 && bytes.IndexByte(b, '\'') < 0 && bytes.IndexByte(b, ':') < 0 && bytes.IndexByte(b, '=') < 0 {
		return false
	}
	compact := make([]byte, 0, len(b))
	for _, c := range b {
		if c > ' ' && c != '\\' {
			compact = append(compact, c)
		}
	}
	defer clear(compact)
	for _, name := range jwkNames {
		if bytes.Contains(compact, []byte(name)) {
			return true
		}
	}
	return jsonNames(bytes.TrimSpace(b))
}

// jsonNames reports whether JSON names a member kty or keys. The names may have
// \u escapes in them.
func jsonNames(text []byte) bool {
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for {
		token, err := d.ReadToken()
		if err != nil {
			return false
		}
		if token.Kind() == '"' && isName(d) && (token.String() == "kty" || token.String() == "keys") {
			return true
		}
	}
}

// isModulus reports whether b is shaped as the modulus of an RSA key of 2048, 3072 or
// 4096 bits: odd, with the highest bit set, and without a small divisor. One in 25
// random secrets of exactly those sizes is refused too; a secret of 256 bytes gives
// nothing over one of 64.
func isModulus(b []byte) bool {
	if len(b)%2 == 1 && b[0] == 0 { // the sign of an INTEGER
		b = b[1:]
	}
	if n := len(b); n != 256 && n != 384 && n != 512 || b[0] < 0x80 || b[n-1]&1 == 0 {
		return false
	}
	var seen [256]bool
	distinct := 0
	for _, c := range b {
		if !seen[c] {
			seen[c] = true
			distinct++
		}
	}
	if distinct < 64 { // which random bytes of this length have, and text that decompresses from little does not
		return false
	}
	n, rest := new(big.Int).SetBytes(b), new(big.Int)
	for d := int64(3); d < 1000; d += 2 {
		if rest.Mod(n, big.NewInt(d)).Sign() == 0 {
			return false
		}
	}
	return true
}
