package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

// usage is the error for a wrong command line: what is wrong, and what to type
// instead. The message never holds the value of a flag that takes a secret, nor a whole token.
func usage(message, hint string, more ...string) error {
	return failed(errUsage, message, append([]string{hint}, more...)...)
}

func seeHelp(command string) string { return "for its help: " + program + " help " + command }

func unknownCommand(path []string, level []*cli.Command, word string) error {
	if len(path) == 0 && systemdVerb(word) {
		return systemdError(word)
	}
	if strings.Count(word, ".") == 2 && strings.HasPrefix(word, "eyJ") {
		return usage("a token is no command", "to read it: "+program+" decode TOKEN")
	}
	var names []string
	for _, c := range level {
		if !c.Hidden {
			names = append(names, c.Names()...)
		}
	}
	at := strings.Join(append([]string{program}, path...), " ")
	hint := "commands: " + strings.Join(names, ", ")
	if near := nearest(word, names); near != "" {
		hint = "did you mean " + at + " " + near + "?"
	}
	return usage(at+" has no command "+shorten(word), hint)
}

// misnamed answers for flags that other tools have. The first would take a
// secret on the command line, where every user of the machine can read it.
func misnamed(name string) string {
	switch name {
	case "passphrase", "password", "pass", "p":
		return "a passphrase is never a flag's value: --passphrase-file FILE, or LOGINCTL_PASSPHRASE"
	case "new-passphrase", "new-password":
		return "a passphrase is never a flag's value: --new-passphrase-file FILE"
	case "secret", "hmac-secret":
		return "a secret is never a flag's value: --secret-file FILE"
	case "token", "jwt":
		return "the token is the argument, or @FILE, or comes on standard input"
	}
	return ""
}

func unknownFlag(l *line, name string) error {
	command, flags := l.title(), l.command.Flags
	message := command + " has no flag of that name"
	if n := flagName(name); n != "" {
		message = command + " has no flag " + n
	}
	if hint := misnamed(name); hint != "" {
		return usage(message, hint)
	}
	var names []string
	for _, f := range flags {
		for _, n := range f.Names() {
			if len(n) > 1 {
				names = append(names, n)
			}
		}
	}
	near := nearest(name, names)
	if len(name) == 1 {
		near = firstWith(name, names)
	}
	if near != "" {
		return usage(message, "did you mean --"+near+"?")
	}
	if mayStartWithDash(l.command.ArgsUsage, len(l.args)) {
		return usage(message, "a kid that starts with a dash stands behind --, as in -- -KID", seeHelp(command))
	}
	return usage(message, seeHelp(command))
}

// firstWith returns the one word that begins with that letter, or "".
func firstWith(letter string, words []string) string {
	found := ""
	for _, w := range words {
		if strings.HasPrefix(w, letter) {
			if found != "" {
				return ""
			}
			found = w
		}
	}
	return found
}

// flagName writes a flag for a message, or "" if it is no name: "-ps3cret" may
// be a passphrase glued to a flag of another tool.
func flagName(name string) string {
	if name == "" || len(name) > 24 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz-") != "" {
		return ""
	}
	return dashed(name)
}

// shorten quotes a word for a message; a long one may be a token or a secret.
func shorten(s string) string {
	if len(s) > 24 {
		return fmt.Sprintf("%q…", s[:12])
	}
	return fmt.Sprintf("%q", s)
}

// nearest returns the word that was probably meant, or "": at most a third of
// it may be wrong.
func nearest(word string, words []string) string {
	best, least := "", 3
	for _, w := range words {
		if d := distance(strings.ToLower(word), strings.ToLower(w)); d < least && d <= (len(w)+1)/3 {
			best, least = w, d
		}
	}
	return best
}

// firstAlike returns the first of the words that begin most alike: of two
// letters wrong in HS1 nobody can say that HS512 was meant.
func firstAlike(word string, words []string) string {
	best, most := "", -1
	for _, w := range words {
		n := 0
		for n < len(word) && n < len(w) && strings.EqualFold(word[:n+1], w[:n+1]) {
			n++
		}
		if n > most {
			best, most = w, n
		}
	}
	return best
}

// distance is the Damerau-Levenshtein distance (adjacent letters swapped count once).
func distance(a, b string) int {
	if len(a) > 32 {
		return len(a)
	}
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d[i][j] = min(d[i-1][j]+1, d[i][j-1]+1, d[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}
