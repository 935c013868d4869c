package keys

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"
)

// Info describes a key file without holding its private part.
type Info struct {
	Format     string    // "PKCS #8", "PKCS #1", "SEC 1", "SubjectPublicKeyInfo", "certificate", "JWK", "JWK Set", "RFC 1423 PEM"
	Type       string    // JWK kty: "RSA", "EC", "OKP", "oct"; empty when encrypted
	Curve      string    // "P-256" …, "Ed25519"
	Bits       int       // 0 when encrypted
	Private    bool      // holds a private key or a secret
	Encrypted  bool      // needs a password
	Algorithm  Algorithm // the one Parse would bind it to; zero when encrypted
	ID         string    // kid; empty when encrypted
	Thumbprint string    // RFC 7638; empty for a secret and when encrypted
	KDF        string    // "PBKDF2-HMAC-SHA256", "scrypt", "PBE-SHA1-3DES", "MD5" (RFC 1423)
	Iterations int       // PBKDF2 iterations, or scrypt N
	Cipher     string    // "AES-256-CBC" …
	Keys       []Info    // of a JWK Set, in order, those that are used
	NotBefore  time.Time // of a certificate; nothing here checks it
	NotAfter   time.Time // of a certificate; nothing here checks it
	Warnings   []string  // what a reviewer would object to, such as RFC 1423 encryption
}

// Inspect says what key data holds, without a password. A key that the Parse
// functions would refuse is refused here with the same error.
func Inspect(data []byte) (*Info, error) {
	doc, err := readText(data)
	if err != nil {
		return nil, err
	}
	if doc.block == nil {
		return inspectJSON(doc.json)
	}
	defer clear(doc.block.Bytes)
	if encrypted(doc.block) {
		return inspectSealed(doc.block)
	}
	return inspectBlock(doc.block)
}

func inspectSealed(b *pem.Block) (*Info, error) {
	s, err := readSealed(b)
	if err != nil {
		return nil, err
	}
	info := &Info{Format: "PKCS #8", Private: true, Encrypted: true, KDF: s.kdf, Iterations: s.cost, Cipher: s.cipher.name}
	if b.Type != "ENCRYPTED PRIVATE KEY" {
		info.Format = "RFC 1423 PEM"
	}
	if s.warning != "" {
		info.Warnings = append(info.Warnings, s.warning)
	} else if cheap := s.cheap(); cheap != "" {
		info.Warnings = append(info.Warnings, cheap)
	}
	return info, nil
}

// cheap says that the password costs little to guess, if it does.
func (s *sealed) cheap() string {
	switch {
	case s.kdf == "scrypt" && s.cost*s.block < minReviewedScrypt:
		return fmt.Sprintf("encrypted under scrypt with N=%d and r=%d, which is little: save it again", s.cost, s.block)
	case s.kdf != "scrypt" && s.cost < minReviewedIterations:
		return fmt.Sprintf("encrypted with %d iterations of %s, which is few: save it again", s.cost, s.kdf)
	}
	return ""
}

const notEncrypted = "the private key is not encrypted"

// What a derivation costs at least without a warning: PBKDF2 iterations, of which
// openssl's default is 2048, and N*r of scrypt, for which it is this.
const (
	minReviewedIterations = 100_000
	minReviewedScrypt     = defaultScryptN * 8
)

func inspectBlock(b *pem.Block) (*Info, error) {
	if format, ok := publicFormats[b.Type]; ok {
		public, err := format.parse(b.Bytes)
		if err != nil {
			return nil, err
		}
		k, err := newPublic(public)
		if err != nil {
			return nil, err
		}
		info := describeKey(format.name, k)
		if certificate, err := x509.ParseCertificate(b.Bytes); err == nil {
			info.NotBefore, info.NotAfter = certificate.NotBefore, certificate.NotAfter
		}
		return info, nil
	}
	k, err := parsePrivateBlock(b)
	if err != nil {
		return nil, err
	}
	info := describeKey(privateFormats[b.Type].name, k.VerificationKey())
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
	if kty, _ := m.text("kty"); kty != "oct" && m["d"] == nil {
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
		Format: format, Type: k.Algorithm().Type(), Curve: k.Algorithm().profile().curve, Bits: k.Bits(),
		Algorithm: k.Algorithm(), ID: k.ID(), Thumbprint: k.Thumbprint(),
	}
	if public, ok := k.m.public.(*rsa.PublicKey); ok && public.E < 65537 {
		info.Warnings = append(info.Warnings, fmt.Sprintf("RSA with the exponent %d; 65537 is usual", public.E))
	}
	return info
}
