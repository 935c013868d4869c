package jwks

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"syscall"
	"time"
)

const maxHeaderBytes = 64 << 10

// transport is an http.Transport that checks the address of every connection that
// does not go to a proxy.
type transport struct {
	http.Transport
	loopback bool
	direct   net.Dialer // checks the address
	toProxy  net.Dialer
	proxies  sync.Map // host:port of proxies from the environment
}

func newTransport(loopback bool, timeout time.Duration, proxy func(*http.Request) (*url.URL, error)) *transport {
	t := &transport{loopback: loopback}
	t.direct = net.Dialer{Timeout: timeout, ControlContext: t.control}
	t.toProxy = net.Dialer{Timeout: timeout}
	t.Transport = http.Transport{
		DialContext:            t.dial,
		Proxy:                  func(r *http.Request) (*url.URL, error) { return t.noteProxy(proxy(r)) },
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    timeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		IdleConnTimeout:        time.Second,
	}
	return t
}

// noteProxy remembers the address under which the proxy is going to be dialed. The
// operator chose it, so it may be loopback.
func (t *transport) noteProxy(proxy *url.URL, err error) (*url.URL, error) {
	if err != nil || proxy == nil {
		return nil, err
	}
	port := proxy.Port()
	if port == "" {
		port = map[string]string{"https": "443", "socks5": "1080", "socks5h": "1080"}[proxy.Scheme]
	}
	if port == "" {
		port = "80"
	}
	t.proxies.Store(net.JoinHostPort(proxy.Hostname(), port), true)
	return proxy, nil
}

func (t *transport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if _, proxy := t.proxies.Load(address); proxy {
		return t.toProxy.DialContext(ctx, network, address)
	}
	return t.direct.DialContext(ctx, network, address)
}

// control checks an address after its name was resolved and before it is connected
// to. A check of the name itself could see other addresses than the connection.
func (t *transport) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	return checkIP(at.Addr(), t.loopback)
}

// httpClient returns the client for requests, and a function that closes its idle
// connections.
func (c *Config) httpClient(loopback bool) (client *http.Client, closeIdle func()) {
	client = &http.Client{}
	closeIdle = func() {} // connections of the caller's client are the caller's
	if c.HTTPClient != nil {
		*client = *c.HTTPClient
	} else {
		t := newTransport(loopback, c.Timeout, http.ProxyFromEnvironment)
		client.Transport, closeIdle = t, t.CloseIdleConnections
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client, closeIdle
}
