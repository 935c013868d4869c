package keys

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keytext"
	"github.com/loginctl/loginctl/pkg/keys/internal/pbe"
)

// Info describes a key file. It never contains private parts.
type Info struct {
	Format     string    // "PKCS #8", "PKCS #1", "SEC 1", "SubjectPublicKeyInfo", "certificate", "JWK", "JWK Set", "RFC 1423 PEM"
	Type       string    // JWK kty: "RSA", "EC", "OKP", "oct"; empty if encrypted
	Curve      string    // "P-256" …, "Ed25519"
	Bits       int       // 0 if encrypted
	Private    bool      // holds a private key or a secret
	Encrypted  bool      // needs a passphrase
	Algorithm  Algorithm // the default of Parse, or that of the JWK; zero if encrypted
	ID         string    // kid; empty if encrypted
	Thumbprint string    // RFC 7638; empty for a secret and if encrypted
	KDF        string    // "PBKDF2-HMAC-SHA256", "scrypt", "PBE-SHA1-3DES", "MD5" (RFC 1423)
	Iterations int       // PBKDF2 iterations, or scrypt N
	Cipher     string    // "AES-256-CBC" …
	Keys       []Info    // of a JWK Set: the usable keys, in order
	NotBefore  time.Time // of a certificate; not checked
	NotAfter   time.Time // of a certificate; not checked
	Warnings   []string  // weaknesses that are not refused, such as RFC 1423 encryption
}

// Inspect describes the key in data without a passphrase. If the Parse functions
// would refuse the key, Inspect refuses it with the same error.
func Inspect(data []byte) (*Info, error) {
	doc, err := keytext.Read(data)
	if err != nil {
		return nil, err
	}
	if doc.Block == nil {
		return inspectJSON(doc.JSON)
	}
	defer clear(doc.Block.Bytes)
	if pbe.Encrypted(doc.Block) {
		return inspectEncrypted(doc.Block)
	}
	return inspectBlock(doc.Block)
}

func inspectEncrypted(b *pem.Block) (*Info, error) {
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

func inspectBlock(b *pem.Block) (*Info, error) {
	if format, ok := der.Public(b.Type); ok {
		public, err := format.Parse(b.Bytes)
		if err != nil {
			return nil, err
		}
		k, err := newPublic(public)
		if err != nil {
			return nil, err
		}
		info := describeKey(format.Name, k)
		if certificate, err := x509.ParseCertificate(b.Bytes); err == nil {
			info.NotBefore, info.NotAfter = certificate.NotBefore, certificate.NotAfter
		}
		return info, nil
	}
	k, err := parsePrivateBlock(b)
	if err != nil {
		return nil, err
	}
	format, _ := der.Private(b.Type) // found, or parsePrivateBlock had failed
	info := describeKey(format.Name, k.VerificationKey())
	info.Private = true
	info.Warnings = append(info.Warnings, notEncrypted)
	return info, nil
}

func inspectJSON(text []byte) (*Info, error) {
	m, err := readMembers(text)
	if err != nil {
		return nil, err
	}
	defer m.clear()
	if m["keys"] != nil {
		return inspectJWKS(text)
	}
	if kty, _ := m.stringAt("kty"); kty != "oct" && m["d"] == nil {
		k, err := parsePublicJWK(text)
		if err != nil {
			return nil, err
		}
		return describeKey("JWK", k), nil
	}
	k, err := parsePrivateJWK(text)
	if err != nil {
		return nil, err
	}
	info := describeKey("JWK", k.VerificationKey())
	info.Private = true
	info.Warnings = append(info.Warnings, notEncrypted)
	return info, nil
}

func inspectJWKS(text []byte) (*Info, error) {
	set, err := ParseJWKS(text)
	if err != nil {
		return nil, err
	}
	info := &Info{Format: "JWK Set"}
	for _, k := range set.Snapshot().VerificationKeys() {
		info.Keys = append(info.Keys, *describeKey("JWK", k))
	}
	listed, err := readJWKS(text)
	if err != nil {
		return nil, err
	}
	for _, one := range listed {
		m, err := readMembers(one)
		if err != nil {
			return nil, err
		}
		info.Private = info.Private || m["d"] != nil
		m.clear()
	}
	if info.Private {
		info.Warnings = append(info.Warnings, "the JWK Set holds private keys: do not publish it")
	}
	return info, nil
}

func describeKey(format string, k *VerificationKey) *Info {
	info := &Info{
		Format: format, Type: k.Algorithm().Type(), Curve: profileOf(k.Algorithm()).curve, Bits: k.Bits(),
		Algorithm: k.Algorithm(), ID: k.ID(), Thumbprint: k.Thumbprint(),
	}
	if public, ok := k.m.public.(*rsa.PublicKey); ok && public.E < 65537 {
		info.Warnings = append(info.Warnings, fmt.Sprintf("RSA with the exponent %d; 65537 is usual", public.E))
	}
	return info
}
