package keys

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"fmt"
	"hash"

	"github.com/youmark/pkcs8"
	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

const (
	oidPBES2       = "1.2.840.113549.1.5.13"
	oidPBKDF2      = "1.2.840.113549.1.5.12"
	oidScrypt      = "1.3.6.1.4.1.11591.4.11"
	oidPBESHA13DES = "1.2.840.113549.1.12.1.3"
)

// cbcCiphers are the encryption schemes of PBES2 that are read. The GCM of
// pkcs8 is not among them: it is CBC under another name.
var cbcCiphers = map[string]blockCipher{
	"2.16.840.1.101.3.4.1.2":  {"AES-128-CBC", pkcs8.AES128CBC},
	"2.16.840.1.101.3.4.1.22": {"AES-192-CBC", pkcs8.AES192CBC},
	"2.16.840.1.101.3.4.1.42": {"AES-256-CBC", pkcs8.AES256CBC},
	"1.2.840.113549.3.7":      {"DES-EDE3-CBC", pkcs8.TripleDESCBC},
}

type prf struct {
	name string
	new  func() hash.Hash
}

// prfs are the pseudorandom functions of PBKDF2 that are read.
var prfs = map[string]prf{
	"1.2.840.113549.2.7":  {"PBKDF2-HMAC-SHA1", sha1.New},
	"1.2.840.113549.2.9":  {"PBKDF2-HMAC-SHA256", sha256.New},
	"1.2.840.113549.2.10": {"PBKDF2-HMAC-SHA384", sha512.New384},
	"1.2.840.113549.2.11": {"PBKDF2-HMAC-SHA512", sha512.New},
}

// readEncryptedPKCS8 reads an EncryptedPrivateKeyInfo (RFC 5958 section 3).
func readEncryptedPKCS8(b []byte) (*sealed, error) {
	var seq, algorithm, data cryptobyte.String
	in := cryptobyte.String(b)
	if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&algorithm, der.SEQUENCE) ||
		!seq.ReadASN1(&data, der.OCTET_STRING) || !seq.Empty() {
		return nil, malformed("encrypted PKCS #8 structure")
	}
	oid, parameters, err := readScheme(algorithm)
	if err != nil {
		return nil, err
	}
	s := &sealed{data: bytes.Clone(data)}
	switch oid {
	case oidPBES2:
		err = s.readPBES2(parameters)
	case oidPBESHA13DES:
		err = s.readPBESHA13DES(parameters)
	default:
		err = fmt.Errorf("%w: encrypted with %s, an old scheme; re-encrypt it with: openssl pkcs8 -topk8 -in FILE -out FILE.new -provider legacy -provider default", ErrUnsupported, oldScheme(oid))
	}
	if err != nil {
		return nil, err
	}
	return s, s.checkData()
}

// readScheme splits an AlgorithmIdentifier whose parameters are a SEQUENCE.
func readScheme(in cryptobyte.String) (oid string, parameters cryptobyte.String, err error) {
	var id asn1.ObjectIdentifier
	if !in.ReadASN1ObjectIdentifier(&id) {
		return "", nil, malformed("encryption scheme")
	}
	return id.String(), in, nil
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
	return clip(oid)
}

func (s *sealed) checkData() error {
	if size := s.cipher.IVSize(); len(s.data) == 0 || len(s.data)%size != 0 {
		return fmt.Errorf("%w: the encrypted key is not a whole number of blocks", ErrMalformed)
	}
	return nil
}

// readPBES2 reads PBES2-params (RFC 8018 appendix A.4).
func (s *sealed) readPBES2(in cryptobyte.String) error {
	var seq, kdf, scheme cryptobyte.String
	if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() || !seq.ReadASN1(&kdf, der.SEQUENCE) ||
		!seq.ReadASN1(&scheme, der.SEQUENCE) || !seq.Empty() {
		return malformed("PBES2 parameters")
	}
	oid, parameters, err := readScheme(scheme)
	if err != nil {
		return err
	}
	known, ok := cbcCiphers[oid]
	if !ok {
		return fmt.Errorf("%w: encrypted with the cipher %s; AES-CBC and 3DES-CBC are read", ErrUnsupported, clip(oid))
	}
	var iv cryptobyte.String
	if !parameters.ReadASN1(&iv, der.OCTET_STRING) || !parameters.Empty() || len(iv) != known.IVSize() {
		return malformed("initialization vector")
	}
	s.cipher = known
	derive, err := s.readKDF(kdf)
	if err != nil {
		return err
	}
	iv = bytes.Clone(iv)
	s.derive = func(password []byte) ([]byte, []byte, error) {
		key, err := derive(password)
		return key, iv, err
	}
	return nil
}

type deriver = func(password []byte) ([]byte, error)

func (s *sealed) readKDF(in cryptobyte.String) (deriver, error) {
	oid, parameters, err := readScheme(in)
	if err != nil {
		return nil, err
	}
	var seq cryptobyte.String
	if !parameters.ReadASN1(&seq, der.SEQUENCE) || !parameters.Empty() {
		return nil, malformed("key derivation parameters")
	}
	switch oid {
	case oidPBKDF2:
		return s.readPBKDF2(seq)
	case oidScrypt:
		return s.readScrypt(seq)
	}
	return nil, fmt.Errorf("%w: the key derivation %s; PBKDF2 and scrypt are read", ErrUnsupported, clip(oid))
}

// readPBKDF2 reads PBKDF2-params (RFC 8018 appendix A.2). The key length is
// optional and, when there, has to be the cipher's.
func (s *sealed) readPBKDF2(in cryptobyte.String) (deriver, error) {
	var salt cryptobyte.String
	var iterations int
	if !in.ReadASN1(&salt, der.OCTET_STRING) {
		return nil, malformed("PBKDF2 salt")
	}
	if err := readCount(&in, &iterations); err != nil {
		return nil, err
	}
	if in.PeekASN1Tag(der.INTEGER) {
		var length int
		if !in.ReadASN1Integer(&length) || length != s.cipher.KeySize() {
			return nil, malformed("PBKDF2 key length")
		}
	}
	function := prfs["1.2.840.113549.2.7"] // the DEFAULT
	if !in.Empty() {
		var seq cryptobyte.String
		if !in.ReadASN1(&seq, der.SEQUENCE) || !in.Empty() {
			return nil, malformed("PBKDF2 parameters")
		}
		oid, _, err := readScheme(seq)
		if err != nil {
			return nil, err
		}
		known, ok := prfs[oid]
		if !ok {
			return nil, fmt.Errorf("%w: PBKDF2 with the function %s; HMAC with SHA-1, SHA-256, SHA-384 and SHA-512 are read", ErrUnsupported, clip(oid))
		}
		function = known
	}
	s.kdf, s.cost = function.name, iterations
	salt = bytes.Clone(salt)
	size := s.cipher.KeySize()
	return func(password []byte) ([]byte, error) {
		return derivePBKDF2(function.new, password, salt, iterations, size)
	}, checkIterations(iterations)
}

// readCount reads a cost. A number that does not fit an int is above every
// ceiling, not malformed.
func readCount(in *cryptobyte.String, n *int) error {
	ahead := *in
	if ahead.ReadASN1Integer(n) {
		*in = ahead
		return nil
	}
	var content cryptobyte.String
	if in.ReadASN1(&content, der.INTEGER) && len(content) > 4 && content[0] < 0x80 {
		return fmt.Errorf("%w: a number of %d bits", ErrTooCostly, 8*len(content))
	}
	return malformed("key derivation parameters")
}

// readScrypt reads scrypt-params (RFC 7914 section 7.1).
func (s *sealed) readScrypt(in cryptobyte.String) (deriver, error) {
	var salt cryptobyte.String
	if !in.ReadASN1(&salt, der.OCTET_STRING) {
		return nil, malformed("scrypt salt")
	}
	var n, r, p int
	for _, number := range []*int{&n, &r, &p} {
		if err := readCount(&in, number); err != nil {
			return nil, err
		}
	}
	size := s.cipher.KeySize()
	if in.PeekASN1Tag(der.INTEGER) {
		var length int
		if !in.ReadASN1Integer(&length) || length != size {
			return nil, malformed("scrypt key length")
		}
	}
	if !in.Empty() {
		return nil, malformed("scrypt parameters")
	}
	s.kdf, s.cost, s.block = "scrypt", n, r
	salt = bytes.Clone(salt)
	return func(password []byte) ([]byte, error) {
		return deriveScrypt(password, salt, n, r, p, size)
	}, checkScrypt(n, r, p)
}
