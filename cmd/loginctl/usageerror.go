package main

// notJSON refuses --json where it would have no effect.
func notJSON(what string) error {
	return usage(what+" is text and not JSON", "leave --json out")
}

// usage is the error for a wrong command line: what is wrong, and what to type
// instead. The message never holds the value of a flag that takes a secret, nor a whole token.
func usage(message, hint string, more ...string) error {
	return failed(errUsage, message, append([]string{hint}, more...)...)
}

func seeHelp(command string) string { return "for its help: " + program + " help " + command }
