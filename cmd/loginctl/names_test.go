package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/urfave/cli/v2"
)

// TestSuggestions checks that a suggestion goes by meaning first: a flag of another
// command is not taken for a slip of the fingers, and every suggestion can be typed.
func TestSuggestions(t *testing.T) {
	for _, test := range []struct{ line, hint string }{
		{"verfy", "did you mean loginctl verify?"},
		{"sign", "did you mean loginctl mint?"}, {"issue", "did you mean loginctl mint?"}, {"encode", "did you mean loginctl mint?"},
		{"create", "did you mean loginctl keygen?"}, {"generate", "did you mean loginctl keygen?"},
		{"inspect", "did you mean loginctl decode?"}, {"show", "did you mean loginctl decode?"},
		{"validate", "did you mean loginctl verify?"}, {"check", "did you mean loginctl verify?"},
		{"passwd", "did you mean loginctl key passwd?"}, {"pubkey", "did you mean loginctl key public?"},
		{"key show", "did you mean loginctl key inspect?"}, {"key passphrase", "did you mean loginctl key passwd?"},
		{"jwks rm", "did you mean loginctl jwks remove?"}, {"jwks ls", "did you mean loginctl jwks list?"},
		{"verify --pub k", "did you mean --key?"}, {"verify --public-key k", "did you mean --key?"},
		{"verify --out k", "--out is a flag of keygen, mint, key public, key convert, others"},
		{"verify --output k", "--output is a flag of"}, {"mint --leeway 5s", "--leeway is a flag of verify"},
		{"mint --out-file k", "did you mean --out?"}, {"mint --ttl=5m --user ada", "did you mean --sub?"},
		{"verify --claims a=b", "did you mean --claim?"}, {"verify --audiance a", "did you mean --audience?"},
		{"verify --scops=a", "did you mean --scopes?"}, {"verify --jsn", "did you mean --json?"},
		{"verify --jsn=x", "for its help: loginctl help verify"}, {"keygen --size 4096", "did you mean --bits?"},
		{"mint --size 3", "for its help: loginctl help mint"}, {"decode --input f", "did you mean --token?"},
	} {
		r := try(t, strings.Fields(test.line)...)
		if r.code != outcome.ExitUsage || !strings.Contains(r.stderr, "hint: "+test.hint) {
			t.Errorf("%s: exit %d, %s", test.line, r.code, r.stderr)
		}
		if _, meant, ok := strings.Cut(r.stderr, "did you mean loginctl "); ok {
			meant, _, _ = strings.Cut(meant, "?")
			if again := try(t, append(strings.Fields(meant), "--help")...); again.code != 0 {
				t.Errorf("%s: %s does not exist", test.line, meant)
			}
		}
	}
}

// TestNoFlagOfAnotherKind gives every command each flag that only others have: no flag
// with similar letters is suggested in its place.
func TestNoFlagOfAnotherKind(t *testing.T) {
	names := map[string]bool{}
	every(prepared(), "", func(_ string, c *cli.Command) {
		for _, f := range c.Flags {
			for _, n := range f.Names() {
				names[n] = true
			}
		}
	})
	tried := 0
	every(prepared(), "", func(path string, c *cli.Command) {
		if c.SkipFlagParsing || len(c.Subcommands) > 0 {
			return
		}
		for n := range names {
			if cmdline.FindFlag(c.Flags, n) != nil {
				continue
			}
			tried++
			r := try(t, append(strings.Fields(path), cmdline.Dashed(n))...)
			_, meant, ok := strings.Cut(r.stderr, "did you mean --")
			meant, _, _ = strings.Cut(meant, "?")
			if r.code != outcome.ExitUsage || ok && cmdline.MeantFlag(n) != meant {
				t.Errorf("%s %s: exit %d, %s", path, cmdline.Dashed(n), r.code, r.stderr)
			}
		}
	})
	if tried < 100 {
		t.Errorf("only %d flags were tried", tried)
	}
}

// TestSpelledAnyWay checks the other spellings of algorithms and of long flags.
func TestSpelledAnyWay(t *testing.T) {
	dir := t.TempDir()
	key, rsa := filepath.Join(dir, "k"), filepath.Join(dir, "ec.pem")
	for _, args := range [][]string{
		{"keygen", "hs256", "-o", key}, {"keygen", "es256", "--output", rsa, "--no-passphrase"},
		{"mint", "--secret-file", key, "--subject", "ada", "--issuer", "me", "--audience", "api", "--expires-in", "1h", "--algorithm", "hs256", "--key-id", "k1"},
		{"mint", "--key", rsa, "--alg", "es256", "--sub", "ada", "--lifetime", "1h"},
	} {
		if r := try(t, args...); r.code != 0 {
			t.Errorf("%q: exit %d, %s", args, r.code, r.stderr)
		}
	}
	for _, args := range [][]string{{"keygen", "rs25"}, {"keygen", "--alg", "hs1"}, {"mint", "--secret-file", key, "--alg", "es256", "--sub", "a"}} {
		if r := try(t, args...); r.code == 0 {
			t.Errorf("%q: exit 0", args)
		}
	}
}
