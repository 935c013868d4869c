package help

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/lint"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// ManCommand makes the command man, which prints the manual page. It is generated from
// the commands by our own code: the generator of urfave/cli writes section 8 and leaves
// out exit codes and the environment. all returns every command.
func ManCommand(env *terminal.Env, all func() []*cli.Command) *cli.Command {
	return &cli.Command{
		Name:      "man",
		Usage:     "print the manual page loginctl-jwt(1)",
		Hidden:    true,
		UsageText: "man > loginctl-jwt.1",
		Description: `
			The page is named loginctl-jwt because loginctl(1) is systemd's. To read it at
			once: ` + outcome.Program() + ` man > loginctl-jwt.1 && man ./loginctl-jwt.1`,
		Action: cmdline.Action(env, func(env *terminal.Env, _ *cli.Context) error {
			if env.JSON {
				return outcome.NotJSON("the manual page")
			}
			v := buildInfo()
			env.Result.WriteString(Manual(all(), v.Version, v.Date))
			return nil
		}),
	}
}

// Manual writes the page in the man macros.
func Manual(commands []*cli.Command, version, date string) string {
	p := &page{}
	p.macro(".TH", "LOGINCTL-JWT", "1", date, outcome.Program()+" "+version, "User Commands")
	p.line(".ad l")
	p.macro(".SH", "NAME")
	p.line(Roff("loginctl-jwt") + ` \- ` + Roff("make keys, mint tokens, and decode and verify them (JWT)"))
	p.macro(".SH", "SYNOPSIS")
	p.line(".B " + Roff(outcome.Program()))
	p.line(`.I COMMAND`)
	p.line(Roff("[ARGUMENT...] [FLAG...]"))
	p.macro(".SH", "DESCRIPTION")
	p.text(`
		` + outcome.Program() + ` is a toolkit for JSON Web Tokens and the keys they are signed with. The
		result, and nothing else, goes to standard output; notes, warnings and errors go to
		standard error, each error with the command to type next. Flags may stand anywhere
		behind the command. No flag takes a secret itself: it names a file with the secret.

		systemd has a program loginctl for login sessions. ` + outcome.Program() + ` version shows
		which of the two it is.`)
	p.macro(".SH", "EXAMPLES")
	p.exampleLines(rootExamples)
	p.macro(".SH", "COMMANDS")
	p.commands(commands, nil)
	p.macro(".SH", "FLAGS OF EVERY COMMAND")
	p.flags(cmdline.CommonFlags())
	p.macro(".SH", "SOURCES")
	p.text(cmdline.SourceHelp)
	p.macro(".SH", "TIMES")
	p.text(cmdline.TimeHelp)
	p.tables()
	p.macro(".SH", "FILES")
	p.files()
	p.macro(".SH", "SEE ALSO")
	p.line(`.BR openssl (1),`)
	p.line(`.BR loginctl (1)`)
	p.line("of systemd")
	p.text(`
		RFC 7515 (JWS), RFC 7517 (JWK), RFC 7518 (algorithms), RFC 7519 (JWT), RFC 7638 and
		RFC 9278 (thumbprints), RFC 6750 (bearer tokens), RFC 8018 (PBES2), RFC 8725 (best
		current practices), RFC 9068 (access tokens)`)
	return p.String()
}

// commands writes a subsection for each command that is not hidden.
func (p *page) commands(commands []*cli.Command, path []string) {
	for _, c := range commands {
		at := append(path[:len(path):len(path)], c.Name)
		switch {
		case c.Hidden:
		case len(c.Subcommands) > 0:
			p.commands(c.Subcommands, at)
		default:
			p.command(c, strings.Join(at, " "))
		}
	}
}

func (p *page) command(c *cli.Command, name string) {
	p.macro(".SS", strings.TrimSpace(outcome.Program()+" "+name+" "+c.ArgsUsage))
	p.text(sentence(c.Usage))
	if c.UsageText != "" {
		p.exampleLines(c.UsageText)
	}
	if c.Description != "" {
		p.text(c.Description)
	}
	p.flags(OwnFlags(c.Flags))
}

// OwnFlags returns the flags that are not common to all commands.
func OwnFlags(flags []cli.Flag) []cli.Flag {
	var own []cli.Flag
	for _, f := range flags {
		if cmdline.CategoryOf(f) != cmdline.CommonCategory && cmdline.VisibleFlag(f) {
			own = append(own, f)
		}
	}
	return own
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// tables writes the sections from tables: exit codes, variables, lint rules.
func (p *page) tables() {
	p.macro(".SH", "EXIT STATUS")
	for _, e := range outcome.ExitMeanings() {
		p.item(fmt.Sprint(e.Code), e.Meaning)
	}
	p.text(`
		Of several failures the first in the order 3, 4, 6, 5 decides. A batch returns the
		worst code of its lines in the same order, 7 before all. Under --json the word in
		"code" says which failure it was:`)
	for _, w := range outcome.FailureWords() {
		p.item(w.Code, fmt.Sprintf("%s (exit code %d)", w.Meaning, w.Exit))
	}
	p.macro(".SH", "ENVIRONMENT")
	p.text("Flags come first. An empty variable counts as not set; one that stands for a flag of verify or mint is an error then.")
	for _, v := range variables() {
		p.item(v[0], v[1])
	}
	p.macro(".SH", "LINT RULES")
	for _, r := range lint.Rules() {
		p.item(r.ID, r.Level+": "+r.About)
	}
}

func (p *page) files() {
	p.item("FILE, FILE.pub", "A private key as keygen -o FILE writes it, with mode 0600, and its public half. PEM and JWK are read, encrypted or not.")
	p.item("jwks.json", "A JWK Set, the public keys that verifiers read. The jwks commands change it in place.")
	p.item("/dev/tty", "The terminal on which a passphrase is asked for, also if standard input is not a terminal.")
}
