package limit

import (
	"net/http"
	"testing"
)

func TestClients(t *testing.T) {
	for _, test := range []struct {
		name, remote string
		forwarded    []string
		proxies      int
		want         string
	}{
		{"an IPv4 address", "192.0.2.1:99", nil, 0, "192.0.2.1"},
		{"IPv4 in IPv6", "[::ffff:192.0.2.1]:99", nil, 0, "192.0.2.1"},
		{"a network of IPv6", "[2001:db8:1:2:3:4:5:6]:99", nil, 0, "2001:db8:1:2::/64"},
		{"a zone", "[fe80::1%eth0]:99", nil, 0, "fe80::/64"},
		{"a socket without addresses", "@", nil, 0, "@"},
		{"a header that any client can send", "192.0.2.1:99", []string{"203.0.113.9"}, 0, "192.0.2.1"},
		{"one proxy", "192.0.2.1:99", []string{"203.0.113.9"}, 1, "203.0.113.9"},
		{"an entry of the client before it", "192.0.2.1:99", []string{"198.51.100.1, 203.0.113.9"}, 1, "203.0.113.9"},
		{"a field of the client before it", "192.0.2.1:99", []string{"198.51.100.1", "203.0.113.9"}, 1, "203.0.113.9"},
		{"two proxies", "192.0.2.1:99", []string{"198.51.100.1, 203.0.113.9, 192.0.2.77"}, 2, "203.0.113.9"},
		{"around the proxy", "192.0.2.1:99", nil, 1, "192.0.2.1"},
		{"around one of two", "192.0.2.1:99", []string{"203.0.113.9"}, 2, "192.0.2.1"},
		{"not an address", "192.0.2.1:99", []string{"unknown"}, 1, "192.0.2.1"},
		{"with a port", "192.0.2.1:99", []string{"203.0.113.9:4711"}, 1, "203.0.113.9"},
		{"IPv6 in brackets", "192.0.2.1:99", []string{"[2001:db8::1]"}, 1, "2001:db8::/64"},
		{"IPv6 in brackets with a port", "192.0.2.1:99", []string{"[2001:db8::1]:4711"}, 1, "2001:db8::/64"},
	} {
		client := RemoteAddr
		if test.proxies > 0 {
			client = Forwarded(test.proxies)
		}
		r := &http.Request{RemoteAddr: test.remote, Header: http.Header{"X-Forwarded-For": test.forwarded}}
		if got := client(r); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

func TestForwardedWithoutProxies(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("Forwarded(0) does not panic")
		}
	}()
	Forwarded(0)
}
