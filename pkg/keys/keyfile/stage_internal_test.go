package keyfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// pairIn stages a pair whose public half goes to a directory of its own.
func pairIn(t *testing.T, old bool) (private, public *staged, vanish func()) {
	t.Helper()
	privatePath := filepath.Join(t.TempDir(), "key")
	publicPath := filepath.Join(t.TempDir(), "sub", "pub")
	if err := os.Mkdir(filepath.Dir(publicPath), 0o700); err != nil {
		t.Fatal(err)
	}
	if old {
		if err := os.WriteFile(privatePath, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	stage := func(path string) *staged {
		dir, err := lockDir(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(dir.unlock)
		s, err := dir.stage(path, []byte("new"), 0o600)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.discard)
		return s
	}
	private, public = stage(privatePath), stage(publicPath)
	return private, public, func() {
		if err := os.RemoveAll(filepath.Dir(publicPath)); err != nil {
			t.Fatal(err)
		}
	}
}

// A public half that fails at the last step takes the private one back.
func TestPairIsUndone(t *testing.T) {
	private, public, vanish := pairIn(t, false)
	vanish()
	if err := createPair(private, public); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(private.path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a new private key is left without its public half")
	}

	private, public, vanish = pairIn(t, true)
	vanish()
	if err := replacePair(private, public); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if data, err := os.ReadFile(private.path); err != nil || string(data) != "old" {
		t.Errorf("the old private key is %q, %v", data, err)
	}

	private, public, _ = pairIn(t, false)
	if err := os.WriteFile(public.path, []byte("of another program"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := createPair(private, public); !errors.Is(err, ErrExists) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Lstat(private.path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a new private key is left beside another public one")
	}
}

// When the private half cannot be replaced, the old public one comes back.
func TestPublicHalfComesBack(t *testing.T) {
	public, private, vanish := pairIn(t, true)
	vanish()
	if err := replacePair(private, public); err == nil {
		t.Error("a file in no directory is saved")
	}
	if data, err := os.ReadFile(public.path); err != nil || string(data) != "old" {
		t.Errorf("the old public key is %q, %v", data, err)
	}
}

// The way that is taken where files cannot be without a name.
func TestNamedStaging(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	d, err := lockDir(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.unlock()
	save := func(text string, overwrite bool) error {
		s, err := d.stageNamed(path, []byte(text), 0o600)
		if err != nil {
			return err
		}
		defer s.discard()
		return saveError(path, s.commit(overwrite))
	}
	if err := os.WriteFile(sibling(path, savingSuffix), []byte("left"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text      string
		overwrite bool
		err       error
		want      string
	}{{"one", false, nil, "one"}, {"two", false, ErrExists, "one"}, {"three", true, nil, "three"}} {
		if err := save(tt.text, tt.overwrite); !errors.Is(err, tt.err) {
			t.Errorf("%s: got %v, want %v", tt.text, err, tt.err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != tt.want {
			t.Errorf("%s: it holds %q, %v", tt.text, data, err)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s: it left %v, %v", tt.text, entries, err)
		}
	}
	unlocked := &lockedDir{}
	if err := os.WriteFile(sibling(path, savingSuffix), []byte("of another saver"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := unlocked.stageNamed(path, nil, 0o600); !errors.Is(err, ErrBusy) {
		t.Errorf("without a lock, a temporary file of another: %v", err)
	}
}

// Where files cannot be without a name, the halves of a pair with long names do
// not take each other's.
func TestSiblingsOfLongNames(t *testing.T) {
	long := strings.Repeat("x", 250)
	seen := map[string]bool{}
	for _, name := range []string{long, long + ".pub", long[:200], long[:201], strings.Repeat("é", 101), "key"} {
		for _, suffix := range []string{savingSuffix, replacedSuffix} {
			s := filepath.Base(sibling(filepath.Join("dir", name), suffix))
			if len(s) > 255 || seen[s] || !utf8.ValidString(s) || !strings.HasPrefix(s, ".") || !strings.HasSuffix(s, suffix) {
				t.Errorf("%.10s… of %d bytes has the sibling %q", name, len(name), s)
			}
			seen[s] = true
		}
	}
}

// Where there are no links the name is reserved first, and given back when the
// file does not come.
func TestReservedNameIsGivenBack(t *testing.T) {
	dir := t.TempDir()
	s := &staged{dir: &lockedDir{}, path: filepath.Join(dir, "key"), temp: filepath.Join(dir, "temp")}
	if err := os.Mkdir(s.temp, 0o700); err != nil { // a directory can be neither linked nor renamed so
		t.Fatal(err)
	}
	if err := s.create(); err == nil {
		t.Error("a directory is a key file")
	}
	if _, err := os.Lstat(s.path); !errors.Is(err, fs.ErrNotExist) {
		t.Error("the reserved name is left")
	}
}

// A lock that stays taken is an error, not an endless wait.
func TestHeldLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	held, err := lockDir(path)
	if err != nil {
		t.Fatal(err)
	}
	if !held.locked {
		t.Skip("directories cannot be locked here")
	}
	if _, err := tryLockDir(path, 2); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v", err)
	}
	held.unlock()
	again, err := tryLockDir(path, 2)
	if err != nil {
		t.Fatal(err)
	}
	again.unlock()
}

// A saver without a lock stops at a file that another may be writing.
func TestUnlockedBackup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	for _, name := range []string{path, sibling(path, replacedSuffix)} {
		if err := os.WriteFile(name, []byte("old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (&lockedDir{}).backUp(path, os.Link); !errors.Is(err, ErrBusy) {
		t.Errorf("got %v", err)
	}
}
