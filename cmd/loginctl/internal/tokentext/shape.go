package tokentext

import (
	"encoding/base64"
	"strings"

	"github.com/go-json-experiment/json"
)

// shaped reports whether text looks like a compact JWS: three parts, the first of
// which is the base64url of a JSON object.
func shaped(text string) bool {
	return strings.HasPrefix(text, "eyJ") && strings.Count(text, ".") == 2 && !strings.ContainsAny(text, " \t\r\n;,")
}

// unwrap joins a token that was broken across lines, or by blanks. A text of which one
// line is a whole token is not one: it is several tokens.
func unwrap(text string) (token string, ok bool) {
	lines := strings.Fields(text)
	joined := strings.Join(lines, "")
	if len(lines) < 2 || !shaped(joined) || !whole(joined) {
		return "", false
	}
	for _, line := range lines {
		if shaped(line) && whole(line) {
			return "", false
		}
	}
	return joined, true
}

// sizes are the lengths of signatures in base64url. That of RSA depends on the key, which
// has 2048 bits or more.
var sizes = map[string]int{
	"HS256": 43, "HS384": 64, "HS512": 86, "ES256": 86, "ES384": 128, "ES512": 176, "EdDSA": 86, "Ed25519": 86,
}

const minRSA = 342

// whole reports whether the signature of a token has its length, so that nothing of
// it is missing. The length of an unknown algorithm is not known: it has some.
func whole(token string) bool {
	parts := strings.Split(token, ".")
	header, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil {
		return false
	}
	var h struct {
		Alg string `json:"alg"`
	}
	if json.Unmarshal(header, &h) != nil {
		return false
	}
	length := len(parts[2])
	if size := sizes[h.Alg]; size != 0 {
		return length == size
	}
	if strings.HasPrefix(h.Alg, "RS") || strings.HasPrefix(h.Alg, "PS") {
		return length >= minRSA
	}
	return length > 0
}
