package terminal

import (
	"errors"
	"slices"
	"testing"
)

func TestShells(t *testing.T) {
	if shellOf("windows") != PowerShell || shellOf("darwin") != POSIX || shellOf("linux") != POSIX {
		t.Error("the shell of a system is another one")
	}
	for _, tt := range []struct {
		shell      Shell
		word, want string
	}{
		{POSIX, "a.pem", "a.pem"}, {POSIX, "my key.pem", "'my key.pem'"}, {POSIX, "it's", `'it'\''s'`}, {POSIX, `C:\key.pem`, `'C:\key.pem'`},
		{PowerShell, "a.pem", "a.pem"}, {PowerShell, `C:\key.pem`, `C:\key.pem`}, {PowerShell, "my key.pem", "'my key.pem'"}, {PowerShell, "it's", "'it''s'"}, {PowerShell, "$x", "'$x'"},
	} {
		if got := tt.shell.quote(tt.word); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.shell, got, tt.want)
		}
	}
	if got := POSIX.hint("without claims: < /dev/null"); got != "without claims: < /dev/null" {
		t.Error(got)
	}
	for text, want := range map[string]string{
		"the shell opens one: fd:3 3< FILE":      "the shell opens one: a file, or env:NAME",
		"check that the file may be read: ls -l": "check that the file may be read: Get-Acl FILE",
	} {
		if got := PowerShell.hint(text); got != want {
			t.Error(got)
		}
	}
	if POSIX.modeNote() != ", mode 0600" || PowerShell.modeNote() != ", for its owner alone" || PowerShell.Modes() {
		t.Error("the note of a mode is another one")
	}
}

func TestExpandGlobs(t *testing.T) {
	glob := func(pattern string) ([]string, error) {
		switch pattern {
		case "*.pem":
			return []string{"a.pem", "b.pem"}, nil
		case "[":
			return nil, errors.New("a bad pattern")
		}
		return nil, nil
	}
	for _, tt := range []struct {
		shell      Shell
		args, want []string
	}{
		{POSIX, []string{"loginctl", "lint", "*.pem"}, []string{"loginctl", "lint", "*.pem"}},
		{PowerShell, []string{"loginctl", "lint", "*.pem", "x"}, []string{"loginctl", "lint", "a.pem", "b.pem", "x"}},
		{PowerShell, []string{"loginctl", "lint", "--json", "*.pem"}, []string{"loginctl", "lint", "--json", "a.pem", "b.pem"}},
		{PowerShell, []string{"loginctl", "lint", "--fail-on=warn", "*.pem"}, []string{"loginctl", "lint", "--fail-on=warn", "a.pem", "b.pem"}},
		{PowerShell, []string{"loginctl", "mint", "--scopes", "*.pem"}, []string{"loginctl", "mint", "--scopes", "*.pem"}},
		{PowerShell, []string{"loginctl", "lint", "*.crt", "["}, []string{"loginctl", "lint", "*.crt", "["}},
	} {
		if got := tt.shell.ExpandGlobs(tt.args, glob); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %q, want %q", tt.shell, got, tt.want)
		}
	}
}
