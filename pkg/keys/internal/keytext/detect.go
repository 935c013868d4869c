// Package keytext finds the key in a text, and tells the text of a key from an HMAC
// secret. The layers that files and consoles put around a key, such as a byte order
// mark, are undone here.
package keytext

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// Document is the key found in a text: one PEM block, or JSON.
type Document struct {
	Block *pem.Block // nil if the text is JSON
	JSON  []byte
}

var utf8BOM = []byte("\xef\xbb\xbf")

func utf16Text(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))
}

// trimText cuts a byte order mark and white space around the text of a key.
func trimText(b []byte) []byte { return bytes.TrimSpace(bytes.TrimPrefix(b, utf8BOM)) }

// CheckSize refuses data larger than a key file may be.
func CheckSize(data []byte) error { return checkSize(data, keyfile.MaxSize) }

func checkSize(data []byte, limit int) error {
	if len(data) > limit {
		return fmt.Errorf("%w: a key file has at most %d bytes", keyerr.TooLarge, limit)
	}
	return nil
}

// BeginsWithBOM reports whether data begins with a byte order mark.
func BeginsWithBOM(data []byte) bool { return bytes.HasPrefix(data, utf8BOM) || utf16Text(data) }

// Read finds the one key in data. Text around a PEM block, CRLF, a byte order mark
// and a missing final newline are accepted; a second key is refused.
func Read(data []byte) (Document, error) { return ReadUpTo(data, keyfile.MaxSize) }

// ReadUpTo is Read with another limit of the size.
func ReadUpTo(data []byte, limit int) (Document, error) {
	if err := checkSize(data, limit); err != nil {
		return Document{}, err
	}
	if utf16Text(data) {
		return Document{}, fmt.Errorf("%w: the file is UTF-16; save it as UTF-8", keyerr.Malformed)
	}
	text := trimText(data)
	switch {
	case len(text) == 0:
		return Document{}, fmt.Errorf("%w: it is empty", keyerr.NoKey)
	case (text[0] == '{' || text[0] == '[') && !bytes.Contains(text, []byte("\n-----BEGIN ")): // valid JSON cannot contain this
		return Document{JSON: text}, nil
	case bytes.Contains(text, []byte("-----BEGIN ")):
		block, err := onlyBlock(text)
		return Document{Block: block}, err
	}
	return Document{}, notPEM(text)
}

// notPEM returns the error for a text without a PEM block. It names the format and
// how to convert it.
func notPEM(text []byte) error {
	switch {
	case sshText(text):
		return sshPublic(text)
	case puttyText(text):
		return fmt.Errorf("%w: a PuTTY key; export it as OpenSSH and convert that with: ssh-keygen -p -m PKCS8 -f FILE", keyerr.Unsupported)
	case text[0] == 0x30 && (!utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0): // not a text that begins with the digit 0
		return fmt.Errorf("%w: DER, the binary form; convert it with: openssl pkey -in FILE -out FILE.pem (-pubin for a public key; openssl pkcs12 for a PKCS #12 file)", keyerr.Unsupported)
	}
	return fmt.Errorf("%w: neither a PEM block nor a JWK (load an HMAC secret as a secret)", keyerr.NoKey)
}
