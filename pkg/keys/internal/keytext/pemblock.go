package keytext

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"strconv"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys/internal/der"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

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
		return nil, fmt.Errorf("%w: the PEM block has \\n where its lines should end; put line breaks there", keyerr.Malformed)
	case begun != 0 || len(found) == 0 && !bytes.HasPrefix(text, []byte("-----BEGIN EC PARAMETERS-----")):
		return nil, fmt.Errorf("%w: the PEM block is damaged: the BEGIN and END lines must be whole, alike, and start their lines", keyerr.Malformed)
	case len(found) == 0:
		return nil, fmt.Errorf("%w: the PEM block has the parameters of a curve", keyerr.NoKey)
	case len(found) > 1:
		return nil, fmt.Errorf("%w: %d PEM blocks (%s) where one is expected; keep one", keyerr.Malformed, len(found), labels(found))
	}
	return found[0], nil
}

func labels(blocks []*pem.Block) string {
	var names []string
	for _, b := range blocks[:min(len(blocks), 4)] {
		names = append(names, keyerr.Truncate(strconv.QuoteToASCII(b.Type))) // quoted first: that makes it longer
	}
	if len(blocks) > 4 {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// NotPrivate says what a PEM block is that holds no private key of ours.
func NotPrivate(b *pem.Block) error {
	if format, ok := der.Public(b.Type); ok {
		return fmt.Errorf("%w: it is a public key (%s)", keyerr.NotPrivate, format.Name)
	}
	switch b.Type {
	case "OPENSSH PRIVATE KEY":
		return openSSH(b.Bytes)
	case "TRUSTED CERTIFICATE":
		return fmt.Errorf("%w: %s; convert it with: openssl x509 -in FILE -out FILE.pem", keyerr.Unsupported, b.Type)
	case "DSA PRIVATE KEY", "PKCS7", "CMS", "PGP PRIVATE KEY BLOCK", "PGP PUBLIC KEY BLOCK":
		return fmt.Errorf("%w: %s; make an RSA, EC or Ed25519 key in PKCS #8", keyerr.Unsupported, b.Type)
	}
	return fmt.Errorf("%w: the PEM block is a %q", keyerr.NoKey, keyerr.Truncate(b.Type))
}
