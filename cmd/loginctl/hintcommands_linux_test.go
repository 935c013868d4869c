package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// TestCommandsInMessages gives every kind of file to every command that reads keys, and
// runs each command that an error or a hint names then.
func TestCommandsInMessages(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", "..", "pkg", "keys", "testdata"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	m := &messages{t: t, seen: map[string]bool{}}
	for _, args := range [][]string{{"keygen", "ed25519", "-o", "good.pem", "--no-passphrase"}, {"jwks", "new", "good.pem", "-o", "set.json"}, {"keygen", "hmac", "-o", "hs.key"}} {
		if r := try(t, args...); r.code != 0 {
			t.Fatal(r.stderr)
		}
	}
	m.token = strings.TrimSpace(try(t, "mint", "--key", "good.pem", "--sub", "ada").stdout)
	for name, data := range hintInputs(t, root) {
		file := "in-" + name
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{
			{"verify", "--key", file, m.token}, {"verify", "--jwks", file, m.token}, {"verify", "--secret-file", file, m.token},
			{"mint", "--key", file, "--sub", "ada"}, {"key", "inspect", file}, {"key", "public", file}, {"jwks", "list", file},
		} {
			r := try(t, args...)
			for line := range strings.Lines(r.stderr) {
				m.run(file, args, strings.TrimSpace(line))
			}
		}
	}
	if m.own < 40 || m.others < 8 {
		t.Errorf("%d commands of the program and %d of others were run", m.own, m.others)
	}
}

// hintInputs returns the files of pkg/keys and damaged ones, by name.
func hintInputs(t *testing.T, root string) map[string][]byte {
	inputs := map[string][]byte{"empty": nil, "blank": []byte(" \n"), "word": []byte("hello\n"), "obj.json": []byte("{}"),
		"nokeys.json": []byte(`{"keys":[]}`), "arr.json": []byte("[]"), "cut.json": []byte(`{"keys":[`)}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		inputs[strings.ReplaceAll(strings.TrimPrefix(path, root+"/"), "/", "-")] = data
		return err
	})
	good, goodErr := os.ReadFile("good.pem")
	if err != nil || goodErr != nil || len(inputs) < 50 {
		t.Fatalf("%d inputs, %v, %v", len(inputs), err, goodErr)
	}
	inputs["star.pem"] = bytes.Replace(good, []byte("MC"), []byte("M*"), 1)
	inputs["nul.pem"] = bytes.Replace(good, []byte("MC"), []byte("M\x00"), 1)
	inputs["cut.pem"] = good[:20]
	inputs["private-as-public.pem"] = bytes.ReplaceAll(good, []byte("PRIVATE"), []byte("PUBLIC"))
	return inputs
}

// messages runs the commands of messages, each kind of command once for a file.
type messages struct {
	t           *testing.T
	token       string
	seen        map[string]bool
	own, others int
}

var ownCommand = regexp.MustCompile(`loginctl ((?:[a-z-]+ )*[a-z-]+(?: (?:[A-Z][A-Z0-9|]*|-o|--[a-z-]+|…|[^ ,;]*in-[^ ,;]*))*)`)

func (m *messages) run(file string, args []string, line string) {
	_, text, found := strings.Cut(line, ": ")
	if !found {
		return
	}
	if _, command, ok := strings.Cut(text, "with: "); ok {
		m.runOther(file, args, command)
		return
	}
	for _, match := range ownCommand.FindAllStringSubmatch(text, -1) {
		m.runOwn(file, args, strings.Fields(match[1]))
	}
}

// runOwn runs a command of the program. One with … is a part of a command, and is parsed.
func (m *messages) runOwn(file string, args, words []string) {
	key := strings.Join(words, " ")
	for i, w := range words { // the words after the command and its arguments are prose
		if cmdline.Find(prepared(), words[0]) == nil {
			return
		}
		switch {
		case w == "FILE" && i > 0 && (words[i-1] == "-o" || words[i-1] == "--out"):
			words[i] = filepath.Join(m.t.TempDir(), "new")
		case w == "FILE" && words[0] == "jwks":
			words[i] = "set.json"
		case w == "FILE":
			words[i] = file
			key += " " + file
		case w == "KEY":
			words[i] = "good.pem"
		case w == "URL" || w == "…":
			return
		}
	}
	if m.seen[key] {
		return
	}
	m.seen[key] = true
	m.own++
	if words[0] == "keygen" && !strings.Contains(key, "HS") && !strings.Contains(key, "hmac") {
		words = append(words, "--no-passphrase")
	}
	if words[0] == "lint" {
		words = append(words, "--json") // whose findings stand on stdout
	}
	r := try(m.t, words...)
	if r.code != 0 && (r.code != outcome.ExitLint || words[0] != "lint") {
		m.t.Errorf("%q names loginctl %s: exit %d, %s", args, key, r.code, r.stderr)
	}
}

// passwords are those that the files of pkg/keys are encrypted with.
var passwords = []string{"correct", "secret12", "secret", "x", "changeit"}

// runOther runs a command of another program, and checks that the file it writes is read.
func (m *messages) runOther(file string, args []string, command string) {
	command, _, _ = strings.Cut(command, "; ")
	program, _, _ := strings.Cut(command, " ")
	key := program + " " + file
	if _, err := exec.LookPath(program); err != nil || m.seen[key] || program == "curl" {
		return
	}
	m.seen[key] = true
	m.others++
	for part := range strings.SplitSeq(strings.ReplaceAll(command, "FILE", file), ", and that with: ") {
		if out, ok := withPassword(part); !ok {
			m.t.Errorf("%q names %s, which fails: %s", args[:2], part, out)
			return
		}
	}
	m.checkNew(file, command)
}

// withPassword runs a command that may ask for passwords, until one of them fits. A new
// file gets that one or a longer one.
func withPassword(command string) (out []byte, ok bool) {
	for _, password := range passwords {
		if strings.HasPrefix(command, "keytool") && password != "changeit" {
			continue
		}
		for _, next := range []string{password, "correct horse"} {
			cmd := exec.Command("sh", "-c", command)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // without a terminal they are read from stdin
			cmd.Stdin = strings.NewReader(password + "\n" + strings.Repeat(next+"\n", 4))
			var err error
			if out, err = cmd.CombinedOutput(); err == nil {
				return out, true
			}
		}
	}
	return out, false
}

// checkNew checks that a file that a command wrote is a key.
func (m *messages) checkNew(file, command string) {
	for _, end := range []string{".new", ".pem"} {
		name := file + end
		if !strings.Contains(command, name) {
			continue
		}
		if r := try(m.t, "key", "inspect", name); r.code != 0 {
			m.t.Errorf("%s wrote a file that is not read: %s", command, r.stderr)
		}
	}
}
