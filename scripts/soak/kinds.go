package main

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// kind is one kind of request: how often it is sent, and the answer it must get.
type kind struct {
	name   string
	weight int
	status int // 0: no answer is expected
	send   func(c *client, s *service) answer
}

// answer is the response beside the expected one.
type answer struct {
	status int
	body   string
	want   string // the body that is expected with 200
	err    error
}

var kinds = []kind{
	{"good, in the header", 400, 200, func(c *client, s *service) answer { return c.good(s, "/read", " reads", asHeader) }},
	{"good, in the cookie", 80, 200, func(c *client, s *service) answer { return c.good(s, "/read", " reads", asCookie) }},
	{"good, nested guards", 80, 200, func(c *client, s *service) answer { return c.good(s, "/nested", " writes", asHeader) }},
	{"good, on an open page", 40, 200, func(c *client, s *service) answer { return c.good(s, "/open", " looks", asHeader) }},
	{"no token, on an open page", 20, 200, anonymous},
	{"no token", 20, 401, func(c *client, s *service) answer { return c.get(s, "/read", nil) }},
	{"bad token, on an open page", 10, 200, tamperedOpen},
	{"scope missing", 30, 403, func(c *client, s *service) answer { return c.withNew(s, "/read", "low", []string{"write"}) }},
	{"scope missing in a nested guard", 20, 403, func(c *client, s *service) answer { return c.withNew(s, "/nested", "low", []string{"read"}) }},
	{"signature changed", 40, 401, tampered},
	{"payload changed", 20, 401, forged},
	{"rubbish", 10, 401, func(c *client, s *service) answer { return c.get(s, "/read", bearer("rubbish")) }},
	{"alg none", 10, 401, algNone},
	{"the other service's token", 20, 401, foreign},
	{"expired", 30, 401, expired},
	{"signed by a retired key", 30, 401, retiredKey},
	{"revoked", 20, 401, revoked},
	{"logged out", 20, 401, loggedOut},
	{"all tokens of the subject revoked", 15, 401, subjectRevoked},
	{"login by password", 15, 200, loginGood},
	{"login by a wrong passphrase", 10, 400, func(c *client, s *service) answer { return c.login(s, "wrong", nil) }},
	{"login while the user store is down", 5, 503, func(c *client, s *service) answer { return c.login(s, "down", nil) }},
	{"login from another site", 5, 403, func(c *client, s *service) answer { return c.login(s, "right", crossSite) }},
	{"cookie from another site", 10, 403, crossSiteCookie},
	{"two Authorization fields", 10, 400, twoFields},
	{"too large", 5, 400, func(c *client, s *service) answer { return c.get(s, "/read", bearer(strings.Repeat("a", 17<<10))) }},
	{"user gone", 15, 401, func(c *client, s *service) answer { return c.withNew(s, "/read", "gone", scopes) }},
	{"user nil", 15, 401, func(c *client, s *service) answer { return c.withNew(s, "/read", "nobody", scopes) }},
	{"loader down", 15, 503, func(c *client, s *service) answer { return c.withNew(s, "/read", "down", scopes) }},
	{"loader down, on an open page", 10, 503, func(c *client, s *service) answer { return c.withNew(s, "/open", "down", scopes) }},
	{"loader broken", 15, 500, func(c *client, s *service) answer { return c.withNew(s, "/read", "broken", scopes) }},
	{"loader hangs", 5, 503, func(c *client, s *service) answer { return c.withNew(s, "/slow", "hang", scopes) }},
	{"loader panics", 3, 0, func(c *client, s *service) answer { return c.withNew(s, "/read", "panic", scopes) }},
	{"store fails", 15, 503, func(c *client, s *service) answer { return c.withNew(s, "/read", "storefails", scopes) }},
	{"store hangs", 5, 503, func(c *client, s *service) answer { return c.withNew(s, "/slow", "storehangs", scopes) }},
	{"client leaves", 10, 0, func(c *client, s *service) answer { return c.leave(s, "ada") }},
	{"client leaves while the loader hangs", 5, 0, func(c *client, s *service) answer { return c.leave(s, "hang") }},
	{"client leaves while the store hangs", 5, 0, func(c *client, s *service) answer { return c.leave(s, "storehangs") }},
}

var scopes = []string{"read", "write"}

func bearer(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }

func asHeader(_ *service, token string) http.Header { return bearer(token) }

func asCookie(s *service, token string) http.Header {
	return http.Header{"Cookie": {s.name + "=" + token}}
}

func anonymous(c *client, s *service) answer {
	a := c.get(s, "/open", nil)
	a.want = "somebody looks"
	return a
}

// changed returns a good token with one character of a segment replaced.
func changed(c *client, s *service, segment int) string {
	token, done := c.token(s)
	defer done()
	parts := strings.Split(token.text, ".")
	text := []byte(parts[segment])
	i := c.rand.IntN(len(text) - 1) // not the last one, which may encode nothing
	if text[i]++; !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", rune(text[i])) {
		text[i] = 'A'
	}
	parts[segment] = string(text)
	return strings.Join(parts, ".")
}

func tampered(c *client, s *service) answer { return c.get(s, "/read", bearer(changed(c, s, 2))) }

func forged(c *client, s *service) answer { return c.get(s, "/read", bearer(changed(c, s, 1))) }

func tamperedOpen(c *client, s *service) answer {
	a := c.get(s, "/open", bearer(changed(c, s, 2)))
	a.want = "somebody looks"
	return a
}

func algNone(c *client, s *service) answer {
	token, done := c.token(s)
	defer done()
	payload := strings.Split(token.text, ".")[1]
	return c.get(s, "/read", bearer("eyJhbGciOiJub25lIn0."+payload+"."))
}

func foreign(c *client, s *service) answer {
	token, done := c.token(c.other(s))
	defer done()
	return c.get(s, "/read", bearer(token.text))
}

// expired sends a token of the round before, which the cache may still hold.
func expired(c *client, s *service) answer {
	if old := c.results.expired(s); old != "" {
		return c.get(s, "/read", bearer(old))
	}
	token, done, err := c.issue(s, "ada", scopes, s.clock.now().Add(time.Second))
	defer done()
	if err != nil {
		return answer{err: err}
	}
	time.Sleep(time.Until(token.ExpiresAt().Add(-time.Duration(s.clock.ahead.Load()))) + time.Millisecond)
	return c.get(s, "/read", bearer(token.Reveal()))
}

func retiredKey(c *client, s *service) answer {
	g := s.ring.lastRetired()
	if g == nil {
		c.results.skip() // not issued yet
		return c.get(s, "/read", nil)
	}
	return c.get(s, "/read", bearer(g.last.Reveal()))
}

// revoked revokes a token that was let in a moment before.
func revoked(c *client, s *service) answer {
	token, done, err := c.issue(s, "eve", scopes, time.Time{})
	defer done()
	if err != nil {
		return answer{err: err}
	}
	if before := c.get(s, "/read", bearer(token.Reveal())); before.status != http.StatusOK {
		return before
	}
	claims, err := s.manager.Verify(c.ctx, token.Reveal())
	if err != nil {
		return answer{err: err}
	}
	if err := s.store.Revoke(c.ctx, claims); err != nil {
		return answer{err: err}
	}
	return c.get(s, "/read", bearer(token.Reveal()))
}

func loggedOut(c *client, s *service) answer {
	token, done, err := c.issue(s, "eve", scopes, time.Time{})
	defer done()
	if err != nil {
		return answer{err: err}
	}
	if out := c.request(http.MethodPost, s, "/logout", bearer(token.Reveal()), ""); out.status != http.StatusOK {
		return out
	}
	return c.get(s, "/read", bearer(token.Reveal()))
}

// subjectRevoked revokes all that a subject was issued up to a moment from now.
func subjectRevoked(c *client, s *service) answer {
	token, done, err := c.issue(s, "mallory", scopes, time.Time{})
	defer done()
	if err != nil {
		return answer{err: err}
	}
	claims, err := s.manager.Verify(c.ctx, token.Reveal())
	if errors.Is(err, login.ErrRevoked) { // a moment ago
		return c.get(s, "/read", bearer(token.Reveal()))
	}
	if err != nil {
		return answer{err: err}
	}
	if err := s.store.RevokeSubject(c.ctx, claims.Issuer, claims.Subject, s.clock.now().Add(2*time.Second)); err != nil {
		return answer{err: err}
	}
	return c.get(s, "/read", bearer(token.Reveal()))
}

var crossSite = http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://attacker.example"}}

// loginGood gets a token by password and reads with it.
func loginGood(c *client, s *service) answer {
	_, done := s.ring.use()
	defer done()
	in := c.login(s, "right", nil)
	var got struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(in.body), &got); in.status != http.StatusOK || err != nil {
		return in
	}
	a := c.get(s, "/read", bearer(got.AccessToken))
	a.want = s.name + "/ada-login reads"
	return a
}

func crossSiteCookie(c *client, s *service) answer {
	token, done := c.token(s)
	defer done()
	header := asCookie(s, token.text)
	maps.Copy(header, crossSite)
	return c.request(http.MethodPost, s, "/read", header, "")
}

func twoFields(c *client, s *service) answer {
	token, done := c.token(s)
	defer done()
	field := "Bearer " + token.text
	return c.get(s, "/read", http.Header{"Authorization": {field, field}})
}
