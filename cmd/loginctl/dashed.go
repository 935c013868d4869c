package main

import "strings"

// withValue writes a flag and its value as a shell would read them: a value that
// starts with a dash would be taken for another flag.
func withValue(flag, value string) string {
	if strings.HasPrefix(value, "-") {
		return flag + "=" + quoteShell(value)
	}
	return flag + " " + quoteShell(value)
}

// withArgument writes an argument behind a command; see [withValue].
func withArgument(command, argument string) string {
	if strings.HasPrefix(argument, "-") {
		return command + " -- " + quoteShell(argument)
	}
	return command + " " + quoteShell(argument)
}

// mayStartWithDash reports whether the argument at index i may, after "--": a key
// ID is what others made it, and a thumbprint starts with a dash at times.
func mayStartWithDash(synopsis string, i int) bool {
	return argumentName(synopsis, i) == "KID"
}
