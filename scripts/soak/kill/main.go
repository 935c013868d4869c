//go:build unix

// Command kill ends loginctl with SIGKILL while it writes key files, at random
// times and, where strace is installed, between any two of the system calls that
// change files. Afterwards there must be the old file or the new one, a pair that belongs
// together or a private key alone, and the next run must succeed and tidy up.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("kill: ")
	binary := flag.String("bin", "bin/loginctl", "`program` to kill")
	random := flag.Int("n", 300, "`times` to kill each command at random")
	flag.Parse()
	path, err := filepath.Abs(*binary)
	if err != nil {
		log.Fatal(err)
	}
	work, err := os.MkdirTemp("", "loginctl-kill.")
	if err != nil {
		log.Fatal(err)
	}
	failed := false
	for _, s := range scenarios {
		r := runner{scenario: s, binary: path, work: filepath.Join(work, s.name)}
		err := r.run(*random)
		fmt.Printf("%-14s %4d runs at random, %3d from one system call to the next: %4d killed, %4d left the new file, %3d left rubbish that the next run removed\n",
			s.name, r.runs, r.swept, r.killed, r.new, r.rubbish)
		if err != nil {
			fmt.Println("FAILED", s.name+":", err)
			failed = true
		}
	}
	os.RemoveAll(work)
	if failed {
		os.Exit(1)
	}
}

// scenario is a command that writes files.
type scenario struct {
	name    string
	prepare func(dir string, loginctl func(args ...string) error) error // makes the files that exist before
	args    []string
	share   int                                    // one in so many of the random runs, for slow commands
	check   func(dir string) (isNew bool, _ error) // checks the files after a kill
	files   []string                               // the files after a run that was not killed
	again   func(isNew bool) []string              // the run after a kill; nil: the same
}

type runner struct {
	scenario
	binary, work             string
	runs, killed, new, swept int
	rubbish                  int
	dir                      string
	attempts                 int
}

func (r *runner) run(random int) error {
	took, err := r.whole()
	if err != nil {
		return err
	}
	for range random / r.share {
		r.runs++
		// From before it starts to a bit after it should have ended.
		if err := r.attempt(time.Duration(rand.Float64()*1.2*float64(took)), nil); err != nil {
			return err
		}
	}
	return r.sweep()
}

// whole runs the command to its end and returns how long that takes.
func (r *runner) whole() (time.Duration, error) {
	if err := r.fresh(); err != nil {
		return 0, err
	}
	start := time.Now()
	if err := r.loginctl(r.args...); err != nil {
		return 0, fmt.Errorf("not killed, and: %w", err)
	}
	took := time.Since(start)
	isNew, err := r.check(r.dir)
	if err == nil && !isNew {
		err = errors.New("a whole run left the old file")
	}
	return took, err
}

// fresh makes a directory with the files that exist before.
func (r *runner) fresh() error {
	r.attempts++
	r.dir = fmt.Sprintf("%s.%d", r.work, r.attempts)
	if err := os.Mkdir(r.dir, 0o700); err != nil {
		return err
	}
	return r.prepare(r.dir, r.loginctl)
}

func (r *runner) loginctl(args ...string) error {
	out, err := r.command(nil, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("loginctl %v: %w: %s", args, err, out)
	}
	return nil
}

func (r *runner) command(prefix []string, args ...string) *exec.Cmd {
	line := append(append(append([]string{}, prefix...), r.binary), args...)
	command := exec.Command(line[0], line[1:]...)
	command.Dir = r.dir
	command.Env = []string{"HOME=" + r.dir, "GOMAXPROCS=1", "PATH=" + os.Getenv("PATH")}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return command
}

// attempt runs the command once, kills it after a time, looks at the files,
// and has the next run succeed.
func (r *runner) attempt(after time.Duration, strace []string) error {
	if err := r.fresh(); err != nil {
		return err
	}
	defer os.RemoveAll(r.dir)
	command := r.command(strace, r.args...)
	if err := command.Start(); err != nil {
		return err
	}
	time.Sleep(after)
	// The group: strace's death alone would let the command go on.
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return err
	}
	killed := command.Wait() != nil
	if killed {
		r.killed++
	}
	isNew, err := r.check(r.dir)
	if err != nil {
		return fmt.Errorf("killed after %v (held back: %v): %w", after, strace != nil, err)
	}
	if isNew {
		r.new++
	}
	if !killed && !isNew {
		return errors.New("it ended well and left the old file")
	}
	return r.recover(isNew)
}

// recover runs the command again, to its end.
func (r *runner) recover(isNew bool) error {
	if len(extra(r.dir, r.files)) > 0 {
		r.rubbish++
	}
	again := r.args
	if r.again != nil {
		again = r.again(isNew)
	}
	if err := r.loginctl(again...); err != nil {
		return fmt.Errorf("the next run: %w", err)
	}
	if isNew, err := r.check(r.dir); err != nil || !isNew {
		return fmt.Errorf("after the next run (new: %v): %v", isNew, err)
	}
	if left := extra(r.dir, r.files); len(left) > 0 {
		return fmt.Errorf("the next run left %q", left)
	}
	return nil
}

// pause is how long a system call that changes files is held back by sweep.
const pause = 12 * time.Millisecond

// sweep kills the command at one time after the other, every third of a pause,
// while strace holds back each system call that changes files. So one kill at
// least falls between any two of them.
func (r *runner) sweep() error {
	if _, err := exec.LookPath("strace"); err != nil {
		fmt.Printf("%-14s strace is not installed: no sweep from one system call to the next\n", r.name)
		return nil
	}
	const calls = "write,fsync,fdatasync,linkat,link,renameat,renameat2,rename,unlinkat,unlink,fchmod,fchmodat,ftruncate"
	strace := []string{"strace", "-f", "-qq", "-o", os.DevNull, "-e", "trace=" + calls,
		"-e", fmt.Sprintf("inject=%s:delay_enter=%d", calls, pause.Microseconds())}
	if err := r.fresh(); err != nil {
		return err
	}
	start := time.Now()
	if err := r.command(strace, r.args...).Run(); err != nil {
		return fmt.Errorf("under strace: %w", err)
	}
	took := time.Since(start)
	for after := time.Duration(0); after < took; after += pause / 3 {
		r.swept++
		if err := r.attempt(after, strace); err != nil {
			return err
		}
	}
	return nil
}
