package keytext

import (
	"bytes"
	"crypto/subtle"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys/internal/derform"
	"github.com/loginctl/loginctl/pkg/keys/internal/foreign"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/internal/sshkey"
)

// labelOf is the label of the content of a block. A label that disagrees is not
// followed: RSA PRIVATE KEY over PKCS #8 and PUBLIC KEY over PKCS #1 are common.
var labelOf = map[derform.Structure]string{
	derform.PKCS8:          "PRIVATE KEY",
	derform.EncryptedPKCS8: "ENCRYPTED PRIVATE KEY",
	derform.PKCS1:          "RSA PRIVATE KEY",
	derform.SEC1:           "EC PRIVATE KEY",
	derform.DSA:            "DSA PRIVATE KEY",
	derform.SPKI:           "PUBLIC KEY",
	derform.PKCS1Public:    "RSA PUBLIC KEY",
	derform.Certificate:    "CERTIFICATE",
	derform.PKCS7:          "PKCS7",
	derform.Request:        "CERTIFICATE REQUEST",
}

// relabel gives a block the label of its content. A block that is encrypted as in
// RFC 1423 has a header, and content that says nothing.
func relabel(b *pem.Block) {
	if b.Headers["Proc-Type"] != "" || b.Type == sshkey.Label {
		return
	}
	if bytes.HasPrefix(b.Bytes, []byte("openssh-key-v1\x00")) {
		b.Type = sshkey.Label
		return
	}
	switch label := labelOf[derform.Of(b.Bytes)]; {
	case b.Type == "X509 CERTIFICATE" || b.Type == "TRUSTED CERTIFICATE" || b.Type == "DSA PRIVATE KEY":
		// which name more than the content does
	case label != "":
		b.Type = label
	}
}

func isPrivate(label string) bool { return strings.HasSuffix(label, "PRIVATE KEY") }

func isCertificate(label string) bool {
	return label == "CERTIFICATE" || label == "X509 CERTIFICATE"
}

// sort finds the private and the public key among blocks: at most one of each, and the
// chain of a certificate. Parameters of a key, and a block that is there twice, are
// passed over.
func (d *Document) sort(blocks []*pem.Block) error {
	found, parameters := distinct(blocks)
	if len(found) == 0 {
		f, _ := foreign.Block(parameters.Type, parameters.Bytes)
		if f.Name == "" {
			f = foreign.File{Name: "the parameters of a key without a key", NoKey: true}
		}
		return foreignError(f)
	}
	var certificates []*pem.Block
	for _, b := range found {
		switch {
		case isCertificate(b.Type):
			certificates = append(certificates, b)
		case (isPrivate(b.Type) || b.Headers["Proc-Type"] != "") && d.Private == nil:
			d.Private = b
		case len(found) > 1 && (b.Type != "PUBLIC KEY" && b.Type != "RSA PUBLIC KEY" || d.Public != nil):
			return several(found)
		default:
			d.Public = b
		}
	}
	return d.addCertificates(certificates, found)
}

// addCertificates makes the leaf the public key, beside a private key or alone.
func (d *Document) addCertificates(certificates, found []*pem.Block) error {
	if len(certificates) == 0 {
		return nil
	}
	leaf, rest := leafOf(certificates)
	switch {
	case d.Public != nil:
		return several(found)
	case leaf == nil && d.Private != nil:
		d.Others = certificates // the private key says which one is its own
	case leaf == nil:
		return fmt.Errorf("%w: %d certificates of which none follows from the others; keep one", keyerr.ErrMalformed, len(certificates))
	default:
		d.Public, d.Others = leaf, rest
	}
	return nil
}

// distinct returns the blocks without parameters and without repetitions, and the
// parameters if there are any. Two private keys are not one, even if they are alike.
func distinct(blocks []*pem.Block) (found []*pem.Block, parameters *pem.Block) {
	for _, b := range blocks {
		relabel(b)
		same := func(other *pem.Block) bool {
			return (isCertificate(b.Type) || b.Type == "PUBLIC KEY") && other.Type == b.Type && maps.Equal(other.Headers, b.Headers) && subtle.ConstantTimeCompare(other.Bytes, b.Bytes) == 1
		}
		switch {
		case strings.HasSuffix(b.Type, " PARAMETERS"):
			parameters = b
		case !slices.ContainsFunc(found, same):
			found = append(found, b)
		}
	}
	return found, parameters
}

// several refuses blocks of which no one is the key that is meant.
func several(blocks []*pem.Block) error {
	var names []string
	for _, b := range blocks[:min(len(blocks), 4)] {
		names = append(names, keyerr.Truncate(strconv.QuoteToASCII(b.Type))) // quoted first: that makes it longer
	}
	if len(blocks) > 4 {
		names = append(names, "…")
	}
	return fmt.Errorf("%w: %d PEM blocks (%s) where one key is expected; keep one", keyerr.ErrMalformed, len(blocks), strings.Join(names, ", "))
}

// leafOf returns the one certificate that did not issue another one of the list, and
// the rest. Without exactly one it returns nil.
func leafOf(certificates []*pem.Block) (leaf *pem.Block, rest []*pem.Block) {
	if len(certificates) == 1 {
		return certificates[0], nil
	}
	issuers := map[string]int{} // of other certificates, by name
	parsed := make([]*x509.Certificate, len(certificates))
	for i, b := range certificates {
		c, err := x509.ParseCertificate(b.Bytes)
		if err != nil {
			return nil, nil
		}
		parsed[i] = c
		issuers[string(c.RawIssuer)]++
	}
	for i, c := range parsed {
		subject, issuer := string(c.RawSubject), string(c.RawIssuer)
		issued := issuers[subject]
		if subject == issuer {
			issued-- // itself
		}
		switch {
		case issued > 0:
			rest = append(rest, certificates[i])
		case leaf != nil:
			return nil, nil
		default:
			leaf = certificates[i]
		}
	}
	return leaf, rest
}

// NotPrivate says what a block is that holds no private key of ours.
func NotPrivate(b *pem.Block) error {
	if f, ok := foreign.Block(b.Type, b.Bytes); ok {
		return foreignError(f)
	}
	if b.Type == "DER" {
		return fmt.Errorf("%w: DER that is not a key", keyerr.ErrNoKey)
	}
	return fmt.Errorf("%w: the PEM block is a %q", keyerr.ErrNoKey, keyerr.Truncate(b.Type))
}
