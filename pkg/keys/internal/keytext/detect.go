package keytext

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Document is the text of a key: one PEM block, or JSON.
type Document struct {
	Block *pem.Block // nil when the text is JSON
	JSON  []byte
}

var utf8BOM = []byte("\xef\xbb\xbf")

func utf16Text(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))
}

// trimText cuts what may stand around the text of a key.
func trimText(b []byte) []byte { return bytes.TrimSpace(bytes.TrimPrefix(b, utf8BOM)) }

// CheckSize refuses more than a key file may have.
func CheckSize(data []byte) error {
	if len(data) > keyfile.MaxSize {
		return fmt.Errorf("%w: a key file has at most %d bytes", keyerr.TooLarge, keyfile.MaxSize)
	}
	return nil
}

// BeginsWithBOM reports whether data begins with a byte order mark of Unicode.
func BeginsWithBOM(data []byte) bool { return bytes.HasPrefix(data, utf8BOM) || utf16Text(data) }

// Read finds the one key in data. Text around a PEM block, CRLF, a byte
// order mark and a missing final newline are fine; a second key is not.
func Read(data []byte) (Document, error) {
	if err := CheckSize(data); err != nil {
		return Document{}, err
	}
	if utf16Text(data) {
		return Document{}, fmt.Errorf("%w: the file is UTF-16; save it as UTF-8", keyerr.Malformed)
	}
	text := trimText(data)
	switch {
	case len(text) == 0:
		return Document{}, fmt.Errorf("%w: it is empty", keyerr.NoKey)
	case (text[0] == '{' || text[0] == '[') && !bytes.Contains(text, []byte("\n-----BEGIN ")): // which JSON cannot contain
		return Document{JSON: text}, nil
	case bytes.Contains(text, []byte("-----BEGIN ")):
		block, err := onlyBlock(text)
		return Document{Block: block}, err
	}
	return Document{}, notPEM(text)
}

// notPEM says what text is that holds no PEM block, and how to convert it.
func notPEM(text []byte) error {
	switch {
	case sshText(text):
		return sshPublic(text)
	case puttyText(text):
		return fmt.Errorf("%w: a PuTTY key; export it as OpenSSH and convert that with: ssh-keygen -p -m PKCS8 -f FILE", keyerr.Unsupported)
	case text[0] == 0x30 && (!utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0): // and not a text that begins with 0
		return fmt.Errorf("%w: DER, the binary form; convert it with: openssl pkey -in FILE -out FILE.pem (-pubin for a public key; openssl pkcs12 for a PKCS #12 file)", keyerr.Unsupported)
	}
	return fmt.Errorf("%w: neither a PEM block nor a JWK (an HMAC secret has to be loaded as one)", keyerr.NoKey)
}
