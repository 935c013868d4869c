// Package keytext finds the one key in a text: it undoes the layers around it, sorts
// the blocks of a file with several, and names a file that is not a key.
package keytext

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/loginctl/loginctl/pkg/keys/internal/foreign"
	"github.com/loginctl/loginctl/pkg/keys/internal/keyerr"
	"github.com/loginctl/loginctl/pkg/keys/internal/sshkey"
	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

// Sizes in bytes of the largest texts that are read: a key file, and a JWK Set.
const (
	MaxSize    = 64 << 10
	MaxSetSize = 512 << 10
)

// Document is a text with a key: JSON, blocks, or public keys by key id.
type Document struct {
	JSON    []byte
	Private *pem.Block       // the private key, encrypted or not, if there is one
	Public  *pem.Block       // the public key or the leaf certificate, if there is one
	Others  []*pem.Block     // further certificates of a chain
	Named   []textform.Named // public keys by key id
	KeyID   string           // of a service account

	form   *textform.Document
	source []byte // the text as it was given
	label  string // for a block under another label than that of its content
}

// SSHPublic is the label that a public key of OpenSSH gets here. Its content is the text.
const SSHPublic = "SSH PUBLIC KEY"

// Clear overwrites the copies of the text, which may hold a private key.
func (d *Document) Clear() { d.form.Clear() }

// CheckSize refuses data larger than a key file may be.
func CheckSize(data []byte) error { return checkSize(data, MaxSize) }

func checkSize(data []byte, limit int) error {
	if len(data) > limit {
		return fmt.Errorf("%w: a key file has at most %d bytes", keyerr.ErrTooLarge, limit)
	}
	return nil
}

// Read finds the one key in data. Clear the document after use.
func Read(data []byte) (*Document, error) { return ReadUpTo(data, MaxSize) }

// ReadUpTo is Read with another limit of the size.
func ReadUpTo(data []byte, limit int) (*Document, error) {
	if err := checkSize(data, limit); err != nil {
		return nil, err
	}
	if f, ok := foreign.Text(data); ok { // before its lines are taken for NAME: value
		text := bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
		return nil, (&Document{source: data, form: &textform.Document{Text: text}}).Explain(foreignError(f))
	}
	form, err := textform.ReadUpTo(data, limit)
	if err != nil {
		return nil, formError(err)
	}
	d := &Document{JSON: form.JSON, Named: form.Named, KeyID: form.KeyID, form: form, source: data}
	switch {
	case form.DER != nil:
		err = d.readDER(form.DER)
	case form.JSON != nil:
		if f, ok := foreign.JSON(form.JSON); ok {
			err = foreignError(f)
		}
	case form.Text != nil:
		err = d.readText(form.Text)
	case form.Blocks != nil:
		err = d.readBlocks(form.Blocks)
	}
	if err != nil {
		err = d.Explain(err)
		d.Clear()
		return nil, err
	}
	return d, nil
}

// formError gives a refusal of package textform the error of package keys.
func formError(err error) error {
	var refusal *textform.Refusal
	if errors.As(err, &refusal) && refusal.Kind == textform.Empty {
		return fmt.Errorf("%w: %w; write the key to it again", keyerr.ErrNoKey, err)
	}
	return fmt.Errorf("%w: %w", keyerr.ErrMalformed, err)
}

// readBlocks sorts blocks. That gives them the labels of their content.
func (d *Document) readBlocks(blocks []*pem.Block) error {
	given := blocks[0].Type
	err := d.sort(blocks)
	if blocks[0].Type != given {
		d.label = blocks[0].Type
	}
	return err
}

func (d *Document) readDER(b []byte) error {
	if f, ok := foreign.DER(b, false); ok {
		return foreignError(f)
	}
	return d.sort([]*pem.Block{{Type: "DER", Bytes: b}})
}

// readText reads a public key of OpenSSH, and says what another text is.
func (d *Document) readText(text []byte) error {
	if f, ok := foreign.Text(text); ok {
		return foreignError(f)
	}
	// The base64 of a file that is not text.
	if decoded, ok := textform.Base64(text); ok {
		if f, ok := foreign.Text(decoded); ok {
			var conversion *keyerr.Conversion
			if err := foreignError(f); !errors.As(err, &conversion) {
				return err
			}
			within := d.within(conversion, d.form.Encoded+1)
			within.Settled = true
			return within
		}
	}
	if sshkey.IsPublic(text) {
		d.Public = &pem.Block{Type: SSHPublic, Bytes: text}
		return nil
	}
	return fmt.Errorf("%w: neither PEM, DER, a JWK nor an SSH key (an HMAC secret has to be loaded as one)", keyerr.ErrNoKey)
}
