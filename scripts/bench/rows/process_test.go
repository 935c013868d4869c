package rows

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// BenchmarkProcess: whole processes, from fork to exit.
func BenchmarkProcess(b *testing.B) {
	loginctl := program(b, "loginctl")
	k := fixture.Open("HS256", folder)
	good := k.Good(1)[0]
	token := kept("token", []byte(good))
	forged := kept("forged", []byte(fixture.Replace(good, 2, "a signature of thirty-two bytes.")))
	secret := kept("secret", k.Text)
	commands := []command{
		{by: "urfave-cli no-op", args: []string{program(b, "noop"), "version"}},
		{by: "loginctl version", args: []string{loginctl, "version"}},
		{by: "plain go install, loginctl version", args: []string{program(b, "loginctl-plain"), "version"}},
		{by: "loginctl verify", args: []string{loginctl, "verify", "--secret-file", secret}, stdin: token, forged: forged},
		{by: "loginctl mint", args: []string{loginctl, "mint", "--secret-file", secret,
			"--sub", fixture.Subject, "--scopes", strings.Join(fixture.Scopes(), ",")}},
		{by: "loginctl decode", args: []string{loginctl, "decode"}, stdin: token},
	}
	if step, err := exec.LookPath("step"); err == nil {
		commands = append(commands, command{by: "step version", args: []string{step, "version"}})
	}
	for _, c := range commands {
		c.measure(b, "-", 1)
	}
}
