package cmdline

import (
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// WithValue writes a flag and its value as a shell would read them: a value that
// starts with a dash would be taken for another flag.
func WithValue(flag, value string) string {
	if strings.HasPrefix(value, "-") {
		return flag + "=" + terminal.QuoteShell(value)
	}
	return flag + " " + terminal.QuoteShell(value)
}

// WithArgument writes an argument behind a command; see [withValue].
func WithArgument(command, argument string) string {
	if strings.HasPrefix(argument, "-") {
		return command + " -- " + terminal.QuoteShell(argument)
	}
	return command + " " + terminal.QuoteShell(argument)
}

// mayStartWithDash reports whether the argument at index i may, after "--": a key
// ID is what others made it, and a thumbprint starts with a dash at times.
func mayStartWithDash(synopsis string, i int) bool {
	return ArgumentName(synopsis, i) == "KID"
}
