package keyfile_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Written files have their mode from the first moment, and are complete or absent.
func TestSave(t *testing.T) {
	for _, tt := range []struct {
		name string
		save func(path string, data []byte, overwrite bool) error
		mode fs.FileMode
	}{
		{"private", keyfile.SavePrivate, 0o600},
		{"public", keyfile.SavePublic, 0o644},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "key.pem")
			wantErr(t, tt.save(path, []byte("one"), false), nil)
			holds(t, path, "one", tt.mode)
			err := tt.save(path, []byte("two"), false)
			wantErr(t, err, keyfile.ErrExists)
			if want := "saving " + path + ": file exists"; err.Error() != want {
				t.Errorf("it says %v, want %s", err, want)
			}
			holds(t, path, "one", tt.mode)
			wantErr(t, os.Chmod(path, 0o640), nil)
			wantErr(t, tt.save(path, []byte("three"), true), nil)
			holds(t, path, "three", tt.mode)
			wantErr(t, tt.save(filepath.Join(dir, "fresh"), []byte("four"), true), nil)
			onlyFiles(t, dir, "fresh", "key.pem")
		})
	}
}

func TestSaveWhereItCannot(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	wantErr(t, os.WriteFile(at("target"), []byte("old"), 0o600), nil)
	for link, target := range map[string]string{"link": "target", "dangling": "nothing"} {
		wantErr(t, os.Symlink(target, at(link)), nil)
	}
	wantErr(t, os.Mkdir(at("dir"), 0o700), nil)
	for _, tt := range []struct {
		name      string
		path      string
		overwrite bool
		err       error
	}{
		{"onto a symbolic link", at("link"), false, keyfile.ErrExists},
		{"over a symbolic link", at("link"), true, keyfile.ErrNotRegular},
		{"onto a dangling link", at("dangling"), false, keyfile.ErrExists},
		{"over a dangling link", at("dangling"), true, keyfile.ErrNotRegular},
		{"onto a directory", at("dir"), false, keyfile.ErrExists},
		{"over a directory", at("dir"), true, keyfile.ErrNotRegular},
		{"in no directory", at("none/key"), false, fs.ErrNotExist},
		{"under a file", at("target/key"), true, nil},
		{"with too long a name", at(strings.Repeat("x", 300)), false, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := keyfile.SavePrivate(tt.path, []byte("new"), tt.overwrite)
			if err == nil || tt.err != nil && !errors.Is(err, tt.err) {
				t.Fatalf("got %v, want %v", err, tt.err)
			}
			if strings.Count(err.Error(), tt.path) != 1 || !strings.HasPrefix(err.Error(), "saving ") {
				t.Errorf("it says %v", err)
			}
		})
	}
	holds(t, at("target"), "old", 0o600)
	onlyFiles(t, dir, "dangling", "dir", "link", "target")
}

func TestSavePair(t *testing.T) {
	dir := t.TempDir()
	private, public := filepath.Join(dir, "key.pem"), filepath.Join(dir, "key.pem.pub")
	save := func(what string, overwrite bool) error {
		return keyfile.SavePair(private, []byte(what), public, []byte(what+" public"), overwrite)
	}
	wantErr(t, save("one", false), nil)
	holds(t, private, "one", 0o600)
	holds(t, public, "one public", 0o644)
	wantErr(t, save("two", false), keyfile.ErrExists)
	wantErr(t, save("three", true), nil)
	holds(t, private, "three", 0o600)
	holds(t, public, "three public", 0o644)

	wantErr(t, os.Remove(private), nil)
	wantErr(t, save("four", false), keyfile.ErrExists)
	onlyFiles(t, dir, "key.pem.pub")
	holds(t, public, "three public", 0o644)
	wantErr(t, save("five", true), nil)
	wantErr(t, os.Remove(public), nil)
	wantErr(t, save("six", false), keyfile.ErrExists)
	onlyFiles(t, dir, "key.pem")
	wantErr(t, save("seven", true), nil)
	onlyFiles(t, dir, "key.pem", "key.pem.pub")
	holds(t, public, "seven public", 0o644)

	wantErr(t, keyfile.SavePair(private, nil, filepath.Join(dir, "x", "..", "key.pem"), nil, true), keyfile.ErrExists)
	alias := filepath.Join(t.TempDir(), "alias")
	wantErr(t, os.Symlink(dir, alias), nil)
	wantErr(t, keyfile.SavePair(filepath.Join(dir, "one"), []byte("a"), filepath.Join(alias, "two"), []byte("b"), false), nil)
	wantErr(t, keyfile.SavePair(filepath.Join(dir, "three"), []byte("a"), filepath.Join(alias, "three"), []byte("b"), false), keyfile.ErrExists)
	onlyFiles(t, dir, "key.pem", "key.pem.pub", "one", "two")
	for _, name := range []string{"!/pub", "~/pub"} { // before and after the other directory
		err := keyfile.SavePair(filepath.Join(dir, "new"), nil, filepath.Join(dir, "..", name), nil, false)
		if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
		onlyFiles(t, dir, "key.pem", "key.pem.pub", "one", "two")
	}
	other := filepath.Join(t.TempDir(), "pub")
	wantErr(t, keyfile.SavePair(filepath.Join(dir, "new"), []byte("a"), other, []byte("b"), false), nil)
	holds(t, other, "b", 0o644)
}

// When the public half cannot be written the private one is as it was before.
func TestSavePairIsUndone(t *testing.T) {
	for _, tt := range []struct {
		name      string
		overwrite bool
		before    []string
	}{
		{"new", false, nil},
		{"over an old private key", true, []string{"key"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			private := filepath.Join(dir, "key")
			for _, name := range tt.before {
				wantErr(t, os.WriteFile(filepath.Join(dir, name), []byte("old"), 0o600), nil)
			}
			public := filepath.Join(dir, strings.Repeat("p", 300)) // no such name can be
			err := keyfile.SavePair(private, []byte("new"), public, []byte("new"), tt.overwrite)
			if err == nil || !strings.Contains(err.Error(), public) {
				t.Fatalf("got %v", err)
			}
			onlyFiles(t, dir, tt.before...)
			if len(tt.before) > 0 {
				holds(t, private, "old", 0o600)
			}
		})
	}
}

func TestUpdate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "jwks.json")
	wantErr(t, os.WriteFile(path, []byte("old"), 0o600), nil)
	wantErr(t, os.Chmod(path, 0o664), nil)
	add := func(old []byte) ([]byte, error) { return append(old, '+'), nil }
	wantErr(t, keyfile.Update(path, add), nil)
	holds(t, path, "old+", 0o664)

	before := must(os.Stat(path))
	wantErr(t, keyfile.Update(path, func(old []byte) ([]byte, error) { return old, nil }), nil)
	if !os.SameFile(before, must(os.Stat(path))) {
		t.Error("what came out the same was written")
	}
	sentinel := errors.New("no")
	if err := keyfile.Update(path, func([]byte) ([]byte, error) { return nil, sentinel }); err != sentinel {
		t.Errorf("got %v", err)
	}
	wantErr(t, keyfile.Update(path, func([]byte) ([]byte, error) { return make([]byte, keyfile.MaxSize+1), nil }), keys.ErrTooLarge)
	err := keyfile.Update(path, func(old []byte) ([]byte, error) {
		return []byte("mine"), os.WriteFile(path, []byte("of an editor"), 0o600)
	})
	wantErr(t, err, keyfile.ErrBusy)
	holds(t, path, "of an editor", 0o664)
	err = keyfile.Update(path, func(old []byte) ([]byte, error) { // which has the same size
		return []byte("mine"), os.WriteFile(path, []byte("of an EDITOR"), 0o600)
	})
	wantErr(t, err, keyfile.ErrBusy)
	holds(t, path, "of an EDITOR", 0o664)

	link := filepath.Join(dir, "link")
	wantErr(t, os.Symlink(path, link), nil)
	wantErr(t, keyfile.Update(link, add), keyfile.ErrNotRegular)
	wantErr(t, keyfile.Update(dir, add), keyfile.ErrNotRegular)
	if err := keyfile.Update(filepath.Join(dir, "absent"), add); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	wantErr(t, os.WriteFile(filepath.Join(dir, "big"), make([]byte, keyfile.MaxSize+1), 0o600), nil)
	wantErr(t, keyfile.Update(filepath.Join(dir, "big"), add), keys.ErrTooLarge)
	onlyFiles(t, dir, "big", "jwks.json", "link")
}

// Concurrent updates are all applied, and of concurrent saves exactly one wins.
func TestConcurrentSaves(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "file")
	wantErr(t, keyfile.SavePrivate(path, nil, false), nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				if err := keyfile.Update(path, func(old []byte) ([]byte, error) { return append(old, '+'), nil }); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	holds(t, path, strings.Repeat("+", 40), 0o600)

	won := make(chan int, 8)
	for i := range 8 {
		all.Go(func() {
			err := keyfile.SavePair(filepath.Join(dir, "k"), fmt.Append(nil, i), filepath.Join(dir, "k.pub"), fmt.Append(nil, i), false)
			if err == nil {
				won <- i
			} else if !errors.Is(err, keyfile.ErrExists) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(won) != 1 {
		t.Fatalf("%d of the pairs were saved, want 1", len(won))
	}
	winner := fmt.Sprint(<-won)
	holds(t, filepath.Join(dir, "k"), winner, 0o600)
	holds(t, filepath.Join(dir, "k.pub"), winner, 0o644)
	onlyFiles(t, dir, "file", "k", "k.pub")
}

// Two pairs that cross, in directories under two names each, do not wait for each
// other until both give up.
func TestPairsThatCross(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	alias := filepath.Join(t.TempDir(), "0")
	wantErr(t, os.Symlink(b, alias), nil)
	var all sync.WaitGroup
	for _, pair := range [][2]string{
		{filepath.Join(a, "one"), filepath.Join(b, "one.pub")},
		{filepath.Join(b, "two"), filepath.Join(a, "two.pub")},
		{filepath.Join(alias, "three"), filepath.Join(a, "three.pub")},
	} {
		all.Go(func() {
			for range 2 { // in one order of locks they never meet; in two they do at once
				if err := keyfile.SavePair(pair[0], []byte("private"), pair[1], []byte("public"), true); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	onlyFiles(t, a, "one", "three.pub", "two.pub")
	onlyFiles(t, b, "one.pub", "three", "two")
}

// A name as long as file systems take it can be overwritten, and two that begin
// alike are not mixed up.
func TestLongNames(t *testing.T) {
	dir := t.TempDir()
	private := filepath.Join(dir, strings.Repeat("é", 125)) // 250 bytes
	public := private + ".pub"
	for _, text := range []string{"one", "two"} {
		wantErr(t, keyfile.SavePair(private, []byte(text), public, []byte(text+" public"), true), nil)
		wantErr(t, keyfile.Update(public, func(old []byte) ([]byte, error) { return append(old, '+'), nil }), nil)
		holds(t, private, text, 0o600)
		holds(t, public, text+" public+", 0o644)
	}
	onlyFiles(t, dir, filepath.Base(private), filepath.Base(public))
}

// A name that the next save of another file would remove is refused.
func TestReservedNames(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".key.saving~", ".key.replaced~", "key.saving~"} {
		path := filepath.Join(dir, name)
		for what, err := range map[string]error{
			"SavePrivate":      keyfile.SavePrivate(path, nil, false),
			"SavePublic":       keyfile.SavePublic(path, nil, true),
			"SavePair":         keyfile.SavePair(path, nil, filepath.Join(dir, "pub"), nil, false),
			"SavePair, public": keyfile.SavePair(filepath.Join(dir, "key"), nil, path, nil, false),
			"Update":           keyfile.Update(path, func([]byte) ([]byte, error) { return nil, nil }),
		} {
			if !errors.Is(err, fs.ErrInvalid) || !strings.HasPrefix(err.Error(), "saving "+path+": ") {
				t.Errorf("%s to %s: %v", what, name, err)
			}
		}
	}
	onlyFiles(t, dir)
}

// Leftovers of a killed process are removed.
func TestLeftoversAreRemoved(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	wantErr(t, os.WriteFile(path, []byte("old"), 0o600), nil)
	for _, name := range []string{".key.saving~", ".key.replaced~"} {
		wantErr(t, os.WriteFile(filepath.Join(dir, name), []byte("left"), 0o600), nil)
	}
	wantErr(t, keyfile.SavePair(path, []byte("new"), path+".pub", []byte("public"), true), nil)
	onlyFiles(t, dir, "key", "key.pub")
	holds(t, path, "new", 0o600)
}

func holds(t *testing.T, path, want string, mode fs.FileMode) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(data) != want {
		t.Errorf("%s holds %.20q, want %.20q", filepath.Base(path), data, want)
	}
	if got := must(os.Lstat(path)).Mode(); got != mode {
		t.Errorf("%s has the mode %v, want %v", filepath.Base(path), got, mode)
	}
}

// onlyFiles checks that dir holds those names, in order, and nothing else.
func onlyFiles(t *testing.T, dir string, names ...string) {
	t.Helper()
	var got []string
	for _, entry := range must(os.ReadDir(dir)) {
		got = append(got, entry.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("the directory holds %q, want %q", got, names)
	}
}
