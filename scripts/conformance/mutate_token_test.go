package conformance

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"
)

// tokenMutators change the token's text after it was signed, or its signature.
var tokenMutators = []mutator{
	{"insert", insertText},
	{"replace", replaceText},
	{"cut", cutText},
	{"append", appendText},
	{"unused bits", unusedBits},
	{"padding", paddingText},
	{"standard alphabet", standardAlphabet},
	{"segments", segmentText},
	{"other signature", otherSignature},
	{"other algorithm", otherAlgorithm},
	{"spoilt signature", spoiltSignature},
	{"case", caseText},
	{"fuzzed text", fuzzedText},
}

// edit changes the token's text; half of the changed tokens are signed again.
func (d *draft) edit(roll *dice, change func(string) string) {
	d.text = append(d.text, change)
	if roll.n(2) == 0 {
		d.resign()
	}
}

var oddTexts = []string{"\n", "\r", "\r\n", " ", "\t", "\x00", "=", "==", "+", "/", "-", "_", "A", ".", "?", "#", "%3D", "é", "\xff", "\u200b", "ﬀ"}

func insertText(d *draft, roll *dice) {
	at, odd := roll.n(8192), pick(roll, oddTexts)
	d.edit(roll, func(s string) string {
		i := at % (len(s) + 1)
		return s[:i] + odd + s[i:]
	})
}

func replaceText(d *draft, roll *dice) {
	at, with := roll.n(8192), byte(roll.n(256))
	d.edit(roll, func(s string) string {
		if s == "" {
			return s
		}
		i := at % len(s)
		return s[:i] + string([]byte{with}) + s[i+1:]
	})
}

func cutText(d *draft, roll *dice) {
	at, n := roll.n(8192), 1+roll.n(4)
	d.edit(roll, func(s string) string {
		if len(s) < n {
			return s
		}
		i := at % (len(s) - n + 1)
		return s[:i] + s[i+n:]
	})
}

func appendText(d *draft, roll *dice) {
	odd, part := pick(roll, oddTexts), roll.n(4)
	d.edit(roll, func(s string) string { return onPart(s, part, func(p string) string { return p + odd }) })
}

// onPart changes one segment of a token, or with part 3 the text before the token.
func onPart(s string, part int, change func(string) string) string {
	if part == 3 {
		return change("") + s
	}
	parts := strings.Split(s, ".")
	if part < len(parts) {
		parts[part] = change(parts[part])
	}
	return strings.Join(parts, ".")
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// unusedBits sets the bits of a segment's last character that encode nothing.
func unusedBits(d *draft, roll *dice) {
	part, bits := roll.n(3), 1+roll.n(15)
	d.edit(roll, func(s string) string {
		return onPart(s, part, func(p string) string {
			i := -1
			if p != "" {
				i = strings.IndexByte(alphabet, p[len(p)-1])
			}
			mask := map[int]int{2: 15, 3: 3}[len(p)%4]
			if i < 0 || mask == 0 {
				return p
			}
			return p[:len(p)-1] + string(alphabet[i^(bits&mask)])
		})
	})
}

func paddingText(d *draft, roll *dice) {
	part := roll.n(3)
	d.edit(roll, func(s string) string {
		return onPart(s, part, func(p string) string { return p + strings.Repeat("=", (4-len(p)%4)%4) })
	})
}

func standardAlphabet(d *draft, roll *dice) {
	part := roll.n(3)
	d.edit(roll, func(s string) string {
		return onPart(s, part, strings.NewReplacer("-", "+", "_", "/").Replace)
	})
}

func segmentText(d *draft, roll *dice) {
	how := roll.n(12)
	d.edit(roll, func(s string) string {
		p := append(strings.SplitN(s, ".", 3), "", "", "")
		return []string{
			p[1] + "." + p[0] + "." + p[2], p[0] + "." + p[2] + "." + p[1], p[0] + "." + p[1], p[0] + "." + p[1] + ".", p[0] + ".." + p[2], "." + p[1] + "." + p[2],
			s + ".", "." + s, s + "." + p[2], p[0] + "." + p[0] + "." + p[2], "..", "",
		}[how]
	})
}

// otherSignature signs with the means of an attacker: the public key as a secret, an
// empty signature, another key.
func otherSignature(d *draft, roll *dice) {
	c := d.credential
	how := roll.n(6)
	d.sign = func(input string) []byte {
		good := c.sign(input)
		switch how {
		case 0:
			mac := hmac.New(sha256.New, c.pem)
			mac.Write([]byte(input))
			return mac.Sum(nil)
		case 1:
			mac := hmac.New(sha512.New, nil)
			mac.Write([]byte(input))
			return mac.Sum(nil)
		case 2:
			return nil
		case 3:
			return make([]byte, len(good))
		case 4:
			return derSignature(c, good)
		}
		return highS(c, good)
	}
}

// derSignature writes an ECDSA signature as ASN.1, as X.509 has it and JWS has not.
func derSignature(c credential, signature []byte) []byte {
	if curveOf(c) == nil {
		return signature
	}
	half := len(signature) / 2
	return must(asn1.Marshal([]*big.Int{new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])}))
}

// highS returns the other signature that ECDSA has for each: (r, n−s). It is good.
func highS(c credential, signature []byte) []byte {
	curve := curveOf(c)
	if curve == nil {
		return signature
	}
	half := len(signature) / 2
	r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
	return concat(curve, r, s.Sub(curve.Params().N, s))
}

// otherAlgorithm names another algorithm in the header, and may sign with it.
func otherAlgorithm(d *draft, roll *dice) {
	other := pick(roll, keyring())
	names := []string{other.name, "none", "", strings.ToLower(other.name), other.name + "\x00", "HS1", "ES256K", "Ed25519", "RSA1_5", "dir"}
	name := pick(roll, names)
	for i := range d.header.members {
		if d.header.members[i].name == `"alg"` {
			d.header.members[i].value = `"` + name + `"`
		}
	}
	switch roll.n(3) {
	case 0:
		d.sign = other.sign
	case 1:
		pem := d.credential.pem
		d.sign = func(input string) []byte {
			mac := hmac.New(sha256.New, pem)
			mac.Write([]byte(input))
			return mac.Sum(nil)
		}
	}
}

func spoiltSignature(d *draft, roll *dice) {
	how, at, bit := roll.n(5), roll.n(8192), roll.n(8)
	d.text = append(d.text, func(s string) string {
		return onPart(s, 2, func(p string) string {
			b, err := base64.RawURLEncoding.DecodeString(p)
			if err != nil || len(b) == 0 {
				return p
			}
			switch how {
			case 0:
				b[at%len(b)] ^= 1 << bit
			case 1:
				b = b[:at%len(b)]
			case 2:
				b = append(b, byte(at))
			case 3:
				b = append([]byte{0}, b...)
			case 4:
				b = append(b, b...)
			}
			return base64.RawURLEncoding.EncodeToString(b)
		})
	})
}

func caseText(d *draft, roll *dice) {
	part, lower := roll.n(3), roll.n(2) == 0
	d.edit(roll, func(s string) string {
		return onPart(s, part, func(p string) string {
			if lower {
				return strings.ToLower(p)
			}
			return strings.ToUpper(p)
		})
	})
}

// fuzzedText puts the fuzzer's own text where a segment was, encoded or as it is.
func fuzzedText(d *draft, roll *dice) {
	part, encode, raw := roll.n(4), roll.n(2) == 0, d.raw
	if encode {
		raw = base64.RawURLEncoding.EncodeToString([]byte(raw))
	}
	d.edit(roll, func(s string) string {
		if part == 3 {
			return raw
		}
		return onPart(s, part, func(string) string { return raw })
	})
}
