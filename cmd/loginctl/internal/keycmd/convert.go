package keycmd

import (
	"fmt"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
)

func keyConvertCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "convert",
		Usage:     "write a key in another format",
		ArgsUsage: "[KEY]",
		UsageText: `
			key convert old.pem -o signing.pem
			key convert signing.pem --format jwk --no-passphrase -o signing.jwk
			key convert --secret-file hs.key --format jwk --kid k1 -o hs.jwk`,
		Description: `
			KEY is a PEM or JWK file, private or public, - for standard input. pem is PKCS
			#8, encrypted unless --no-passphrase says otherwise: under the passphrase the
			key had, or under a new one. pkcs1 (RSA), sec1 (EC) and jwk hold private keys
			unencrypted and need --no-passphrase. An HMAC secret goes to jwk and back to
			text.`,
		Flags: slices.Concat([]cli.Flag{
			cmdline.Choice("format", "pem", "`FORMAT` how the key is written", "pem", "pkcs1", "sec1", "jwk", "jwks", "text"),
			cmdline.FileFlag("secret-file", cmdline.KeyCategory, "`SOURCE` an HMAC secret in place of KEY"),
		}, OutFlags(), input.BindFlags(), input.NewPassphraseFlags()),
		Action: cmdline.Action(env, runConvert),
	}
}

func runConvert(env *terminal.Env, c *cli.Context) error {
	name, secretFile := c.Args().First(), c.String("secret-file")
	switch {
	case name != "" && secretFile != "":
		return outcome.Usage("KEY and --secret-file are both given", cmdline.GiveOnce)
	case secretFile != "":
		key, err := input.ReadSecret(env, c, secretFile)
		if err != nil {
			return outcome.KeyError(err)
		}
		return convertSecret(env, c, key)
	case name == "":
		return outcome.Usage("key convert needs KEY or --secret-file", outcome.SeeHelp("key convert"))
	}
	f, err := input.OpenKeyFile(env, name)
	if err != nil {
		return err
	}
	defer clear(f.Data)
	switch {
	case f.Info.Type == "oct":
		key, err := input.OpenPrivate(env, c, f.Data, name)
		if err != nil {
			return outcome.KeyError(err)
		}
		return convertSecret(env, c, key)
	case f.Info.Private:
		return convertPrivate(env, c, f)
	}
	return convertPublic(env, c, f)
}

func convertPublic(env *terminal.Env, c *cli.Context, f *input.KeyFile) error {
	format := c.String("format")
	if format != "pem" && format != "jwk" && format != "jwks" {
		return outcome.Usage("a public key has no --format "+format, "it takes pem, jwk and jwks")
	}
	key, err := input.OpenPublic(env, c, f.Data, f.Info, f.Name)
	if err != nil {
		return outcome.KeyError(err)
	}
	if key, err = input.Bind(c, key); err != nil {
		return err
	}
	data, err := marshalPublic(key, format)
	if err != nil {
		return outcome.KeyError(err)
	}
	return deliverKey(env, c, newKeyDocument("loginctl.key-convert/1", format, key), data)
}

// convertSecret writes an HMAC secret as a JWK or as a line of text.
func convertSecret(env *terminal.Env, c *cli.Context, key *keys.SigningKey) (err error) {
	format := c.String("format")
	if !c.IsSet("format") {
		format = "jwk"
	}
	if key, err = input.Bind(c, key); err != nil {
		return err
	}
	var data []byte
	switch format {
	case "jwk":
		data, err = keys.MarshalJWK(key)
	case "text":
		data, err = keys.MarshalSecret(key)
	default:
		return outcome.Usage("an HMAC secret has no --format "+format, "it takes jwk and text")
	}
	if err != nil {
		return outcome.KeyError(err)
	}
	d := newKeyDocument("loginctl.key-convert/1", format, key.VerificationKey())
	d.Private = true
	return deliverKey(env, c, d, data)
}

func convertPrivate(env *terminal.Env, c *cli.Context, f *input.KeyFile) error {
	format := c.String("format")
	plain := c.Bool("no-passphrase")
	switch {
	case format == "text":
		return outcome.Usage("--format text is for HMAC secrets", "a private key takes pem, jwk, and pkcs1 (RSA) or sec1 (EC)")
	case format == "jwks":
		return outcome.Usage("a JWK Set holds public keys", "for one with the public half: "+outcome.Program()+" key public "+terminal.QuoteShell(f.Name)+" --format jwks")
	case format != "pem" && !plain:
		return outcome.Usage("--format "+format+" cannot be encrypted", "say so with --no-passphrase, or use --format pem")
	}
	key, secret, err := input.UnlockKey(env, c, f)
	if err != nil {
		return err
	}
	defer clear(secret)
	if key, err = input.Bind(c, key); err != nil {
		return err
	}
	d := newKeyDocument("loginctl.key-convert/1", format, key.VerificationKey())
	d.Private, d.Encrypted = true, !plain
	if d.Encrypted && (secret == nil || input.GivesNewPassphrase(c)) {
		if secret, err = input.ReadNewPassphrase(env, c, input.KeyName(f.Name), !f.Info.Encrypted); err != nil {
			return err
		}
		defer clear(secret)
	}
	data, err := marshalPrivate(key, format, secret, plain, input.KDF(c))
	if err != nil {
		return outcome.KeyError(fmt.Errorf("converting %s: %w", input.KeyName(f.Name), err))
	}
	defer clear(data)
	if format != "jwk" {
		noteLost(env, key)
	}
	return deliverKey(env, c, d, data)
}

// noteLost prints the flags for the algorithm and the kid, which a PEM file has no place
// for and a JWK has.
func noteLost(env *terminal.Env, key *keys.SigningKey) {
	var lost []string
	if !isDefault(key.Algorithm()) {
		lost = append(lost, "--alg "+key.Algorithm().String())
	}
	if key.ID() != key.VerificationKey().Thumbprint() {
		lost = append(lost, cmdline.WithValue("--kid", key.ID()))
	}
	if len(lost) > 0 {
		env.Note("PEM holds no algorithm and no kid; later commands need %s", strings.Join(lost, " "))
	}
}

func marshalPrivate(key *keys.SigningKey, format string, secret []byte, plain bool, kdf keys.KDF) ([]byte, error) {
	switch {
	case format == "pkcs1" && key.Algorithm().Type() != "RSA":
		return nil, fmt.Errorf("%w: PKCS #1 is for RSA keys; write PKCS #8", keys.ErrUnsupported)
	case format == "sec1" && key.Algorithm().Type() != "EC":
		return nil, fmt.Errorf("%w: SEC 1 is for EC keys; write PKCS #8", keys.ErrUnsupported)
	case format == "pkcs1" || format == "sec1":
		return keys.MarshalTraditional(key)
	case format == "jwk":
		return keys.MarshalJWK(key)
	case plain:
		return keys.MarshalPKCS8(key)
	}
	return keys.MarshalEncrypted(key, secret, kdf)
}
