package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

const (
	someToken  = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
	someSecret = "dGhpcyBpcyBhIHNlY3JldCB0aGF0IGlzIGxvbmc"
)

// TestPrivateWords checks which words of a command line are hidden.
func TestPrivateWords(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"signing-key-for-production-2026-11-22", "api.production-2026-11-22.signing.pem"} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("Keys2026", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, arg string
		private   string // what is not repeated, "" for nothing
	}{
		{"a token", someToken, someToken},
		{"a token for a flag", "--domain=" + someToken, someToken},
		{"a token for a file", "@" + someToken, someToken},
		{"a token in an OAuth answer", `{"access_token":"` + someToken + `"}`, someToken},
		{"a token behind Bearer", "Bearer " + someToken, someToken},
		{"a token that does not begin as one", "xx" + someToken, "xx" + someToken},
		{"a part of a token", "eyJzdWIiOiJhZGEgbG92ZWxhY2UifQAAAA", "eyJzdWIiOiJhZGEgbG92ZWxhY2UifQAAAA"},
		{"a token of five parts", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA"},
		{"a secret", someSecret, someSecret},
		{"a secret for a flag", "--passphrase-from=file:" + someSecret, someSecret},
		{"a secret in hexadecimal", strings.Repeat("09afbe37", 4), strings.Repeat("09afbe37", 4)},
		{"a secret in standard base64", "q83/EjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=", "q83/EjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA="},
		{"a short word", "production-signing-key", ""},
		{"a file", "signing-key-for-production-2026-11-22", ""},
		{"a file with two dots", "api.production-2026-11-22.signing.pem", ""},
		{"a path", "/usr/lib/A/long/way/down/to/the/key/of/2026", ""},
		{"a path from here", "Keys2026/a/long/way/down/to/the/key", ""},
		{"a path in lower case", "nosuch/a/long/way/down/to/the/key/of/2026", ""},
		{"an address", "https://id.example.com/a/long/way/down/to/the/keys", ""},
		{"a host name", "authentication-services.example.com", ""},
		{"an audience", "--aud=AReallyLongAudienceNameOfTwentyTwentySix", ""},
		{"a token for an audience", "--aud=" + someToken, someToken},
		{"a UUID", "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", ""},
		{"a key ID", "--kid=oN9EhGn-f1IamDqVqdmTw1_iEx60-h03WsBAau1C5pk", ""},
		{"a file with an ending", "a-rather-long-name-for-the-signing.pem", ""},
	} {
		r := terminal.NewRedactor([]string{outcome.Program(), test.arg})
		said := r.Hide("reading " + test.arg + ": no such file")
		if got := strings.Contains(said, test.arg); got != (test.private == "") {
			t.Errorf("%s: %s", test.name, said)
		}
		if test.private != "" && strings.Contains(said, test.private) {
			t.Errorf("%s is repeated: %s", test.name, said)
		}
	}
}

// TestRedactedQuotes checks that a word is quoted once.
func TestRedactedQuotes(t *testing.T) {
	if got := terminal.NewRedactor([]string{someToken}).Hide(`no such file "` + someToken + `"`); got != `no such file "eyJhbGciOiJI"…` {
		t.Error(got)
	}
}

// TestDetailsAreRedacted checks that what a check says of a token does not
// repeat a token that was typed in the wrong place either.
func TestDetailsAreRedacted(t *testing.T) {
	secret, issuer := secretFile(t)
	tokens := filepath.Join(t.TempDir(), "tokens")
	if err := os.WriteFile(tokens, []byte(issue(t, issuer, "ada")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{issue(t, issuer, "ada")}, {"--json", issue(t, issuer, "ada")}, {"--batch", tokens, "--json"}, {"--batch", tokens, "-q", "--json=false"},
	} {
		line := append([]string{"verify", "--secret-file", secret, "--sub", someToken}, args...)
		var out, errs strings.Builder
		code := run(t.Context(), append([]string{outcome.Program()}, line...), strings.NewReader(""), &out, &errs, func(string) (string, bool) { return "", false })
		if code != outcome.ExitClaims || strings.Contains(out.String()+errs.String(), someToken) {
			t.Errorf("%q: exit %d\n%s\n%s", args, code, out.String(), errs.String())
		}
	}
}
