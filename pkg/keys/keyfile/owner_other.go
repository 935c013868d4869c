//go:build !unix && !windows

package keyfile

import (
	"io/fs"
	"os"
)

func keepOwner(*os.File, fs.FileInfo) error { return nil }

func restrict(string, fs.FileMode) error { return nil }
