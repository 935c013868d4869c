//go:build !unix

package keys

const nonblock = 0

func noFile(error) bool { return false }
