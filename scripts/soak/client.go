package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/loginctl/loginctl/pkg/login"
)

// client is one of those that send requests, one after the other.
type client struct {
	ctx      context.Context
	server   *server
	services []*service
	results  *results
	rand     *rand.Rand
	held     map[*service]heldToken
	total    int // of all weights
}

// heldToken is a good token that a client uses for a while.
type heldToken struct {
	text, user string
	generation *generation
	uses       int
}

func newClient(server *server, services []*service, results *results) *client {
	c := &client{
		ctx: context.Background(), server: server, services: services, results: results,
		rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())), held: map[*service]heldToken{},
	}
	for _, k := range kinds {
		c.total += k.weight
	}
	return c
}

func (c *client) work(tickets <-chan struct{}) {
	for range tickets {
		k, s := c.pick(), c.services[c.rand.IntN(len(c.services))]
		start := time.Now()
		a := k.send(c, s)
		c.results.add(k, s, a, time.Since(start))
	}
}

func (c *client) pick() *kind {
	n := c.rand.IntN(c.total)
	for i := range kinds {
		if n -= kinds[i].weight; n < 0 {
			return &kinds[i]
		}
	}
	panic("weights")
}

func (c *client) other(s *service) *service {
	for _, o := range c.services {
		if o != s {
			return o
		}
	}
	panic("one service alone")
}

// issue makes a token. Its key is not retired before done is called.
func (c *client) issue(s *service, subject string, scopes []string, expires time.Time) (login.Token, func(), error) {
	_, done := s.ring.use()
	if subject == "mallory" { // a revoked subject is remembered for good, so it is one of few
		subject = fmt.Sprintf("%s-%d", subject, c.rand.IntN(50))
	} else {
		subject = fmt.Sprintf("%s-%d", subject, c.rand.Uint64())
	}
	token, err := s.manager.Issue(login.Grant{Subject: subject, Scopes: scopes, ExpiresAt: expires})
	return token, done, err
}

// token returns a good token: mostly one that was used before, so that it may be
// remembered. Its key is not retired before done is called.
func (c *client) token(s *service) (heldToken, func()) {
	if h := c.held[s]; h.uses > 0 {
		if done, ok := s.ring.hold(h.generation); ok {
			h.uses--
			c.held[s] = h
			return h, done
		}
	}
	g, done := s.ring.use()
	subject := fmt.Sprintf("ada-%d", c.rand.Uint64())
	token, err := s.manager.Issue(login.Grant{Subject: subject, Scopes: scopes})
	if err != nil {
		panic(err)
	}
	h := heldToken{text: token.Reveal(), user: s.name + "/" + subject, generation: g, uses: c.rand.IntN(8)}
	c.held[s] = h
	c.results.remember(s, g, token)
	return h, done
}

// good sends a token that must be let in and expects its user by name.
func (c *client) good(s *service, path, does string, as func(*service, string) http.Header) answer {
	token, done := c.token(s)
	defer done()
	a := c.get(s, path, as(s, token.text))
	a.want = token.user + does
	return a
}

// withNew sends a new token of a subject that the loader or the store reacts to.
func (c *client) withNew(s *service, path, subject string, scopes []string) answer {
	token, done, err := c.issue(s, subject, scopes, time.Time{})
	defer done()
	if err != nil {
		return answer{err: err}
	}
	return c.get(s, path, bearer(token.Reveal()))
}

func (c *client) get(s *service, path string, header http.Header) answer {
	return c.request(http.MethodGet, s, path, header, "")
}

// login posts a name and a password, which is "right" or one that check reacts to.
func (c *client) login(s *service, password string, header http.Header) answer {
	header = header.Clone()
	if header == nil {
		header = http.Header{}
	}
	header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.request(http.MethodPost, s, "/login", header, "username=ada&password="+password)
}

func (c *client) request(method string, s *service, path string, header http.Header, form string) answer {
	request, err := http.NewRequestWithContext(c.ctx, method, "http://"+c.server.address+"/"+s.name+path, strings.NewReader(form))
	if err != nil {
		return answer{err: err}
	}
	if header != nil {
		request.Header = header
	}
	response, err := c.server.client.Do(request)
	if err != nil {
		return answer{err: err}
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
	return answer{status: response.StatusCode, body: string(body), err: err}
}

// leave sends a request, or part of one, and closes the connection at once.
func (c *client) leave(s *service, subject string) answer {
	token, done, err := c.issue(s, subject, scopes, time.Time{})
	defer done()
	if err != nil {
		return answer{err: err}
	}
	connection, err := net.Dial("tcp", c.server.address)
	if err != nil {
		return answer{err: err}
	}
	defer connection.Close()
	text := "GET /" + s.name + "/read HTTP/1.1\r\nHost: " + c.server.address + "\r\nAuthorization: Bearer " + token.Reveal() + "\r\n\r\n"
	if c.rand.IntN(4) == 0 {
		text = text[:c.rand.IntN(len(text))]
	}
	_, err = io.WriteString(connection, text)
	return answer{err: err}
}
