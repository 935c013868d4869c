package main

import (
	"os"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// answer is a line of the program and its exit code. says is a part of what is printed on
// either stream, or after a "!" a part that is not.
type answer struct {
	name  string
	line  string
	stdin string
	env   map[string]string
	code  int
	says  string
}

// TestAnswers checks each thing that decides an exit code, in the process of the test:
// the scripts check the same and more, and take longer.
func TestAnswers(t *testing.T) {
	t.Chdir(t.TempDir())
	tokens := answerFiles(t)
	long := strings.Repeat(" ", 40<<10)
	verify := "verify --secret-file k "
	for _, a := range []answer{
		{"help beside a flag", "verify --json --help", "", nil, outcome.ExitUsage, ""},
		{"help beside an argument", "lint k --help", "", nil, outcome.ExitUsage, ""},
		{"help beside --", "verify --help -- x", "", nil, outcome.ExitUsage, ""},
		{"help twice", "verify --help --help", "", nil, outcome.ExitUsage, ""},
		{"help alone", "verify --help", "", nil, 0, "Examples:"},
		{"an empty value", verify + "--aud= @good", "", nil, outcome.ExitUsage, "the one given is empty"},
		{"a value of blanks", verify + "--aud=\u00a0 @good", "", nil, outcome.ExitUsage, "the one given is empty"},
		{"an argument too many", "version x", "", nil, outcome.ExitUsage, "takes no argument"},
		{"a flag behind --", "key match -- k -x", "", nil, outcome.ExitUsage, "flags are not read after --"},
		{"a value twice", verify + "--sub ada --sub ada @good", "", nil, outcome.ExitUsage, "given twice"},
		{"standard input twice", "verify --secret-file - -", "", nil, outcome.ExitUsage, "cannot hold both"},
		{"behind -- a source is the token", verify + "-- @good", "", nil, outcome.ExitMalformed, ""},
		{"a token twice", verify + "@good --token good", "", nil, outcome.ExitUsage, ""},
		{"an unset variable", verify + "--token env:X", "", nil, outcome.ExitUsage, "not set, or empty"},
		{"a default that is empty", verify + "@good", "", map[string]string{"LOGINCTL_AUDIENCE": " "}, outcome.ExitUsage, "is set and empty"},
		{"a default with the text of a key", "verify @good", "", map[string]string{"LOGINCTL_KEY": "-----BEGIN X"}, outcome.ExitUsage, "holds the text"},
		{"two defaults for the key", "verify @good", "", map[string]string{"LOGINCTL_KEY": "k", "LOGINCTL_JWKS": "k"}, outcome.ExitUsage, "are both set"},
		{"a flag before a default", verify + "--aud api @aud", "", map[string]string{"LOGINCTL_AUDIENCE": "web"}, 0, ""},
		{"another key before a default", verify + "@good", "", map[string]string{"LOGINCTL_JWKS": "nosuch"}, 0, ""},
		{"piped claims", "mint --secret-file k --dry-run --json", `{"role":"admin"}`, nil, 0, `"role":"admin"`},
		{"several lines with --get", verify + "--get sub", tokens["good"] + "\n" + tokens["good"], nil, outcome.ExitUsage, "several lines"},
		{"a long line in a batch", verify + "--batch - -q", long + tokens["good"] + "\n", nil, outcome.ExitMalformed, ""},
		{"a longer line in a batch", verify + "--batch - -q", strings.Repeat(" ", 96<<10) + tokens["good"] + "\n", nil, outcome.ExitMalformed, ""},
		{"a batch of nothing", verify + "--batch -", "\n", nil, outcome.ExitUsage, "no token"},
		{"the worst of a batch", verify + "--batch - -q", tokens["good"] + "\n" + tokens["old"] + "\nx\n", nil, outcome.ExitMalformed, ""},
		{"old alone in a batch", verify + "--batch - -q", tokens["old"] + "\n", nil, outcome.ExitTime, ""},

		{"good", verify + "@good", "", nil, 0, "valid  ada"},
		{"old", verify + "@old", "", nil, outcome.ExitTime, ""},
		{"old with --allow-no-exp", verify + "--allow-no-exp @old", "", nil, outcome.ExitTime, ""},
		{"no exp", verify + "@forever", "", nil, outcome.ExitClaims, ""},
		{"no exp, allowed", verify + "--allow-no-exp @forever", "", nil, 0, ""},
		{"an audience", verify + "@aud", "", nil, outcome.ExitClaims, ""},
		{"any audience", verify + "--any-aud @aud", "", nil, 0, ""},
		{"an aud that is not one, with --any-aud", verify + "--any-aud @badaud", "", nil, outcome.ExitClaims, ""},
		{"another signature", "verify --secret-file other @good", "", nil, outcome.ExitSignature, ""},
		{"sub", verify + "--sub bob @good", "", nil, outcome.ExitClaims, ""},
		{"scopes", verify + "--scopes read,admin @good", "", nil, outcome.ExitClaims, "the scope admin is missing"},
		{"any-scope", verify + "--any-scope admin @good", "", nil, outcome.ExitClaims, ""},
		{"max-age", verify + "--max-age 1s --at 1m @good", "", nil, outcome.ExitTime, ""},
		{"max-age without iat", verify + "--max-age 1h @noiat", "", nil, outcome.ExitClaims, ""},
		{"min-ttl", verify + "--min-ttl 2h @good", "", nil, outcome.ExitTime, ""},
		{"claim", verify + "--claim n:=8 @good", "", nil, outcome.ExitClaims, ""},
		{"the same claim", verify + "--claim n:=7 --claim in.name=x --claim list[1]=b @good", "", nil, 0, ""},
		{"beyond the end of a list", verify + "--claim list[2]=b @good", "", nil, outcome.ExitClaims, ""},
		{"require", verify + "--require x @good", "", nil, outcome.ExitClaims, ""},
		{"require null", verify + "--require none @good", "", nil, outcome.ExitClaims, ""},
		{"a header is not a claim", verify + "--require header.n @good", "", nil, outcome.ExitClaims, ""},
		{"header.alg", verify + "--claim header.alg=HS256 @good", "", nil, 0, ""},
		{"an empty list", verify + "--scopes , @good", "", nil, outcome.ExitUsage, "is empty"},
		{"a date beyond time", "cookie @late", "", nil, outcome.ExitClaims, "after the year 9999"},
		{"alg of a set", "verify --jwks set.json --alg RS256 @ed", "", nil, outcome.ExitKey, ""},
		{"one key and several algorithms", "verify --key rsa.pub --alg PS256 --alg RS512 @ed", "", nil, outcome.ExitUsage, "several algorithms"},

		{"two keys", "verify --secret-file k --key set.json @good", "", nil, outcome.ExitUsage, "both given"},
		{"an empty key", "verify --key empty @good", "", nil, outcome.ExitKey, "it is empty"},
		{"a secret that others can read", "verify --secret-file open @good", "", nil, 0, "can be read by others"},
		{"a key that others can read", "key public open.pem", "", nil, 0, "can be read by others"},
		{"a passphrase file that others can read", "keygen ec --passphrase-file pass", "", nil, 0, "can be read by others"},
		{"an empty passphrase", "keygen ec --passphrase-file empty", "", nil, outcome.ExitKey, "is empty"},
		{"a passphrase of two lines", "keygen ec --passphrase-file two", "", nil, outcome.ExitKey, "one line"},
		{"a link", "key passwd link.pem --no-passphrase", "", nil, outcome.ExitKey, "is a symbolic link, which is never replaced"},
		{"a private key in a set", "jwks add private.json open.pem", "", nil, outcome.ExitKey, "private part"},
		{"a secret in a set", "jwks new oct.jwk", "", nil, outcome.ExitKey, ""},
		{"rotate keeps old keys", "jwks rotate set.json open.pem --dry-run", "", nil, 0, "would hold 3 keys"},
		{"a dry run", "jwks remove set.json k1 --dry-run", "", nil, 0, "is not changed"},
		{"lint notes a key it did not open", "lint enc.pem --json", "", nil, outcome.ExitOK, "key-not-opened"},
		{"alg none behind a blank", "lint none.jwt --json", "", nil, outcome.ExitLint, `"alg-none"`},
		{"a renewed token has a new exp", "mint --from @old --secret-file k --dry-run --json --at 2030-01-01", "", nil, 0, `"exp":1893456900`},
		{"a flag before a claim of --from", "mint --from @aud --aud web --secret-file k --dry-run --json", "", nil, 0, `"aud":"web"`},
		{"a line that is no token", "decode --json", tokens["good"] + "\nx\n" + tokens["good"], nil, outcome.ExitMalformed, "1 of 3"},
		{"the flag of another command", "verify --out k @good", "", nil, outcome.ExitUsage, "--out is a flag of"},
		{"colour in a file", verify + "--color always @good", "", nil, 0, "\x1b[32mvalid"},
		{"no colour", verify + "--color never @good", "", map[string]string{"FORCE_COLOR": "1"}, 0, "!\x1b["},
	} {
		env := map[string]string{"CI": "1"}
		for name, value := range a.env {
			env[name] = value
		}
		var out, errs strings.Builder
		args := append([]string{outcome.Program()}, strings.Split(a.line, " ")...)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "\u00a0", " ")
		}
		code := run(t.Context(), args, strings.NewReader(a.stdin), &out, &errs, func(name string) (string, bool) { v, ok := env[name]; return v, ok })
		said := out.String() + errs.String()
		part, absent := strings.CutPrefix(a.says, "!")
		if code != a.code || strings.Contains(said, part) == (absent && part != "") {
			t.Errorf("%s: exit %d, want %d and %q:\n%.600s", a.name, code, a.code, a.says, said)
		}
	}
	for _, unchanged := range []string{"set.json", "open.pem"} {
		if now, err := os.ReadFile(unchanged); err != nil || string(now) != tokens[unchanged] {
			t.Errorf("%s was changed", unchanged)
		}
	}
}
