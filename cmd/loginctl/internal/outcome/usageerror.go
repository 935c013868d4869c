package outcome

import "github.com/loginctl/loginctl/pkg/keys"

// NotJSON refuses --json for output that is always text.
func NotJSON(output string) error {
	return Usage(output+" is text and not JSON", "leave --json out")
}

// Usage returns the error for a wrong command line. hint says what to type instead. The
// message must never hold the value of a flag that takes a secret, nor a whole token.
func Usage(message, hint string, more ...string) error {
	return Failed(ErrUsage, message, append([]string{hint}, more...)...)
}

// SeeHelp returns the hint that names the help of a command.
func SeeHelp(command string) string { return "for its help: " + Program() + " help " + command }

// PassphraseMissing returns the error for a passphrase that is needed and not given.
func PassphraseMissing(message string, hints ...string) error {
	return Failed(keys.ErrPassphraseRequired, message, hints...)
}
