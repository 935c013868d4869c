package outcome

import "testing"

// TestNameIn checks the names that the program speaks by.
func TestNameIn(t *testing.T) {
	for word, want := range map[string]string{
		"loginctl": "loginctl", "/usr/local/bin/jwtctl": "jwtctl", "./login-ctl.2": "login-ctl.2", "jwt_ctl": "jwt_ctl",
		"": "loginctl", "/": "loginctl", "..": "loginctl", "-loginctl": "loginctl", "_x": "loginctl", "a b": "loginctl",
		"a\x1b[31m": "loginctl", "jwtctl;rm": "loginctl", "jwtctl\n": "loginctl", "été": "loginctl", "jwtctl.exe": "jwtctl",
		"abcdefghijklmnopqrstuvwxyz012345": "abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz0123456": "loginctl",
	} {
		if got := nameIn(word); got != want {
			t.Errorf("%q is %q, want %q", word, got, want)
		}
	}
}
