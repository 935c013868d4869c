package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/input"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/terminal"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/timetext"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/tokencmd"
	"github.com/loginctl/loginctl/cmd/loginctl/internal/verdict"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
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

// FuzzVerifyLine checks that verify exits with 0 only for a token that pkg/login accepts,
// however the token, other words of the line, the environment and standard input look.
func FuzzVerifyLine(f *testing.F) {
	const secret = "qL7xGZt6sJmVnb0oYdCwRfKpE3Hh5uXiT9aB2NgkS8M"
	file := filepath.Join(f.TempDir(), "k")
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		f.Fatal(err)
	}
	key, err := keys.ParseSecret([]byte(secret), keys.HS256)
	if err != nil {
		f.Fatal(err)
	}
	verifier, err := login.NewVerifier(key, login.Config{CacheSize: -1})
	if err != nil {
		f.Fatal(err)
	}
	good, stale := fuzzToken(f, key, time.Hour), fuzzToken(f, key, -time.Hour)
	for _, token := range []string{good, stale, "--help", "-h", "", "x", good[:len(good)-2], "Bearer " + good, good + "\n" + stale} {
		for way := range byte(6) {
			f.Add(way, token, "", "")
			f.Add(way, token, "--json\x00--any-aud", good)
		}
	}
	f.Add(byte(0), "", "--help", stale)
	f.Add(byte(1), stale, "--token\x00-", "x")
	f.Fuzz(func(t *testing.T, way byte, token, words, other string) {
		if strings.Contains(words, "at") { // --at moves the clock, and a path may name any file
			return
		}
		args := append([]string{outcome.Program(), "verify", "--secret-file", file}, strings.FieldsFunc(words, func(r rune) bool { return r == 0 })...)
		stdin, env := other, map[string]string{"CI": "1", "OTHER": other}
		switch way % 6 {
		case 0:
			args = append(args, token)
		case 1:
			args = append(args, "--token", "env:T")
			env["T"] = token
		case 2:
			stdin = token
		case 3:
			args, stdin = append(args, "--batch", "-"), token
		case 4:
			args = append(args, "--", token)
		case 5:
			args, stdin = append(args, "-"), token
		}
		lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
		code := run(t.Context(), args, strings.NewReader(stdin), io.Discard, io.Discard, lookup)
		if code == 0 && !anyValid(t, verifier, append([]string{token, other}, args[4:]...)) {
			t.Errorf("exit 0 for %q, stdin %q", args, stdin)
		}
	})
}

func fuzzToken(f *testing.F, key *keys.SigningKey, life time.Duration) string {
	f.Helper()
	now := time.Now()
	if life < 0 {
		now, life = now.Add(2*life), -life
	}
	issuer, err := login.NewIssuer(key, login.Config{Now: func() time.Time { return now }})
	if err != nil {
		f.Fatal(err)
	}
	token, err := issuer.Issue(login.Grant{Subject: "ada", Lifetime: life})
	if err != nil {
		f.Fatal(err)
	}
	return token.Reveal()
}

// anyValid reports whether pkg/login accepts a token in one of the texts.
func anyValid(t *testing.T, v *login.Verifier, texts []string) bool {
	for _, text := range texts {
		candidates := strings.Split(text, "\n")
		if token, err := input.CleanToken(text); err == nil {
			candidates = append(candidates, token)
		}
		for _, c := range candidates {
			if _, err := v.Verify(t.Context(), input.CleanLine(c)); err == nil {
				return true
			}
		}
	}
	return false
}
