package tokencmd

import (
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
)

func TestParsePair(t *testing.T) {
	for _, test := range []struct{ text, name, value string }{
		{"team=a,b", "team", `"a,b"`}, {"k=", "k", `""`}, {"k=v=w", "k", `"v=w"`}, {"k=5", "k", `"5"`}, {`k="`, "k", `"\""`},
		{"k:=5", "k", "5"}, {"k:=[1, 2]", "k", "[1,2]"}, {"k:=null", "k", "null"}, {"a:b=c", "a:b", `"c"`},
		{"https://a.example/x=y", "https://a.example/x", `"y"`}, {"n:=12345678901234567890", "n", "12345678901234567890"},
	} {
		name, value, err := input.ParsePair(test.text)
		if err != nil || name != test.name || string(value) != test.value {
			t.Errorf("%s is %s = %s, %v, want %s = %s", test.text, name, value, err, test.name, test.value)
		}
	}
	for _, text := range []string{"", "k", "=v", ":=5", "k:=", "k:={", "k:=1 2", `k:={"a":1,"a":2}`, "k:=nul", "k=\xff", "k:=\"\xff\""} {
		if name, value, err := input.ParsePair(text); err == nil {
			t.Errorf("%q is %s = %s, want an error", text, name, value)
		}
	}
}

func TestParsePath(t *testing.T) {
	claims := jsontext.Value(`{"sub":"ada","address":{"city":"London"},"list":[[1,2],{"y":true}],"a.b":1,"none":null,` +
		`"https://x/r":["a","b"],"m":{"a.b":{"c":3}},"odd[x]":4,"users":[{"id":1},{"id":2},{}]}`)
	header := jsontext.Value(`{"kid":"k1","jwk":{"crv":"P-256"}}`)
	for _, test := range []struct{ path, want string }{
		{".sub", `"ada"`}, {"sub", `"ada"`}, {".address.city", `"London"`}, {".list[0][1]", "2"}, {".list[1].y", "true"}, {"a.b", "1"}, {"address.city", `"London"`}, {"m.a.b.c", "3"}, {"list[0][1]", "2"}, {"m.a.x", ""}, {"address.", ""},
		{".nothing", ""}, {".sub.x", ""}, {".sub[0]", ""}, {".list[2]", ""}, {".list.x", ""}, {"none", ""}, {".sub[]", ""},
		{"https://x/r", `["a","b"]`}, {"https://x/r[1]", `"b"`}, {"https://x/r[]", `"a" "b"`}, {`."https://x/r"[0]`, `"a"`},
		{`.m."a.b".c`, "3"}, {"odd[x]", "4"}, {".users[].id", "1 2"}, {"header.kid", `"k1"`}, {"header.jwk.crv", `"P-256"`}, {"header.x", ""},
	} {
		p, err := verdict.ParsePath(test.path)
		if err != nil {
			t.Errorf("%s: %v", test.path, err)
			continue
		}
		var got []string
		for _, v := range p.In(header, claims) {
			got = append(got, string(v))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s is %s, want %s", test.path, got, test.want)
		}
	}
	for _, path := range []string{".", "..a", ".a.", ".a[", ".a[-1]", ".a[x]", ".a[0]x", ".[0]", "header.", `."a`} {
		if p, err := verdict.ParsePath(path); err == nil {
			t.Errorf("%s is %v, want an error", path, p)
		}
	}
}

// TestSameValue checks that values are compared by what they say, and numbers
// as written: 9007199254740993 is not the double next to it.
func TestSameValue(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{`"a"`, `"\u0061"`, true}, {`{"a":1,"b":2}`, `{ "b":2, "a":1 }`, true}, {`[1,2]`, `[2,1]`, false}, {`1`, `"1"`, false},
		{`9007199254740993`, `9007199254740992`, false}, {`9007199254740993`, `9007199254740993`, true}, {`true`, `true`, true},
	} {
		if got := verdict.SameValue(jsontext.Value(test.a), jsontext.Value(test.b)); got != test.want {
			t.Errorf("%s and %s: %t, want %t", test.a, test.b, got, test.want)
		}
	}
}

func TestSplitList(t *testing.T) {
	if got := strings.Join(input.SplitList([]string{"a,b", " c  d,", ",", "e"}), "|"); got != "a|b|c|d|e" {
		t.Errorf("got %s", got)
	}
}
