package secretcheck_test

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/loginctl/loginctl/pkg/keys/internal/secretcheck"
)

// ed25519Key is the SubjectPublicKeyInfo of the key of RFC 8037 appendix A.2.
const ed25519Key = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

// Each text has one layer that no other search sees through: it is judged by what is
// under that layer.
func TestOneLayer(t *testing.T) {
	der, err := base64.StdEncoding.DecodeString(ed25519Key)
	if err != nil {
		t.Fatal(err)
	}
	bits := ""
	for _, c := range der {
		bits += fmt.Sprintf("%04b %04b ", c>>4, c&15)
	}
	for name, tt := range map[string]struct {
		text string
		want secretcheck.Kind
	}{
		"quotes":             {"'$JWT_SECRET_OF_THE_SERVICE'", secretcheck.Other},
		"a backslash":        {`\$JWT_SECRET_OF_THE_SERVICE`, secretcheck.Other},
		"binary digits":      {bits, secretcheck.Key},
		"a dump":             {dump(der), secretcheck.Key},
		"a JSON string":      {`["` + new(big.Int).SetBytes(der).String() + `"]`, secretcheck.Key},
		"one line of others": {"A=one\nJWT_SECRET=$JWT_SECRET_OF_THE_SERVICE", secretcheck.Other},
	} {
		if kind, refused := kindOf(t, tt.text); !refused || kind != tt.want {
			t.Errorf("%s: refused %v, kind %v; want kind %v", name, refused, kind, tt.want)
		}
	}
}

// dump prints bytes as xxd does, with their characters behind them.
func dump(b []byte) string {
	text := ""
	for at := 0; at < len(b); at += 16 {
		line, shown := b[at:min(at+16, len(b))], ""
		text += fmt.Sprintf("%08x:", at)
		for i, c := range line {
			if i%2 == 0 {
				text += " "
			}
			text += fmt.Sprintf("%02x", c)
			if c < '!' || c > '~' {
				c = '.'
			}
			shown += string(rune(c))
		}
		text += "  " + shown + "\n"
	}
	return text
}

// The message names what is in the way.
func TestFormIsNamed(t *testing.T) {
	const secret = "Zx9Qm4Tb7Lk2Rw8Yc5Vn1Hs6Jd3Gf0PaUeXiOoB"
	for text, want := range map[string]string{
		"\ufeff" + secret: "a byte order mark", secret + "\n\n": "more than one newline", secret + "\r\n\r": "more than one newline", " " + secret: "blanks",
		strings.Repeat("4142", 16_000): "too many layers",
	} {
		if err := secretcheck.Check([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
