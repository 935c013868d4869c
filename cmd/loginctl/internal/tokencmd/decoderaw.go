package tokencmd

import (
	"encoding/base64"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/login"
	"github.com/loginctl/loginctl/pkg/login/unverified"
)

// decodeRaw prints the bytes of the header and of the claims, which need not be JSON: it
// shows why verify calls a token malformed.
func decodeRaw(env *terminal.Env, text string) error {
	parts := strings.Split(text, ".")
	switch {
	case input.IsEncrypted(text):
		return input.EncryptedTokenError()
	case len(text) > input.MaxToken, len(parts) != 3:
		_, err := unverified.Decode(text) // its error says which of the two it is
		return err
	}
	for i, name := range []string{"header", "claims"} {
		part, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return outcome.Failed(login.ErrMalformed, "the "+name+" of the token: not base64url")
		}
		terminal.WriteUntrusted(env, string(part))
	}
	cautionUnverified(env)
	return nil
}
