package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"github.com/loginctl/loginctl/scripts/bench/fixture"
)

// Rows of the group that targets name.
const (
	noopRow    = "urfave/cli no-op"
	versionRow = "loginctl version"
	verifyOne  = "loginctl verify"
	stepRow    = "step version"
	plain      = ", plain go install"
)

var errNoLoginctl = errors.New("$LOGINCTL names no program: run scripts/bench.sh, which builds one")

// runProcess measures whole processes, from fork to exit.
func runProcess(b *bench) error {
	p, err := newPrograms()
	if err != nil {
		return err
	}
	defer p.close()
	files, err := b.processFiles(p)
	if err != nil {
		return err
	}
	own, err := b.ownCommands(p, files)
	if err != nil {
		return err
	}
	bare, err := bareCommands(p)
	if err != nil {
		return err
	}
	commands := append(append(bare, own...), otherCommands(files)...)
	var chosen []command
	for _, c := range commands {
		if b.wants(c.name, "") {
			chosen = append(chosen, c)
		}
	}
	if err := refuseForged(p, chosen, files); err != nil {
		return err
	}
	// More rounds than elsewhere: what a process takes varies, and it takes little.
	if err := b.runRounds("process", p, chosen, 4*b.rounds); err != nil {
		return err
	}
	t := &table{head: []string{"", "CPU ms", "wall ms", "peak MiB"}}
	for _, c := range chosen {
		in := func(field string, unit float64) string {
			return fmt.Sprintf("%.1f", b.book.values[entry{"process", c.name, "", field}]/unit)
		}
		t.add(c.name, in(cpu, 1e6), in(wall, 1e6), in(rss, 1<<20))
	}
	t.write(b.out)
	return nil
}

// processInput is what the commands read: a good token, a forged one, the secret
// as text and as JWK.
type processInput struct {
	token             string
	tokenFile, forged string
	secret, jwk       string
}

func (b *bench) processFiles(p *programs) (f processInput, err error) {
	k := b.key("HS256")
	if f.token, err = k.Token(fixture.Good()); err != nil {
		return f, err
	}
	jwk := fmt.Sprintf(`{"kty":"oct","alg":"HS256","k":"%s"}`, base64.RawURLEncoding.EncodeToString(k.Text))
	for _, file := range []struct {
		path *string
		name string
		data string
	}{
		{&f.tokenFile, "token", f.token},
		{&f.forged, "forged", fixture.Replace(f.token, 2, "a signature of thirty-two bytes.")},
		{&f.secret, "secret", string(k.Text)},
		{&f.jwk, "secret.jwk", jwk},
	} {
		if *file.path, err = p.write(file.name, []byte(file.data)); err != nil {
			return f, err
		}
	}
	return f, nil
}

// ownCommands are ours, built as they are released and as `go install` builds them.
func (b *bench) ownCommands(p *programs, f processInput) ([]command, error) {
	if b.loginctl == "" {
		return nil, errNoLoginctl
	}
	released, err := p.copy("released", b.loginctl)
	if err != nil {
		return nil, err
	}
	installed, err := p.build("plain", "../..", "./cmd/loginctl")
	if err != nil {
		return nil, err
	}
	var list []command
	for _, build := range []struct{ path, suffix string }{{released, ""}, {installed, plain}} {
		list = append(list,
			command{name: versionRow + build.suffix, args: []string{build.path, "version"}},
			command{name: verifyOne + build.suffix, args: []string{build.path, "verify", "--secret-file", f.secret}, stdin: f.tokenFile, verifies: true},
			command{name: "loginctl mint" + build.suffix, args: []string{build.path, "mint", "--secret-file", f.secret,
				"--sub", fixture.Subject, "--scopes", strings.Join(fixture.Scopes(), ",")}},
			command{name: "loginctl decode" + build.suffix, args: []string{build.path, "decode"}, stdin: f.tokenFile},
		)
	}
	return list, nil
}

// bareCommands are programs that do nothing.
func bareCommands(p *programs) ([]command, error) {
	hello, err := p.build("hello", ".", "./programs/hello")
	if err != nil {
		return nil, err
	}
	noop, err := p.build("noop", ".", "./programs/noop")
	if err != nil {
		return nil, err
	}
	return []command{
		{name: "/bin/true", args: []string{"/bin/true"}},
		{name: "Go hello", args: []string{hello}},
		{name: noopRow, args: []string{noop, "version"}},
	}, nil
}

// otherCommands are the tools of others, where they are installed.
func otherCommands(f processInput) []command {
	all := []command{
		{name: stepRow, args: []string{"step", "version"}},
		{name: "step crypto jwt verify", args: []string{"step", "crypto", "jwt", "verify", "--subtle", "--alg", "HS256", "--key", f.jwk}, stdin: f.tokenFile, verifies: true},
		{name: "step crypto jwt inspect", args: []string{"step", "crypto", "jwt", "inspect", "--insecure"}, stdin: f.tokenFile},
		{name: "openssl version", args: []string{"openssl", "version"}},
		{name: "jose jws ver", args: []string{"jose", "jws", "ver", "-i", f.tokenFile, "-k", f.jwk, "-O", "-"}, verifies: true},
		{name: "jose jws sig", args: []string{"jose", "jws", "sig", "-I", f.tokenFile, "-k", f.jwk, "-s", `{"protected":{"alg":"HS256"}}`, "-c", "-o", "-"}},
	}
	var installed []command
	for _, c := range all {
		if path, err := exec.LookPath(c.args[0]); err == nil {
			c.args[0] = path
			installed = append(installed, c)
		}
	}
	return installed
}

// refuseForged runs every command that verifies on a forged token, which none may accept.
func refuseForged(p *programs, commands []command, f processInput) error {
	for _, c := range commands {
		if !c.verifies {
			continue
		}
		spent, err := p.run(c.instead(f.tokenFile, f.forged))
		if err != nil {
			return err
		}
		if spent.Exit == 0 {
			return fmt.Errorf("%s accepts a forged token", c.name)
		}
	}
	return nil
}
