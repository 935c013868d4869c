package terminal

import (
	"os"
	"runtime"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// CheckPrivateOut looks at standard output before a key or a token is written to it: one
// that is closed would lose it, and a file that others can read gets a warning.
func (env *Env) CheckPrivateOut() error {
	if err := env.CheckOut(); err != nil {
		return err
	}
	f, ok := env.Stdout.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		env.Warn("standard output is a file that others can read (mode %04o): -o FILE writes one with mode 0600", info.Mode().Perm())
	}
	return nil
}

// CheckOut refuses a standard output that is closed: the runtime of Go opens /dev/null in
// its place, and the result would be lost without a word.
func (env *Env) CheckOut() error {
	if f, ok := env.Stdout.(*os.File); ok && writesNowhere(f) {
		return outcome.Failed(outcome.ErrIO, "standard output is closed, and the result would be lost", "to write it nowhere: > /dev/null; into a file: > FILE")
	}
	return nil
}
