package cmdline

import (
	"fmt"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// checkArgs checks the number of arguments against the command's ArgsUsage.
func (l *Line) checkArgs() error {
	least, most := arity(l.Command.ArgsUsage)
	for i, arg := range l.args {
		if strings.TrimSpace(arg) == "" {
			return outcome.Usage(l.Title()+" was given an empty argument", "a shell variable that is not set leaves one")
		}
		if name := ArgumentName(l.Command.ArgsUsage, i); terminal.IsContent(arg) && namesFile(name) {
			return contentGiven(name)
		}
		if looksLikeFlag(arg) && !mayStartWithDash(l.Command.ArgsUsage, i) {
			return outcome.Usage("an argument starts with a dash: flags are not read after --",
				"for a file of that name write ./-NAME")
		}
	}
	switch {
	case len(l.args) > most && most == 0:
		return outcome.Usage(l.Title()+" takes no argument", outcome.SeeHelp(l.Title()))
	case len(l.args) > most:
		return outcome.Usage(fmt.Sprintf("%s takes %s and got %d arguments", l.Title(), l.Command.ArgsUsage, len(l.args)),
			outcome.SeeHelp(l.Title()))
	case len(l.args) < least:
		return outcome.Usage(l.Title()+" needs "+l.Command.ArgsUsage, outcome.SeeHelp(l.Title()))
	}
	return nil
}

// namesFile reports whether an argument is the name of a file and nothing else.
func namesFile(argument string) bool {
	switch argument {
	case "FILE", "KEY", "PRIVATE", "PUBLIC", "PUBLIC-KEY", "SET-FILE", "IN", "OUT":
		return true
	}
	return false
}

// arity returns how many arguments a synopsis such as "PRIVATE PUBLIC" or "[FILE...]"
// allows.
func arity(synopsis string) (least, most int) {
	const many = 1 << 20
	for _, word := range strings.Fields(synopsis) {
		optional := strings.HasPrefix(word, "[")
		if !optional {
			least++
		}
		if strings.Contains(word, "...") {
			most = many
		} else if most < many {
			most++
		}
	}
	return least, most
}

// ArgumentName returns the name of the argument at index i in a synopsis such
// as "KEY [FILE...]", or "" beyond its end.
func ArgumentName(synopsis string, i int) string {
	fields := strings.Fields(synopsis)
	if n := len(fields); i >= n && n > 0 && strings.Contains(fields[n-1], "...") {
		i = n - 1
	}
	if i >= len(fields) {
		return ""
	}
	return strings.NewReplacer("[", "", "]", "", "...", "").Replace(fields[i])
}

// mayStartWithDash reports whether the argument at index i may start with a dash, after
// "--". Key IDs may: one thumbprint in 64 does. A token that does is malformed.
func mayStartWithDash(synopsis string, i int) bool {
	switch ArgumentName(synopsis, i) {
	case "KID", "SID", "TOKEN", "TOKEN|FILE", "CLAIMS":
		return true
	}
	return false
}
