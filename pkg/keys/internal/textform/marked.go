package textform

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
)

var (
	begin = []byte("-----BEGIN")
	end   = []byte("-----END")
)

// hasMarkers reports whether text has a BEGIN or END marker of PEM, also broken
// across lines or written for a URL.
func hasMarkers(text []byte) bool {
	if !bytes.Contains(text, []byte("--")) {
		return false
	}
	if bytes.Contains(text, begin) || bytes.Contains(text, end) {
		return true
	}
	compact := withoutBlanks(text)
	defer clear(compact)
	return bytes.Contains(compact, begin) || bytes.Contains(compact, end)
}

// readMarked reads the PEM blocks of text. Text around them is ignored.
func (d *Document) readMarked(text []byte) ([]byte, layer, error) {
	for _, form := range []struct {
		sign string
		plus bool
	}{{"-----BEGIN%20", false}, {"-----BEGIN+", true}} {
		if bytes.Contains(text, []byte(form.sign)) {
			if decoded, ok := Percent(text, form.plus); ok {
				return d.own(decoded), plainLayer, nil
			}
		}
	}
	if count := bytes.Count(text, begin); count > MaxBlocks {
		return nil, nothing, refuse(TooLarge, fmt.Sprintf("%d PEM blocks, where at most %d are read", count, MaxBlocks))
	}
	if d.strictBlocks(text) {
		return nil, nothing, nil
	}
	if plain, changed := unescape(text); changed {
		text = d.own(plain)
	}
	text = d.own(unindent(text))
	if d.strictBlocks(text) {
		return nil, nothing, nil
	}
	return nil, nothing, d.compactBlocks(text)
}

// strictBlocks reads blocks as package pem does, if it reads all there are.
func (d *Document) strictBlocks(text []byte) bool {
	var found []*pem.Block
	for rest := text; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		found = append(found, block)
		d.own(block.Bytes)
	}
	if len(found) == 0 || len(found) != bytes.Count(text, begin) || len(found) != bytes.Count(text, end) {
		return false
	}
	d.Blocks = found
	return true
}

// unindent returns text with every line trimmed, ended by one newline, and with
// the markers on lines of their own.
func unindent(text []byte) []byte {
	lines := make([]byte, 0, 2*len(text)+2)
	for line := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		lines = append(append(lines, bytes.TrimSpace(line)...), '\n')
	}
	return lines
}

// compactBlocks reads blocks whose line breaks are gone or in the wrong places, and
// one block that has lost a marker. White space says nothing then, so it is
// removed first.
func (d *Document) compactBlocks(text []byte) error {
	compact := d.own(withoutBlanks(text))
	if !bytes.Contains(compact, begin) {
		return d.endOnly(compact)
	}
	for rest := compact; ; {
		at := bytes.Index(rest, begin)
		if at < 0 {
			if bytes.Contains(rest, end) {
				return damaged("an END line has no BEGIN line")
			}
			return nil
		}
		var err error
		if rest, err = d.compactBlock(rest[at+len(begin):]); err != nil {
			return err
		}
	}
}

func damaged(detail string) error {
	return refuse(Damaged, "the PEM block is damaged: "+detail)
}

// compactBlock reads the block whose label text begins with.
func (d *Document) compactBlock(text []byte) (rest []byte, err error) {
	label, body, ok := cutLabel(text)
	if !ok {
		return nil, damaged("the BEGIN line is not whole")
	}
	stop := bytes.Index(body, end)
	next := bytes.Index(body, begin)
	if stop < 0 || next >= 0 && next < stop {
		if next >= 0 {
			return nil, damaged("a BEGIN line has no END line")
		}
		return nil, d.endless(label, body)
	}
	ended, rest, ok := cutLabel(body[stop+len(end):])
	if !ok || ended != label {
		return nil, damaged("the BEGIN and END lines must be whole and alike")
	}
	block, err := d.block(label, body[:stop])
	if err != nil {
		return nil, err
	}
	d.Blocks = append(d.Blocks, block)
	return rest, nil
}

// endless reads a block without an END line. Only whole DER shows that nothing
// else is missing.
func (d *Document) endless(label string, body []byte) error {
	block, err := d.block(label, body)
	if err != nil || !whole(block.Bytes) && !bytes.HasPrefix(block.Bytes, sshMagic) {
		return damaged("its END line is missing and the key is not whole")
	}
	d.Blocks = append(d.Blocks, block)
	return nil
}

// endOnly reads text that has lost its BEGIN line.
func (d *Document) endOnly(compact []byte) error {
	at := bytes.Index(compact, end)
	label, rest, ok := cutLabel(compact[at+len(end):])
	if !ok || bytes.Contains(rest, end) {
		return damaged("the END line is not whole")
	}
	block, err := d.block(label, compact[:at])
	if err != nil || !whole(block.Bytes) && !bytes.HasPrefix(block.Bytes, sshMagic) {
		return damaged("its BEGIN line is missing or not whole, which has five dashes on each side")
	}
	d.Blocks = append(d.Blocks, block)
	return nil
}

// cutLabel splits "LABEL-----rest".
func cutLabel(text []byte) (label string, rest []byte, ok bool) {
	before, rest, ok := bytes.Cut(text, []byte("-----"))
	if !ok || len(before) == 0 || len(before) > 40 || strings.Trim(string(before), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.#") != "" {
		return "", nil, false
	}
	label = string(before)
	if spaced := labels[label]; spaced != "" {
		label = spaced
	}
	return label, rest, true
}

// labels gives back the blanks of the labels in use.
var labels = map[string]string{
	"PRIVATEKEY":            "PRIVATE KEY",
	"ENCRYPTEDPRIVATEKEY":   "ENCRYPTED PRIVATE KEY",
	"RSAPRIVATEKEY":         "RSA PRIVATE KEY",
	"ECPRIVATEKEY":          "EC PRIVATE KEY",
	"DSAPRIVATEKEY":         "DSA PRIVATE KEY",
	"OPENSSHPRIVATEKEY":     "OPENSSH PRIVATE KEY",
	"PUBLICKEY":             "PUBLIC KEY",
	"RSAPUBLICKEY":          "RSA PUBLIC KEY",
	"X509CERTIFICATE":       "X509 CERTIFICATE",
	"TRUSTEDCERTIFICATE":    "TRUSTED CERTIFICATE",
	"CERTIFICATEREQUEST":    "CERTIFICATE REQUEST",
	"NEWCERTIFICATEREQUEST": "NEW CERTIFICATE REQUEST",
	"ECPARAMETERS":          "EC PARAMETERS",
	"DHPARAMETERS":          "DH PARAMETERS",
	"DSAPARAMETERS":         "DSA PARAMETERS",
	"PGPPRIVATEKEYBLOCK":    "PGP PRIVATE KEY BLOCK",
	"PGPPUBLICKEYBLOCK":     "PGP PUBLIC KEY BLOCK",
	"AGEENCRYPTEDFILE":      "AGE ENCRYPTED FILE",
}

// block decodes the body of a block without white space.
func (d *Document) block(label string, body []byte) (*pem.Block, error) {
	headers, body := cutHeaders(body)
	body = bytes.TrimRight(body, "=")
	decoded := d.own(make([]byte, base64.RawStdEncoding.DecodedLen(len(body))))
	n, err := base64.RawStdEncoding.Decode(decoded, body)
	if err != nil || n == 0 {
		return nil, damaged("there is something other than base64 in it")
	}
	return &pem.Block{Type: label, Headers: headers, Bytes: decoded[:n]}, nil
}

// cutHeaders splits off the two headers of RFC 1423 encryption. The length of the
// IV, in hexadecimal, follows from the cipher.
func cutHeaders(body []byte) (headers map[string]string, rest []byte) {
	rest, ok := bytes.CutPrefix(body, []byte("Proc-Type:4,ENCRYPTEDDEK-Info:"))
	if !ok {
		return nil, body
	}
	cipher, rest, _ := bytes.Cut(rest, []byte(","))
	size := 32
	if bytes.HasPrefix(cipher, []byte("DES")) {
		size = 16
	}
	if len(cipher) > 20 || len(rest) < size {
		return nil, body
	}
	return map[string]string{
		"Proc-Type": "4,ENCRYPTED",
		"DEK-Info":  string(cipher) + "," + string(rest[:size]),
	}, rest[size:]
}
