package keys

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// document is the text of a key: one PEM block, or JSON.
type document struct {
	block *pem.Block // nil when the text is JSON
	json  []byte
}

var utf8BOM = []byte("\xef\xbb\xbf")

func utf16Text(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff"))
}

// trimText cuts what may stand around the text of a key.
func trimText(b []byte) []byte { return bytes.TrimSpace(bytes.TrimPrefix(b, utf8BOM)) }

func tooLarge() error {
	return fmt.Errorf("%w: a key file has at most %d bytes", ErrTooLarge, keyfile.MaxSize)
}

// readText finds the one key in data. Text around a PEM block, CRLF, a byte
// order mark and a missing final newline are fine; a second key is not.
func readText(data []byte) (document, error) {
	if len(data) > keyfile.MaxSize {
		return document{}, tooLarge()
	}
	if utf16Text(data) {
		return document{}, fmt.Errorf("%w: the file is UTF-16; save it as UTF-8", ErrMalformed)
	}
	text := trimText(data)
	switch {
	case len(text) == 0:
		return document{}, fmt.Errorf("%w: it is empty", ErrNoKey)
	case (text[0] == '{' || text[0] == '[') && !bytes.Contains(text, []byte("\n-----BEGIN ")): // which JSON cannot contain
		return document{json: text}, nil
	case bytes.Contains(text, []byte("-----BEGIN ")):
		block, err := onlyBlock(text)
		return document{block: block}, err
	}
	return document{}, notPEM(text)
}

// notPEM says what text is that holds no PEM block, and how to convert it.
func notPEM(text []byte) error {
	switch {
	case sshText(text):
		return sshPublic(text)
	case puttyText(text):
		return fmt.Errorf("%w: a PuTTY key; export it as OpenSSH and convert that with: ssh-keygen -p -m PKCS8 -f FILE", ErrUnsupported)
	case text[0] == 0x30 && (!utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0): // and not a text that begins with 0
		return fmt.Errorf("%w: DER, the binary form; convert it with: openssl pkey -in FILE -out FILE.pem (-pubin for a public key; openssl pkcs12 for a PKCS #12 file)", ErrUnsupported)
	}
	return fmt.Errorf("%w: neither a PEM block nor a JWK (an HMAC secret has to be loaded as one)", ErrNoKey)
}

// onlyBlock returns the one PEM block with a key in text.
func onlyBlock(text []byte) (*pem.Block, error) {
	begun := 0
	for line := range bytes.Lines(text) {
		// An indented one too, which pem.Decode would pass over in silence.
		if bytes.HasPrefix(bytes.TrimSpace(line), []byte("-----BEGIN ")) {
			begun++
		}
	}
	var found []*pem.Block
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		begun--
		// openssl ecparam -genkey writes the curve before the key, which names it too.
		if block.Type != "EC PARAMETERS" {
			found = append(found, block)
		}
	}
	switch {
	case bytes.Contains(text, []byte(`-----\n`)):
		return nil, fmt.Errorf("%w: the PEM block has \\n where its lines should end; put line breaks there", ErrMalformed)
	case begun != 0 || len(found) == 0 && !bytes.HasPrefix(text, []byte("-----BEGIN EC PARAMETERS-----")):
		return nil, fmt.Errorf("%w: the PEM block is damaged: the BEGIN and END lines must be whole, alike, and start their lines", ErrMalformed)
	case len(found) == 0:
		return nil, fmt.Errorf("%w: the PEM block has the parameters of a curve", ErrNoKey)
	case len(found) > 1:
		return nil, fmt.Errorf("%w: %d PEM blocks (%s) where one is expected; keep one", ErrMalformed, len(found), labels(found))
	}
	return found[0], nil
}

func labels(blocks []*pem.Block) string {
	var names []string
	for _, b := range blocks[:min(len(blocks), 4)] {
		names = append(names, clip(strconv.QuoteToASCII(b.Type))) // quoted first: that makes it longer
	}
	if len(blocks) > 4 {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}
