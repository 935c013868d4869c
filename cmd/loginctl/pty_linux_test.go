package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"golang.org/x/sys/unix"
)

// ptyTerminal is a pseudo-terminal: the test sits at it and the program runs on it.
type ptyTerminal struct {
	t      *testing.T
	master *os.File
	slave  *os.File
	seen   strings.Builder
}

func openTerminal(t *testing.T) *ptyTerminal {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { master.Close() })
	var number int
	onFD(t, master, func(fd int) error {
		if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
			return err
		}
		number, err = unix.IoctlGetInt(fd, unix.TIOCGPTN)
		return err
	})
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { slave.Close() })
	return &ptyTerminal{t: t, master: master, slave: slave}
}

func onFD(t *testing.T, f *os.File, do func(fd int) error) {
	t.Helper()
	conn, err := f.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if cerr := conn.Control(func(fd uintptr) { err = do(int(fd)) }); cerr != nil || err != nil {
		t.Fatal(cerr, err)
	}
}

// echoes reports whether the terminal shows what is typed.
func (m *ptyTerminal) echoes() (on bool) {
	onFD(m.t, m.slave, func(fd int) error {
		state, err := unix.IoctlGetTermios(fd, unix.TCGETS)
		on = err == nil && state.Lflag&unix.ECHO != 0
		return err
	})
	return on
}

// start runs the program in a session of its own, on this terminal. Streams
// that change sets are not the terminal.
func (m *ptyTerminal) start(dir string, env []string, change func(*exec.Cmd), args ...string) *exec.Cmd {
	m.t.Helper()
	self, err := os.Executable()
	if err != nil {
		m.t.Fatal(err)
	}
	cmd := &exec.Cmd{
		Path: self, Args: append([]string{outcome.Program()}, args...), Dir: dir, Env: append([]string{"TERM=xterm"}, env...),
		Stdin: m.slave, Stdout: m.slave, Stderr: m.slave,
		SysProcAttr: &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3}, ExtraFiles: []*os.File{m.slave},
	}
	if change != nil {
		change(cmd)
	}
	if err := cmd.Start(); err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { cmd.Process.Kill() })
	return cmd
}

// wait reads the output of the program until it contains text.
func (m *ptyTerminal) wait(text string) {
	m.t.Helper()
	m.master.SetReadDeadline(time.Now().Add(20 * time.Second))
	buffer := make([]byte, 4096)
	for !strings.Contains(m.seen.String(), text) {
		n, err := m.master.Read(buffer)
		m.seen.Write(buffer[:n])
		if err != nil {
			m.t.Fatalf("waiting for %q, saw %q: %v", text, m.seen.String(), err)
		}
	}
}

// answer types a line once the program has asked for it and turned the echo off.
func (m *ptyTerminal) answer(prompt, text string) {
	m.t.Helper()
	m.wait(prompt)
	for deadline := time.Now().Add(20 * time.Second); m.echoes(); {
		if time.Now().After(deadline) {
			m.t.Fatal("the echo stays on while a passphrase is asked for")
		}
	}
	m.seen.Reset()
	if _, err := m.master.WriteString(text); err != nil {
		m.t.Fatal(err)
	}
}

// exit waits for the program and returns its exit code; what it showed is in seen.
func (m *ptyTerminal) exit(cmd *exec.Cmd) int {
	m.t.Helper()
	err := cmd.Wait()
	if _, werr := m.slave.WriteString("<end>"); werr != nil {
		m.t.Fatal(werr)
	}
	m.wait("<end>")
	var code *exec.ExitError
	if errors.As(err, &code) {
		return code.ExitCode()
	}
	if err != nil {
		m.t.Fatal(err)
	}
	return 0
}

// TestInterruptRestoresEcho checks that ^C at a prompt ends the program with 130,
// leaves no file, and leaves the terminal as it was.
func TestInterruptRestoresEcho(t *testing.T) {
	for _, test := range []struct {
		name string
		stop func(*ptyTerminal, *exec.Cmd)
		code int
	}{
		{"^C at the first prompt", func(m *ptyTerminal, _ *exec.Cmd) { m.answer("New passphrase for k.pem: ", "\x03") }, 130},
		{"^C in the middle of a word", func(m *ptyTerminal, _ *exec.Cmd) { m.answer("New passphrase for k.pem: ", "corr\x03") }, 130},
		{"^C at the second prompt", func(m *ptyTerminal, _ *exec.Cmd) {
			m.answer("New passphrase for k.pem: ", "correct horse\r")
			m.answer("Again: ", "\x03")
		}, 130},
		{"^\\ in the middle of a word", func(m *ptyTerminal, _ *exec.Cmd) { m.answer("New passphrase for k.pem: ", "corr\x1c") }, 130},
		{"SIGQUIT", func(m *ptyTerminal, cmd *exec.Cmd) {
			m.answer("New passphrase for k.pem: ", "")
			cmd.Process.Signal(syscall.SIGQUIT)
		}, 130},
		{"SIGTERM", func(m *ptyTerminal, cmd *exec.Cmd) {
			m.answer("New passphrase for k.pem: ", "")
			cmd.Process.Signal(syscall.SIGTERM)
		}, 143},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, dir := openTerminal(t), t.TempDir()
			cmd := m.start(dir, nil, nil, "keygen", "ed25519", "-o", "k.pem")
			test.stop(m, cmd)
			if code := m.exit(cmd); code != test.code {
				t.Errorf("exit %d, want %d", code, test.code)
			}
			if !m.echoes() {
				t.Error("the echo is left off")
			}
			if files, _ := os.ReadDir(dir); len(files) > 0 {
				t.Errorf("it left %v", files)
			}
		})
	}
}

// ^D where nothing is typed is the end of the input, and no reason to wait.
func TestPromptEnds(t *testing.T) {
	m := openTerminal(t)
	cmd := m.start(t.TempDir(), nil, nil, "keygen", "ed25519", "-o", "k.pem")
	m.answer("New passphrase for k.pem: ", "\x04")
	if code := m.exit(cmd); code != outcome.ExitKey || !strings.Contains(m.seen.String(), "no passphrase given") || !m.echoes() {
		t.Errorf("exit %d, echo %v, %s", code, m.echoes(), m.seen.String())
	}
}

// TestPrompt checks that a new passphrase is asked for twice and an old one once,
// on the terminal also where standard input is none, and that neither is shown.
func TestPrompt(t *testing.T) {
	m, dir := openTerminal(t), t.TempDir()
	cmd := m.start(dir, nil, nil, "keygen", "ed25519", "-o", "k.pem")
	m.answer("New passphrase for k.pem: ", "correct horse\r")
	m.answer("Again: ", "correct horse\r")
	if code := m.exit(cmd); code != 0 || strings.Contains(m.seen.String(), "horse") {
		t.Fatalf("exit %d, %s", code, m.seen.String())
	}

	for _, test := range []struct {
		name, passphrase string
		code             int
		want             string
	}{
		{"the right one", "correct horse", 0, "ey"},
		{"a wrong one", "battery staple", outcome.ExitKey, "wrong passphrase"},
		{"an empty one", "", outcome.ExitKey, "the passphrase is empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := openTerminal(t)
			claims := filepath.Join(t.TempDir(), "claims")
			if err := os.WriteFile(claims, []byte(`{"sub":"ada"}`), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := m.start(dir, nil, func(cmd *exec.Cmd) { cmd.Stdin = openFile(t, claims) }, "mint", "-", "--key", "k.pem")
			m.answer("Passphrase for k.pem: ", test.passphrase+"\r")
			if test.want == "wrong passphrase" { // two more tries
				m.answer("Passphrase for k.pem: ", "still wrong\r")
				m.answer("Passphrase for k.pem: ", test.passphrase+"\r")
			}
			if code := m.exit(cmd); code != test.code || !strings.Contains(m.seen.String(), test.want) {
				t.Errorf("exit %d, want %d with %q:\n%s", code, test.code, test.want, m.seen.String())
			}
			if test.passphrase != "" && strings.Contains(m.seen.String(), test.passphrase) || !m.echoes() {
				t.Error("the passphrase was shown, or the echo is left off")
			}
		})
	}
}

func TestPromptDiffers(t *testing.T) {
	m, dir := openTerminal(t), t.TempDir()
	cmd := m.start(dir, nil, nil, "keygen", "ed25519", "-o", "k.pem")
	m.answer("New passphrase for k.pem: ", "correct horse\r")
	m.answer("Again: ", "correct hrose\r")
	if code := m.exit(cmd); code != outcome.ExitKey || !strings.Contains(m.seen.String(), "the two passphrases differ\r\nloginctl: hint: run it again") {
		t.Errorf("exit %d, %s", code, m.seen.String())
	}
	if _, err := os.Stat(filepath.Join(dir, "k.pem")); err == nil {
		t.Error("the key was written all the same")
	}
}
