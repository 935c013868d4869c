package cmdline

import (
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// WithValue writes a flag and its value for a shell. A value that starts with a dash is
// joined with "=", or it would be read as another flag.
func WithValue(flag, value string) string {
	if strings.HasPrefix(value, "-") {
		return flag + "=" + terminal.QuoteShell(value)
	}
	return flag + " " + terminal.QuoteShell(value)
}

// WithArgument writes a command and its argument for a shell. An argument that starts
// with a dash stands behind "--".
func WithArgument(command, argument string) string {
	if strings.HasPrefix(argument, "-") {
		return command + " -- " + terminal.QuoteShell(argument)
	}
	return command + " " + terminal.QuoteShell(argument)
}
