// Package completions holds the scripts that complete loginctl's command lines
// in a shell. They ask the program itself, by its hidden command __complete.
package completions

import (
	_ "embed"
	"regexp"
	"strings"
)

// The scripts, as they are read by each shell.
var (
	//go:embed loginctl.bash
	bash string
	//go:embed _loginctl_jwt
	zsh string
	//go:embed loginctl.fish
	fish string
	//go:embed loginctl.ps1
	powershell string
)

// Shells returns the names that [Script] knows.
func Shells() []string { return []string{"bash", "zsh", "fish", "powershell"} }

// Script returns the script for a shell that completes the program of that name, or ""
// for a shell that has none. The name has letters, digits, dots and dashes alone.
func Script(shell, program string) string {
	lines := strings.SplitAfter(written(shell), "\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "# ") && !strings.Contains(line, "loginctl completion") {
			continue // prose, which is about systemd's loginctl too
		}
		lines[i] = command.ReplaceAllString(line, program)
	}
	return strings.Join(lines, "")
}

// command is the name of the program, but not in the name of a function.
var command = regexp.MustCompile(`\bloginctl\b`)

// written returns the script as it is embedded.
func written(shell string) string {
	switch shell {
	case "bash":
		return bash
	case "zsh":
		return zsh
	case "fish":
		return fish
	case "powershell":
		return powershell
	}
	return ""
}
