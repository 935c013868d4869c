// Package completions holds the scripts that complete loginctl's command lines
// in a shell. They ask the program itself, by its hidden command __complete.
package completions

import _ "embed"

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

// Script returns the script for a shell, or "" for one that has none.
func Script(shell string) string {
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
