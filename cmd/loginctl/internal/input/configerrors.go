package input

import (
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// FlagError turns an error of pkg/login about a configuration or a grant into a usage
// error. The names of fields in it become the names of the flags that fill them.
func FlagError(err error, command string) error {
	if f := outcome.Classify(err); f.Exit != outcome.ExitInternal {
		return f
	}
	text := err.Error()
	for _, doing := range []string{"making an issuer: ", "issuing a token: ", "previewing a token: ", "making a verifier: ", "cookie: "} {
		text = strings.TrimPrefix(text, doing)
	}
	return outcome.Usage(fieldNames().Replace(text), outcome.SeeHelp(command))
}

func fieldNames() *strings.Replacer {
	return strings.NewReplacer(
		"Grant.Subject", "--sub", "Grant.ID", "--jti", "Grant.Scopes", "--scopes", "Grant.Audience", "--aud",
		"Grant.ExpiresAt", "--expires", "Grant.Lifetime", "--expires", "Grant.NotBefore", "--not-before",
		"Grant.Type", "--typ", "Grant.Header", "--header", "Grant.Custom", "the claims",
		"Config.Issuer", "--iss", "Config.Audience", "--aud", "Config.AlsoAccept", "--aud", "Config.Leeway", "--leeway",
		"Config.Types", "--typ", " (Config.MaxTokenBytes)", "",
		"Cookie.Name", "--name", "Cookie.Domain", "--domain", "Cookie.Path", "--path", "MaxAge", "--max-age",
		"SameSite=", "--same-site ", "m0s", "m")
}
