package keys_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/keys/keyfile"
)

// No input of 64 KiB costs more than a second or 100 MB, in any reader.
func TestHostileInputIsCheap(t *testing.T) {
	fill := func(pattern string) string { return strings.Repeat(pattern, keyfile.MaxSize/len(pattern)) }
	b64 := func(n int) string { return strings.Repeat("_", n/6) }
	number := func(bits uint) string {
		n := new(big.Int).Lsh(big.NewInt(1), bits)
		return base64.RawURLEncoding.EncodeToString(n.Sub(n, big.NewInt(159)).Bytes())
	}
	var many []string
	for i := range 80 {
		many = append(many, fmt.Sprintf(`{"kty":"RSA","e":"AQAB","kid":"%d","n":%q}`, i, member(rfc7638Key, "n")))
	}
	for name, text := range map[string]string{
		"BEGIN lines":             fill("-----BEGIN PRIVATE KEY-----\n"),
		"BEGIN and END lines":     fill("-----BEGIN X-----\n-----END X-----\n"),
		"unfinished blocks":       fill("-----BEGIN X-----\nAAAA\n-----END Y-----\n"),
		"headers":                 "-----BEGIN X-----\n" + fill("a: b\n")[:60000],
		"dashes":                  fill("-"),
		"one long line":           "-----BEGIN PRIVATE KEY-----\n" + fill("AAAA")[:60000] + "\n-----END PRIVATE KEY-----\n",
		"nested lists":            `{"kty":` + fill("[")[:60000],
		"nested objects":          fill(`{"kty":`),
		"many members":            "{" + strings.TrimSuffix(manyMembers(), ",") + "}",
		"a long string":           `{"kty":"` + fill("x")[:60000] + `"}`,
		"escapes":                 `{"kty":"` + fill(`\u0041`)[:60000] + `"}`,
		"RSA of 8192 bits":        `{"kty":"RSA","e":"AQAB","n":"` + number(8192) + `"}`,
		"RSA of 300,000 bits":     `{"kty":"RSA","e":"AQAB","n":"` + b64(300000) + `"}`,
		"an exponent of 300,000":  edit(rfc7638Key, "e", `"`+b64(300000)+`"`),
		"a long private exponent": edit(edit(edit(rfc7638Key, "d", `"`+b64(300000)+`"`), "p", `"Aw"`), "q", `"Aw"`),
		"many RSA keys":           `{"keys":[` + strings.Join(many, ",") + `]}`,
		"many strings with JSON":  "[" + fill(`"[[[[[[[",`)[:60000] + `""]`,
		"strings within strings":  quoted(`{"kt\u0079":1}`, 12),
		"zeros":                   fill("\x00"),
		"DER lengths":             fill("\x30\x84\x7f\xff\xff\xff"),
		"nested DER":              fill("\x30\x82\x7f\xff"),
		"base64 of a DER RSA key": base64.StdEncoding.EncodeToString([]byte("\x30\x82\xb0\x00" + fill("\x02\x82\x40\x00")[:45000])),
	} {
		t.Run(name, func(t *testing.T) {
			if len(text) > keyfile.MaxSize {
				t.Fatalf("the input has %d bytes", len(text))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			took := cpuTime(t, self, func() { // not wall time: other programs may be busy
				keys.Parse([]byte(text))
				keys.ParsePublic([]byte(text))
				keys.ParseEncrypted([]byte(text), []byte("x"))
				keys.ParseJWKS([]byte(text), nil)
				keys.ParseSecret([]byte(text), keys.HS256)
				keyfile.Inspect([]byte(text))
			})
			runtime.ReadMemStats(&after)
			if used := (after.TotalAlloc - before.TotalAlloc) >> 20; took > time.Second || used > 100 {
				t.Errorf("the six readers took %v and %d MB", took, used)
			}
		})
	}
}

// quoted is text as a JSON string in a JSON string, and so on, of 64 KiB at most.
func quoted(text string, depth int) string {
	for range depth {
		if next := string(must(json.Marshal(text))); len(next) <= keyfile.MaxSize {
			text = next
		}
	}
	return text
}

func manyMembers() string {
	var b strings.Builder
	for i := 0; b.Len() < 60000; i++ {
		fmt.Fprintf(&b, `"%x":1,`, i)
	}
	return b.String()
}
