package main

import (
	"os"
	"strings"
	"testing"
)

// TestPromptAsksAgain checks that a wrong passphrase at a prompt gets two more tries.
func TestPromptAsksAgain(t *testing.T) {
	m, dir := openTerminal(t), t.TempDir()
	cmd := m.start(dir, nil, nil, "keygen", "ed25519", "-o", "k.pem")
	m.answer("New passphrase for k.pem: ", "correct horse\r")
	m.answer("Again: ", "correct horse\r")
	if code := m.exit(cmd); code != 0 {
		t.Fatalf("exit %d, %s", code, m.seen.String())
	}
	m = openTerminal(t)
	cmd = m.start(dir, nil, nil, "mint", "--key", "k.pem", "--sub", "ada")
	m.answer("Passphrase for k.pem: ", "wrong\r")
	m.answer("Passphrase for k.pem: ", "correct \x1b[Dhorse\r")
	if code := m.exit(cmd); code != 0 || !strings.Contains(m.seen.String(), "eyJ") {
		t.Errorf("exit %d, %s", code, m.seen.String())
	}
}

func openFile(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}
