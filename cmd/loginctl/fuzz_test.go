package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// FuzzLine feeds any words to the parser. What it accepts it must have
// understood: no argument may start with a dash, each flag is the command's.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{
		"verify\x00tok\x00--aud\x00api", "--json\x00key\x00match\x00a\x00b", "raw\x00-x\x00--", "verify\x00--\x00-x",
		"-\x00--\x00---", "--version", "verify\x00--count\x00-5", "verify\x00--aud=\x00x", "key\x00--help",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, joined string) {
		l, err := parseLine(toy(), append([]string{program}, strings.Split(joined, "\x00")...))
		if err != nil {
			if classify(err).exit != exitUsage || err.Error() == "" {
				t.Errorf("%q: %v is no usage error", joined, err)
			}
			return
		}
		if l.help || l.command == nil || len(l.command.Subcommands) > 0 || l.command.SkipFlagParsing {
			return
		}
		for _, arg := range l.args {
			if looksLikeFlag(arg) {
				t.Errorf("%q: %q is an argument", joined, arg)
			}
		}
		for _, g := range l.flags {
			if findFlag(l.command.Flags, g.name) == nil || g.value == "" {
				t.Errorf("%q: flag %q with %q", joined, g.name, g.value)
			}
		}
	})
}

func FuzzTimes(f *testing.F) {
	for _, seed := range []string{"12h", "1d12h", "-5m", "3600", "@1800000000", "2026-11-23", "2026-11-23T09:00:00+01:00", "1.5h", "now", "106751d", "9w9d9h9m9s9ms"} {
		f.Add(seed)
	}
	now := time.Unix(1800000000, 0)
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := parseDuration(text); err == nil {
			if negative := strings.HasPrefix(text, "-"); negative && d > 0 || !negative && d < 0 {
				t.Errorf("%q is %v", text, d)
			}
			if !strings.ContainsAny(text, "hdwmsy") {
				t.Errorf("%q has no unit and is %v", text, d)
			}
		}
		if when, err := parseTime(text, now); err == nil {
			relative(when, now)
		}
	})
}

func FuzzClaims(f *testing.F) {
	for _, seed := range []string{"team=a,b", "k:=5", "k:=[1,{}]", "=", ":=", "a:=nul", `{"sub":"ada","exp":1}`, `{"a":1,"a":2}`, ".a.b[0]", "[[[[", "k:=\"\xff\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if name, value, err := parsePair(text); err == nil {
			if name == "" || !strings.HasPrefix(text, name) || !value.IsValid() {
				t.Errorf("%q is %q = %s", text, name, value)
			}
		}
		if members, err := parseObject([]byte(text)); err == nil {
			seen := map[string]bool{}
			for _, m := range members {
				if seen[m.name] || !m.value.IsValid() {
					t.Errorf("%q: %q twice, or its value is not JSON", text, m.name)
				}
				seen[m.name] = true
			}
		}
		if steps, err := parsePath(text); err == nil {
			value := jsontext.Value(`{"a":[{"b":1}]}`)
			for _, s := range steps {
				value = s.of(value)
			}
		}
	})
}

// FuzzToken holds that what is taken for one token has no line break and nothing
// around it, that escaped text is harmless and that escaped JSON still is JSON.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{"Bearer a.b.c", `{"access_token":"a.b.c"}`, `"'a'"`, "Authorization: Bearer \"x\"", "\x1b[31m\u202e", "{", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if token, err := cleanToken(text); err == nil && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			if token == "" || strings.ContainsRune(token, '\n') || strings.TrimSpace(token) != token {
				t.Errorf("%q gave %q", text, token)
			}
		}
		for _, r := range escape(text) {
			if !visible(r) {
				t.Errorf("%q escaped still holds %U", text, r)
			}
		}
		quoted, err := jsontext.AppendQuote(nil, text)
		if err != nil {
			return
		}
		again, err := jsontext.AppendUnquote(nil, escapeJSON(string(quoted)))
		if err != nil || string(again) != text {
			t.Errorf("%q as JSON became %q, %v", text, again, err)
		}
	})
}

// FuzzChunks holds that a batch is the same lines however it is cut and read.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("a\nb\n\nc"), byte(3))
	f.Add([]byte("\n\n"), byte(1))
	f.Add([]byte("a\r\nb"), byte(2))
	f.Fuzz(func(t *testing.T, text []byte, step byte) {
		var joined strings.Builder
		next := 1
		err := chunks(&slowReader{text, int(step%7) + 1}, func(k *chunk) bool {
			if k.first != next {
				t.Errorf("a chunk begins with line %d, want %d", k.first, next)
			}
			next += strings.Count(k.text, "\n")
			joined.WriteString(k.text)
			return true
		})
		if err != nil || !bytes.Equal([]byte(joined.String()), text) {
			t.Errorf("%q became %q, %v", text, joined.String(), err)
		}
	})
}
