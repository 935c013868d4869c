package jwks

import (
	"net"
	"net/http"
	"net/url"

	"github.com/loginctl/loginctl/pkg/internal/outbound"
)

// ParseURL and Freshness are tested by tables.
var (
	ParseURL  = outbound.ParseURL
	Freshness = freshness
)

// SetResolver makes the built-in transport of c resolve names with r.
func SetResolver(c *Client, r *net.Resolver) {
	c.fetcher.http.Transport.(*outbound.Transport).Direct.Resolver = r
}

// SetProxy makes the built-in transport of c use proxy, as the environment could.
func SetProxy(c *Client, proxy func(*http.Request) (*url.URL, error)) {
	t := c.fetcher.http.Transport.(*outbound.Transport)
	t.Proxy = func(r *http.Request) (*url.URL, error) { return t.NoteProxy(proxy(r)) }
}

// SetTransport makes change adjust the built-in transport of c.
func SetTransport(c *Client, change func(*http.Transport)) {
	change(&c.fetcher.http.Transport.(*outbound.Transport).Transport)
}
