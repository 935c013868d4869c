package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/loginctl/loginctl/cmd/loginctl/internal/outcome"
	"github.com/loginctl/loginctl/pkg/keys"
	"github.com/loginctl/loginctl/pkg/login"
)

// gate has the keys, the tokens and the files of [FuzzVerifyLine].
type gate struct {
	key    *keys.SigningKey
	secret string   // the file of the key
	folder string   // where tokens are written for @FILE
	tokens []string // of the kinds below
}

// The kinds of tokens, of which good is the only one that is valid with no flags.
const (
	good = iota
	stale
	foreign // under another key
	unnamed // for an audience
	endless // without exp
	garbage
	kinds
)

// question is what a person means by a line of verify: this token, in this form, given in
// this way, with these expectations. Nothing of it is read from the line again.
type question struct {
	token            string
	wrapped          string
	way              byte
	audience, anyAud bool
	subject, scope   bool
	allowNoExp       bool
}

// verdict asks pkg/login about the token that is meant.
func (q question) valid(t *testing.T, key *keys.SigningKey) bool {
	config := login.Config{CacheSize: -1, AllowNoExpiry: q.allowNoExp}
	if q.audience {
		config.Audience = "api"
	}
	v, err := login.NewVerifier(key, config)
	if err != nil {
		t.Fatal(err)
	}
	report := v.Inspect(t.Context(), q.token)
	if q.anyAud && report.Claims != nil && len(report.Failures) > 0 { // the library has no such setting: it needs the audience
		config.Audience = strings.Join(report.Claims.Audience, "")
		if v, err = login.NewVerifier(key, config); err != nil {
			return false
		}
	}
	claims, err := v.Verify(t.Context(), q.token)
	return err == nil && (!q.subject || claims.Subject == "ada") && (!q.scope || claims.HasScopes("read"))
}

// FuzzVerifyLine checks that verify exits with 0 for a token that pkg/login accepts and
// for no other, however the token is given and whatever else stands in the environment
// and on standard input. junk is one more word of the line, which may make it fail, but
// never make an invalid token pass.
func FuzzVerifyLine(f *testing.F) {
	g := newGate(f)
	for way := range byte(7) {
		for kind := range byte(kinds) {
			f.Add(way, kind, byte(0), byte(0), byte(0), uint16(0), byte(0), "")
			f.Add(way, kind, way, kind*37, byte(1), uint16(40), byte(way), "")
			f.Add(way, kind, byte(3), byte(255), byte(3), uint16(0), byte(0), "")
		}
		for _, junk := range []string{"--help", "-h", "--", "-", "--json", "--quiet=true", "--token=-", "--batch=-", "@x", "--key=k", "-x", "", "x.y.z", "--get=sub", "--allow-no-exp"} {
			f.Add(way, byte(stale), byte(0), byte(0), byte(0), uint16(0), byte(0), junk)
			f.Add(way, byte(garbage), byte(0), byte(0), byte(0), uint16(0), byte(0), junk)
		}
	}
	f.Fuzz(func(t *testing.T, way, kind, wrap, flags, decoy byte, at uint16, edit byte, junk string) {
		if strings.HasPrefix(strings.TrimLeft(junk, "-"), "at") || strings.ContainsRune(junk, 0) {
			return // moves the clock
		}
		q := g.question(way, kind, wrap, flags, at, edit)
		args, stdin, env := g.line(t, q, decoy, junk)
		lookup := func(name string) (string, bool) { v, ok := env[name]; return v, ok }
		code := run(t.Context(), args, strings.NewReader(stdin), io.Discard, io.Discard, lookup)
		switch valid := q.valid(t, g.key); {
		case junk == "" && (code == 0) != valid:
			t.Errorf("exit %d, and valid is %t: %q, stdin %q", code, valid, args[2:], stdin)
		case junk != "" && code == 0 && !valid && (kind%kinds == stale || kind%kinds == foreign || kind%kinds == garbage || edit > 0):
			t.Errorf("exit 0 with %q and no valid token: %q, stdin %q", junk, args[2:], stdin)
		}
	})
}

func newGate(f *testing.F) *gate {
	g := &gate{folder: f.TempDir()}
	g.secret = filepath.Join(g.folder, "k")
	const secret, other = "qL7xGZt6sJmVnb0oYdCwRfKpE3Hh5uXiT9aB2NgkS8M", "Zr4TnW8yLq0XcVb6Mh2PsKd9Fg1Jt5RuEo3AiYw7QxN"
	if err := os.WriteFile(g.secret, []byte(secret), 0o600); err != nil {
		f.Fatal(err)
	}
	var err error
	if g.key, err = keys.ParseSecret([]byte(secret), keys.HS256); err != nil {
		f.Fatal(err)
	}
	second, err := keys.ParseSecret([]byte(other), keys.HS256)
	if err != nil {
		f.Fatal(err)
	}
	grant := login.Grant{Subject: "ada", Scopes: []string{"read"}, Lifetime: 24 * time.Hour}
	audience, endlessly := grant, grant
	audience.Audience, endlessly.NeverExpires, endlessly.Lifetime = []string{"api"}, true, 0
	g.tokens = []string{
		issued(f, g.key, 0, grant), issued(f, g.key, -48*time.Hour, grant), issued(f, second, 0, grant),
		issued(f, g.key, 0, audience), issued(f, g.key, 0, endlessly), "x",
	}
	return g
}

// issued returns a token that was issued that long from now.
func issued(f *testing.F, key *keys.SigningKey, from time.Duration, grant login.Grant) string {
	f.Helper()
	now := time.Now().Add(from)
	issuer, err := login.NewIssuer(key, login.Config{Now: func() time.Time { return now }})
	if err != nil {
		f.Fatal(err)
	}
	token, err := issuer.Issue(grant)
	if err != nil {
		f.Fatal(err)
	}
	return token.Reveal()
}

// question makes the question that the numbers stand for.
func (g *gate) question(way, kind, wrap, flags byte, at uint16, edit byte) question {
	token := []byte(g.tokens[kind%kinds])
	if edit > 0 { // one character is another one
		c := '!' + edit%94
		if strings.ContainsRune("\"'`", rune(c)) {
			c = 'A'
		}
		token[int(at)%len(token)] = c
	}
	q := question{token: string(token), way: way % 7, audience: flags&3 == 1, anyAud: flags&3 == 2,
		subject: flags&4 != 0, scope: flags&8 != 0, allowNoExp: flags&16 != 0}
	q.wrapped = q.token
	if q.way == 4 {
		return q // behind -- there is the token and nothing else
	}
	switch wrap % 4 {
	case 1:
		q.wrapped = "Bearer " + q.token
	case 2:
		q.wrapped = q.token + "\r\n"
	case 3:
		q.wrapped = " " + q.token + "\n\n"
	}
	return q
}

// line writes the line of a question, its standard input and its environment. decoy puts
// valid tokens in the places where the line does not look, but not beside junk, which
// may make it look there.
func (g *gate) line(t *testing.T, q question, decoy byte, junk string) (args []string, stdin string, env map[string]string) {
	args = []string{outcome.Program(), "verify", "--secret-file", g.secret}
	for _, flag := range []struct {
		on   bool
		word string
	}{{q.audience, "--aud=api"}, {q.anyAud, "--any-aud"}, {q.subject, "--sub=ada"}, {q.scope, "--scopes=read"}, {q.allowNoExp, "--allow-no-exp"}} {
		if flag.on {
			args = append(args, flag.word)
		}
	}
	other := g.tokens[stale]
	if junk != "" {
		args = append(args, junk)
	} else if decoy&1 != 0 {
		other = g.tokens[good]
	}
	stdin, env = other, map[string]string{"CI": "1", "OTHER": other, "TOKEN": other, "LOGINCTL_TOKEN": other}
	switch q.way {
	case 0:
		args = append(args, q.wrapped)
	case 1:
		args, env["T"] = append(args, "--token", "env:T"), q.wrapped
	case 2:
		stdin = q.wrapped
	case 3:
		args, stdin = append(args, "--batch", "-"), q.wrapped
	case 4:
		args = append(args, "--", q.wrapped)
	case 5:
		args, stdin = append(args, "-"), q.wrapped
	case 6:
		file := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(file, []byte(q.wrapped), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, "@"+file)
	}
	return args, stdin, env
}
