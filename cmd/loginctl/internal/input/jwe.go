package input

import (
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/login"
)

// IsEncrypted tells an encrypted token from damage: five parts without blanks,
// and a header that names how it is encrypted (RFC 7516 sections 3 and 4.1.2).
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

func EncryptedTokenError() error {
	return outcome.Failed(login.ErrMalformed, "this is an encrypted token (JWE, five parts), not a signed one",
		"only its recipient can read it; a signed token (JWS) has three parts")
}
