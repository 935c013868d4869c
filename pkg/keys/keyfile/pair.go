package keyfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// SavePair writes a private key and its public half as [SavePrivate] and
// [SavePublic] do. Either both are written or neither is, and the error names the
// file that failed. Without overwrite, both names must be free.
//
// The two files never disagree, not even after a crash. An old public key is moved
// away before the private key is replaced, so a crash can leave a private key
// alone: its public half can be derived. While it replaces an old pair, a crash can
// also leave the old files under ".NAME.replaced~" until the next save of NAME. See
// [SavePrivate] for temporary files.
func SavePair(privatePath string, private []byte, publicPath string, public []byte, overwrite bool) error {
	if sameFile(privatePath, publicPath) {
		return saveError(publicPath, fmt.Errorf("%w: the private key has the same path", ErrExists))
	}
	privateDir, publicDir, err := lockPair(privatePath, publicPath)
	if err != nil {
		return err
	}
	defer publicDir.unlock()
	if privateDir != publicDir {
		defer privateDir.unlock()
	}
	privateDir.sweep(privatePath)
	publicDir.sweep(publicPath)
	for _, path := range []string{privatePath, publicPath} {
		if err := checkVacant(path, overwrite); err != nil {
			return saveError(path, err)
		}
	}
	first, err := privateDir.stage(privatePath, private, 0o600)
	if err != nil {
		return saveError(privatePath, err)
	}
	defer first.discard()
	second, err := publicDir.stage(publicPath, public, 0o644)
	if err != nil {
		return saveError(publicPath, err)
	}
	defer second.discard()
	if !overwrite {
		return createPair(first, second)
	}
	return replacePair(first, second)
}

func sameFile(a, b string) bool {
	absA, errA := filepath.Abs(a)
	absB, errB := filepath.Abs(b)
	return errA == nil && errB == nil && absA == absB
}

// createPair names both files. If the second fails, the first is removed again.
func createPair(private, public *staged) error {
	if err := private.create(); err != nil {
		return saveError(private.path, err)
	}
	if err := public.create(); err != nil {
		os.Remove(private.path)
		return saveError(public.path, err)
	}
	return nil
}

// replacePair replaces an old pair. The order matters: see [SavePair].
func replacePair(private, public *staged) error {
	oldPrivate, err := private.dir.backUp(private.path, os.Link)
	if err != nil {
		return saveError(private.path, err)
	}
	defer oldPrivate.forget()
	oldPublic, err := public.dir.backUp(public.path, os.Rename)
	if err != nil {
		return saveError(public.path, err)
	}
	defer oldPublic.forget()
	if err := private.replace(); err != nil {
		return saveError(private.path, errors.Join(err, oldPublic.restore()))
	}
	if err := public.create(); err != nil {
		return saveError(public.path, errors.Join(err, oldPrivate.restore(), oldPublic.restore()))
	}
	return nil
}

// backup is an old file that keeps another name until its replacement is complete.
type backup struct{ path, kept string }

// backUp keeps the file at path under another name, by a second link or by moving
// it. If path does not exist, there is nothing to keep, and restore removes the
// replacement.
func (d *lockedDir) backUp(path string, keep func(old, new string) error) (backup, error) {
	b := backup{path: path}
	if _, err := os.Lstat(path); os.IsNotExist(err) {
		return b, nil
	}
	kept := sibling(path, replacedSuffix)
	if err := d.clearLeftover(kept); err != nil {
		return b, err
	}
	if err := keep(path, kept); err != nil {
		return b, err
	}
	b.kept = kept
	return b, nil
}

func (b *backup) restore() error {
	if b.kept == "" {
		if err := os.Remove(b.path); !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	kept := b.kept
	b.kept = ""
	return os.Rename(kept, b.path)
}

func (b *backup) forget() {
	if b.kept != "" {
		os.Remove(b.kept)
	}
}
