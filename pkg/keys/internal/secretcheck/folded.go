package secretcheck

import (
	"bytes"
	"crypto/ecdh"
	"encoding/base64"
	"strings"
	"sync"
)

// minRun is the shortest run of base64 that is looked at: a key of Ed25519 has 60.
const minRun = 40

// keySigns are bytes that every key of a kind has: the identifiers in its DER, or its
// BEGIN and END lines. Each gives nine characters of base64 or more, wherever it begins.
var keySigns = []string{
	"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", // RSA
	"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06",     // EC
	"\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00",     // Ed25519, public
	"\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20", // Ed25519, private
	"-----BEGIN", "-----END ", "\x07ssh-rsa\x00", "\x0bssh-ed25519", `{"kty":"`, `"kty": "`,
}

// foldedSigns are the base64 of the signs in small letters, for each place at which
// a sign may begin in a group of three bytes.
var foldedSigns = sync.OnceValue(func() []string {
	var all []string
	for _, sign := range keySigns {
		for before := range 3 {
			text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + sign))
			// Without the characters that have bits of a neighbour.
			from, to := (8*before+5)/6, 8*(before+len(sign))/6
			all = append(all, strings.ToLower(text[from:to]))
		}
	}
	return all
})

// foldedPart reports whether text is base64 of a key whose letters have lost their
// size. It cannot be decoded, but everyone who has the key can make it. Random base64
// has one of the signs with a chance below one in 2^35.
func foldedPart(text []byte) bool {
	if len(text) < minRun {
		return false
	}
	lower := bytes.ToLower(text)
	defer clear(lower)
	for _, sign := range foldedSigns() {
		if bytes.Contains(lower, []byte(sign)) {
			return true
		}
	}
	return false
}

// isPoint reports whether b is the public key of a curve as JWS and TLS use it: 4, x and
// y, or x and y alone. Random bytes are not on a curve.
func isPoint(b []byte) bool {
	for _, curve := range []struct {
		size int
		of   ecdh.Curve
	}{{32, ecdh.P256()}, {48, ecdh.P384()}, {66, ecdh.P521()}} {
		switch len(b) {
		case 2*curve.size + 1:
			if _, err := curve.of.NewPublicKey(b); err == nil {
				return true
			}
		case 2 * curve.size:
			if _, err := curve.of.NewPublicKey(append([]byte{4}, b...)); err == nil {
				return true
			}
		}
	}
	return false
}
