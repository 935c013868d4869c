package terminal

import (
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"io/fs"
	"runtime"
	"strings"
)

// A Shell is where the hints of a run are typed. The zero value is a POSIX shell.
type Shell int

const (
	POSIX Shell = iota
	PowerShell
)

// LocalShell is the usual shell of the system.
func LocalShell() Shell { return shellOf(runtime.GOOS) }

func shellOf(system string) Shell {
	if system == "windows" {
		return PowerShell
	}
	return POSIX
}

// Modes reports whether the permission bits of files say who can open them.
func (s Shell) Modes() bool { return s == POSIX }

// Modes reports whether files of this system have permission bits that mean something.
func Modes() bool { return LocalShell().Modes() }

// ModeNote is the end of a line about a private file that was written: its mode, or on
// Windows who can open it.
func ModeNote() string { return LocalShell().modeNote() }

func (s Shell) modeNote() string {
	if s.Modes() {
		return ", mode 0600"
	}
	return ", for its owner alone"
}

// Mode returns the mode of a file, or 0 where it says nothing.
func Mode(info fs.FileInfo) fs.FileMode {
	if !Modes() {
		return 0
	}
	return info.Mode()
}

const plainLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-"

// quote quotes a word, if it needs quotes.
func (s Shell) quote(word string) string {
	plain, inner := plainLetters, `'\''`
	if s == PowerShell {
		plain, inner = plainLetters+`\:`, "''"
	}
	if strings.Trim(word, plain) == "" && word != "" {
		return word
	}
	return "'" + strings.ReplaceAll(Escape(word), "'", inner) + "'"
}

// powerShell replaces the parts of hints that PowerShell writes otherwise. It has no <
// and no descriptors.
func powerShell() *strings.Replacer {
	return strings.NewReplacer(
		"< /dev/null", "$null | "+outcome.Program()+" …",
		"fd:3 3< FILE", "a file, or env:NAME",
		"fd:3 3< passphrase", "a file, or env:NAME",
		"chmod 600 it", `icacls FILE /inheritance:r /grant:r "${env:USERNAME}:F"`,
		"(ls -ld)", "(Get-Acl)",
		": ls -l", ": Get-Acl FILE",
		" && ", "; ",
	)
}

// hint makes a hint one that can be typed in the shell.
func (s Shell) hint(text string) string {
	if s == POSIX {
		return text
	}
	return powerShell().Replace(text)
}

// ExpandGlobs replaces the patterns among args by the names that match them, as a
// shell of POSIX does before a program starts. A pattern without a match stays, and so
// does the value of a flag.
func (s Shell) ExpandGlobs(args []string, glob func(pattern string) ([]string, error)) []string {
	if s == POSIX {
		return args
	}
	var expanded []string
	for i, arg := range args {
		value := i > 0 && strings.HasPrefix(args[i-1], "--") && len(args[i-1]) > 2 && !strings.Contains(args[i-1], "=") && !switches[args[i-1]]
		if i > 0 && !value && !strings.HasPrefix(arg, "-") && strings.ContainsAny(arg, "*?[") {
			if names, err := glob(arg); err == nil && len(names) > 0 {
				expanded = append(expanded, names...)
				continue
			}
		}
		expanded = append(expanded, arg)
	}
	return expanded
}

// switches are the flags without a value that may stand before names of files.
var switches = map[string]bool{"--json": true, "--quiet": true, "--no-input": true, "--no-color": true, "--no-cache": true, "--force": true}

// EndKey returns the key that ends what is typed.
func EndKey() string {
	if LocalShell() == PowerShell {
		return "^Z and Enter"
	}
	return "^D"
}

// echoAgain says how a terminal gets its echo back.
func (s Shell) echoAgain() string {
	if s == PowerShell {
		return "open another window"
	}
	return "type stty sane"
}
