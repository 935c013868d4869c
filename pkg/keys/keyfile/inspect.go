package keyfile

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/pbe"
	"github.com/loginctl/loginctl/pkg/keys/internal/sshkey"
)

// Info describes a key file. It never contains private parts.
type Info struct {
	Format      string         // such as "PKCS #8", "certificate", "OpenSSH", "JWK"
	Type        string         // JWK kty: "RSA", "EC", "OKP", "oct"; empty when encrypted
	Curve       string         // "P-256" …, "Ed25519"
	Bits        int            // 0 when encrypted
	Private     bool           // holds a private key or a secret
	Encrypted   bool           // needs a passphrase
	Algorithm   keys.Algorithm // the one Parse would bind it to; zero when encrypted
	ID          string         // kid; empty when encrypted
	Thumbprint  string         // RFC 7638; empty for a secret and when encrypted
	Fingerprint string         // see [keys.VerificationKey.Fingerprint]; empty for a secret and when encrypted
	KDF         string         // "PBKDF2-HMAC-SHA256", "scrypt", "PBE-SHA1-3DES", "MD5" (RFC 1423)
	Iterations  int            // PBKDF2 iterations, or scrypt N
	Cipher      string         // "AES-256-CBC" …
	Keys        []Info         // of a JWK Set, in order, those that are used
	NotBefore   time.Time      // of a certificate; nothing here checks it
	NotAfter    time.Time      // of a certificate; nothing here checks it
	Warnings    []string       // what a reviewer would object to, such as RFC 1423 encryption
}

// Inspect says what key data holds, without a passphrase. A key that the Parse functions
// of package keys would refuse is refused here with the same error.
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
		return inspectNamed(data)
	case doc.Private == nil:
		return inspectPublic(data, doc.Public)
	}
	info, err := inspectPrivate(data, doc.Private)
	return info, doc.Explain(err)
}

func inspectNamed(data []byte) (*Info, error) {
	set, err := keys.ParseJWKS(data, nil)
	if err != nil {
		return nil, err
	}
	return &Info{Format: "public keys by key id", Keys: describeSet("PEM", set)}, nil
}

func describeSet(format string, set *keys.Set) []Info {
	var list []Info
	for _, k := range set.Snapshot().VerificationKeys() {
		list = append(list, *describeKey(format, k))
	}
	return list
}

func inspectPrivate(data []byte, b *pem.Block) (*Info, error) {
	k, err := keys.Parse(data)
	if errors.Is(err, keys.ErrPassphraseRequired) {
		return inspectEncrypted(b)
	}
	if err != nil {
		return nil, err
	}
	format := "OpenSSH"
	if known, ok := der.Private(b.Type); ok {
		format = known.Name
	}
	return describePrivate(format, k.VerificationKey()), nil
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

func inspectOpenSSH(b *pem.Block) (*Info, error) {
	header, err := sshkey.ReadHeader(b.Bytes)
	if err != nil {
		return nil, err
	}
	return &Info{Format: "OpenSSH", Private: true, Encrypted: true, KDF: header.KDF, Iterations: header.Rounds, Cipher: header.Cipher}, nil
}

func inspectPublic(data []byte, b *pem.Block) (*Info, error) {
	k, err := keys.ParsePublic(data)
	if err != nil {
		return nil, err
	}
	format := "OpenSSH"
	if known, ok := der.Public(b.Type); ok {
		format = known.Name
	}
	info := describeKey(format, k)
	if certificate, err := x509.ParseCertificate(b.Bytes); err == nil {
		info.NotBefore, info.NotAfter = certificate.NotBefore, certificate.NotAfter
	}
	return info, nil
}

func describePrivate(format string, k *keys.VerificationKey) *Info {
	info := describeKey(format, k)
	info.Private = true
	info.Warnings = append(info.Warnings, "the private key is not encrypted")
	return info
}

func describeKey(format string, k *keys.VerificationKey) *Info {
	info := &Info{
		Format: format, Type: k.Algorithm().Type(), Curve: curveOf(k.Algorithm()), Bits: k.Bits(),
		Algorithm: k.Algorithm(), ID: k.ID(), Thumbprint: k.Thumbprint(), Fingerprint: k.Fingerprint(),
	}
	if e := exponent(k); e != 0 && e < 65537 {
		info.Warnings = append(info.Warnings, fmt.Sprintf("RSA with the exponent %d; 65537 is usual", e))
	}
	return info
}

func curveOf(alg keys.Algorithm) string {
	return map[keys.Algorithm]string{keys.ES256: "P-256", keys.ES384: "P-384", keys.ES512: "P-521", keys.EdDSA: "Ed25519"}[alg]
}

// exponent returns the public exponent of an RSA key, or zero.
func exponent(k *keys.VerificationKey) int {
	text, err := keys.MarshalPublic(k)
	if err != nil {
		return 0 // a secret
	}
	b, _ := pem.Decode(text)
	public, _ := x509.ParsePKIXPublicKey(b.Bytes)
	if public, ok := public.(*rsa.PublicKey); ok {
		return public.E
	}
	return 0
}
