package main

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
)

// showInspected prints one file as lines of a name and a value.
func showInspected(a *app, one *inspected) {
	fmt.Fprintf(&a.result, "%s\n", escape(one.Path))
	writeField(a, "holds", one.holds())
	writeField(a, "format", one.Format)
	if e := one.Encryption; e != nil {
		writeField(a, "encrypted", fmt.Sprintf("%s, %s with a cost of %d", e.Cipher, e.KDF, e.Cost))
	}
	writeField(a, "mode", one.Mode)
	if one.NotAfter != "" {
		writeField(a, "dates", one.NotBefore+" to "+one.NotAfter+", of the certificate; not checked")
	}
	if one.Key != nil {
		showInspectedKey(a, one.Key)
	}
	for i := range one.Keys {
		fmt.Fprintf(&a.result, "  key %d: %s\n", i+1, one.Keys[i].kind())
		showInspectedKey(a, &one.Keys[i])
	}
	for _, warning := range one.Warnings {
		writeField(a, "warning", warning)
	}
	if one.Encryption != nil && one.Key == nil {
		a.note("%s: its kind and its public numbers take the passphrase: --passphrase-file FILE", program)
	}
}

func (one *inspected) holds() string {
	switch {
	case one.Keys != nil:
		return plural(len(one.Keys), "public key")
	case one.Key == nil:
		return "an encrypted private key"
	case one.Key.Type == "oct":
		return "an HMAC secret of " + plural(one.Key.Bits/8, "byte")
	case one.Private:
		return "a private key, " + one.Key.kind()
	}
	return "a public key, " + one.Key.kind()
}

func (k *inspectedKey) kind() string {
	switch k.Type {
	case "RSA":
		return fmt.Sprintf("RSA of %d bits", k.Bits)
	case "EC":
		return "EC on " + k.Curve
	}
	return k.Curve
}

func showInspectedKey(a *app, k *inspectedKey) {
	writeField(a, "alg", k.Alg)
	writeField(a, "kid", k.ID)
	if k.Thumbprint != k.ID {
		writeField(a, "thumbprint", k.Thumbprint)
	}
	m, err := readMembers(k.Public)
	if err != nil {
		return // a secret
	}
	for _, name := range []string{"n", "e", "x", "y"} {
		if number, ok := m.text(name); ok {
			writeField(a, name, number+small(number))
		}
	}
}

// small adds what a short number is in decimal, such as 65537.
func small(number string) string {
	b, err := base64.RawURLEncoding.DecodeString(number)
	if err != nil || len(b) > 4 {
		return ""
	}
	return " (" + new(big.Int).SetBytes(b).String() + ")"
}

// field prints a name and its value, if there is one; a long value takes more lines.
func writeField(a *app, name, value string) {
	const column, width = 14, helpWidth - 14
	value = escape(value)
	for first := true; value != ""; first = false {
		end := min(len(value), width)
		if strings.ContainsRune(value[:end], ' ') {
			end = len(value)
		}
		if !first {
			name = ""
		}
		fmt.Fprintf(&a.result, "  %-*s%s\n", column-2, name, value[:end])
		value = value[end:]
	}
}
