package input

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// maxStreamed is the most bytes of tokens in a variable.
const maxStreamed = 1 << 20

// OpenSource opens a source to be read as a stream. A FIFO waits for its writer, for a
// short time.
func OpenSource(env *terminal.Env, source, content string) (io.Reader, error) {
	if source == "-" {
		return env.TakeStdin(content)
	}
	if number, is := strings.CutPrefix(source, "fd:"); is {
		return descriptor(number)
	}
	if data, ok, err := readSource(env, source, maxStreamed); ok {
		return bytes.NewReader(data), err
	}
	if !isPipe(source) {
		return os.Open(source)
	}
	return openPipe(source)
}

// openPipe opens a FIFO when a program has opened it to write. Reading it waits for that
// program then, as long as it takes.
func openPipe(name string) (io.Reader, error) {
	type opened struct {
		file *os.File
		err  error
	}
	done := make(chan opened, 1)
	go func() {
		f, err := os.Open(name)
		done <- opened{f, err}
	}()
	select {
	case o := <-done:
		return o.file, o.err
	case <-time.After(writerWait):
		return nil, noWriter()
	}
}

func noWriter() error {
	return outcome.Failed(outcome.ErrIO, "nothing came from the pipe in "+writerWait.String(), "start the program that writes to it first")
}

// readSource reads env:NAME, fd:N and env-file:FILE#NAME. Another source is a file, or
// "-", and ok is false. No error repeats the source, which may be a secret itself.
func readSource(env *terminal.Env, source string, limit int64) (data []byte, ok bool, err error) {
	if name, is := strings.CutPrefix(source, "env:"); is {
		data, err = readVariable(env, name, limit)
		return data, true, err
	}
	if number, is := strings.CutPrefix(source, "fd:"); is {
		data, err = readDescriptor(number, limit)
		return data, true, err
	}
	if file, name, is := envFile(source); is {
		data, err = readEnvFile(file, name)
		return data, true, err
	}
	return nil, false, nil
}

// IsSource reports whether a word is env:NAME, fd:N or env-file:FILE#NAME.
func IsSource(word string) bool {
	_, _, file := envFile(word)
	return file || strings.HasPrefix(word, "env:") || strings.HasPrefix(word, "fd:")
}

// readVariable returns the value of an environment variable. An empty one is an error, as
// a CI secret that is not set leaves it.
func readVariable(env *terminal.Env, name string, limit int64) ([]byte, error) {
	value, _ := env.LookupEnv(name)
	switch {
	case strings.TrimSpace(value) == "":
		return nil, outcome.Usage("the environment variable that env: names is not set, or empty", "export it, or name another source: "+cmdline.SourceForms)
	case int64(len(value)) > limit:
		return nil, outcome.ErrTooMuch
	}
	return []byte(value), nil
}

// descriptor returns the file of an inherited descriptor.
func descriptor(number string) (*os.File, error) {
	n, err := strconv.ParseUint(number, 10, 16)
	if err != nil {
		return nil, outcome.Usage("fd:N needs the number of an open file descriptor", "the shell opens one: fd:3 3< FILE")
	}
	return os.NewFile(uintptr(n), "fd"), nil
}

func readDescriptor(number string, limit int64) ([]byte, error) {
	f, err := descriptor(number)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := readLimited(f, limit)
	return data, terminal.WithoutPath(err)
}

// writerWait is how long a FIFO is waited for that nobody has opened for writing.
const writerWait = 3 * time.Second

// readFile reads a file or a pipe, such as a shell's <(command).
func readFile(name string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a FIFO without a writer would block
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := readLimited(f, limit)
	pipe := isPipe(name)
	for end := time.Now().Add(writerWait); pipe && err == nil && len(data) == 0; {
		if time.Now().After(end) {
			return nil, noWriter()
		}
		time.Sleep(10 * time.Millisecond)
		data, err = readLimited(f, limit)
	}
	return data, err
}

func isPipe(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode()&fs.ModeNamedPipe != 0
}

// pipeWait is how long an open pipe is waited for that no flag or argument names.
const pipeWait = 10 * time.Second

// PipedInput returns the content of standard input for a command that was not told to
// read it, so that nothing piped is dropped. It is nil for a terminal, a device and an
// empty pipe.
func PipedInput(env *terminal.Env, content string, limit int64) ([]byte, error) {
	if env.StdinNamed || env.StdinUser != "" || env.Stdin == nil || !piped(env.Stdin) {
		return nil, nil
	}
	r, err := env.TakeStdin(content)
	if err != nil {
		return nil, err
	}
	type answer struct {
		data []byte
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		data, err := readLimited(r, limit)
		done <- answer{data, err}
	}()
	select {
	case a := <-done:
		return bytes.TrimSpace(a.data), a.err
	case <-time.After(pipeWait):
		return nil, outcome.Usage("standard input is a pipe that stays open, and it may bring "+content,
			"without "+content+": < /dev/null; to wait for them: -")
	}
}

// piped reports whether standard input is a pipe, a socket or a file.
func piped(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return true
	}
	info, err := f.Stat()
	return err == nil && !errors.Is(err, fs.ErrClosed) && info.Mode()&fs.ModeDevice == 0 && !info.IsDir()
}

// envFile splits env-file:FILE#NAME.
func envFile(source string) (file, name string, ok bool) {
	rest, ok := strings.CutPrefix(source, "env-file:")
	if !ok {
		return "", "", false
	}
	at := strings.LastIndexByte(rest, '#')
	if at <= 0 || at == len(rest)-1 {
		return "", "", false
	}
	return rest[:at], rest[at+1:], true
}

// readEnvFile returns the value of name in an env file.
func readEnvFile(file, name string) ([]byte, error) {
	data, err := keyfile.Read(file)
	if err != nil {
		return nil, err
	}
	defer clear(data)
	value, err := keyfile.EnvValue(data, name)
	return bytes.Clone(value), err
}
