package help

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// VersionCommand makes the command version.
func VersionCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:  "version",
		Usage: "print the version",
		UsageText: `
			version
			version --json`,
		Description: `
			It says "JWT and key toolkit", because systemd has a loginctl too and a script
			may want to know which of the two it found.`,
		Action: cmdline.Action(env, runVersion),
	}
}

// versionDocument is the output of version under --json.
type versionDocument struct {
	Schema   string `json:"schema"`
	Name     string `json:"name"`
	About    string `json:"about"`
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"` // of the commit
	Modified bool   `json:"modified,omitzero"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func runVersion(env *terminal.Env, _ *cli.Context) error {
	v := buildInfo()
	if env.JSON {
		env.WriteJSON(v)
		return nil
	}
	fmt.Fprintf(&env.Result, "%s %s, %s (%s%s, %s)\n", outcome.Program(), v.Version, v.About, commitText(v), v.Go, v.Platform)
	return nil
}

func commitText(v versionDocument) string {
	if len(v.Commit) < 12 {
		return ""
	}
	if v.Modified {
		return v.Commit[:12] + " modified, "
	}
	return v.Commit[:12] + ", "
}

// buildInfo reads the build information in the program.
func buildInfo() versionDocument {
	v := versionDocument{
		Schema: "loginctl.version/1", Name: "loginctl", About: "JWT and key toolkit",
		Version: "unknown", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		v.Version = info.Main.Version
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				v.Commit = s.Value
			case "vcs.time":
				v.Date, _, _ = strings.Cut(s.Value, "T")
			case "vcs.modified":
				v.Modified = s.Value == "true"
			}
		}
	}
	return v
}
