package help

import (
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/completions"
)

// CompletionCommand makes the command completion.
func CompletionCommand(env *terminal.Env) *cli.Command {
	program := outcome.Program()
	shells := strings.Join(completions.Shells(), "|")
	return &cli.Command{
		Name:      "completion",
		Usage:     "print the script that completes commands in a shell",
		ArgsUsage: shells,
		UsageText: `
			completion bash
			completion zsh
			completion fish
			completion powershell`,
		Description: `
			For bash add to ~/.bashrc:

			source <(` + program + ` completion bash)

			For zsh add to ~/.zshrc, below compinit:

			source <(` + program + ` completion zsh)

			For fish run once:

			` + program + ` completion fish > ~/.config/fish/completions/` + program + `.fish

			For PowerShell add to $PROFILE:

			` + program + ` completion powershell | Out-String | Invoke-Expression

			The scripts need no other package and never evaluate a typed word. They use
			other names than the completion of systemd's loginctl and do not replace it.`,
		Action: cmdline.Action(env, runCompletion),
	}
}

func runCompletion(env *terminal.Env, c *cli.Context) error {
	if env.JSON {
		return outcome.NotJSON("a completion script")
	}
	shell := c.Args().First()
	script := completions.Script(shell, outcome.Program())
	if script == "" {
		return outcome.Usage("there is no completion for "+terminal.Shorten(shell), "there is one for "+strings.Join(completions.Shells(), ", "))
	}
	env.Result.WriteString(script)
	return nil
}
