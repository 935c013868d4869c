package keycmd

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

// showInspected prints one file, a name and a value on each line.
func showInspected(env *terminal.Env, one *inspected) {
	fmt.Fprintf(&env.Result, "%s\n", terminal.Escape(one.Path))
	writeField(env, "holds", one.holds())
	writeField(env, "format", one.Format)
	if e := one.Encryption; e != nil {
		writeField(env, "encrypted", fmt.Sprintf("%s, %s with a cost of %d", e.Cipher, e.KDF, e.Cost))
	}
	writeField(env, "mode", one.Mode)
	if one.NotAfter != "" {
		writeField(env, "dates", one.NotBefore+" to "+one.NotAfter+", of the certificate; not checked")
	}
	if one.Key != nil {
		showInspectedKey(env, one.Key)
	}
	for i := range one.Keys {
		fmt.Fprintf(&env.Result, "  key %d: %s\n", i+1, one.Keys[i].Kind())
		showInspectedKey(env, &one.Keys[i])
	}
	for _, warning := range one.Warnings {
		writeField(env, "warning", warning)
	}
	if one.Encryption != nil && one.Key == nil {
		env.Note("%s: to show its kind and its public numbers give the passphrase: --passphrase-file FILE", outcome.Program())
	}
}

func (one *inspected) holds() string {
	switch {
	case one.Keys != nil:
		return terminal.Plural(len(one.Keys), "public key")
	case one.Key == nil:
		return "an encrypted private key"
	case one.Key.Type == "oct":
		return "an HMAC secret of " + terminal.Plural(one.Key.Bits/8, "byte")
	case one.Private:
		return "a private key, " + one.Key.Kind()
	}
	return "a public key, " + one.Key.Kind()
}

// Kind names the kind of the key, with its size or curve.
func (k *InspectedKey) Kind() string {
	switch k.Type {
	case "RSA":
		return fmt.Sprintf("RSA of %d bits", k.Bits)
	case "EC":
		return "EC on " + k.Curve
	}
	return k.Curve
}

func showInspectedKey(env *terminal.Env, k *InspectedKey) {
	writeField(env, "alg", k.Alg)
	writeField(env, "kid", k.ID)
	if k.Thumbprint != k.ID {
		writeField(env, "thumbprint", k.Thumbprint)
	}
	writeField(env, "spki-sha256", k.Fingerprint)
	m, err := input.ReadMembers(k.Public)
	if err != nil {
		return // a secret has no public JWK
	}
	for _, name := range []string{"n", "e", "x", "y"} {
		if number, ok := m.Text(name); ok {
			writeField(env, name, number+decimal(number))
		}
	}
}

// decimal returns a short number in decimal, such as 65537, in parentheses.
func decimal(number string) string {
	b, err := base64.RawURLEncoding.DecodeString(number)
	if err != nil || len(b) > 4 {
		return ""
	}
	return " (" + new(big.Int).SetBytes(b).String() + ")"
}

// writeField prints a name and its value, unless it is empty. A long value without
// blanks is cut into several lines.
func writeField(env *terminal.Env, name, value string) {
	const column, width = 14, terminal.HelpWidth - 14
	value = terminal.Escape(value)
	for first := true; value != ""; first = false {
		end := min(len(value), width)
		if strings.ContainsRune(value[:end], ' ') {
			end = len(value)
		}
		if !first {
			name = ""
		}
		fmt.Fprintf(&env.Result, "  %-*s%s\n", column-2, name, value[:end])
		value = value[end:]
	}
}
