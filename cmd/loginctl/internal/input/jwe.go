package input

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/login"
)

// IsEncrypted reports whether a token is a JWE and not a damaged JWS: five parts without
// blanks, and a header with enc (RFC 7516 sections 3 and 4.1.2).
func IsEncrypted(token string) bool {
	if strings.Count(token, ".") != 4 || strings.ContainsAny(token, " \t\r\n") {
		return false
	}
	header, _, _ := strings.Cut(token, ".")
	text, err := StrictBase64.DecodeString(header)
	if err != nil {
		return false
	}
	var m Members
	err = json.Unmarshal(text, &m, jsontext.AllowDuplicateNames(true))
	return err == nil && m["enc"] != nil
}

// EncryptedTokenError is the error for a JWE where a JWS is needed.
func EncryptedTokenError() error {
	return outcome.Failed(login.ErrMalformed, "this is an encrypted token (JWE, five parts), not a signed one",
		"only its recipient can read it; a signed token (JWS) has three parts")
}
