package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"
)

const (
	commonCategory = "On every command"
	keyCategory    = "Key"
)

// commonFlags are the flags that every command has.
func commonFlags() []cli.Flag {
	return []cli.Flag{
		&cli.BoolFlag{Name: "json", Usage: "JSON on stdout, errors too", Category: commonCategory},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "no talk on stderr, errors only", Category: commonCategory},
		&cli.BoolFlag{Name: "no-input", Usage: "never ask for a passphrase", Category: commonCategory},
		&cli.BoolFlag{Name: "no-color", Usage: "no colour (NO_COLOR does the same)", Category: commonCategory},
	}
}

// atFlag sets the clock; see [app.start].
func atFlag(usage string) cli.Flag {
	return &cli.StringFlag{Name: "at", Usage: usage}
}

// choiceFlag takes one of a few words.
type choiceFlag struct {
	*cli.StringFlag
	words []string
}

// choice makes a flag that takes one of words. Completion offers them and help lists them.
func choice(name, value, usage string, words ...string) *choiceFlag {
	return &choiceFlag{&cli.StringFlag{Name: name, Value: value, Usage: usage}, words}
}

// Choices returns the words the flag takes.
func (f *choiceFlag) Choices() []string { return f.words }

func (f *choiceFlag) check(value string) error {
	for _, w := range f.words {
		if w == value {
			return nil
		}
	}
	hint := "it takes " + strings.Join(f.words, ", ")
	if near := nearest(value, f.words); near != "" {
		if distance(strings.ToLower(value), strings.ToLower(near)) > 1 {
			near = firstAlike(value, f.words)
		}
		hint = "did you mean " + near + "?"
	}
	return usage(fmt.Sprintf("--%s does not take %s", f.Name, shorten(value)), hint)
}

// jsonFormat makes --format json the same as --json, which goes with no other format.
func jsonFormat(env *app, c *cli.Context) error {
	format := c.String("format")
	if env.json && c.IsSet("format") && format != "json" {
		return usage("--json and --format "+format+" are both given", giveOnce)
	}
	env.json = env.json || format == "json"
	return nil
}

// fileFlag makes a flag that takes the name of a file.
func fileFlag(name, category, usage string, aliases ...string) *cli.StringFlag {
	return &cli.StringFlag{Name: name, Aliases: aliases, Category: category, Usage: usage, TakesFile: true}
}

// giveOnce is the hint where two places say the same.
const giveOnce = "leave one of the two out"
