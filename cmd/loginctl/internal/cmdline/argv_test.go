package cmdline

import (
	"strings"
	"testing"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
)

// toy is a program of one command and one group, to try command lines on.
func toy() []*cli.Command {
	commands := []*cli.Command{
		{Name: "verify", ArgsUsage: "[TOKEN]", Flags: []cli.Flag{
			&cli.StringFlag{Name: "aud"}, &cli.StringSliceFlag{Name: "scopes", Aliases: []string{"scope"}},
			&cli.IntFlag{Name: "count"}, Choice("format", "", "", "text", "table"),
			&cli.StringFlag{Name: "out", Aliases: []string{"o"}},
		}},
		{Name: "key", Subcommands: []*cli.Command{
			{Name: "match", ArgsUsage: "PRIVATE PUBLIC", Flags: []cli.Flag{&cli.BoolFlag{Name: "all"}}},
			{Name: "list", ArgsUsage: "[FILE...]"},
			{Name: "show", ArgsUsage: "FILE..."},
		}},
		{Name: "raw", SkipFlagParsing: true},
		{Name: "version"},
	}
	Prepare(commands)
	return commands
}

// TestFlagsAnywhere checks that where a flag stands makes no difference.
func TestFlagsAnywhere(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"verify tok --aud api", "verify --aud=api -- tok"},
		{"verify --aud api tok", "verify --aud=api -- tok"},
		{"--aud api verify tok", "verify --aud=api -- tok"},
		{"--json verify tok", "verify --json=true -- tok"},
		{"verify tok -aud=api", "verify --aud=api -- tok"},
		{"verify tok --scope a --scopes b", "verify --scopes=a --scopes=b -- tok"},
		{"verify -o x tok -q", "verify --out=x --quiet=true -- tok"},
		{"verify --count -5 tok", "verify --count=-5 -- tok"},
		{"verify --aud=--x tok", "verify --aud=--x -- tok"},
		{"verify --aud - tok", "verify --aud=- -- tok"},
		{"verify - --aud api", "verify --aud=api -- -"},
		{"verify --quiet=false tok", "verify --quiet=false -- tok"},
		{"verify --aud verify", "verify --aud=verify --"},
		{"verify --aud api -- tok", "verify --aud=api -- tok"},
		{"verify key", "verify -- key"},
		{"key --json match a b --all", "key match --json=true --all=true -- a b"},
		{"--all key match a b", "key match --all=true -- a b"},
		{"key list", "key list --"},
		{"key list a b c --json", "key list --json=true -- a b c"},
		{"raw --anything -- goes -x", "raw -- --anything -- goes -x"},
		{"--version", "version --"},
		{"--version --json", "version --json=true --"},
	} {
		l, err := Parse(toy(), toy, append([]string{outcome.Program()}, strings.Fields(test.line)...))
		if err != nil {
			t.Errorf("%s: %v", test.line, err)
			continue
		}
		if got := strings.Join(l.Argv()[1:], " "); got != test.want {
			t.Errorf("%s\n gave %s\n want %s", test.line, got, test.want)
		}
	}
}

// TestRefusedLines checks the message for each kind of mistake.
func TestRefusedLines(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{"verify tok --audience api", "verify has no flag --audience"},
		{"verify tok -- --aud api", "an argument starts with a dash: flags are not read after --"},
		{"key match -- a -x", "an argument starts with a dash: flags are not read after --"},
		{"verify --aud --scopes x", "--aud needs a value and is followed by --scopes"},
		{"verify --aud -ps3cret", "--aud needs a value and is followed by another flag"},
		{"verify tok --aud", "--aud needs a value"},
		{"verify tok --aud=", "--aud needs a value, and the one given is empty"},
		{"verify --aud a --aud b", "--aud is given twice"},
		{"verify -o a --out b", "--out is given twice"},
		{"verify --count x", "--count needs a whole number"},
		{"verify --count 1.5", "--count needs a whole number"},
		{"verify --format tabel", `--format does not take "tabel"`},
		{"verify --json=maybe", "--json takes no value but true or false"},
		{"verify a b", "verify takes [TOKEN] and got 2 arguments"},
		{"version a", "version takes no argument"},
		{"key match a", "key match needs PRIVATE PUBLIC"},
		{"key match a b c", "key match takes PRIVATE PUBLIC and got 3 arguments"},
		{"key show", "key show needs FILE..."},
		{"key frob", `loginctl key has no command "frob"`},
		{"frob verify", `loginctl has no command "frob"`},
		{"-- verify", "no command given"},
		{"--frob", "no command given"},
		{"verify --ps3cret tok", "verify has no flag of that name"},
		{"verify ---aud x", "verify has no flag ---aud"},
		{"verify --=x", "verify has no flag of that name"},
	} {
		_, err := Parse(toy(), toy, append([]string{outcome.Program()}, strings.Fields(test.line)...))
		if err == nil {
			t.Errorf("%s: no error, want %s", test.line, test.want)
			continue
		}
		if err.Error() != test.want {
			t.Errorf("%s\n gave %s\n want %s", test.line, err, test.want)
		}
		if code := outcome.Classify(err).Exit; code != outcome.ExitUsage {
			t.Errorf("%s: exit %d, want %d", test.line, code, outcome.ExitUsage)
		}
	}
}

func TestHelpAnywhere(t *testing.T) {
	for _, line := range []string{"verify tok --help", "verify -h --aud", "--help verify a b c", "key match -help", "key --help", "--help"} {
		l, err := Parse(toy(), toy, append([]string{outcome.Program()}, strings.Fields(line)...))
		if err != nil || !l.Help {
			t.Errorf("%s: no help, error %v", line, err)
		}
	}
}

func TestArity(t *testing.T) {
	const many = 1 << 20
	for _, test := range []struct {
		synopsis    string
		least, most int
	}{
		{"", 0, 0}, {"[TOKEN]", 0, 1}, {"FILE", 1, 1}, {"PRIVATE PUBLIC", 2, 2},
		{"FILE...", 1, many}, {"[FILE...]", 0, many}, {"OUT [FILE...]", 1, many}, {"bash|zsh|fish", 1, 1},
	} {
		if least, most := arity(test.synopsis); least != test.least || most != test.most {
			t.Errorf("%q: %d to %d, want %d to %d", test.synopsis, least, most, test.least, test.most)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"verify", "keygen", "mint", "key", "scopes", "scope-claim"}
	for _, test := range []struct{ word, want string }{
		{"verfy", "verify"}, {"veirfy", "verify"}, {"VERIFY", "verify"}, {"mnit", "mint"}, {"scope", "scopes"},
		{"keys", "key"}, {"kegyen", "keygen"}, {"frob", ""}, {"v", ""}, {"", ""}, {strings.Repeat("x", 5000), ""},
	} {
		if got := Nearest(test.word, words); got != test.want {
			t.Errorf("%.20q is near %q, want %q", test.word, got, test.want)
		}
	}
}

// FuzzLine feeds any words to the parser. A line that it accepts it must have
// understood: no argument may start with a dash, each flag is the command's.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"verify\x00tok\x00--aud\x00api", "--json\x00key\x00match\x00a\x00b", "raw\x00-x\x00--", "verify\x00--\x00-x",
		"-\x00--\x00---", "--version", "verify\x00--count\x00-5", "verify\x00--aud=\x00x", "key\x00--help",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, joined string) {
		l, err := Parse(toy(), toy, append([]string{outcome.Program()}, strings.Split(joined, "\x00")...))
		if err != nil {
			if outcome.Classify(err).Exit != outcome.ExitUsage || err.Error() == "" {
				t.Errorf("%q: %v is no usage error", joined, err)
			}
			return
		}
		if l.Help || l.Command == nil || len(l.Command.Subcommands) > 0 || l.Command.SkipFlagParsing {
			return
		}
		for _, arg := range l.args[:len(l.args)-l.literal] {
			if looksLikeFlag(arg) {
				t.Errorf("%q: %q is an argument", joined, arg)
			}
		}
		for _, g := range l.flags {
			if FindFlag(l.Command.Flags, g.Name) == nil || g.value == "" {
				t.Errorf("%q: flag %q with %q", joined, g.Name, g.value)
			}
		}
	})
}
