package outcome

import (
	"path/filepath"
	"strings"
)

// program is the name of the program. Only main sets it, before anything reads it.
var program = "loginctl"

// Program returns the program's name in messages and in the commands that they suggest.
func Program() string { return program }

// CalledAs sets the name of the program to the one that it was called by, the first word
// of the command line, so that commands in messages can be typed where it is installed
// under another name.
func CalledAs(word string) { program = nameIn(word) }

// nameIn returns the name in the first word of a command line, or loginctl if that word
// could do harm in a message or be read as a flag.
func nameIn(word string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	name := strings.TrimSuffix(filepath.Base(word), ".exe")
	if name == "" || len(name) > 32 || strings.Trim(name, letters+"-_.") != "" || !strings.ContainsRune(letters, rune(name[0])) {
		return "loginctl"
	}
	return name
}
