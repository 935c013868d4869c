package tokencmd

import (
	"strings"
	"testing"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
)

func TestCleanToken(t *testing.T) {
	for _, text := range []string{
		"a.b.c", " a.b.c\r\n", "Bearer a.b.c", "bearer   a.b.c", "Authorization: Bearer a.b.c\n", "authorization:bearer a.b.c", "Authorization: a.b.c",
		`"a.b.c"`, "'a.b.c'", "`a.b.c`", `"Bearer a.b.c"`, `Bearer "a.b.c"`, "'Authorization: Bearer a.b.c'", "\ufeffa.b.c",
		`{"access_token":"a.b.c","token_type":"bearer"}`, `{"id_token":"a.b.c"}`, "\n{\n\"token\" : \"a.b.c\"\n}\n",
		`{"access_token":7,"token":"a.b.c"}`,
	} {
		if got, err := input.CleanToken(text); err != nil || got != "a.b.c" {
			t.Errorf("%q is %q, %v", text, got, err)
		}
	}
	for _, test := range []struct {
		text string
		exit int
	}{
		{"", outcome.ExitUsage}, {" \n", outcome.ExitUsage}, {`""`, outcome.ExitUsage}, {"Bearer \"\"", outcome.ExitUsage},
		{"{", outcome.ExitMalformed}, {"{}", outcome.ExitMalformed}, {`{"access_token":""}`, outcome.ExitMalformed}, {"{\"a\":1}{}", outcome.ExitMalformed}, {"a.b.c\nd.e.f", outcome.ExitMalformed},
	} {
		_, err := input.CleanToken(test.text)
		if err == nil || outcome.Classify(err).Exit != test.exit {
			t.Errorf("%q: %v, want exit %d", test.text, err, test.exit)
		}
	}
}

// TestOneOrMany checks how standard input is read: one token, or one a line.
func TestOneOrMany(t *testing.T) {
	long := strings.Repeat("x", input.MaxInput)
	for _, test := range []struct {
		name, text string
		many       bool
		fails      bool
	}{
		{"nothing", "", false, false}, {"one", "a.b.c\n", false, false}, {"one with blank lines", "\n\na.b.c\n\n", false, false},
		{"two", "a.b.c\nd.e.f\n", true, false}, {"JSON over lines", "{\n\"token\":\"a\"\n}", false, false},
		{"one too long", long + "y", false, true}, {"many, the first too long", long + "y\na.b.c\n", false, true},
		{"many, beyond the limit", strings.Repeat("a.b.c\n", input.MaxInput), true, false},
	} {
		many, one, err := OneOrMany(strings.NewReader(test.text))
		if (many != nil) != test.many || (err != nil) != test.fails {
			t.Errorf("%s: many %t, one %.20q, error %v", test.name, many != nil, one, err)
		}
	}
}

func TestEscape(t *testing.T) {
	for _, test := range []struct{ text, plain, json string }{
		{"Ada é 日本 🙂", "Ada é 日本 🙂", "Ada é 日本 🙂"},
		{"\x1b[31m\x07\x7f", `\x1b[31m\x07\x7f`, `\u001b[31m\u0007\u007f`},
		{"a\u202eb\u200bc\u2066", `a\u202eb\u200bc\u2066`, `a\u202eb\u200bc\u2066`},
		{"\u0085\u00ad\ufeff\u3164\u2028", `\u0085\u00ad\ufeff\u3164\u2028`, `\u0085\u00ad\ufeff\u3164\u2028`},
		{"\U000e0041", `\U000e0041`, `\udb40\udc41`},
		{"line\nbreak", `line\x0abreak`, `line\u000abreak`},
	} {
		if got := terminal.Escape(test.text); got != test.plain {
			t.Errorf("%q: %s, want %s", test.text, got, test.plain)
		}
		if got := terminal.EscapeJSON(test.text); got != test.json {
			t.Errorf("%q as JSON: %s, want %s", test.text, got, test.json)
		}
	}
}
