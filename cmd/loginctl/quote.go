package main

import (
	"fmt"
	"strings"
)

// quoteShell writes a word as a shell would read it.
func quoteShell(word string) string {
	if strings.Trim(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-") == "" {
		return word
	}
	return "'" + strings.ReplaceAll(escape(word), "'", `'\''`) + "'"
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// shorten quotes a word for a message; a long one may be a token or a secret.
func shorten(s string) string {
	if len(s) > 24 {
		return fmt.Sprintf("%q…", s[:12])
	}
	return fmt.Sprintf("%q", s)
}
