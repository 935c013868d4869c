package cmdline

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

const (
	CommonCategory = "On every command"
	KeyCategory    = "Key"
)

// CommonFlags returns the flags that every command has.
func CommonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "json", Usage: "JSON on stdout, errors too", Category: CommonCategory},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no talk on stderr, errors only", Category: CommonCategory},
		&cli.BoolFlag{Name: "no-input", Usage: "never ask for a passphrase", Category: CommonCategory},
		colorFlag(),
		&cli.BoolFlag{Name: "no-color", Usage: "no colour, as --color never", Category: CommonCategory},
	}
}

// colorFlag makes the flag --color; [Action] reads it.
func colorFlag() cli.Flag {
	f := Choice("color", "auto", "`WHEN` colour is used; NO_COLOR and FORCE_COLOR are read too", "always", "never", "auto")
	f.Category = CommonCategory
	return f
}

// AtFlag makes the flag --at, which sets the clock; [Action] reads it.
func AtFlag(usage string) cli.Flag {
	return &cli.StringFlag{Name: "at", Usage: usage}
}

// Chooser is a flag whose value is one of a few words.
type Chooser interface {
	cli.Flag
	Choices() []string
}

// ChoiceFlag is a [Chooser] that is given once.
type ChoiceFlag struct {
	*cli.StringFlag
	words []string
}

// ChoiceListFlag is a [Chooser] that may be repeated.
type ChoiceListFlag struct {
	*cli.StringSliceFlag
	words []string
}

// Choice makes a flag whose value is one of words. Completion offers them, and help
// lists them.
func Choice(name, value, usage string, words ...string) *ChoiceFlag {
	return &ChoiceFlag{&cli.StringFlag{Name: name, Value: value, Usage: usage}, words}
}

// ChoiceList makes a [ChoiceListFlag].
func ChoiceList(name, usage string, words ...string) *ChoiceListFlag {
	return &ChoiceListFlag{&cli.StringSliceFlag{Name: name, Usage: usage}, words}
}

// Choices returns the words that the flag accepts.
func (f *ChoiceFlag) Choices() []string { return f.words }

// Choices returns the words that the flag accepts.
func (f *ChoiceListFlag) Choices() []string { return f.words }

// checkChoice replaces a value in other letters, such as hs256, by the word, and refuses
// one that is not among the words.
func checkChoice(f Chooser, g *WrittenFlag) error {
	for _, w := range f.Choices() {
		if strings.EqualFold(w, g.value) {
			g.value = w
			return nil
		}
	}
	hint := "it takes " + strings.Join(f.Choices(), ", ")
	if near := Nearest(g.value, f.Choices()); near != "" {
		if distance(strings.ToLower(g.value), strings.ToLower(near)) > 1 {
			near = mostAlike(g.value, f.Choices())
		}
		hint = "did you mean " + near + "?"
	}
	return outcome.Usage(fmt.Sprintf("--%s does not take %s", g.Name, terminal.Shorten(g.value)), hint)
}

// Repeatable reports whether a flag may stand on the line several times.
func Repeatable(f cli.Flag) bool {
	switch f.(type) {
	case *cli.StringSliceFlag, *ChoiceListFlag:
		return true
	}
	return false
}

// JSONFormat makes --format json the same as --json. Another format beside --json is an
// error.
func JSONFormat(env *terminal.Env, c *cli.Context) error {
	format := c.String("format")
	if env.JSON && c.IsSet("format") && format != "json" {
		return outcome.Usage("--json and --format "+format+" are both given", GiveOnce)
	}
	env.JSON = env.JSON || format == "json"
	return nil
}

// FileFlag makes a flag whose value is the name of a file.
func FileFlag(name, category, usage string, aliases ...string) *cli.StringFlag {
	return &cli.StringFlag{Name: name, Aliases: aliases, Category: category, Usage: usage, TakesFile: true}
}

// GiveOnce is the hint when two flags or arguments contradict or repeat each other.
const GiveOnce = "leave one of the two out"

// SourceForms is the grammar of everything that is read: the value of a flag that names
// an input, and of @SOURCE.
const SourceForms = "FILE, - for standard input, env:NAME, fd:N, env-file:FILE#NAME; ./env:x is a file of that name"

// TimeHelp is the paragraph about TIME and SPAN in help and in the man page.
const TimeHelp = "TIME is an instant: 2026-11-23T09:00:00Z, 2026-11-23, @ and Unix seconds, now, or a span from now such as -1h. SPAN is a duration: 90s, 15m, 12h, 30d, 2w, 1y or 1d12h."

// SourceHelp is the paragraph about SOURCE in help and in the man page.
const SourceHelp = "SOURCE is " + SourceForms + ". Pipes such as <(command) are files."
