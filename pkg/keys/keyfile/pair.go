package keyfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// SavePair writes a private key and its public half, as [SavePrivate] and
// [SavePublic] do, so that either both are there or neither is and the error
// names the one that could not be written. Without overwrite neither may exist.
//
// The two never disagree, not even after a crash: an old public key is moved
// away before the private one is replaced, so that what a crash can leave is a
// private key alone, from which the public one is derived. A crash while an old
// pair is replaced can leave the old halves as well, each under the name
// ".NAME.replaced~" beside its new one, until the next save of NAME removes it.
// What else a crash can leave is told at [SavePrivate].
func SavePair(privatePath string, private []byte, publicPath string, public []byte, overwrite bool) error {
	if sameFile(privatePath, publicPath) {
		return saveError(publicPath, fmt.Errorf("%w: the private key goes there", ErrExists))
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

// backup is a file kept under another name until what replaces it is written.
type backup struct{ path, kept string }

// backUp keeps the file at path, by a second link or by moving it. Without a
// file there is nothing to keep, and restoring removes what came in its place.
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
