//go:build !unix

package keyfile

const nonblock = 0

func noFile(error) bool { return false }
