package tokentext_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokentext"
)

// tokens are of each length of signature.
var tokens = map[string]string{"HS256": made("HS256", 43), "EdDSA": made("EdDSA", 86), "RS256": made("RS256", 342), "ES512": made("ES512", 176), "XX1": made("XX1", 50)}

func made(alg string, size int) string {
	segment := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	return segment(`{"alg":"`+alg+`","typ":"JWT"}`) + "." + segment(`{"sub":"ada","exp":1795842497}`) + "." + strings.Repeat("Ab_-x0", 100)[:size]
}

func wrapAt(text string, column int) string {
	var lines []string
	for len(text) > column {
		lines, text = append(lines, text[:column]), text[column:]
	}
	return strings.Join(append(lines, text), "\n") + "\n"
}

func encode16(text string) string {
	var b []byte
	for _, u := range utf16.Encode([]rune(text)) {
		b = append(b, byte(u), byte(u>>8))
	}
	return string(b)
}

func swapped(text string) string {
	b := []byte(text)
	for i := 0; i < len(b); i += 2 {
		b[i], b[i+1] = b[i+1], b[i]
	}
	return string(b)
}

func base64Of(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

var forms = map[string]func(token string) string{
	"URL, jwt":             func(s string) string { return "https://app.example.com/cb?state=1&jwt=" + s },
	"URL, fragment":        func(s string) string { return "https://app.example.com/cb#access_token=" + s + "&token_type=bearer" },
	"URL, route and query": func(s string) string { return "https://app.example.com/#/cb?jwt=" + s },
	"query alone":          func(s string) string { return "?jwt=" + s },
	"fragment alone":       func(s string) string { return "#access_token=" + s },
	"path and query":       func(s string) string { return "/cb?a=1&jwt=" + s },
	"curl": func(s string) string {
		return "curl -sS -H 'Authorization: Bearer " + s + "' https://api.example.com/me"
	},
	"curl in lines": func(s string) string {
		return "$ curl https://api.example.com/me \\\n  -H \"Authorization: Bearer " + s + "\"\n"
	},
	"curl cookie": func(s string) string { return "curl -b access-token=" + s + " https://api.example.com/me" },
	"request": func(s string) string {
		return "GET /me HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer " + s + "\r\n\r\n"
	},
	"Secret, YAML": func(s string) string {
		return "apiVersion: v1\nkind: Secret\ndata:\n  ca.crt: LS0tLS0=\n  token: " + base64Of(s) + "\ntype: Opaque\n"
	},
	"Secret, stringData": func(s string) string { return "kind: Secret\nstringData:\n  token: \"" + s + "\"\n" },
	"Secret, JSON": func(s string) string {
		return `{"kind":"Secret","data":{"ca.crt":"LS0=","token":"` + base64Of(s) + `"}}`
	},
	"JSON, nested":          func(s string) string { return `{"data":{"jwt":"` + s + `"}}` },
	"alone":                 func(s string) string { return s },
	"newline":               func(s string) string { return s + "\r\n" },
	"blanks":                func(s string) string { return "  " + s + "\t" },
	"UTF-8 mark":            func(s string) string { return "\ufeff" + s },
	"UTF-16LE":              func(s string) string { return encode16("\ufeff" + s + "\r\n") },
	"UTF-16BE":              func(s string) string { return swapped(encode16("\ufeff" + s)) },
	"UTF-16LE no mark":      encode16,
	"UTF-16BE no mark":      func(s string) string { return swapped(encode16(s)) },
	"quotes":                func(s string) string { return `"` + s + `"` },
	"single quotes":         func(s string) string { return "'" + s + "'\n" },
	"Bearer":                func(s string) string { return "Bearer " + s },
	"bearer":                func(s string) string { return "bearer  " + s },
	"JWT":                   func(s string) string { return "JWT " + s },
	"Token":                 func(s string) string { return "Token " + s },
	"Authorization":         func(s string) string { return "Authorization: Bearer " + s + "\r\n" },
	"authorization, quotes": func(s string) string { return `"authorization: Bearer ` + s + `"` },
	"Set-Cookie": func(s string) string {
		return "Set-Cookie: access-token=" + s + "; Path=/; HttpOnly; Secure; SameSite=Lax"
	},
	"Cookie":            func(s string) string { return "Cookie: theme=dark; access-token=" + s + "; lang=en" },
	"Cookie in quotes":  func(s string) string { return `cookie: access-token="` + s + `"` },
	"cookie, no header": func(s string) string { return "access-token=" + s + "; Path=/; HttpOnly" },
	"cookie jar": func(s string) string {
		return "# Netscape HTTP Cookie File\n\n#HttpOnly_a.example\tFALSE\t/\tTRUE\t0\taccess-token\t" + s + "\n"
	},
	"NAME=":                  func(s string) string { return "TOKEN=" + s },
	"export NAME=''":         func(s string) string { return "export TOKEN='" + s + "'\n" },
	"PowerShell":             func(s string) string { return `$env:TOKEN = "` + s + `"` },
	"YAML":                   func(s string) string { return "token: " + s },
	"URL query":              func(s string) string { return "https://api.example.com/x?a=1&access_token=" + s + "&b=2" },
	"URL fragment":           func(s string) string { return "https://app.example.com/#access_token=" + s + "&token_type=bearer" },
	"query":                  func(s string) string { return "?access_token=" + s + "&token_type=bearer" },
	"answer":                 func(s string) string { return `{"access_token":"` + s + `","token_type":"bearer"}` },
	"answer with an id":      func(s string) string { return `{"id_token":"x.y.z","access_token":"` + s + `"}` },
	"JSON string":            func(s string) string { b, _ := json.Marshal(s + "\n"); return string(b) },
	"base64":                 base64Of,
	"base64url":              func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
	"base64 wrapped":         func(s string) string { return wrapAt(base64Of(s), 76) },
	"base64 twice":           func(s string) string { return base64Of(base64Of(s)) },
	"base64 of UTF-16":       func(s string) string { return base64Of(encode16("\ufeff" + s)) },
	"YAML, base64":           func(s string) string { return "token: " + base64Of(s) },
	"wrapped at 76":          func(s string) string { return wrapAt(s, 76) },
	"wrapped at 64, CRLF":    func(s string) string { return strings.ReplaceAll(wrapAt(s, 64), "\n", "\r\n") },
	"wrapped at 7":           func(s string) string { return wrapAt(s, 7) },
	"wrapped, one from end":  func(s string) string { return s[:len(s)-1] + "\n" + s[len(s)-1:] },
	"wrapped and indented":   func(s string) string { return "  " + strings.ReplaceAll(wrapAt(s, 50), "\n", "\n  ") },
	"Bearer, wrapped":        func(s string) string { return "Bearer " + wrapAt(s, 60) },
	"a space in the middle":  func(s string) string { return s[:30] + " " + s[30:] },
	"Authorization, wrapped": func(s string) string { return "Authorization: Bearer\n " + s },
}

func TestEveryForm(t *testing.T) {
	for alg, token := range tokens {
		for name, form := range forms {
			if alg == "XX1" && strings.Contains(name, "one from end") {
				continue // whose signature has no length that is known
			}
			got, err := tokentext.Find(form(token))
			if err != nil || got != token {
				t.Errorf("%s, %s: got %d bytes of %d, %v", alg, name, len(got), len(token), err)
			}
			if name != "cookie jar" && !strings.Contains(name, "Authorization, wrapped") && tokentext.Lines(form(token)) != nil && !strings.HasPrefix(name, "Bearer, ") {
				t.Errorf("%s, %s: taken for several tokens", alg, name)
			}
		}
	}
}

func TestRefused(t *testing.T) {
	token := tokens["HS256"]
	for text, want := range map[string]error{
		"": tokentext.ErrNone, " \n": tokentext.ErrNone, `""`: tokentext.ErrNone, "Cookie: a=1; b=2": tokentext.ErrNone, "Set-Cookie: a=": tokentext.ErrNone, "Cookie: a": tokentext.ErrNone,
		"https://example.com/?a=1": tokentext.ErrNone, "https://example.com/?access_token=%zz": tokentext.ErrNone,
		token + "\n" + tokens["EdDSA"]: tokentext.ErrSeveral, token + " " + token: tokentext.ErrSeveral, "two words": tokentext.ErrSeveral,
		"Cookie: a=" + token + "; b=" + tokens["EdDSA"]: tokentext.ErrSeveral, "https://a.example/?access_token=" + token + "&access_token=" + token: tokentext.ErrSeveral,
		token + "\nrest": tokentext.ErrSeveral, wrapAt(token, 30) + "more": tokentext.ErrSeveral,
		`{"a":1}`: tokentext.ErrJSON, `{"token":1}`: tokentext.ErrJSON, `{"token"`: tokentext.ErrJSON,
	} {
		if got, err := tokentext.Find(text); !errors.Is(err, want) || got != "" {
			t.Errorf("%d bytes that begin with %q: got %v", len(text), text[:min(len(text), 12)], err)
		}
	}
}

// A text that no form fits is not changed, so that what is wrong with it is said.
func TestOtherTextIsLeft(t *testing.T) {
	for _, text := range []string{"abc", "a.b.c", "eyJ!.b.c", "not-a-token", "a..", "aGVsbG8gd29ybGQsIGhlbGxv", "A=", "=", "A==", "http://[::1", "\x00", "eyJhIjoxfQ"} {
		got, err := tokentext.Find(text)
		if err != nil || got != text {
			t.Errorf("%q: got %q, %v", text, got, err)
		}
	}
	if got, err := tokentext.Find("Set-Cookie: session=abc; Path=/"); err != nil || got != "abc" {
		t.Errorf("the only cookie: got %q, %v", got, err)
	}
}

func TestLines(t *testing.T) {
	a, b := tokens["HS256"], tokens["EdDSA"]
	for text, want := range map[string]int{
		a + "\n" + b + "\n": 2, a + "\r\n\r\n" + b: 2, a + "\nmalformed\n": 2, "x\ny\nz": 3, encode16("\ufeff" + a + "\r\n" + b): 2, a: 0, "": 0, a + "\n": 0, wrapAt(a, 40): 0, "{\n}": 0,
		"eyJ!.a.b\n" + a: 2, "eyJhIjox.a.\nb": 2,
	} {
		if got := tokentext.Lines(text); len(got) != want {
			t.Errorf("%d bytes that begin with %q: %d tokens, want %d", len(text), text[:min(len(text), 12)], len(got), want)
		}
	}
}

func FuzzFind(f *testing.F) {
	for _, form := range forms {
		f.Add(form(tokens["HS256"]))
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := tokentext.Find(text)
		if (err == nil) == (got == "") || strings.ContainsAny(got, "\r\n\t ") {
			t.Fatalf("%q, %v", got, err)
		}
		for _, line := range tokentext.Lines(text) {
			if line == "" {
				t.Fatal("a blank line")
			}
		}
	})
}

// Two different tokens are not one, wherever they stand.
func TestSeveralTokensWithin(t *testing.T) {
	one, other := tokens["HS256"], tokens["EdDSA"]
	for name, text := range map[string]string{
		"curl":  "curl -H 'Authorization: Bearer " + one + "' -b t=" + other + " https://a",
		"YAML":  "data:\n  a: " + one + "\n  b: " + base64Of(other) + "\n",
		"JSON":  `{"a":"` + one + `","b":["` + other + `"]}`,
		"URL":   "https://a/?jwt=" + one + "&other=" + other,
		"names": "https://a/?access_token=" + one + "&access_token=" + other,
	} {
		if _, err := tokentext.Find(text); !errors.Is(err, tokentext.ErrSeveral) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{"curl": "curl https://a", "URL": "https://a/?x=1", "JSON": `{"a":1}`, "broken JSON": `{"a":`} {
		if token, err := tokentext.Find(text); err == nil {
			t.Errorf("%s: found a token of %d bytes", name, len(token))
		}
	}
}
