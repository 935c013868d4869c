package keys

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/pbe"
	"github.com/loginctl/loginctl/pkg/keys/internal/sshkey"
)

// Info describes a key file. It never contains private parts.
type Info struct {
	Format      string    // such as "PKCS #8", "certificate", "OpenSSH", "JWK"
	Type        string    // JWK kty: "RSA", "EC", "OKP", "oct"; empty when encrypted
	Curve       string    // "P-256" …, "Ed25519"
	Bits        int       // 0 when encrypted
	Private     bool      // holds a private key or a secret
	Encrypted   bool      // needs a passphrase
	Algorithm   Algorithm // the one Parse would bind it to; zero when encrypted
	ID          string    // kid; empty when encrypted
	Thumbprint  string    // RFC 7638; empty for a secret and when encrypted
	Fingerprint string    // see [VerificationKey.Fingerprint]; empty for a secret and when encrypted
	KDF         string    // "PBKDF2-HMAC-SHA256", "scrypt", "PBE-SHA1-3DES", "MD5" (RFC 1423)
	Iterations  int       // PBKDF2 iterations, or scrypt N
	Cipher      string    // "AES-256-CBC" …
	Keys        []Info    // of a JWK Set, in order, those that are used
	NotBefore   time.Time // of a certificate; nothing here checks it
	NotAfter    time.Time // of a certificate; nothing here checks it
	Warnings    []string  // what a reviewer would object to, such as RFC 1423 encryption
}

// Inspect says what key data holds, without a passphrase. A key that the Parse
// functions would refuse is refused here with the same error.
func Inspect(data []byte) (*Info, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	defer doc.Clear()
	switch {
	case doc.JSON != nil:
		return inspectJSON(doc.JSON)
	case len(doc.Named) > 0:
		return inspectNamed(doc)
	case doc.Private == nil:
		return inspectPublic(doc.Public)
	case encrypted(doc.Private):
		return inspectEncrypted(doc.Private)
	}
	return inspectPrivate(doc)
}

func inspectNamed(doc *keytext.Document) (*Info, error) {
	listed, err := namedKeys(doc)
	if err != nil {
		return nil, err
	}
	info := &Info{Format: "public keys by key id"}
	for _, k := range listed {
		info.Keys = append(info.Keys, *describeKey("PEM", k))
	}
	return info, nil
}

func inspectEncrypted(b *pem.Block) (*Info, error) {
	if b.Type == sshkey.Label {
		return inspectOpenSSH(b)
	}
	encrypted, err := pbe.Read(b)
	if err != nil {
		return nil, err
	}
	info := &Info{Format: "PKCS #8", Private: true, Encrypted: true, KDF: encrypted.KDF, Iterations: encrypted.Cost, Cipher: encrypted.Cipher()}
	if b.Type != "ENCRYPTED PRIVATE KEY" {
		info.Format = "RFC 1423 PEM"
	}
	if encrypted.Warning != "" {
		info.Warnings = append(info.Warnings, encrypted.Warning)
	} else if cheap := encrypted.Cheap(); cheap != "" {
		info.Warnings = append(info.Warnings, cheap)
	}
	return info, nil
}

const notEncrypted = "the private key is not encrypted"

func inspectOpenSSH(b *pem.Block) (*Info, error) {
	header, err := sshkey.ReadHeader(b.Bytes)
	if err != nil {
		return nil, err
	}
	return &Info{Format: "OpenSSH", Private: true, Encrypted: true, KDF: header.KDF, Iterations: header.Rounds, Cipher: header.Cipher}, nil
}

func inspectPublic(b *pem.Block) (*Info, error) {
	format, k, err := publicBlock(b)
	if err != nil {
		return nil, err
	}
	info := describeKey(format, k)
	if certificate, err := x509.ParseCertificate(b.Bytes); err == nil {
		info.NotBefore, info.NotAfter = certificate.NotBefore, certificate.NotAfter
	}
	return info, nil
}

func inspectPrivate(doc *keytext.Document) (*Info, error) {
	k, err := parsePrivate(doc, plainPrivate)
	if err != nil {
		return nil, err
	}
	format := "OpenSSH"
	if known, ok := der.Private(doc.Private.Type); ok {
		format = known.Name
	}
	info := describeKey(format, k.VerificationKey())
	info.Private = true
	info.Warnings = append(info.Warnings, notEncrypted)
	return info, nil
}

func inspectJSON(text []byte) (*Info, error) {
	// Not by readMembers, which refuses a set for a fault of one entry.
	if _, err := splitJWKS(text); !errors.Is(err, ErrNoKey) {
		return inspectJWKS(text)
	}
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	defer m.clear()
	if kty, _ := m.stringAt("kty"); kty != "oct" && m["d"] == nil {
		k, err := parsePublicJWK(text)
		if err != nil {
			return nil, err
		}
		return describeKey("JWK", k), nil
	}
	k, err := parsePrivateJWK(text)
	if refused := m.permits("sign"); refused != nil && errors.Is(err, ErrUnsupported) {
		return inspectVerifyOnly(text, refused)
	}
	if err != nil {
		return nil, err
	}
	info := describeKey("JWK", k.VerificationKey())
	info.Private = true
	info.Warnings = append(info.Warnings, notEncrypted)
	return info, nil
}

// inspectVerifyOnly describes a private JWK whose key_ops permit verifying alone.
func inspectVerifyOnly(text []byte, refused error) (*Info, error) {
	k, err := parsePublicJWK(text)
	if err != nil {
		return nil, refused
	}
	info := describeKey("JWK", k)
	info.Private = true
	info.Warnings = append(info.Warnings, notEncrypted, refused.Error())
	return info, nil
}

func inspectJWKS(text []byte) (*Info, error) {
	set, err := ParseJWKS(text, nil)
	if err != nil {
		return nil, err
	}
	info := &Info{Format: "JWK Set"}
	for _, k := range set.Snapshot().VerificationKeys() {
		info.Keys = append(info.Keys, *describeKey("JWK", k))
	}
	for _, skipped := range set.Skipped() {
		if !errors.Is(skipped.Err, ErrUnsupported) { // such keys are for another purpose
			info.Warnings = append(info.Warnings, skipped.String())
		}
	}
	entries, err := readJWKS(text)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if m, err := readMembers(entry); err == nil {
			info.Private = info.Private || m.present("d") || m.present("k")
			m.clear()
		}
	}
	if info.Private {
		info.Warnings = append(info.Warnings, "the JWK Set holds private keys: do not publish it")
	}
	return info, nil
}

func describeKey(format string, k *VerificationKey) *Info {
	info := &Info{
		Format: format, Type: k.Algorithm().Type(), Curve: profileOf(k.Algorithm()).curve, Bits: k.Bits(),
		Algorithm: k.Algorithm(), ID: k.ID(), Thumbprint: k.Thumbprint(), Fingerprint: k.Fingerprint(),
	}
	if public, ok := k.m.public.(*rsa.PublicKey); ok && public.E < 65537 {
		info.Warnings = append(info.Warnings, fmt.Sprintf("RSA with the exponent %d; 65537 is usual", public.E))
	}
	return info
}
