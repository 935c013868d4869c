package outbound

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

// Transport is an http.Transport that checks the address of every connection that
// does not go to a proxy.
type Transport struct {
	http.Transport
	loopback bool
	Direct   net.Dialer // checks the address
	toProxy  net.Dialer
	proxies  sync.Map // host:port of proxies from the environment
}

func newTransport(loopback bool, timeout time.Duration, proxy func(*http.Request) (*url.URL, error)) *Transport {
	t := &Transport{loopback: loopback}
	t.Direct = net.Dialer{Timeout: timeout, ControlContext: t.control}
	t.toProxy = net.Dialer{Timeout: timeout}
	t.Transport = http.Transport{
		DialContext:            t.dial,
		Proxy:                  func(r *http.Request) (*url.URL, error) { return t.NoteProxy(proxy(r)) },
		ForceAttemptHTTP2:      true,
		TLSHandshakeTimeout:    timeout,
		MaxResponseHeaderBytes: maxHeaderBytes,
		IdleConnTimeout:        time.Second,
	}
	return t
}

// NoteProxy remembers the address under which the proxy is going to be dialed. The
// operator chose it, so it may be loopback.
func (t *Transport) NoteProxy(proxy *url.URL, err error) (*url.URL, error) {
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

func (t *Transport) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if _, proxy := t.proxies.Load(address); proxy {
		return t.toProxy.DialContext(ctx, network, address)
	}
	return t.Direct.DialContext(ctx, network, address)
}

// control checks an address after its name was resolved and before it is connected
// to. A check of the name itself could see other addresses than the connection.
func (t *Transport) control(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", ErrAddress, address)
	}
	return checkIP(at.Addr(), t.loopback)
}

// Client returns the client for requests to a host, which is loopback or not, and a
// function that closes its idle connections. If own is nil, the requests go through a
// [Transport] and the proxy of the environment. Redirects are never followed.
func Client(own *http.Client, loopback bool, timeout time.Duration) (client *http.Client, closeIdle func()) {
	client = &http.Client{}
	closeIdle = func() {} // connections of the caller's client are the caller's
	if own != nil {
		*client = *own
	} else {
		t := newTransport(loopback, timeout, http.ProxyFromEnvironment)
		client.Transport, closeIdle = t, t.CloseIdleConnections
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return client, closeIdle
}
