package pbe

import (
	"bytes"

	"golang.org/x/crypto/cryptobyte"
	tag "golang.org/x/crypto/cryptobyte/asn1"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

const (
	oidPBES2       = "1.2.840.113549.1.5.13"
	oidPBKDF2      = "1.2.840.113549.1.5.12"
	oidScrypt      = "1.3.6.1.4.1.11591.4.11"
	oidPBESHA13DES = "1.2.840.113549.1.12.1.3"
)

// readEncryptedPKCS8 reads an EncryptedPrivateKeyInfo (RFC 5958 section 3).
func readEncryptedPKCS8(b []byte) (*EncryptedKey, error) {
	var seq, algorithm, data cryptobyte.String
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, tag.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&algorithm, tag.SEQUENCE) ||
		!seq.ReadASN1(&data, tag.OCTET_STRING) || !seq.Empty() {
		return nil, keyerr.Unreadable("encrypted PKCS #8 structure")
	}
	oid, parameters, err := readScheme(algorithm)
	if err != nil {
		return nil, err
	}
	e := &EncryptedKey{data: bytes.Clone(data)}
	switch oid {
	case oidPBES2:
		err = e.readPBES2(parameters)
	case oidPBESHA13DES:
		err = e.readPBESHA13DES(parameters)
	default:
		err = unsupported("encrypted with "+oldScheme(oid)+", an old scheme", legacy)
	}
	if err != nil {
		return nil, err
	}
	return e, e.checkData()
}

func oldScheme(oid string) string {
	switch oid {
	case "1.2.840.113549.1.5.3":
		return "PBE-MD5-DES"
	case "1.2.840.113549.1.5.10":
		return "PBE-SHA1-DES"
	case "1.2.840.113549.1.12.1.6":
		return "PBE-SHA1-RC2-40"
	}
	return keyerr.Truncate(oid)
}
