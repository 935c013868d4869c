package keycmd

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// KeygenCommand makes the command keygen.
func KeygenCommand(env *terminal.Env) *cli.Command {
	alg := input.AlgFlag("`ALG` the algorithm of the key (default RS256)", "alg")
	alg.Category = ""
	flags := []cli.Flag{
		cmdline.FileFlag("out", "", "`FILE` the private key is written there, the public half beside it as .pub", "o", "output"),
		alg,
		&cli.IntFlag{Name: "bits", Usage: "`N` the size of an RSA key, 2048 to 8192 (default 3072), or of a secret in random bits (default as many as its hash)"},
		cmdline.Choice("format", "", "`FORMAT` how the key is written (default pem, for a secret base64url)", keyFormats()...),
		&cli.StringFlag{Name: "env-name", Value: "JWT_SECRET", Usage: "`NAME` the variable of --format env"},
		&cli.StringFlag{Name: "kid", Usage: "`ID` the kid of the key (default the RFC 7638 thumbprint, for a secret none)"},
		cmdline.Choice("kdf", "pbkdf2", "`KDF` how the encryption key is derived from the passphrase", "pbkdf2", "scrypt"),
		&cli.BoolFlag{Name: "no-passphrase", Usage: "leave the private key unencrypted"},
		&cli.BoolFlag{Name: "force", Aliases: []string{"f"}, Usage: "replace files that exist"},
	}
	return &cli.Command{
		Name:      "keygen",
		Usage:     "make a key pair or an HMAC secret",
		ArgsUsage: "[KIND]",
		UsageText: `
			keygen -o signing.pem
			keygen ed25519 -o signing.pem --passphrase-file passphrase
			keygen hmac > hs256.key
			keygen --alg PS256 --bits 4096 -o signing.pem`,
		Description: `
			KIND is short for --alg: hmac is HS256, rsa RS256, ec ES256, ed25519 EdDSA, and
			every algorithm is a KIND.

			A private key is encrypted (PKCS #8, PBES2, AES-256) unless --no-passphrase
			says otherwise; openssl reads it. Files with private keys have mode 0600 and
			are never overwritten without --force. Without -o the private key goes to
			standard output.

			An HMAC secret is one line of text, and the text itself is the secret: the
			same line works in a file, in an environment variable and in other libraries.
			Formats: base64url and hex are such lines, raw has no newline, env puts NAME=
			before it.

			pkcs1, sec1 and jwk hold private keys unencrypted and need --no-passphrase;
			jwks writes the public half as a JWK Set.`,
		Flags:  append(flags, input.PassphraseFlags()...),
		Action: cmdline.Action(env, runKeygen),
	}
}

// newKey is a new key, and the form in which it is written.
type newKey struct {
	key       *keys.SigningKey
	format    string
	random    int    // --bits
	out       string // a file, or "" for standard output
	encrypted bool
	private   []byte
	public    []byte // nil for a secret
}

func runKeygen(env *terminal.Env, c *cli.Context) error {
	alg, err := kindOrAlgorithm(c)
	if err != nil {
		return err
	}
	m := &newKey{format: c.String("format"), out: c.String("out"), random: c.Int("bits")}
	if m.out == "-" {
		m.out = ""
	}
	if err := planKeyFiles(env, c, m, alg); err != nil {
		return err
	}
	if m.key, err = generateKey(env, c, m, alg); err != nil {
		return err
	}
	if err := encodeKey(env, c, m); err != nil {
		return err
	}
	defer clear(m.private)
	if m.out != "" {
		if err := saveNew(m, c.Bool("force")); err != nil {
			return err
		}
	}
	showKey(env, c, m)
	return nil
}

// kindOrAlgorithm returns the algorithm of KIND or --alg.
func kindOrAlgorithm(c *cli.Context) (keys.Algorithm, error) {
	kind := c.Args().First()
	if kind == "" {
		return input.Algorithm(c, keys.RS256)
	}
	if c.String("alg") != "" {
		return 0, outcome.Usage("the kind "+terminal.Shorten(kind)+" and --alg are both given", "a kind is short for an algorithm: "+cmdline.GiveOnce)
	}
	switch strings.ToLower(kind) {
	case "hmac":
		return keys.HS256, nil
	case "rsa":
		return keys.RS256, nil
	case "ec":
		return keys.ES256, nil
	case "ed25519":
		return keys.EdDSA, nil
	}
	for _, alg := range keys.Algorithms() {
		if strings.EqualFold(kind, alg.String()) {
			return alg, nil
		}
	}
	return 0, outcome.Usage("keygen does not make "+terminal.Shorten(kind), "it makes hmac, rsa, ec and ed25519; others with --alg")
}

// planKeyFiles completes m and refuses flags and names that cannot work, before a key is
// made or a passphrase asked for.
func planKeyFiles(env *terminal.Env, c *cli.Context, m *newKey, alg keys.Algorithm) error {
	if m.format == "" {
		m.format = "pem"
		if alg.Type() == "oct" {
			m.format = "base64url"
		}
	}
	if err := formatFits(m.format, alg); err != nil {
		return err
	}
	if alg.Type() == "oct" && c.IsSet("kid") && m.format != "jwk" {
		return outcome.Usage("--format "+m.format+" has no place for --kid", "use --format jwk, or say --kid when the secret is used")
	}
	m.encrypted = alg.Type() != "oct" && !c.Bool("no-passphrase")
	if err := checkKeygen(c, alg, m.encrypted); err != nil {
		return err
	}
	plain := m.format == "pkcs1" || m.format == "sec1" || m.format == "jwk"
	if m.encrypted && plain {
		return outcome.Usage("--format "+m.format+" cannot be encrypted", "say so with --no-passphrase, or use --format pem")
	}
	if m.format == "jwks" {
		if err := checkSetName(m.out); err != nil {
			return err
		}
	}
	if m.out == "" && !m.encrypted && alg.Type() != "oct" && terminal.IsTerminal(env.Stdout) {
		return outcome.Usage("an unencrypted private key is not shown on a terminal", "write it to a file: -o FILE")
	}
	if m.out == "" {
		return env.CheckPrivateOut()
	}
	return checkFiles(m.files(alg), c.Bool("force"))
}

// checkSetName refuses a private key's file name that looks like that of a key set: the
// file could be published by mistake.
func checkSetName(out string) error {
	switch {
	case out == "":
		return outcome.Usage("--format jwks writes two files", "say where with -o FILE")
	case strings.HasSuffix(strings.ToLower(out), ".json"):
		return outcome.Usage("-o names the private key, a PEM file; the set goes to "+out+".pub",
			"-o signing.pem, then "+outcome.Program()+" jwks new signing.pem -o jwks.json")
	}
	return nil
}

// checkKeygen refuses flags that would have no effect.
func checkKeygen(c *cli.Context, alg keys.Algorithm, encrypted bool) error {
	switch {
	case encrypted || !input.GivesPassphrase(c):
	case alg.Type() == "oct":
		return outcome.Usage("an HMAC secret is not encrypted: it has no passphrase", "leave the passphrase out, and keep the file safe")
	default:
		return outcome.Usage("--no-passphrase and a passphrase are both given", cmdline.GiveOnce)
	}
	if !encrypted && c.IsSet("kdf") {
		return outcome.Usage("--kdf is for encrypted keys, and this one is not encrypted", "leave it out")
	}
	if c.IsSet("env-name") && c.String("format") != "env" {
		return outcome.Usage("--env-name is for --format env", "add --format env, or leave it out")
	}
	if name := c.String("env-name"); strings.Trim(name, "_ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" || isDigit(name[0]) {
		return outcome.Usage("--env-name takes letters, digits and underscores, and does not begin with a digit", "as in --env-name SESSION_SECRET")
	}
	return nil
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// checkFiles refuses names that cannot be written.
func checkFiles(names []string, force bool) error {
	if folder := filepath.Dir(names[0]); !terminal.IsFolder(folder) {
		if _, err := os.Lstat(folder); err == nil {
			return outcome.Failed(outcome.ErrIO, folder+" is not a folder", "name a file in a folder: -o FILE")
		}
		return outcome.Failed(outcome.ErrIO, "there is no folder "+folder, "make it: mkdir -p "+terminal.QuoteShell(folder))
	}
	for _, name := range names {
		if terminal.IsFolder(name) {
			return outcome.Usage(name+" is a folder", "name a file in it: -o "+terminal.QuoteShell(filepath.Join(name, "signing.pem")))
		}
		if _, err := os.Lstat(name); err == nil && !force {
			return fmt.Errorf("%s: %w", name, keyfile.ErrExists)
		}
	}
	return nil
}

// files returns the names of the files that the key is written to.
func (m *newKey) files(alg keys.Algorithm) []string {
	if alg.Type() == "oct" {
		return []string{m.out}
	}
	return []string{m.out, m.out + ".pub"}
}
