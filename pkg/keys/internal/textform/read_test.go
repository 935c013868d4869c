package textform_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/loginctl/loginctl/pkg/keys/internal/textform"
)

// content is the DER that a document holds, in PEM or as it is.
func content(t *testing.T, d *textform.Document) []byte {
	t.Helper()
	switch {
	case len(d.Blocks) == 1:
		return d.Blocks[0].Bytes
	case d.DER != nil:
		return d.DER
	}
	t.Fatalf("%d blocks, JSON %t, named %d, text %t", len(d.Blocks), d.JSON != nil, len(d.Named), d.Text != nil)
	return nil
}

func wrapAt(text string, column int) string {
	var lines []string
	for len(text) > column {
		lines, text = append(lines, text[:column]), text[column:]
	}
	return strings.Join(append(lines, text), "\n") + "\n"
}

func indent(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n"+by) + "\n"
}

func encode16(text string, big bool) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return string(b)
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// body is PEM without its marker lines.
func body(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[1:len(lines)-1], "\n")
}

func der(text string) string {
	block, _ := pem.Decode([]byte(text))
	return string(block.Bytes)
}

// forms are the ways in which one PEM text is handed over.
var forms = map[string]func(pem string) string{
	"as it is":                       func(s string) string { return s },
	"without its last newline":       func(s string) string { return strings.TrimSpace(s) },
	"CRLF":                           func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
	"CR":                             func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
	"newlines became blanks":         func(s string) string { return strings.ReplaceAll(s, "\n", " ") },
	"newlines removed":               func(s string) string { return strings.ReplaceAll(s, "\n", "") },
	"newlines doubled":               func(s string) string { return strings.ReplaceAll(s, "\n", "\n\n") },
	"literal \\n":                    func(s string) string { return strings.ReplaceAll(s, "\n", `\n`) },
	"literal \\r\\n":                 func(s string) string { return strings.ReplaceAll(s, "\n", `\r\n`) },
	"literal \\\\n":                  func(s string) string { return strings.ReplaceAll(s, "\n", `\\n`) },
	"literal \\n and newlines":       func(s string) string { return strings.ReplaceAll(s, "\n", "\\n\n") },
	"backslash at the end of lines":  func(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n", "\\\n") },
	"a JSON string":                  func(s string) string { text, _ := json.Marshal(s); return string(text) },
	"a JSON string of a JSON string": func(s string) string { a, _ := json.Marshal(s); b, _ := json.Marshal(string(a)); return string(b) },
	"a JSON string as PHP writes it": func(s string) string { text, _ := json.Marshal(s); return strings.ReplaceAll(string(text), "/", `\/`) },
	"in double quotes":               func(s string) string { return `"` + strings.TrimSpace(s) + `"` },
	"in single quotes":               func(s string) string { return `'` + s + `'` },
	"in quotes, literal \\n":         func(s string) string { return `'` + strings.ReplaceAll(s, "\n", `\n`) + `'` },
	"NAME=":                          func(s string) string { return "PRIVATE_KEY=" + s },
	"NAME= in quotes, literal \\n":   func(s string) string { return `KEY="` + strings.ReplaceAll(s, "\n", `\n`) + `"` + "\n" },
	"export NAME=base64":             func(s string) string { return "export KEY='" + base64Of(s) + "'\n" },
	"PowerShell, base64":             func(s string) string { return `$env:KEY = "` + base64Of(s) + `"` + "\r\n" },
	"YAML literal":                   func(s string) string { return "key: |\n" + indent(s, "  ") },
	"YAML, base64":                   func(s string) string { return "tls.key: " + base64Of(s) + "\n" },
	"YAML literal, base64":           func(s string) string { return "key: >-\n" + indent(wrapAt(base64Of(s), 76), "    ") },
	"indented":                       func(s string) string { return indent(s, "    ") },
	"indented by tabs":               func(s string) string { return indent(s, "\t") },
	"blanks at the ends of lines":    func(s string) string { return strings.ReplaceAll(s, "\n", "  \n") },
	"UTF-8 mark":                     func(s string) string { return "\ufeff" + s },
	"UTF-16LE":                       func(s string) string { return encode16("\ufeff"+s, false) },
	"UTF-16BE":                       func(s string) string { return encode16("\ufeff"+s, true) },
	"UTF-16LE without mark":          func(s string) string { return encode16(s, false) },
	"UTF-16BE without mark":          func(s string) string { return encode16(s, true) },
	"base64 of UTF-16":               func(s string) string { return base64Of(encode16("\ufeff"+s, false)) },
	"base64":                         base64Of,
	"base64, url-safe":               func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64, wrapped":                func(s string) string { return wrapAt(base64Of(s), 76) },
	"base64, in quotes":              func(s string) string { return `"` + base64Of(s) + `"` },
	"base64 twice":                   func(s string) string { return base64Of(base64Of(s)) },
	"base64 three times":             func(s string) string { return base64Of(base64Of(base64Of(s))) },
	"base64 with newlines, twice":    func(s string) string { return base64Of(wrapAt(base64Of(s), 64)) },
	"base64, literal \\n":            func(s string) string { return strings.ReplaceAll(wrapAt(base64Of(s), 64), "\n", `\n`) },
	"percent":                        func(s string) string { return url.PathEscape(s) },
	"percent, + for blanks":          url.QueryEscape,
	"without markers":                body,
	"without markers, one line":      func(s string) string { return strings.ReplaceAll(body(s), "\n", "") },
	"without markers, literal \\n":   func(s string) string { return strings.ReplaceAll(body(s), "\n", `\n`) },
	"without the END line":           func(s string) string { return s[:strings.Index(s, "-----END")] },
	"without the BEGIN line":         func(s string) string { return s[strings.Index(s, "\n")+1:] },
	"wrapped at 16":                  func(s string) string { return wrapAt(strings.ReplaceAll(s, "\n", ""), 16) },
	"wrapped at 7":                   func(s string) string { return wrapAt(strings.ReplaceAll(s, "\n", ""), 7) },
	"text around it":                 func(s string) string { return "Bag Attributes\n    friendlyName: a\n" + s + "\ntrailing words\n" },
	"DER":                            der,
	"DER and a newline":              func(s string) string { return der(s) + "\n" },
	"DER, base64 twice":              func(s string) string { return base64Of(base64Of(der(s))) },
	"DER, hexadecimal":               func(s string) string { return hex.EncodeToString([]byte(der(s))) },
	"service account": func(s string) string {
		text, _ := json.Marshal(map[string]string{"type": "service_account", "private_key": s})
		return string(text)
	},
	"service account, base64": func(s string) string {
		text, _ := json.Marshal(map[string]string{"private_key": s})
		return base64Of(string(text))
	},
}

// dir is where the keys of the package above are.
const dir = "../../testdata/"

func read(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestEveryForm(t *testing.T) {
	for _, file := range []string{"good/rsa.pem", "good/p256.pem", "good/p521.sec1.pem", "good/ed25519.pem", "good/ed25519.pub.pem", "good/rsa.cert.pem", "good/rsa.pkcs1.pem", "encrypted/aes-256-cbc.pem"} {
		text := read(t, dir+file)
		want := der(text)
		for name, form := range forms {
			data := []byte(form(text))
			before := bytes.Clone(data)
			d, err := textform.Read(data)
			if err != nil {
				t.Errorf("%s, %s: %v", file, name, err)
				continue
			}
			if got := content(t, d); string(got) != want {
				t.Errorf("%s, %s: another key was read", file, name)
			}
			if d.Clear(); !bytes.Equal(data, before) {
				t.Errorf("%s, %s: the input was changed", file, name)
			}
		}
	}
}

// The ciphertext of RFC 1423 does not say where it ends, so that a missing
// marker is not made up for.
func TestHeadersOfEncryption(t *testing.T) {
	for _, file := range []string{"encrypted/rfc1423-aes128.pem", "encrypted/rfc1423-des3.pem"} {
		text := read(t, dir+file)
		strict, _ := pem.Decode([]byte(text))
		for _, name := range []string{"newlines became blanks", "newlines removed", "literal \\n", "indented", "CR", "base64", "wrapped at 7"} {
			d, err := textform.Read([]byte(forms[name](text)))
			if err != nil {
				t.Errorf("%s, %s: %v", file, name, err)
				continue
			}
			b := d.Blocks[0]
			if !bytes.Equal(b.Bytes, strict.Bytes) || b.Headers["DEK-Info"] != strict.Headers["DEK-Info"] || b.Headers["Proc-Type"] == "" {
				t.Errorf("%s, %s: %q", file, name, b.Headers)
			}
		}
		for _, name := range []string{"without markers", "without the END line", "without the BEGIN line"} {
			if d, err := textform.Read([]byte(forms[name](text))); err == nil && d.Text == nil {
				t.Errorf("%s, %s: it was read", file, name)
			}
		}
	}
}

func TestSeveralBlocks(t *testing.T) {
	text := read(t, dir+"good/rsa.cert.pem") + read(t, dir+"good/rsa.pem")
	for _, name := range []string{"as it is", "newlines removed", "literal \\n", "indented", "base64", "a JSON string", "UTF-16LE"} {
		d, err := textform.Read([]byte(forms[name](text)))
		if err != nil || len(d.Blocks) != 2 || d.Blocks[0].Type != "CERTIFICATE" || d.Blocks[1].Type != "PRIVATE KEY" {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	key, other := read(t, dir+"good/p256.pem"), read(t, dir+"good/ed25519.pem")
	oneLine := strings.ReplaceAll(key, "\n", "")
	rows := []struct {
		name, text string
		want       textform.Kind
	}{
		{"nothing", "", textform.Empty},
		{"blanks", " \r\n\t", textform.Empty},
		{"a byte order mark alone", "\ufeff\n", textform.Empty},
		{"empty quotes", `""`, textform.Empty},
		{"too large", strings.Repeat("x", textform.MaxSize+1), textform.TooLarge},
		{"four times base64", base64Of(base64Of(base64Of(base64Of(key)))), textform.TooLarge},
		{"many blocks", strings.Repeat(other, textform.MaxBlocks+1), textform.TooLarge},
		{"UTF-16 of odd length", "\xff\xfea", textform.Damaged},
		{"UTF-16 with half a surrogate", "\xff\xfea\x00\x00\xd8", textform.Damaged},
		{"UTF-16 with a surrogate and no other half", "\xff\xfe\x00\xd8a\x00", textform.Damaged},
		{"DER cut short", der(key)[:100], textform.Damaged},
		{"DER and more", der(key) + "more", textform.Damaged},
		{"base64 of DER cut short", base64Of(der(key)[:99]), textform.Damaged},
		{"four dashes", strings.Replace(key, "-----BEGIN", "----BEGIN", 1), textform.Damaged},
		{"four dashes after the label", strings.Replace(key, "KEY-----", "KEY----", 1), textform.Damaged},
		{"another END label", strings.Replace(key, "END PRIVATE", "END EC PRIVATE", 1), textform.Damaged},
		{"a broken END", strings.Replace(key, "END PRIVATE KEY-----", "END PRIVATE KEY--", 1), textform.Damaged},
		{"a label in small letters", strings.ReplaceAll(oneLine, "PRIVATE KEY", "private key"), textform.Damaged},
		{"no END and not whole", oneLine[:90], textform.Damaged},
		{"no BEGIN and not whole", oneLine[60:], textform.Damaged},
		{"no END before the next BEGIN", oneLine[:100] + oneLine, textform.Damaged},
		{"END again", oneLine + "-----END PRIVATE KEY-----", textform.Damaged},
		{"END twice", strings.Repeat("-----END PRIVATE KEY-----\n", 2), textform.Damaged},
		{"words in the body", strings.Replace(oneLine, "MI", "MI ... ", 1), textform.Damaged},
		{"headers cut short", "-----BEGIN RSA PRIVATE KEY-----Proc-Type:4,ENCRYPTEDDEK-Info:AES-128-CBC,00-----END RSA PRIVATE KEY-----", textform.Damaged},
		{"two values", "A=" + base64Of(key) + "\nB=" + base64Of(other), textform.Ambiguous},
		{"a service account without PEM", `{"private_key":"x"}`, textform.Damaged},
	}
	for _, row := range rows {
		_, err := textform.Read([]byte(row.text))
		var refusal *textform.Refusal
		if !errors.As(err, &refusal) || refusal.Kind != row.want || refusal.Error() == "" {
			t.Errorf("%s: got %v", row.name, err)
		}
	}
}

func TestManyLayers(t *testing.T) {
	text := read(t, dir+"good/p256.pem")
	text = body(text)
	for range textform.MaxLayers + 1 {
		text = "'" + text + "'"
	}
	var refusal *textform.Refusal
	if _, err := textform.Read([]byte(text)); !errors.As(err, &refusal) || refusal.Kind != textform.TooLarge {
		t.Errorf("got %v", err)
	}
}

// A word that is base64 or has a colon by chance stays what it is.
func TestOtherTextIsLeft(t *testing.T) {
	for _, text := range []string{
		"abcdefgh", "correct horse battery staple", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKNhkxkzZdBM95uipmWAnTx70+wueEeJpkxIewoJH6Ke a@b",
		"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", "\xfe\xed\xfe\xed\x00\x00\x00\x02", "host:22", `a\qb`, `C:\key`, "30820a", "1234567890123456",
		"0 is not DER", "0\x80\xff\xff", "0\x84\x01\x01\x01\x01\xff", "0\x81\x10\xff0123456789abcdef", "A==", "A=", "%zz", "===", "-- a", "''a'b",
	} {
		d, err := textform.Read([]byte(text))
		if err == nil && d.Text == nil || err != nil && !strings.HasPrefix(text, "PuTTY") && text != "0 is not DER" {
			t.Errorf("%q: got %v", text, err)
		}
	}
}

func TestJSON(t *testing.T) {
	cert := read(t, dir+"good/rsa.cert.pem")
	named, err := json.Marshal(map[string]string{"b": cert, "a": read(t, dir+"good/p256.pub.pem")})
	if err != nil {
		t.Fatal(err)
	}
	jwk := `{"kty":"EC","x":"AA"}`
	rows := []struct{ name, text, want string }{
		{"a JWK", jwk, jwk},
		{"a JWK Set", `{"keys":[` + jwk + `]}`, `{"keys":[` + jwk + `]}`},
		{"a JWK in place of the list", `{"keys":` + jwk + `}`, `{"keys":[` + jwk + `]}`},
		{"a list", `[` + jwk + `]`, `{"keys":[` + jwk + `]}`},
		{"a wrapper", `{"data":{"keys":[` + jwk + `]}}`, `{"keys":[` + jwk + `]}`},
		{"two wrappers", `{"a":1,"x":{"data":{"keys":[]}}}`, `{"keys":[]}`},
		{"two sets", `{"a":{"keys":[]},"b":{"keys":[]}}`, `{"a":{"keys":[]},"b":{"keys":[]}}`},
		{"too deep", `{"a":{"a":{"a":{"a":{"keys":[]}}}}}`, `{"a":{"a":{"a":{"a":{"keys":[]}}}}}`},
		{"an object that is not a key for the list", `{"keys":{"a":1}}`, `{"keys":{"a":1}}`},
		{"a list of others", `[1]`, `[1]`},
		{"a list of other objects", `[{}]`, `[{}]`},
		{"an empty list", `[]`, `[]`},
		{"an empty object", `{}`, `{}`},
		{"a name twice", `{"kty":1,"kty":2}`, `{"kty":1,"kty":2}`},
		{"cut short", `{"kty":`, `{"kty":`},
		{"a certificate and a word", `{"a":"x","b":` + string(named) + `}`, `{"a":"x","b":` + string(named) + `}`},
		{"two certificates under one name", `{"a":` + quote(cert+cert) + `}`, `{"a":` + quote(cert+cert) + `}`},
		{"the base64 of a JWK", base64Of(jwk), jwk},
		{"a JWK in a string", quote(jwk), jwk},
		{"a JWK as a value", "JWK='" + jwk + "'", jwk},
	}
	for _, row := range rows {
		d, err := textform.Read([]byte(row.text))
		if err != nil || string(d.JSON) != row.want {
			t.Errorf("%s: got %v", row.name, err)
		}
	}
	d, err := textform.Read(named)
	if err != nil || len(d.Named) != 2 || d.Named[0].ID != "a" || d.Named[1].Block.Type != "CERTIFICATE" {
		t.Errorf("certificates by key id: got %v", err)
	}
	d, err = textform.Read([]byte(`{"private_key_id":"k1","private_key":` + quote(read(t, dir+"good/rsa.pem")) + `}`))
	if err != nil || d.KeyID != "k1" || len(d.Blocks) != 1 {
		t.Errorf("service account: got %v", err)
	}
}

func quote(s string) string { text, _ := json.Marshal(s); return string(text) }

func TestEnvValue(t *testing.T) {
	text := "\ufeff# keys\nA=1\nexport B = 'two words'\n\nC=\"one\ntwo\"\nD=\nA2=x\nE='open\nF=1\nF=2\n#G=1\nnothing\n"
	for name, want := range map[string]string{"A": "1", "B": "two words", "C": "one\ntwo", "D": "", "A2": "x", "E": "'open"} {
		value, ok, twice := textform.EnvValue([]byte(text), name)
		if !ok || twice || string(value) != want {
			t.Errorf("%s: got %d bytes, %t, %t", name, len(value), ok, twice)
		}
	}
	for _, name := range []string{"G", "#G", "nothing", "", "none"} {
		if _, ok, _ := textform.EnvValue([]byte(text), name); ok {
			t.Errorf("%q has a value", name)
		}
	}
	if _, _, twice := textform.EnvValue([]byte(text), "F"); !twice {
		t.Error("F is there twice, and one of them was taken")
	}
}

// Reading makes copies of private keys. All of them are overwritten.
func TestClear(t *testing.T) {
	text := read(t, dir+"good/p256.pem")
	for name, form := range forms {
		d, err := textform.Read([]byte(form(text)))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		key := content(t, d)
		fromInput := strings.HasPrefix(name, "DER") && !strings.Contains(name, ",")
		d.Clear()
		if !fromInput && !bytes.Equal(key, make([]byte, len(key))) {
			t.Errorf("%s: the key is still there", name)
		}
	}
	(*textform.Document)(nil).Clear()
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(dir + "*/*.pem")
	if err != nil || len(files) == 0 {
		f.Fatal(err, len(files))
	}
	for i, file := range files {
		text := read(f, file)
		names := make([]string, 0, len(forms))
		for name := range forms {
			names = append(names, name)
		}
		slices.Sort(names)
		if block, _ := pem.Decode([]byte(text)); block != nil {
			f.Add([]byte(forms[names[i%len(names)]](text)))
		}
	}
	f.Add([]byte(`{"data":{"keys":[{"kty":"EC"}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		d, err := textform.Read(data)
		if err != nil {
			var refusal *textform.Refusal
			if !errors.As(err, &refusal) || d != nil {
				t.Fatalf("got %v", err)
			}
			return
		}
		set := 0
		for _, is := range []bool{len(d.Blocks) > 0, d.DER != nil, d.JSON != nil, d.Named != nil, d.Text != nil} {
			if is {
				set++
			}
		}
		if set != 1 {
			t.Fatalf("%d readings", set)
		}
		// What was read is read again as itself.
		if d.DER != nil {
			again, err := textform.Read(d.DER)
			if err != nil || !bytes.Equal(again.DER, d.DER) {
				t.Fatalf("the DER is not read again: %v", err)
			}
		}
		d.Clear()
		if !bytes.Equal(data, before) {
			t.Fatal("the input was changed")
		}
		textform.EnvValue(data, "A")
	})
}

// JSON is nested 32 levels at most; brackets within strings are not levels.
func TestNesting(t *testing.T) {
	nested := func(n int) string {
		return `{"kty":"x","a":` + strings.Repeat("[", n-1) + strings.Repeat("]", n-1) + "}"
	}
	for text, deep := range map[string]bool{
		nested(32):              false,
		nested(33):              true,
		strings.Repeat("[", 33): true,
		`{"kty":"` + strings.Repeat("[", 100) + `"}`:     false,
		`{"kty":"\"` + strings.Repeat(`[\"`, 100) + `"}`: false,
		strings.Repeat(`{"kty":`, 9000):                  true,
	} {
		_, err := textform.Read([]byte(text))
		var refusal *textform.Refusal
		if got := errors.As(err, &refusal) && refusal.Kind == textform.Damaged; got != deep {
			t.Errorf("%.40s…: %v, want deep: %v", text, err, deep)
		}
	}
}
