//go:build !windows

package terminal

import "os"

// openConsole opens the controlling terminal for a prompt, whatever the standard
// streams are.
func openConsole() (in, out *os.File, err error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return tty, tty, err
}

func colors(*os.File) bool { return true }
