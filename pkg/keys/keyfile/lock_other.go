//go:build !windows && (!unix || aix || solaris || illumos)

package keyfile

import "os"

func openLock(dir string) (*os.File, error) { return os.Open(dir) }

func tryLock(*os.File) (locked, retry bool) { return false, false }
