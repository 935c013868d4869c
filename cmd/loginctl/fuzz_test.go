package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokencmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
)

func FuzzTimes(f *testing.F) {
	for _, seed := range []string{"12h", "1d12h", "-5m", "3600", "@1800000000", "2026-11-23", "2026-11-23T09:00:00+01:00", "1.5h", "now", "106751d", "9w9d9h9m9s9ms"} {
		f.Add(seed)
	}
	now := time.Unix(1800000000, 0)
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := timetext.ParseDuration(text); err == nil {
			if negative := strings.HasPrefix(text, "-"); negative && d > 0 || !negative && d < 0 {
				t.Errorf("%q is %v", text, d)
			}
			if !strings.ContainsAny(text, "hdwmsy") {
				t.Errorf("%q has no unit and is %v", text, d)
			}
		}
		if when, err := timetext.ParseTime(text, now); err == nil {
			timetext.Relative(when, now)
		}
	})
}

func FuzzClaims(f *testing.F) {
	for _, seed := range []string{"team=a,b", "k:=5", "k:=[1,{}]", "=", ":=", "a:=nul", `{"sub":"ada","exp":1}`, `{"a":1,"a":2}`, ".a.b[0]", "[[[[", "k:=\"\xff\""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if name, value, err := input.ParsePair(text); err == nil {
			if name == "" || !strings.HasPrefix(text, name) || !value.IsValid() {
				t.Errorf("%q is %q = %s", text, name, value)
			}
		}
		if members, err := input.ParseObject([]byte(text)); err == nil {
			seen := map[string]bool{}
			for _, m := range members {
				if seen[m.Name] || !m.Value.IsValid() {
					t.Errorf("%q: %q twice, or its value is not JSON", text, m.Name)
				}
				seen[m.Name] = true
			}
		}
		if path, err := verdict.ParsePath(text); err == nil {
			for _, v := range path.In([]byte(`{"kid":"a"}`), []byte(`{"a":[{"b":1}]}`)) {
				if !v.IsValid() {
					t.Errorf("%q led to %s", text, v)
				}
			}
		}
	})
}

// FuzzToken checks that what is taken for one token has no line break and nothing
// around it, that escaped text is harmless and that escaped JSON still is JSON.
func FuzzToken(f *testing.F) {
	for _, seed := range []string{"Bearer a.b.c", `{"access_token":"a.b.c"}`, `"'a'"`, "Authorization: Bearer \"x\"", "\x1b[31m\u202e", "{", "\xff\xfe"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if token, err := input.CleanToken(text); err == nil && !strings.HasPrefix(strings.TrimSpace(text), "{") {
			if token == "" || strings.ContainsRune(token, '\n') || strings.TrimSpace(token) != token {
				t.Errorf("%q gave %q", text, token)
			}
		}
		for _, r := range terminal.Escape(text) {
			if !terminal.Visible(r) {
				t.Errorf("%q escaped still holds %U", text, r)
			}
		}
		quoted, err := jsontext.AppendQuote(nil, text)
		if err != nil {
			return
		}
		again, err := jsontext.AppendUnquote(nil, terminal.EscapeJSON(string(quoted)))
		if err != nil || string(again) != text {
			t.Errorf("%q as JSON became %q, %v", text, again, err)
		}
	})
}

// FuzzChunks checks that a batch is the same lines however it is cut and read.
func FuzzChunks(f *testing.F) {
	f.Add([]byte("a\nb\n\nc"), byte(3))
	f.Add([]byte("\n\n"), byte(1))
	f.Add([]byte("a\r\nb"), byte(2))
	f.Fuzz(func(t *testing.T, text []byte, step byte) {
		var joined strings.Builder
		next := 1
		err := tokencmd.Chunks(&slowReader{text, int(step%7) + 1}, func(k *tokencmd.Chunk) bool {
			if k.First != next {
				t.Errorf("a chunk begins with line %d, want %d", k.First, next)
			}
			next += strings.Count(k.Text, "\n")
			joined.WriteString(k.Text)
			return true
		})
		if err != nil || !bytes.Equal([]byte(joined.String()), text) {
			t.Errorf("%q became %q, %v", text, joined.String(), err)
		}
	})
}
