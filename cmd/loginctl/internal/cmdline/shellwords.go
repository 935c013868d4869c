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

// mayStartWithDash reports whether the argument at index i may start with a dash, after
// "--". Key IDs may: one thumbprint in 64 does.
func mayStartWithDash(synopsis string, i int) bool {
	return ArgumentName(synopsis, i) == "KID"
}
