package secretcheck

import (
	"bytes"
	"math/big"
	"slices"
	"strings"

	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

// maxDigits bounds a number: one of 8192 bits has 8192 binary digits.
const maxDigits = 16 << 10

// radixes are the alphabets in which a number is written as one word. A text is
// read in each that it fits.
var radixes = []string{
	"0123456789",
	"0123456789abcdefghijklmnopqrstuvwxyz",
	"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", // base58
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
	"01",
}

// lookNumbers looks at the bytes of a number: a modulus in decimal, or a key that is
// written in base 2, 8, 16, 36, 58 or 62, first byte first or last.
func (s *search) lookNumbers(text []byte, depth int) {
	if len(text) > maxDigits {
		return
	}
	for _, word := range numberWords(text) {
		for _, n := range readNumbers(word) {
			big := n.Bytes()
			s.guess(big, depth)
			s.guess(slices.Concat([]byte{0}, big), depth) // the zero of an INTEGER
			small := slices.Clone(big)
			slices.Reverse(small)
			s.guess(small, depth)
		}
	}
}

// numberWords returns text if it is one word, and the long decimal numbers in it.
func numberWords(text []byte) []string {
	var words []string
	if bytes.IndexByte(text, ' ') < 0 {
		words = append(words, string(text))
	}
	for digits := range bytes.FieldsFuncSeq(text, func(r rune) bool { return r < '0' || r > '9' }) {
		if len(digits) > 600 && len(digits) < len(text) {
			words = append(words, string(digits))
		}
	}
	return words
}

func readNumbers(word string) []*big.Int {
	if len(word) < minKey {
		return nil
	}
	var found []*big.Int
	if word[0] == '0' && strings.IndexByte("xXoObB", word[1]) >= 0 {
		if n, ok := new(big.Int).SetString(word, 0); ok {
			found = append(found, n)
		}
	}
	const hexadecimal = "0123456789abcdefABCDEF"
	for _, alphabet := range radixes {
		if len(alphabet) > 10 && strings.Trim(word, hexadecimal) == "" {
			continue // which is read as such
		}
		if strings.Trim(word, alphabet) == "" {
			found = append(found, inRadix(word, alphabet))
		}
	}
	return found
}

// inRadix reads word as digits of alphabet. Halves are read first, so that a long word
// does not take a time that is quadratic.
func inRadix(word, alphabet string) *big.Int {
	radix := big.NewInt(int64(len(alphabet)))
	if len(word) <= 64 {
		n := new(big.Int)
		for i := range len(word) {
			n.Add(n.Mul(n, radix), big.NewInt(int64(strings.IndexByte(alphabet, word[i]))))
		}
		return n
	}
	half := len(word) / 2
	n := inRadix(word[:half], alphabet)
	n.Mul(n, new(big.Int).Exp(radix, big.NewInt(int64(len(word)-half)), nil))
	return n.Add(n, inRadix(word[half:], alphabet))
}

// lookBits looks at the bytes that text has as groups of binary digits.
func (s *search) lookBits(text []byte, depth int) {
	bits := make([]byte, 0, len(text))
	for _, c := range text {
		switch c {
		case '0', '1':
			bits = append(bits, c-'0')
		case ' ', '\t', '\r', '\n', ',', '_':
		default:
			return
		}
	}
	packed := make([]byte, len(bits)/8)
	for i := range packed {
		for _, bit := range bits[8*i : 8*i+8] {
			packed[i] = packed[i]<<1 | bit
		}
	}
	s.guess(packed, depth)
}

// The alphabets of base85: that of Adobe and btoa, of RFC 1924, and of ZeroMQ.
var base85 = []string{
	"!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstu",
	"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~",
	"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#",
}

func (s *search) lookBase85(text []byte, depth int) {
	text = bytes.TrimSuffix(bytes.TrimPrefix(text, []byte("<~")), []byte("~>"))
	for i, alphabet := range base85 {
		body := text
		if i == 0 {
			body = bytes.ReplaceAll(text, []byte("z"), []byte("!!!!!"))
		}
		if decoded := fromBase85(body, alphabet); decoded != nil {
			s.guess(decoded, depth)
		}
	}
}

// fromBase85 decodes groups of five digits, of which the last may be shorter.
func fromBase85(text []byte, alphabet string) []byte {
	decoded := make([]byte, 0, len(text)/5*4+8)
	group, digits := uint64(0), 0
	emit := func(keep int) bool {
		ok := group <= 0xffffffff
		for i := range keep {
			decoded = append(decoded, byte(group>>(24-8*i)))
		}
		group, digits = 0, 0
		return ok
	}
	for _, c := range text {
		at := strings.IndexByte(alphabet, c)
		switch {
		case c == '\n' || c == '\r' || c == ' ':
			continue
		case at < 0:
			return nil
		}
		group = group*85 + uint64(at)
		if digits++; digits == 5 && !emit(4) {
			return nil
		}
	}
	if keep := digits - 1; keep > 0 {
		for digits < 5 {
			group = group*85 + 84
			digits++
		}
		if !emit(keep) {
			return nil
		}
	}
	return decoded
}

// lookBase32 decodes base32 in either alphabet of RFC 4648 and in letters of either
// size.
func (s *search) lookBase32(text []byte, depth int) {
	upper := bytes.ToUpper(bytes.TrimRight(text, "="))
	s.owned = append(s.owned, upper)
	for _, encoding := range base32s {
		decoded := make([]byte, encoding.DecodedLen(len(upper)))
		if n, err := encoding.Decode(decoded, upper); err == nil {
			s.own(decoded[:n], depth)
		}
	}
}

// lookDisguised looks at text and bytes that were written backwards, and at text in
// ROT13, once on each way through the layers.
func (s *search) lookDisguised(b []byte, depth int) {
	if s.disguised || len(b) < minKey || len(b) > maxGuessed {
		return
	}
	s.disguised = true
	defer func() { s.disguised = false }()
	backwards := slices.Clone(b)
	slices.Reverse(backwards)
	s.guess(bytes.TrimLeft(backwards, "=\r\n"), depth)
	if isText(b) {
		s.guess(bytes.Map(rot13, b), depth)
	}
}

func rot13(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z':
		return 'a' + (r-'a'+13)%26
	case r >= 'A' && r <= 'Z':
		return 'A' + (r-'A'+13)%26
	}
	return r
}

// afterPrefix returns the text after data:…;base64, or a word such as base64: and hex:.
func afterPrefix(text []byte) []byte {
	at := bytes.LastIndexAny(text[:min(len(text), 64)], ",:")
	if at < 0 {
		return nil
	}
	return bytes.TrimSpace(text[at+1:])
}

// bytesLiteral returns the text in b'…' and b"…", as Python prints bytes.
func bytesLiteral(text []byte) []byte {
	if len(text) > 3 && (text[0] == 'b' || text[0] == 'B') && inQuotes(text[1:]) {
		return text[2 : len(text)-1]
	}
	return text
}

// lookDump looks at the hexadecimal columns of one line of a dump, as xxd, hexdump and
// od print it.
func (s *search) lookDump(text []byte, depth int) {
	var digits []byte
	for line := range bytes.Lines(text) {
		fields := bytes.Fields(line)
		if len(fields) < 3 || len(bytes.Trim(bytes.TrimSuffix(fields[0], []byte(":")), "0123456789abcdefABCDEF")) > 0 {
			return
		}
		for _, field := range fields[1:] {
			if _, ok := textform.Hex(field); !ok || len(field) > 8 {
				break
			}
			digits = append(digits, field...)
		}
	}
	if decoded, ok := textform.Hex(digits); ok {
		s.guess(decoded, depth)
	}
}
