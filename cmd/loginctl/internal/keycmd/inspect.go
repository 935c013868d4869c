package keycmd

import (
	"errors"
	"fmt"
	"os"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/cmdline"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

func keyInspectCommand(env *terminal.Env) *cli.Command {
	return &cli.Command{
		Name:      "inspect",
		Usage:     "describe a key file, without its private numbers",
		ArgsUsage: "[KEY...]",
		UsageText: `
			key inspect signing.pem
			key inspect signing.pem --passphrase-file passphrase
			key inspect --json jwks.json
			key inspect --secret-file hs256.key`,
		Description: `
			Prints kind, size, curve, public numbers, kid, encryption and file mode, and
			warnings. An encrypted key is described without its passphrase as far as
			possible; with it the public half is shown too. - is standard input.`,
		Flags: append([]cli.Flag{
			cmdline.FileFlag("secret-file", cmdline.KeyCategory, "`SOURCE` an HMAC secret"),
		}, input.PassphraseFlags()...),
		Action: cmdline.Action(env, runInspect),
	}
}

// inspectDocument is the output of key inspect under --json.
type inspectDocument struct {
	Schema string      `json:"schema"`
	Files  []inspected `json:"files"`
}

// inspected describes one file.
type inspected struct {
	Path       string         `json:"path"`
	Mode       string         `json:"mode,omitempty"`
	Format     string         `json:"format"`
	Private    bool           `json:"private"`
	Encryption *encryption    `json:"encryption,omitempty"`
	Key        *InspectedKey  `json:"key,omitempty"` // nil for an encrypted key without its passphrase
	Keys       []InspectedKey `json:"keys,omitempty"`
	NotBefore  string         `json:"not_before,omitempty"` // of a certificate
	NotAfter   string         `json:"not_after,omitempty"`
	Warnings   []string       `json:"warnings,omitempty"`
	Failure    *unreadFile    `json:"error,omitempty"` // of a file that could not be described
}

type encryption struct {
	KDF    string `json:"kdf"`
	Cost   int    `json:"cost"` // iterations, or scrypt's N
	Cipher string `json:"cipher"`
}

// InspectedKey describes a key. Of a secret it has the size and no public JWK.
type InspectedKey struct {
	Type        string         `json:"kty,omitempty"`
	Curve       string         `json:"crv,omitempty"`
	Bits        int            `json:"bits,omitzero"`
	Alg         string         `json:"alg,omitempty"`
	ID          string         `json:"kid,omitempty"`
	Thumbprint  string         `json:"thumbprint,omitempty"`
	Fingerprint string         `json:"spki_sha256,omitempty"`
	Public      jsontext.Value `json:"public,omitempty"` // the public JWK
}

func runInspect(env *terminal.Env, c *cli.Context) error {
	d := inspectDocument{Schema: "loginctl.key-inspect/1"}
	names := c.Args().Slice()
	var failed failures
	for _, name := range names {
		one, err := inspectFile(env, c, name)
		if err != nil {
			one = &inspected{Path: input.KeyName(name), Failure: failed.add(env, name, err)}
		}
		d.Files = append(d.Files, *one)
	}
	if file := c.String("secret-file"); file != "" {
		one, err := inspectSecret(env, c, file)
		if err != nil {
			return err
		}
		d.Files = append(d.Files, *one)
	}
	switch {
	case len(d.Files) == 0:
		return outcome.Usage("key inspect needs KEY or --secret-file", outcome.SeeHelp("key inspect"))
	case len(d.Files) == 1 && failed.first != nil:
		return failed.first
	case env.JSON:
		env.WriteJSON(d)
		return failed.of(len(d.Files))
	}
	for i := range d.Files {
		if d.Files[i].Failure != nil {
			continue
		}
		if env.Result.Len() > 0 {
			fmt.Fprintln(&env.Result)
		}
		showInspected(env, &d.Files[i])
	}
	return failed.of(len(d.Files))
}

func inspectFile(env *terminal.Env, c *cli.Context, name string) (*inspected, error) {
	f, err := input.OpenKeyFile(env, name)
	if err != nil {
		return nil, err
	}
	defer clear(f.Data)
	one := newInspected(f.Info, name)
	switch {
	case len(f.Info.Keys) > 0:
		return one, one.addSet(f.Data)
	case f.Info.Encrypted && !input.PassphraseGiven(env, c):
		return one, nil
	}
	key, err := publicHalf(env, c, f)
	if f.Info.Encrypted && err != nil && !input.GivesPassphrase(c) {
		// No flag asked to open it: the passphrase in the environment is for another key.
		env.Warn("%s: not opened with the passphrase in the environment: %v", input.KeyName(name), err)
		return one, nil
	}
	if err != nil {
		return nil, outcome.KeyError(err)
	}
	one.Key, err = NewInspectedKey(key)
	return one, err
}

// publicHalf is [input.OpenPublic] without its warnings, which the report has.
func publicHalf(env *terminal.Env, c *cli.Context, f *input.KeyFile) (*keys.VerificationKey, error) {
	if !f.Info.Private {
		return keys.ParsePublic(f.Data)
	}
	if !f.Info.Encrypted {
		key, err := keys.Parse(f.Data)
		return key.VerificationKey(), err
	}
	key, secret, err := input.UnlockKey(env, c, f)
	clear(secret)
	return key.VerificationKey(), err
}

// inspectSecret describes a file with an HMAC secret by its size.
func inspectSecret(env *terminal.Env, c *cli.Context, name string) (*inspected, error) {
	data, err := input.ReadKey(env, name, "the secret")
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading --secret-file: %w", terminal.WithoutPath(err)))
	}
	defer clear(data)
	key, err := keys.ParseSecret(data, keys.HS256)
	if err != nil {
		return nil, outcome.KeyError(fmt.Errorf("reading --secret-file: %w", err))
	}
	for _, alg := range []keys.Algorithm{keys.HS384, keys.HS512} { // the longest hash it is strong enough for
		if longer, err := key.As(alg); err == nil {
			key = longer
		}
	}
	one := newInspected(&keyfile.Info{Format: "text", Private: true}, name)
	one.Key, err = NewInspectedKey(key.VerificationKey())
	return one, err
}

func newInspected(info *keyfile.Info, name string) *inspected {
	one := &inspected{Path: input.KeyName(name), Format: info.Format, Private: info.Private, Warnings: info.Warnings}
	if file, err := os.Stat(name); name != "-" && err == nil && terminal.Modes() {
		one.Mode = fmt.Sprintf("%04o", file.Mode().Perm())
		if info.Private && file.Mode().Perm()&0o077 != 0 {
			one.Warnings = append(one.Warnings, "others can read it: chmod 600 "+terminal.QuoteShell(name))
		}
	}
	if info.Encrypted {
		one.Encryption = &encryption{info.KDF, info.Iterations, info.Cipher}
	}
	if !info.NotAfter.IsZero() {
		one.NotBefore, one.NotAfter = info.NotBefore.UTC().Format("2006-01-02"), info.NotAfter.UTC().Format("2006-01-02")
	}
	return one
}

func (one *inspected) addSet(data []byte) error {
	set, err := keys.ParseJWKS(data, nil)
	if err != nil {
		return outcome.KeyError(err)
	}
	for _, key := range set.Snapshot().VerificationKeys() {
		k, err := NewInspectedKey(key)
		if err != nil {
			return err
		}
		one.Keys = append(one.Keys, *k)
	}
	return nil
}

// NewInspectedKey describes a key.
func NewInspectedKey(key *keys.VerificationKey) (*InspectedKey, error) {
	k := &InspectedKey{Type: key.Algorithm().Type(), Bits: key.Bits(), Alg: key.Algorithm().String(),
		ID: key.ID(), Thumbprint: key.Thumbprint(), Fingerprint: key.Fingerprint()}
	public, err := keys.MarshalPublicJWK(key)
	if errors.Is(err, keys.ErrNotPublic) {
		return k, nil // a secret has no public half to show
	}
	k.Public = public
	var m input.Members
	if err == nil {
		m, err = input.ReadMembers(public)
	}
	k.Curve, _ = m.Text("crv")
	return k, err
}
