package keycmd

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

// keygenDocument is the output of keygen under --json. Key is the private key itself; it
// is empty if the key was written to a file.
type keygenDocument struct {
	Schema    string        `json:"schema"`
	Alg       string        `json:"alg"`
	Type      string        `json:"kty"`
	Bits      int           `json:"bits"`
	ID        string        `json:"kid,omitempty"`
	Format    string        `json:"format"`
	Encrypted bool          `json:"encrypted"`
	Files     []fileWritten `json:"files"`
	Key       string        `json:"key,omitempty"`
}

type fileWritten struct {
	Path    string `json:"path"`
	Mode    string `json:"mode"`
	Private bool   `json:"private"`
}

// showKey prints the key unless it was written to a file, describes it, and prints the
// command to type next.
func showKey(env *terminal.Env, c *cli.Context, m *newKey) {
	if env.JSON {
		env.WriteJSON(m.document())
		return
	}
	if m.out == "" {
		env.Result.Write(m.private)
	} else {
		width := len(m.out)
		if m.public != nil {
			width += len(".pub")
		}
		env.Note("wrote %-*s  %s", width, terminal.Escape(m.out), m.summary())
		if m.public != nil {
			env.Note("wrote %-*s  %s", width, terminal.Escape(m.out+".pub"), m.publicText())
		}
	}
	if id := m.key.ID(); id != "" {
		env.Note("kid   %s", terminal.Escape(id))
	}
	if c.IsSet("kid") && m.format != "jwk" {
		env.Warn("PEM has no place for a key ID: say %s with every command that uses the private key", cmdline.WithValue("--kid", m.key.ID()))
	}
	env.Note("next  %s", m.nextCommand(c.String("kid")))
}

func (m *newKey) document() keygenDocument {
	d := keygenDocument{
		Schema: "loginctl.keygen/1", Alg: m.key.Algorithm().String(), Type: m.key.Algorithm().Type(),
		Bits: m.bits(), ID: m.key.ID(), Format: m.format, Encrypted: m.encrypted, Files: []fileWritten{},
	}
	if m.out == "" {
		d.Key = string(m.private)
		return d
	}
	d.Files = append(d.Files, fileWritten{m.out, "0600", true})
	if m.public != nil {
		d.Files = append(d.Files, fileWritten{m.out + ".pub", "0644", false})
	}
	return d
}

// bits returns the size of the key, and the number of random bits of a secret.
func (m *newKey) bits() int {
	if m.key.Algorithm().Type() != "oct" {
		return m.key.VerificationKey().Bits()
	}
	return max(m.random, hashBits(m.key.Algorithm()))
}

func (m *newKey) summary() string {
	alg := m.key.Algorithm()
	text := "private, " + kindText(alg, m.bits())
	if alg.Type() == "oct" {
		return fmt.Sprintf("secret, %d random bits for %s", m.bits(), alg) + terminal.ModeNote()
	}
	if m.encrypted {
		return text + ", encrypted" + terminal.ModeNote()
	}
	return text + ", not encrypted" + terminal.ModeNote()
}

func (m *newKey) publicText() string {
	switch m.format {
	case "jwk":
		return "public, JWK"
	case "jwks":
		return "public, JWK Set"
	}
	return "public"
}

func kindText(alg keys.Algorithm, bits int) string {
	switch alg.Type() {
	case "RSA":
		return fmt.Sprintf("RSA %d bits", bits)
	case "EC":
		return fmt.Sprintf("EC P-%d", bits)
	}
	return "Ed25519"
}

// nextCommand returns a command that uses the new key. It states the algorithm and the
// kid, which a PEM file has no place for.
func (m *newKey) nextCommand(kid string) string {
	file := m.out
	if file == "" {
		file = "FILE"
	}
	if m.format == "env" { // NAME= is not part of the secret and has to be cut off
		secret := strings.ToLower(m.key.Algorithm().String()) + ".key"
		// With set -C the shell does not overwrite a file of that name.
		return fmt.Sprintf("(umask 077; set -C; cut -d= -f2- < %s > %s) && %s", terminal.QuoteShell(file), secret, m.mintCommand(secret, kid))
	}
	return m.mintCommand(file, kid)
}

func (m *newKey) mintCommand(file, kid string) string {
	alg, flag := m.key.Algorithm(), "--key"
	if alg.Type() == "oct" && m.format != "jwk" {
		flag = "--secret-file"
	}
	line := []string{outcome.Program(), "mint", cmdline.WithValue(flag, file)}
	if m.format != "jwk" && !isDefault(alg) {
		line = append(line, "--alg", alg.String())
	}
	if m.format != "jwk" && kid != "" {
		line = append(line, cmdline.WithValue("--kid", kid))
	}
	return strings.Join(append(line, "--sub", "NAME", "--scopes", "read", "--expires", "12h"), " ")
}

// isDefault reports whether a key file has that algorithm without --alg.
func isDefault(alg keys.Algorithm) bool {
	return alg == keys.RS256 || alg == keys.HS256 || alg.Type() == "EC" || alg.Type() == "OKP"
}
