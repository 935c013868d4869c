package keyfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
)

// MaxSize is the size in bytes of the largest file that [Read] and [Update] accept:
// 64 KiB.
const MaxSize = keytext.MaxSize

// Read reads a whole key file: a regular file, or a symbolic link to one, of at
// most [MaxSize] bytes. A pipe, a socket, a device or a directory is
// [ErrNotRegular], without waiting for it; a larger file is [keys.ErrTooLarge]. Clear
// the bytes after use.
func Read(path string) ([]byte, error) { return ReadUpTo(path, MaxSize) }

// ReadUpTo is [Read] with another limit of the size, in bytes.
func ReadUpTo(path string, limit int) ([]byte, error) {
	data, err := readRegular(path, limit)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, pathless(err))
	}
	return data, nil
}

func readRegular(path string, limit int) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	switch {
	case noFile(err):
		return nil, ErrNotRegular
	case err != nil:
		return nil, err
	}
	defer f.Close()
	// Stat the open file, not path: path may name another file by now.
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, ErrNotRegular
	}
	// One buffer of the full size: growing it would leave copies of the key behind.
	data := make([]byte, limit+1)
	n, err := io.ReadFull(f, data)
	switch {
	case err == nil:
		clear(data)
		return nil, tooLarge(limit)
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		clear(data)
		return nil, err
	}
	return data[:n], nil
}

func tooLarge(limit int) error {
	return fmt.Errorf("%w: the file has more than %d bytes", keys.ErrTooLarge, limit)
}

// pathless returns the cause of an error of package os, for a message that already
// contains the path.
func pathless(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	var linkError *os.LinkError
	if errors.As(err, &linkError) {
		return linkError.Err
	}
	return err
}
