package limit

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
)

// RemoteAddr returns the address at the other end of the connection, without its port.
// Of an IPv6 address it returns the first 64 bits, because a client usually has all
// addresses that begin with them.
func RemoteAddr(r *http.Request) string {
	address, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr // of a listener that is not TCP
	}
	return network(address.Addr())
}

func network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	prefix, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return prefix.String()
}

// Forwarded returns a function for [Config.Client] of a service behind proxies that add
// to X-Forwarded-For: the client is the address in the entry that the outermost of
// them has added, which is number proxies from the right. Entries before it come from
// the client, which can write any. If there are fewer entries, or that one is not an
// address, the request did not come through the proxies, and [RemoteAddr] is its client.
//
// Clients must not be able to reach the service around the proxies. Forwarded panics
// unless proxies is at least 1.
func Forwarded(proxies int) func(*http.Request) string {
	if proxies < 1 {
		panic(fmt.Sprintf("limit: Forwarded: the number of proxies is %d: without one, use RemoteAddr", proxies))
	}
	return func(r *http.Request) string {
		entries := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if len(entries) < proxies {
			return RemoteAddr(r)
		}
		address, err := parseForwarded(strings.TrimSpace(entries[len(entries)-proxies]))
		if err != nil {
			return RemoteAddr(r)
		}
		return network(address)
	}
}

// parseForwarded reads an entry. Some proxies add the port.
func parseForwarded(entry string) (netip.Addr, error) {
	if withPort, err := netip.ParseAddrPort(entry); err == nil {
		return withPort.Addr(), nil
	}
	return netip.ParseAddr(strings.Trim(entry, "[]"))
}

// Fold returns a name in lower case, without space around it.
func Fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
