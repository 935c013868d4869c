//go:build !linux

package keyfile

import (
	"errors"
	"io/fs"
	"os"
)

// createUnnamed returns nil: only Linux supports files without a name.
func createUnnamed(string, fs.FileMode) *os.File { return nil }

func linkUnnamed(*os.File, string) error { return errors.ErrUnsupported }
