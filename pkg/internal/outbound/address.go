// Package outbound sends requests to the issuers of tokens: over https, or http to the
// machine itself, without redirects, to addresses that are checked after a name was
// resolved.
package outbound

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
)

// ErrAddress is matched by the error for a URL or an IP address that is not
// contacted.
var ErrAddress = errors.New("address not allowed")

// ParseURL checks the URL of an issuer or one of its endpoints. loopback allows
// addresses of the machine itself.
func ParseURL(text string, loopback bool) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("not a URL") // url.Error quotes the text, with its password
	case u.User != nil:
		return nil, fmt.Errorf("%w: the URL has a user name or password; send credentials with Config.HTTPClient", ErrAddress)
	case u.Hostname() == "" || u.Opaque != "":
		return nil, fmt.Errorf("%w: the URL has no host", ErrAddress)
	case strings.Contains(text, "#"):
		return nil, fmt.Errorf("%w: the URL has a fragment", ErrAddress)
	}
	local := IsLoopback(u.Hostname())
	switch {
	case local && !loopback:
		return nil, fmt.Errorf("%w: %s is loopback, and the configured host is not", ErrAddress, u.Hostname())
	case u.Scheme != "https" && !(u.Scheme == "http" && local):
		return nil, fmt.Errorf("%w: the URL must begin with https:// (http is for loopback only)", ErrAddress)
	}
	// A name is checked when it is resolved.
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return u, checkIP(ip, local)
	}
	return u, nil
}

// IsLoopback reports whether a host is the machine itself.
func IsLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback() || strings.EqualFold(host, "localhost")
}

// checkIP refuses addresses that are not those of an issuer. loopback is whether
// the configured host is loopback: then everything else is refused.
func checkIP(ip netip.Addr, loopback bool) error {
	ip = ip.Unmap()
	switch {
	case ip.IsLoopback() && !loopback:
		return fmt.Errorf("%w: %s is loopback, and the configured host is not", ErrAddress, ip)
	case !ip.IsLoopback() && loopback:
		return fmt.Errorf("%w: %s is not loopback, and the configured host is", ErrAddress, ip)
	case ip.IsLinkLocalUnicast(), ip.IsMulticast(), ip.IsUnspecified():
		return fmt.Errorf("%w: %s is link-local, multicast or unspecified", ErrAddress, ip)
	}
	return nil
}

// Display returns u without its query, which may contain an API key.
func Display(u string) string {
	before, _, _ := strings.Cut(u, "?")
	return before
}
