package rows

import (
	"encoding/base64"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// BenchmarkProcess: whole processes, from fork to exit.
func BenchmarkProcess(b *testing.B) {
	hello, noop := program(b, "hello"), program(b, "noop")
	released := own(b, "LOGINCTL", "released")
	k := keyOf(b, "HS256")
	good, err := k.Good()
	if err != nil {
		b.Fatal(err)
	}
	token := kept(b, "token", []byte(good))
	forged := kept(b, "forged", []byte(fixture.Replace(good, 2, "a signature of thirty-two bytes.")))
	secret := kept(b, "secret", k.Text)
	commands := []command{
		{by: "Go hello", args: []string{hello}},
		{by: "urfave-cli no-op", args: []string{noop, "version"}},
		{by: "loginctl version", own: true, args: []string{released, "version"}},
		{by: "loginctl verify", own: true, args: []string{released, "verify", "--secret-file", secret}, stdin: token, good: token, forged: forged},
		{by: "loginctl mint", own: true, args: []string{released, "mint", "--secret-file", secret,
			"--sub", fixture.Subject, "--scopes", strings.Join(fixture.Scopes(), ",")}},
		{by: "loginctl decode", own: true, args: []string{released, "decode"}, stdin: token},
	}
	if !ownOnly {
		plain := own(b, "LOGINCTL_PLAIN", "plain")
		commands = append(commands, command{by: "loginctl version, plain go install", own: true, args: []string{plain, "version"}})
	}
	if step, err := exec.LookPath("step"); err == nil {
		jwk := kept(b, "secret.jwk", fmt.Appendf(nil, `{"kty":"oct","alg":"HS256","k":"%s"}`, base64.RawURLEncoding.EncodeToString(k.Text)))
		commands = append(commands,
			command{by: "step version", args: []string{step, "version"}},
			command{by: "step crypto jwt verify", args: []string{step, "crypto", "jwt", "verify", "--subtle", "--alg", "HS256", "--key", jwk},
				stdin: token, good: token, forged: forged})
	}
	for _, c := range commands {
		c.measure(b, "-", false, 1)
	}
}
