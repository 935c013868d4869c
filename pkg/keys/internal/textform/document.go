package textform

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/loginctl/loginctl/pkg/keys/internal/derform"
)

const (
	// MaxSize is the largest text that is read, in bytes.
	MaxSize = 64 << 10
	// MaxLayers is how many layers may lie around a key.
	MaxLayers = 12
	// MaxBase64 is how many of the layers may be base64.
	MaxBase64 = 3
	// MaxBlocks is how many PEM blocks a text may have.
	MaxBlocks = 32
)

// Document is a text without the layers around it. Exactly one of Blocks, DER,
// JSON, Named and Text is set.
type Document struct {
	Blocks []*pem.Block // PEM, in order
	DER    []byte       // one whole SEQUENCE
	JSON   []byte       // an object or a list
	Named  []Named      // the public keys of a JSON object, by key id
	Text   []byte       // not recognized here

	// KeyID is the key id that a service account gives its key, or empty.
	KeyID string

	// Encoded is how many layers of base64 lay around the document.
	Encoded int

	owned [][]byte // buffers to clear
}

// Named is a PEM text under a key id.
type Named struct {
	ID    string
	Block *pem.Block
}

// Clear overwrites the buffers of d, which may hold a private key.
func (d *Document) Clear() {
	if d == nil {
		return
	}
	for _, b := range d.owned {
		clear(b)
	}
	for _, block := range d.Blocks {
		clear(block.Bytes)
	}
	for _, named := range d.Named {
		clear(named.Block.Bytes)
	}
}

// own registers a buffer that [Document.Clear] overwrites.
func (d *Document) own(b []byte) []byte {
	d.owned = append(d.owned, b)
	return b
}

// Read undoes the layers around the one document in data, which it does not
// change. The error is a [*Refusal]. Clear the document after use.
func Read(data []byte) (*Document, error) { return ReadUpTo(data, MaxSize) }

// ReadUpTo is Read with another limit of the size, in bytes.
func ReadUpTo(data []byte, limit int) (*Document, error) {
	if len(data) > limit {
		return nil, refuse(TooLarge, fmt.Sprintf("a key file has at most %d bytes", limit))
	}
	d := &Document{}
	if err := d.read(data); err != nil {
		d.Clear()
		return nil, err
	}
	return d, nil
}

func (d *Document) read(data []byte) error {
	for range MaxLayers {
		inner, layer, err := d.peel(data)
		if err != nil || layer == nothing {
			return err
		}
		if layer == base64Layer {
			d.Encoded++
		}
		if d.Encoded > MaxBase64 {
			return refuse(TooLarge, fmt.Sprintf("the text is base64 more than %d times over", MaxBase64))
		}
		data = inner
	}
	return refuse(TooLarge, fmt.Sprintf("more than %d layers of quotes and encodings lie around the key", MaxLayers))
}

// layer names the layer that peel removed.
type layer int

const (
	nothing layer = iota // the document is read
	plainLayer
	base64Layer
)

// peel removes the outermost layer of data, or reads it into d.
func (d *Document) peel(data []byte) ([]byte, layer, error) {
	if decoded, ok, err := UTF16(data); err != nil || ok {
		return d.own(decoded), plainLayer, err
	}
	if rest, ok := bytes.CutPrefix(data, utf8BOM); ok {
		return rest, plainLayer, nil
	}
	text := bytes.TrimSpace(data)
	// PEM may have words in Latin-1 around it, and JSON that is not UTF-8 is refused as
	// JSON.
	if binary(data) && (SequenceSize(data) > 0 || !hasMarkers(text) && !namesKey(text)) {
		return d.readBinary(data)
	}
	switch {
	case len(text) == 0:
		return nil, nothing, refuse(Empty, "it is empty")
	case isJSON(text):
		return d.readJSON(text)
	case hasMarkers(text):
		return d.readMarked(text)
	}
	return d.peelText(text)
}

// namesKey reports whether data begins as a JSON object and has the name of a member with
// a key.
func namesKey(data []byte) bool {
	return bytes.HasPrefix(data, []byte("{")) &&
		(bytes.Contains(data, []byte(`"kty"`)) || bytes.Contains(data, []byte(`"keys"`)) || bytes.Contains(data, []byte(`"private_key"`)))
}

// binary reports whether data is not text.
func binary(data []byte) bool { return !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 }

// readBinary reads DER. A newline or zeros after it, which editors and buffers
// leave, are cut.
func (d *Document) readBinary(data []byte) ([]byte, layer, error) {
	size := SequenceSize(data)
	switch {
	case size == 0 || !whole(bytes.TrimRight(data, "\r\n\x00")) && !keyLike(data):
		d.Text = data // such as a secret of random bytes
	case size > len(data):
		return nil, nothing, refuse(Damaged, "the DER is cut short")
	case len(bytes.Trim(data[size:], "\r\n\x00")) > 0:
		return nil, nothing, refuse(Damaged, "the DER is followed by other bytes")
	default:
		d.DER = data[:size]
	}
	return nil, nothing, nil
}

// SequenceSize returns the length of the DER SEQUENCE that b begins with, which
// may be more than b has, or 0 when b does not begin with one.
func SequenceSize(b []byte) int {
	if len(b) < 2 || b[0] != 0x30 {
		return 0
	}
	count := int(b[1]) - 0x80
	if count < 0 {
		return 2 + int(b[1])
	}
	if count < 1 || count > 3 || len(b) < 2+count {
		return 0
	}
	size := 0
	for _, c := range b[2 : 2+count] {
		size = size<<8 | int(c)
	}
	// DER has one length for a value: no leading zeros, no long form of a short one.
	if b[2] == 0 || size < 0x80 {
		return 0
	}
	return 2 + count + size
}

// sshMagic begins a private key of OpenSSH, which has the lengths of all its parts.
var sshMagic = []byte("openssh-key-v1\x00")

func whole(b []byte) bool { return len(b) > 2 && SequenceSize(b) == len(b) }

// peelText removes a layer from text that has neither markers nor JSON.
func (d *Document) peelText(text []byte) ([]byte, layer, error) {
	if inner, ok := quoted(text); ok {
		return d.own(inner), plainLayer, nil
	}
	if bytes.IndexByte(text, '\\') >= 0 {
		if plain, changed := unescape(text); changed {
			return d.own(plain), plainLayer, nil
		}
	}
	value, ok, err := assigned(text)
	if err != nil || ok {
		return value, plainLayer, err
	}
	if key, ok := hexDER(text); ok {
		d.DER = d.own(key)
		return nil, nothing, nil
	}
	return d.peelBase64(text)
}

func (d *Document) peelBase64(text []byte) ([]byte, layer, error) {
	decoded, ok := Base64(text)
	d.own(decoded)
	switch {
	case !ok || !promising(decoded):
		d.Text = text
		return nil, nothing, nil
	case whole(decoded):
		d.DER = decoded
		d.Encoded++
		return nil, nothing, nil
	case bytes.HasPrefix(decoded, sshMagic):
		d.Blocks = []*pem.Block{{Type: "OPENSSH PRIVATE KEY", Bytes: decoded}}
		return nil, nothing, nil
	case keyLike(decoded):
		return nil, nothing, refuse(Damaged, "the base64 of the key is cut short or damaged")
	}
	return decoded, base64Layer, nil
}

// keyLike reports whether b begins as DER of a key or a certificate does. A secret of
// random bytes may begin with the tag of a SEQUENCE, but hardly with more of it.
func keyLike(b []byte) bool {
	if SequenceSize(b) == 0 {
		return false
	}
	certificate := len(b) > 8 && b[1] == 0x82 && b[4] == 0x30 && b[5]&0x80 != 0
	return certificate || derform.Fragment(b[:min(len(b), 64)])
}

// promising reports whether what base64 gives is worth a look: DER, or text. A
// word that is base64 by chance gives neither.
func promising(b []byte) bool {
	if len(b) < 12 {
		return false
	}
	if _, ok, err := UTF16(b); ok && err == nil {
		return true
	}
	if !binary(b) {
		return !strings.ContainsFunc(string(b), func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' && r != '\t' })
	}
	return whole(b) || keyLike(b) || bytes.HasPrefix(b, sshMagic)
}
