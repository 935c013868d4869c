package help

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// CompleteCommand makes the hidden command that the completion scripts call. Its
// arguments are the words typed so far, the last one unfinished. It prints candidates,
// one a line as "candidate TAB description", and then one directive for the shell:
//
//	:done           offer the candidates
//	:nospace        offer them, and leave the cursor behind the chosen one
//	:files PREFIX   offer the names of files, which start after PREFIX in the word
//
// It uses the words and the commands only. It opens no file but the key set whose kids
// are completed, with kids.
func CompleteCommand(env *terminal.Env, all func() []*cli.Command, kids func(file string) []string) *cli.Command {
	return &cli.Command{
		Name:            "__complete",
		Usage:           "list the words that may come next, for the completion scripts",
		Hidden:          true,
		SkipFlagParsing: true,
		Action: func(c *cli.Context) error {
			words := c.Args().Slice()
			if len(words) > 0 && words[0] == "--" { // added by [cmdline.Line.Argv]
				words = words[1:]
			}
			env.Result.WriteString(Complete(all(), kids, words))
			return nil
		},
	}
}

// Complete returns the candidates and the directive for words.
func Complete(commands []*cli.Command, kids func(file string) []string, words []string) string {
	current := ""
	if n := len(words); n > 0 {
		words, current = words[:n-1], words[n-1]
	}
	t := typed{root: commands, level: commands, given: map[string]bool{}, kids: kids}
	t.read(words)
	o := &offer{current: current, directive: ":done"}
	name, value, attached := strings.Cut(current, "=")
	switch {
	case t.pending != nil:
		o.value("", t.pending)
	case !t.dashes && strings.HasPrefix(current, "-") && attached:
		if f := cmdline.FindFlag(t.flags(), cmdline.Split(name).Name); f != nil && cmdline.WantsValue(f) {
			o.current = value
			o.value(name+"=", f)
		}
	case !t.dashes && len(current) > 0 && current[0] == '-':
		o.flags(&t)
	case t.command == nil || t.level != nil:
		o.commands(t.level)
	default:
		o.argument(&t)
	}
	return o.String()
}

// typed is the meaning of the words before the unfinished one.
type typed struct {
	root    []*cli.Command
	level   []*cli.Command // where the next word is looked up; nil inside a leaf
	command *cli.Command
	given   map[string]bool // flags, by their first name
	pending cli.Flag        // the flag whose value comes next
	args    []string
	dashes  bool // after --, where nothing is a flag
	kids    func(file string) []string
}

func (t *typed) read(words []string) {
	for _, word := range words {
		switch {
		case t.pending != nil:
			t.pending = nil
		case !t.dashes && word == "--":
			t.dashes = true
		case !t.dashes && len(word) > 1 && word[0] == '-':
			t.flag(cmdline.Split(word))
		case t.level != nil && cmdline.Find(t.level, word) != nil:
			t.command = cmdline.Find(t.level, word)
			t.level = t.command.Subcommands
		default:
			t.args = append(t.args, word)
		}
	}
}

func (t *typed) flag(g cmdline.WrittenFlag) {
	f := cmdline.FindFlag(t.flags(), g.Name)
	if f == nil {
		return
	}
	if !cmdline.Repeatable(f) {
		t.given[f.Names()[0]] = true
	}
	if cmdline.WantsValue(f) && !g.HasValue {
		t.pending = f
	}
}

// flags returns the flags that can stand here.
func (t *typed) flags() []cli.Flag {
	if t.command == nil || len(t.command.Subcommands) > 0 {
		return cmdline.CommonFlags()
	}
	return t.command.Flags
}

// offer is the answer to the shell.
type offer struct {
	current   string
	lines     []string
	directive string
}

func (o *offer) String() string {
	return strings.Join(append(o.lines, o.directive), "\n") + "\n"
}

// add offers a candidate if it begins with the unfinished word.
func (o *offer) add(prefix, candidate, description string) {
	if strings.HasPrefix(candidate, o.current) {
		o.lines = append(o.lines, fmt.Sprintf("%s%s\t%s", prefix, candidate, strings.ReplaceAll(description, "`", "")))
	}
}

func (o *offer) commands(level []*cli.Command) {
	for _, c := range level {
		if !c.Hidden {
			o.add("", c.Name, c.Usage)
		}
	}
}

func (o *offer) flags(t *typed) {
	for _, f := range t.flags() {
		if !cmdline.VisibleFlag(f) || t.given[f.Names()[0]] {
			continue
		}
		_, usage := cmdline.Placeholder(f.(cli.DocGenerationFlag).GetUsage())
		if name := f.Names()[0]; len(name) > 1 { // an alias would offer the same flag twice
			o.add("", "--"+name, usage)
		}
	}
}
