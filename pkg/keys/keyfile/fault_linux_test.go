package keyfile_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// childMode is the variable with the task of this program as a child process, for
// faults that would also affect the tests.
const childMode = "KEYFILE_TEST_CHILD"

func TestMain(m *testing.M) {
	mode := os.Getenv(childMode)
	if mode == "" {
		os.Exit(m.Run())
	}
	// strace counts the calls of each thread: "when=2" is the second one only if all of
	// them are on one.
	runtime.LockOSThread()
	if err := runChild(mode, os.Args[1:]); err != nil {
		fmt.Print(err)
		os.Exit(1)
	}
}

func runChild(mode string, args []string) error {
	path := args[0]
	switch mode {
	case "save":
		return keyfile.SavePrivate(path, longData("new"), false)
	case "overwrite":
		return keyfile.SavePrivate(path, longData("new"), true)
	case "pair":
		return savePairIn(path, false)
	case "repair":
		return savePairIn(path, true)
	case "update":
		return keyfile.Update(path, func([]byte) ([]byte, error) { return longData("new"), nil })
	case "full":
		signal.Ignore(unix.SIGXFSZ)
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 4096, Max: 4096}); err != nil {
			return err
		}
		return runChild(args[1], args)
	}
	return fmt.Errorf("no mode %q", mode)
}

func savePairIn(private string, overwrite bool) error {
	return keyfile.SavePair(private, longData("new"), private+".pub", longData("new public"), overwrite)
}

// longData is larger than the full disk allows.
func longData(what string) []byte { return []byte(what + strings.Repeat(".", 8000)) }

// child runs this program as a child process.
func child(t *testing.T, mode string, args ...string) (output string, err error) {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	text, err := cmd.Output() // a build for coverage writes to stderr
	return string(text), err
}

// A file is complete or absent: a disk that becomes full in the middle of a save
// leaves only the files from before.
func TestFullDisk(t *testing.T) {
	for _, tt := range []struct {
		mode string
		old  bool
	}{{"save", false}, {"overwrite", true}, {"pair", false}, {"repair", true}, {"update", true}} {
		t.Run(tt.mode, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "key")
			var before []string
			if tt.old {
				wantErr(t, os.WriteFile(path, []byte("old"), 0o600), nil)
				before = []string{"key"}
			}
			output, err := child(t, "full", path, tt.mode)
			if want := "saving " + path + ": file too large"; err == nil || output != want {
				t.Errorf("it ended with %v and said %q, want %q", err, output, want)
			}
			onlyFiles(t, dir, before...)
			if tt.old {
				holds(t, path, "old", 0o600)
			}
		})
	}
}

// tracer runs this program as a child process under strace.
type tracer struct{ path string }

func newStrace(t *testing.T) tracer {
	t.Helper()
	strace := lookPath(t, "strace")
	if out, err := exec.Command(strace, "true").CombinedOutput(); err != nil {
		t.Logf("strace is not allowed to trace here: %s", out)
		missing(t, "a strace that may trace")
	}
	return tracer{strace}
}

// child is [child] under strace; options say which calls to trace or to fail.
func (x tracer) child(mode, path string, options ...string) (output string, err error) {
	args := append(append([]string{"-f", "-qq"}, options...), os.Args[0], path)
	cmd := exec.Command(x.path, args...)
	cmd.Env = append(os.Environ(), childMode+"="+mode)
	text, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%w: %s", err, failed.Stderr) // the message of strace
	}
	return string(text), err
}

// A file is complete or absent: its bytes are on the disk before it has its name, or
// a crash of the machine could leave the name without the bytes; and the name is on
// the disk before the save returns.
func TestSyncedBeforeItIsNamed(t *testing.T) {
	strace := newStrace(t)
	for mode, want := range map[string]*regexp.Regexp{
		"save":      regexp.MustCompile(`^(write file, )+sync file, name key, sync directory$`),
		"overwrite": regexp.MustCompile(`^(write file, )+sync file, (name \.key\.saving~, )?name key, sync directory$`),
	} {
		dir := must(filepath.EvalSymlinks(t.TempDir()))
		path, log := filepath.Join(dir, "key"), filepath.Join(t.TempDir(), "log")
		if mode == "overwrite" {
			wantErr(t, os.WriteFile(path, []byte("old"), 0o600), nil)
		}
		// -y names the files; -z keeps the calls that succeeded, as they ended.
		const calls = "trace=write,fsync,fdatasync,linkat,/^rename"
		if out, err := strace.child(mode, path, "-o", log, "-y", "-z", "-s", "0", "-e", "signal=none", "-e", calls); err != nil {
			t.Fatalf("%s: %v: %s", mode, err, out)
		}
		text := string(must(os.ReadFile(log)))
		if got := strings.Join(steps(text, dir), ", "); !want.MatchString(got) {
			t.Errorf("%s: %s\nof the calls\n%s", mode, got, text)
		}
	}
}

// steps are the calls of a trace that concern dir or a file in it.
func steps(trace, dir string) []string {
	call := regexp.MustCompile(`(write|fsync|fdatasync|linkat|rename\w*)\((.*)\) += \d+`)
	name := regexp.MustCompile(`"` + regexp.QuoteMeta(dir) + `/([^"/]*)"[^"]*$`)
	var steps []string
	for _, line := range call.FindAllStringSubmatch(trace, -1) {
		verb, args := strings.Replace(strings.TrimPrefix(line[1], "f"), "datasync", "sync", 1), line[2]
		switch {
		case name.MatchString(args):
			steps = append(steps, "name "+name.FindStringSubmatch(args)[1])
		case strings.Contains(args, "<"+dir+"/"):
			steps = append(steps, verb+" file")
		case strings.Contains(args, "<"+dir+">"):
			steps = append(steps, verb+" directory")
		}
	}
	return steps
}

// If every file has a name, another user who can write to the directory may create a
// link or a file with the temporary name, just after the name was found free. It is
// neither followed nor written to. Here the name is taken because strace makes its
// removal succeed without removing it.
func TestTemporaryFilesAreNew(t *testing.T) {
	strace := newStrace(t)
	for name, plant := range map[string]func(theirs, temp string) error{
		"symbolic link": os.Symlink,
		"hard link":     os.Link,
	} {
		t.Run(name, func(t *testing.T) {
			dir := must(filepath.EvalSymlinks(t.TempDir()))
			theirs, path, temp := filepath.Join(t.TempDir(), "theirs"), filepath.Join(dir, "key"), filepath.Join(dir, ".key.saving~")
			wantErr(t, os.WriteFile(theirs, []byte("theirs"), 0o600), nil)
			wantErr(t, plant(theirs, temp), nil)
			// The first open of the directory is for the lock, the second for a
			// file without a name.
			output, err := strace.child("save", path, "-o", "/dev/null", "-P", dir, "-P", temp,
				"-e", "inject=unlinkat:retval=0", "-e", "inject=openat:error=EOPNOTSUPP:when=2")
			if want := "saving " + path + ": " + keyfile.ErrExists.Error(); err == nil || output != want {
				t.Errorf("it ended with %v and said %q, want %q", err, output, want)
			}
			holds(t, theirs, "theirs", 0o600)
			onlyFiles(t, dir, ".key.saving~")
		})
	}
}

// A save that is killed at any of its system calls leaves the complete old or new
// file, and never a pair whose halves differ. It leaves the documented hidden files,
// and only if it replaces an old one. The next save succeeds and removes them.
func TestKilledWhileSaving(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred child processes are not short")
	}
	strace := newStrace(t)
	for _, mode := range []string{"save", "overwrite", "pair", "repair", "update"} {
		old := mode == "overwrite" || mode == "repair" || mode == "update"
		for _, call := range []string{"write", "fsync", "linkat", "renameat", "unlinkat", "fchmod"} {
			for nth := 1; nth <= 3; nth++ {
				dir := t.TempDir()
				path := filepath.Join(dir, "key")
				if old {
					wantErr(t, os.WriteFile(path, []byte("old"), 0o600), nil)
					wantErr(t, os.WriteFile(path+".pub", []byte("old public"), 0o644), nil)
				}
				inject := fmt.Sprintf("%s:signal=KILL:when=%d", call, nth)
				if out, err := strace.child(mode, path, "-o", "/dev/null", "-e", "inject="+inject); err != nil && !strings.Contains(err.Error(), "killed") {
					t.Fatalf("%s: %v: %s", inject, err, out)
				}
				checkKilled(t, mode+" killed at "+inject, dir, old)
				if out, err := child(t, "repair", path); err != nil {
					t.Errorf("%s killed at %s: the next save: %s", mode, inject, out)
				}
				onlyFiles(t, dir, "key", "key.pub")
			}
		}
	}
}

func checkKilled(t *testing.T, when, dir string, old bool) {
	t.Helper()
	content := map[string]string{}
	hidden := 0
	for _, entry := range must(os.ReadDir(dir)) {
		if strings.HasPrefix(entry.Name(), ".") {
			hidden++
			if pair := strings.HasPrefix(when, "repair"); entry.Name() != ".key.saving~" && !(pair && strings.HasSuffix(entry.Name(), ".replaced~")) {
				t.Errorf("%s: %s is left", when, entry.Name())
			}
		}
		if info := must(entry.Info()); entry.Name() != "key.pub" && !strings.HasPrefix(entry.Name(), ".key.pub") && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %s has the mode %v", when, entry.Name(), info.Mode())
		}
		data := string(must(os.ReadFile(filepath.Join(dir, entry.Name()))))
		content[entry.Name()] = strings.TrimRight(data, ".")
		if data != strings.TrimRight(data, ".") && len(data) < 8000 {
			t.Errorf("%s: %s is half written", when, entry.Name())
		}
	}
	private, public := content["key"], content["key.pub"]
	if old && private == "" {
		t.Errorf("%s: the private key is gone", when)
	}
	if public != "" && strings.Contains(when, "pair") && public != private+" public" {
		t.Errorf("%s: the halves are %q and %q", when, private, public)
	}
	if !old && hidden > 0 {
		t.Errorf("%s: %d hidden files are left: %v", when, hidden, content)
	}
}

// An update keeps the owner of the file, so that its service goes on reading it.
func TestUpdateKeepsTheOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	path := filepath.Join(t.TempDir(), "jwks.json")
	wantErr(t, os.WriteFile(path, []byte("old"), 0o600), nil)
	wantErr(t, os.Chown(path, 12345, 54321), nil)
	wantErr(t, keyfile.Update(path, func([]byte) ([]byte, error) { return []byte("new"), nil }), nil)
	holds(t, path, "new", 0o600)
	var stat unix.Stat_t
	wantErr(t, unix.Stat(path, &stat), nil)
	if stat.Uid != 12345 || stat.Gid != 54321 {
		t.Errorf("it belongs to %d:%d", stat.Uid, stat.Gid)
	}
}

// Under any umask, a private file is private.
func TestUmask(t *testing.T) {
	for _, tt := range []struct {
		mask    int
		private os.FileMode
		public  os.FileMode
	}{{0o000, 0o600, 0o644}, {0o022, 0o600, 0o644}, {0o077, 0o600, 0o600}} {
		dir := t.TempDir()
		old := unix.Umask(tt.mask)
		err := keyfile.SavePair(filepath.Join(dir, "key"), []byte("private"), filepath.Join(dir, "pub"), []byte("public"), false)
		unix.Umask(old)
		wantErr(t, err, nil)
		holds(t, filepath.Join(dir, "key"), "private", tt.private)
		holds(t, filepath.Join(dir, "pub"), "public", tt.public)
	}
}
