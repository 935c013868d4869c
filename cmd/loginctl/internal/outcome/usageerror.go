package outcome

import "github.com/loginctl/loginctl/pkg/keys"

// NotJSON refuses --json where it would have no effect.
func NotJSON(what string) error {
	return Usage(what+" is text and not JSON", "leave --json out")
}

// Usage is the error for a wrong command line: what is wrong, and what to type
// instead. The message never holds the value of a flag that takes a secret, nor a whole token.
func Usage(message, hint string, more ...string) error {
	return Failed(ErrUsage, message, append([]string{hint}, more...)...)
}

func SeeHelp(command string) string { return "for its help: " + Program + " help " + command }

func PassphraseMissing(message string, hints ...string) error {
	return Failed(keys.ErrPassphraseRequired, message, hints...)
}
