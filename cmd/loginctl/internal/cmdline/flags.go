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
		&cli.BoolFlag{Name: "no-color", Usage: "no colour (NO_COLOR does the same)", Category: CommonCategory},
	}
}

// AtFlag makes the flag --at, which sets the clock; [Action] reads it.
func AtFlag(usage string) cli.Flag {
	return &cli.StringFlag{Name: "at", Usage: usage}
}

// ChoiceFlag is a flag whose value is one of a few words.
type ChoiceFlag struct {
	*cli.StringFlag
	words []string
}

// Choice makes a flag whose value is one of words. Completion offers them, and help
// lists them.
func Choice(name, value, usage string, words ...string) *ChoiceFlag {
	return &ChoiceFlag{&cli.StringFlag{Name: name, Value: value, Usage: usage}, words}
}

// Choices returns the words that the flag accepts.
func (f *ChoiceFlag) Choices() []string { return f.words }

func (f *ChoiceFlag) check(value string) error {
	for _, w := range f.words {
		if w == value {
			return nil
		}
	}
	hint := "it takes " + strings.Join(f.words, ", ")
	if near := Nearest(value, f.words); near != "" {
		if distance(strings.ToLower(value), strings.ToLower(near)) > 1 {
			near = mostAlike(value, f.words)
		}
		hint = "did you mean " + near + "?"
	}
	return outcome.Usage(fmt.Sprintf("--%s does not take %s", f.Name, terminal.Shorten(value)), hint)
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

// SourceHelp is the paragraph about SOURCE in help and in the man page.
const SourceHelp = "SOURCE is " + SourceForms + ". Pipes such as <(command) are files."
