//go:build !unix || aix || solaris || illumos

package keyfile

import "os"

func tryLock(*os.File) (locked, retry bool) { return false, false }
