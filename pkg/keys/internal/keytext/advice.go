package keytext

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/internal/foreign"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
)

// Explain returns err for the file that d is from. A command that converts a file works
// on the file as it is: where layers lie around it, the advice is how to take them off.
func (d *Document) Explain(err error) error {
	var conversion *keyerr.Conversion
	if !errors.As(err, &conversion) || conversion.Settled || !conversion.Reads() {
		return err
	}
	settled := d.within(conversion, d.form.Encoded)
	settled.Settled = true
	return settled
}

const unwrap = "write it to a file without the quotes, names and encodings around it"

func (d *Document) within(c *keyerr.Conversion, layers int) *keyerr.Conversion {
	raw, ok := d.source, true
	for range layers {
		if raw, ok = shellBase64(raw); !ok {
			break
		}
	}
	relabel := "write " + d.label + " in its BEGIN and END lines"
	switch plain := ok && d.reads(raw, layers); {
	case d.label != "" && (!plain || layers > 0):
		return c.After(unwrap + ", " + relabel)
	case d.label != "":
		return c.After(relabel)
	case !plain:
		return c.After(unwrap)
	}
	return c.Within(layers)
}

// reads reports whether another program finds in raw the document that was found.
func (d *Document) reads(raw []byte, layers int) bool {
	switch f := d.form; {
	case layers > f.Encoded: // a file that is not text, found in readText
		return true
	case len(f.Blocks) > 0:
		b, _ := pem.Decode(raw)
		return b != nil && bytes.Equal(b.Bytes, f.Blocks[0].Bytes)
	case f.DER != nil:
		return bytes.HasPrefix(raw, f.DER)
	case f.JSON != nil:
		return bytes.Equal(bytes.TrimSpace(raw), bytes.TrimSpace(f.JSON))
	default:
		return bytes.Equal(bytes.TrimSpace(raw), bytes.TrimSpace(f.Text)) && !marred(raw)
	}
}

// marred reports whether the lines of a text are indented, or end with \n in letters.
func marred(text []byte) bool {
	return utf8.Valid(text) && (bytes.Contains(text, []byte("\n ")) || bytes.Contains(text, []byte("\n\t")) || bytes.Contains(text, []byte(`\n`)))
}

// shellBase64 decodes as the command base64 does: one alphabet, with padding, and no
// blanks but the ends of lines.
func shellBase64(text []byte) (decoded []byte, ok bool) {
	compact := bytes.ReplaceAll(text, []byte("\n"), nil)
	decoded = make([]byte, base64.StdEncoding.DecodedLen(len(compact)))
	n, err := base64.StdEncoding.Decode(decoded, compact)
	if err != nil || bytes.IndexByte(compact, '\r') >= 0 {
		return nil, false
	}
	return decoded[:n], true
}

// foreignError is the error for a file that is recognized and not read.
func foreignError(f foreign.File) error {
	reason, name, advice := keyerr.ErrUnsupported, f.Name, "convert it with"
	if f.NoKey {
		reason, name, advice = keyerr.ErrNoKey, "this is "+f.Name, "get the key with"
	}
	if f.Command == "" {
		return fmt.Errorf("%w: %s", reason, name)
	}
	return keyerr.Convert(reason, name, advice, f.Command)
}
